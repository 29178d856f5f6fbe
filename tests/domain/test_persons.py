"""By what a person is known again: addresses, numbers and names, in fields and in texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogen.domain.errors import InvalidInput
from dialogen.domain.persons import Person, email_key, person_of, phone_key

OLA = Person(email="ola_h@asker.example", phone="900 12 345", name="Ola Hansen")


@pytest.mark.parametrize("written", ["+47 900 12 345", "0047-90012345", "90012345", "(900) 12.345", "4790012345"])
def test_a_norwegian_number_is_the_same_however_it_is_written(written: str) -> None:
    assert phone_key(written) == "90012345"
    assert OLA.known_by(email=None, phone=written, name=None) == {"phone"}


def test_a_foreign_number_keeps_its_country() -> None:
    assert phone_key("+46 70 123 45 67") == phone_key("0046701234567") == "46701234567"
    assert phone_key("47123456") == "47123456"


@pytest.mark.parametrize("written", ["OLA_H@asker.example", " ola_h@Asker.Example "])
def test_an_address_is_the_same_whatever_its_capitals(written: str) -> None:
    assert OLA.known_by(email=written, phone=None, name=None) == {"email"}


@pytest.mark.parametrize(
    "written",
    ["ola  HANSEN", "Ola Hansen", "\tola\u00a0hansen", "Hansen, Ola", "Ola-Hansen", "Óla Hansèn", "OLA HANSEN."],
)
def test_a_name_is_the_same_whatever_its_capitals_spaces_accents_and_order(written: str) -> None:
    assert OLA.known_by(email=None, phone=None, name=written) == {"name"}


@pytest.mark.parametrize(
    ("name", "is_like"),
    [
        ("Ola Andreas Hansen", True),
        ("Kari Ola Hansen", True),
        ("Hansen, Ola A.", True),
        ("Ola Hansen", False),  # the same, not merely similar
        ("Ola", False),
        ("Hansen", False),
        ("Ola Hansson Berg", False),
        ("Kari Hansen", False),
        ("", False),
    ],
)
def test_a_name_with_more_or_fewer_middle_names_is_similar(name: str, is_like: bool) -> None:
    assert OLA.resembles(name) is is_like
    assert Person(name=name).resembles("Ola Hansen") is is_like


@pytest.mark.parametrize(
    ("email", "phone", "by"),
    [
        ("Ola <ola_h@asker.example>", None, {"email"}),
        (None, "22 33 44 55 / 900 12 345", {"phone"}),
        (None, "90012345 (jobb 12)", {"phone"}),
    ],
)
def test_a_field_that_holds_more_than_the_value_holds_it(email: str | None, phone: str | None, by: set[str]) -> None:
    assert OLA.known_by(email=email, phone=phone, name=None) == by


@pytest.mark.parametrize(
    ("email", "phone", "name"),
    [
        ("olaxh@asker.example", None, None),  # the underscore is no sign for any letter
        ("ola_h@asker.example.no", None, None),
        (None, "90012346", None),
        (None, None, "Ola"),
        (None, None, "Kari Ola Hansen"),
        (None, None, "Ola Hånsen"),
        (None, "90012345678", None),
        (None, None, None),
    ],
)
def test_nobody_else_is_this_person(email: str | None, phone: str | None, name: str | None) -> None:
    assert OLA.known_by(email=email, phone=phone, name=name) == frozenset()


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("Skriv til Ola_H@asker.example.", {"email"}),
        ("<ola_h@asker.example>", {"email"}),
        ("xola_h@asker.example", set()),
        ("ola_h@asker.example.no", set()),
        ("olaxh@asker.example", set()),
        ("Ring 900 12 345.", {"phone"}),
        ("Ring (+47) 90012345 eller", {"phone"}),
        ("tlf.:4790012345", {"phone"}),
        ("konto 1290012345678", set()),
        ("Snakket med OLA\nHANSEN i går", {"name"}),
        ("Snakket med Ola Hansensen", set()),
        ("Ola bor hos Hansen", set()),
        ("Fra: Hansen, Ola", {"name"}),
        ("Óla-Hansén ringte", {"name"}),
        ("ola.hansen@other.example", set()),
        ("Ring 900\u202f12\u202f345 eller 900-12-345", {"phone"}),
        ("Ola Hansen, 90012345, ola_h@asker.example", {"name", "phone", "email"}),
        ("", set()),
    ],
)
def test_a_text_mentions_a_person_by_whole_words_and_numbers(text: str, by: set[str]) -> None:
    assert OLA.mentioned_by(text) == by


@pytest.mark.parametrize("signs", ["%", "_", ".*", "\\", "[a]", "(", "a|b", "$^"])
def test_no_sign_of_a_name_or_an_address_stands_for_others(signs: str) -> None:
    person = Person(email=f"{signs}@asker.example".replace(" ", ""), name=f"Ola {signs}")
    assert not person.mentioned_by("Ola Hansen xyz@asker.example")
    assert person.known_by(email=None, phone=None, name=f"ola {signs}") == {"name"}


@given(st.text(min_size=1), st.text(min_size=1))
def test_any_name_and_any_text_can_be_looked_through(name: str, text: str) -> None:
    Person(name=name).mentioned_by(text)
    assert email_key(email_key(name)) == email_key(name)


@given(st.text(st.characters(categories=["L"]), min_size=2, max_size=20))
def test_a_name_is_found_in_its_own_text(name: str) -> None:
    assert Person(name=name).mentioned_by(f"Hilsen {name}.") == {"name"}


@pytest.mark.parametrize(
    ("given_values", "field"),
    [
        ({"email": "ola"}, "email"),
        ({"email": "a b@asker.example"}, "email"),
        ({"phone": "1234"}, "phone"),
        ({"phone": "telefon"}, "phone"),
        ({"name": "O"}, "name"),
        ({}, "email"),
        ({"name": "  "}, "email"),
        ({"name": "-- ."}, "name"),
    ],
)
def test_too_little_to_find_one_person_by_is_refused_and_not_repeated(given_values: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        person_of(**{"email": None, "phone": None, "name": None, **given_values})
    assert refusal.value.problems[0].field == field
    assert not [value for value in given_values.values() if value.strip() and value in str(refusal.value)]


def test_what_is_asked_for_is_kept_as_it_was_written() -> None:
    assert person_of(email=" Ola@Asker.example ", phone=None, name=None) == Person(email="Ola@Asker.example")
