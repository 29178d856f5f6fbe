"""Texts that may be stored, and the national identity numbers that may not stand in them (domain.md 7)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogen.domain.errors import InvalidInput, Problem
from dialogen.domain.texts import (
    NAME_MOST,
    checked_text,
    holds_national_id,
    is_national_id,
    name_key,
    norwegian_key,
    required_name,
    required_text,
    text_problem,
    word_key,
)


def check_digits(nine: str) -> str | None:
    """Return the two MOD 11 check digits that follow nine digits, or None when there are none (they would be 10)."""
    first = -sum(int(digit) * weight for digit, weight in zip(nine, (3, 7, 6, 1, 8, 9, 4, 5, 2), strict=True)) % 11
    ten = f"{nine}{first}"
    if first == 10:
        return None
    second = -sum(int(digit) * weight for digit, weight in zip(ten, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
    return None if second == 10 else f"{first}{second}"


def a_number(six: str, *, individual: int = 0) -> str:
    """Return the first number with valid check digits that begins with these six digits: made up, nobody's."""
    while True:
        nine = f"{six}{individual:03d}"
        check = check_digits(nine)
        if check is not None:
            return nine + check
        individual += 1


PERSON = a_number("010190")
OTHER = a_number("311299", individual=500)


@pytest.mark.parametrize(
    "six",
    ["010190", "311299", "290200", "290296", "280201", "300405"],
)
def test_eleven_digits_with_a_date_and_both_checksums_are_a_national_identity_number(six: str) -> None:
    for individual in (0, 499, 500, 900):
        assert is_national_id(a_number(six, individual=individual))


@pytest.mark.parametrize("six", ["410190", "711299", "690296"])
def test_a_d_number_has_four_added_to_its_first_digit(six: str) -> None:
    assert is_national_id(a_number(six))


@pytest.mark.parametrize(
    "six",
    [
        pytest.param("000190", id="day 0"),
        pytest.param("320190", id="day 32"),
        pytest.param("400190", id="day 40"),
        pytest.param("720190", id="day 72"),
        pytest.param("310490", id="31 April"),
        pytest.param("300296", id="30 February"),
        pytest.param("290201", id="29 February of no leap year"),
        pytest.param("690201", id="the same, as a D number"),
        pytest.param("010090", id="month 0"),
        pytest.param("011390", id="month 13"),
        pytest.param("014190", id="month 41"),
        pytest.param("018190", id="month 81, as in test data"),
    ],
)
def test_eleven_digits_without_a_date_are_none(six: str) -> None:
    for individual in (0, 499, 500, 900):
        assert not is_national_id(a_number(six, individual=individual))


def test_both_checksums_must_hold() -> None:
    first, second = int(PERSON[9]), int(PERSON[10])
    assert not is_national_id(f"{PERSON[:10]}{(second + 1) % 10}")
    # The second checksum set right for a first one that is wrong.
    for wrong in set(range(10)) - {first}:
        ten = f"{PERSON[:9]}{wrong}"
        total = sum(int(digit) * weight for digit, weight in zip(ten, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True))
        if -total % 11 < 10:
            assert not is_national_id(f"{ten}{-total % 11}")


@pytest.mark.parametrize("digits", ["", "1", PERSON[:10], PERSON + "0"])
def test_another_length_is_none(digits: str) -> None:
    assert not is_national_id(digits)


@pytest.mark.parametrize(
    "text",
    [
        PERSON,
        f"Jeg er født {PERSON}.",
        f"fnr:{PERSON}, takk",
        f"fnr{PERSON}fnr",
        f"{PERSON[:6]} {PERSON[6:]}",
        f"{PERSON[:6]}\u00a0{PERSON[6:]}",
        f"{PERSON[:6]}-{PERSON[6:]}",
        f"{PERSON[:6]}.{PERSON[6:]}",
        f"Tlf. 12345678, og nummeret er\n{PERSON}\n",
        f"12345678901 og {PERSON}",
        f"{PERSON} {OTHER}",
        f"D-nummer {a_number('410190')}",
    ],
)
def test_a_text_that_holds_a_national_identity_number_is_recognised(text: str) -> None:
    assert holds_national_id(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hullet i Kirkeveien 12 er der fortsatt.",
        "Ring 12345678 etter kl. 12.00 den 01.02.2026.",
        "Sak 2026-000143",
        "12345678901",
        f"1{PERSON}",
        f"{PERSON}1",
        PERSON[:10],
        a_number("018190"),
    ],
)
def test_a_text_without_one_is_not(text: str) -> None:
    assert not holds_national_id(text)


