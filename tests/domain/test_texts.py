"""Texts that may be stored, as they are stored and as they are compared."""

import pytest

from dialogen.domain.errors import InvalidInput, Problem
from dialogen.domain.texts import (
    NAME_MOST,
    check_no_national_id,
    checked_text,
    in_one_line,
    name_key,
    norwegian_key,
    required_name,
    required_text,
    text_problem,
    word_key,
)
from tests.national_ids import MADE_UP


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
        (MADE_UP, Problem.NATIONAL_ID),
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
        checked_text("text", f"Jeg heter Kari, {MADE_UP}", most=100)
    assert MADE_UP not in str(refusal.value)
    assert "Kari" not in str(refusal.value)


def test_what_is_looked_up_may_hold_no_national_identity_number_either() -> None:
    check_no_national_id(q="hull i veien", unit=None)
    with pytest.raises(InvalidInput) as refusal:
        check_no_national_id(q=MADE_UP, unit="Skole", handler=f"{MADE_UP}@asker.example")
    assert [(each.field, each.problem) for each in refusal.value.problems] == [
        ("q", Problem.NATIONAL_ID),
        ("handler", Problem.NATIONAL_ID),
    ]
    assert MADE_UP not in str(refusal.value)


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


@pytest.mark.parametrize("sign", ["\x1b", "\x07", "\x7f", "\x9b", "\u202e", "\u2066"], ids=ascii)
def test_a_sign_that_controls_a_terminal_or_turns_the_writing_is_in_no_name(sign: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        required_name("name", f"Vei{sign}park")
    assert refusal.value.problem is Problem.NOT_TEXT
    assert in_one_line(f" Vei{sign}\r\npark\u2028 ") == "Vei\ufffd park"


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
