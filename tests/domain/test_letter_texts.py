"""Texts of letters to senders: placeholders are replaced by plain values, once, and unknown ones are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogen.domain.errors import InvalidInput, Problem
from dialogen.domain.letter_texts import (
    SUBJECT_MOST,
    Placeholder,
    Purpose,
    checked_letter,
    fill,
    placeholder_problem,
    quoted_subject,
)

VALUES = {each: f"<{each.name}>" for each in Placeholder}


def test_a_placeholder_is_known_whatever_its_case_and_spaces() -> None:
    assert fill("{Referanse} { FORVENTET  svar }", VALUES) == "<REFERENCE> <EXPECTED>"


def test_what_has_no_value_yet_stays() -> None:
    assert fill("Innen {forventet svar}, {kommune}", {Placeholder.MUNICIPALITY: "Asker"}) == (
        "Innen {forventet svar}, Asker"
    )


def test_a_value_is_never_looked_at_again() -> None:
    hostile = fill("Om {emne}", {Placeholder.SUBJECT: "{saksbehandler} {{7*7}} %(x)s {0.__class__}"})
    assert hostile == "Om (saksbehandler) ((7*7)) %(x)s (0.__class__)"
    assert placeholder_problem("body", hostile, Purpose.ANSWER) is None


def test_a_line_of_empty_placeholders_is_left_out_and_no_other() -> None:
    text = "Hilsen\n{virksomhet}\n\n{kommune}\nTil {innsender}"
    empty = {Placeholder.UNIT: "", Placeholder.MUNICIPALITY: "Asker", Placeholder.SENDER: ""}
    assert fill(text, empty) == "Hilsen\n\nAsker\nTil "


@pytest.mark.parametrize("text", ["{referans}", "{}", "{forventet svar}", "{referanse", "a } b", "{{emne}}", "{a\nb}"])
def test_what_is_no_placeholder_of_an_answer_is_named(text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_letter("Svar", f"Hei {text}", Purpose.ANSWER)
    (problem,) = refusal.value.problems
    assert (problem.field, problem.problem) == ("body", Problem.UNKNOWN_PLACEHOLDER)
    assert "{referanse}" in str(problem)


def test_an_interim_reply_may_tell_of_a_day() -> None:
    assert checked_letter("Svar", "Innen {forventet svar}", Purpose.INTERIM_REPLY)


@pytest.mark.parametrize(
    ("subject", "body", "problems"),
    [
        ("", " ", {("subject", Problem.REQUIRED), ("body", Problem.REQUIRED)}),
        ("x" * (SUBJECT_MOST + 1), "Hei", {("subject", Problem.TOO_LONG)}),
        ("Svar\x00", "Hei", {("subject", Problem.NOT_TEXT)}),
        ("Svar", "01017000027", {("body", Problem.NATIONAL_ID)}),
    ],
)
def test_each_wrong_field_is_named(subject: str, body: str, problems: set[tuple[str, Problem]]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked_letter(subject, body, Purpose.ANSWER)
    assert {(each.field, each.problem) for each in refusal.value.problems} == problems


def test_a_subject_is_one_line_whatever_was_typed() -> None:
    assert checked_letter("Svar\r\nBcc: alle@asker.example", "Hei", Purpose.ANSWER)[0] == (
        "Svar Bcc: alle@asker.example"
    )


@given(st.text())
def test_filling_never_fails_and_leaves_text_without_braces_alone(text: str) -> None:
    filled = fill(text, VALUES)
    if "{" not in text:
        assert filled == text


@given(st.text())
def test_what_passes_the_check_has_nothing_left_once_it_is_filled(text: str) -> None:
    if placeholder_problem("body", text, Purpose.RECEIPT) is None:
        assert not set(fill(text, VALUES)) & set("{}")


@given(st.text())
def test_a_quoted_subject_is_one_short_line(subject: str) -> None:
    quoted = quoted_subject(subject)
    assert len(quoted) <= 150
    assert len(quoted.splitlines()) <= 1