@given(born=st.dates(date(1900, 3, 1), date(2039, 12, 31)), individual=st.integers(0, 999), is_d=st.booleans())
def test_every_number_with_a_date_and_checksums_is_recognised(born: date, individual: int, is_d: bool) -> None:
    six = f"{born.day + 40 * is_d:02d}{born:%m%y}"
    check = check_digits(f"{six}{individual:03d}")
    if check is not None:
        assert holds_national_id(f"Fødselsnummer: {six}{individual:03d}{check}")


@given(place=st.integers(0, 10), slip=st.integers(1, 9))
def test_a_slip_in_one_digit_makes_it_none(place: int, slip: int) -> None:
    wrong = (int(PERSON[place]) + slip) % 10
    assert not is_national_id(f"{PERSON[:place]}{wrong}{PERSON[place + 1 :]}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None),
        ("", None),
        (" \t\n ", None),
        ("  Hull i veien \n", "Hull i veien"),
        ("én linje\nog en til", "én linje\nog en til"),
        ("😀 æøå", "😀 æøå"),
        ("x" * 20, "x" * 20),
    ],
)
def test_a_text_is_kept_without_the_space_around_it(text: str | None, expected: str | None) -> None:
    assert checked_text("subject", text, most=20) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x" * 21, Problem.TOO_LONG),
        ("a\x00b", Problem.NOT_TEXT),
        ("\ud800", Problem.NOT_TEXT),
        ("\udfff!", Problem.NOT_TEXT),
        (PERSON, Problem.NATIONAL_ID),
        ("\x00" * 30, Problem.NOT_TEXT),
    ],
)
def test_a_text_that_may_not_be_stored_is_refused_by_its_field(text: str, problem: Problem) -> None:
    found = text_problem("subject", text, most=20)
    assert found is not None
    assert (found.field, found.problem) == ("subject", problem)
    for check in (checked_text, required_text):
        with pytest.raises(InvalidInput) as refusal:
            check("subject", text, most=20)
        assert refusal.value.problems == (found,)


def test_a_refusal_never_repeats_the_text() -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_text("text", f"Jeg heter Kari, {PERSON}", most=100)
    assert PERSON not in str(refusal.value)
    assert "Kari" not in str(refusal.value)


def test_a_text_in_order_has_no_problem() -> None:
    assert text_problem("text", "Hull i veien", most=20) is None


@pytest.mark.parametrize("text", [None, "", "  \n"])
def test_a_text_that_must_say_something_is_missed(text: str | None) -> None:
    with pytest.raises(InvalidInput, match="subject: is required"):
        required_text("subject", text, most=20)
    with pytest.raises(InvalidInput) as refusal:
        required_text("reason", text, most=20, problem=Problem.REASON_REQUIRED)
    assert refusal.value.problem is Problem.REASON_REQUIRED


def test_a_text_that_says_something_is_returned_without_the_space_around_it() -> None:
    assert required_text("reason", " Feil dato ", most=20) == "Feil dato"


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("  Oppvekst \t og   kultur\n", "Oppvekst og kultur"),
        ("A\u030asgård", "Åsgård"),  # the ring on its own
        ("OPPVEKST", "OPPVEKST"),
        ("x" * NAME_MOST, "x" * NAME_MOST),
    ],
)
def test_a_name_is_stored_composed_and_with_single_spaces(name: str, stored: str) -> None:
    assert required_name("name", name) == stored


@pytest.mark.parametrize(
    ("name", "problem"),
    [(None, Problem.REQUIRED), ("   ", Problem.REQUIRED), ("x" * (NAME_MOST + 1), Problem.TOO_LONG)],
)
def test_a_name_that_is_none_or_too_long_is_refused(name: str | None, problem: Problem) -> None:
    with pytest.raises(InvalidInput) as refusal:
        required_name("name", name)
    assert refusal.value.problem is problem


@pytest.mark.parametrize("other", ["teknisk drift", "TEKNISK DRIFT", " Teknisk  drift "])
def test_case_and_spaces_tell_no_two_names_apart(other: str) -> None:
    assert name_key(other) == name_key("Teknisk drift")
    assert name_key("Teknisk drift") != name_key("Tekniskdrift")


def test_the_way_of_writing_an_accent_tells_no_two_names_apart() -> None:
    assert name_key("A\u030aS") == name_key("ås") != name_key("as")


def test_an_underscore_in_a_closed_list_is_as_good_as_a_space() -> None:
    assert word_key("registered_in_error") == word_key("Registered in error")


def test_names_are_sorted_as_in_a_norwegian_list() -> None:
    names = ["Åsgård", "Øst", "Mystisk", "eng", "Aas", "Zoo", "Ärlig", "Én dør", "Müller", "Eng", "Arkiv", "Muse"]
    in_order = ["Arkiv", "Én dør", "Eng", "eng", "Muse", "Müller", "Mystisk", "Zoo", "Ärlig", "Øst", "Aas", "Åsgård"]
    assert sorted(names, key=norwegian_key) == in_order
