"""How dates, days left and told values are written."""

import pytest

from dialogen.domain.history import Change
from dialogen.web import filters


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "i dag"),
        (1, "i morgen"),
        (2, "om 2 dager"),
        (-1, "1 dag over"),
        (-3, "3 dager over"),
        (-1234, "1\N{NO-BREAK SPACE}234 dager over"),
    ],
)
def test_days_left_are_told_in_words(days: int, words: str) -> None:
    assert filters.days_left(days) == words


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("received_on", "2026-02-09", "09.02.2026"),
        ("extended_to", "2026-02-09", "09.02.2026"),
        ("stream", "internal", "Intern"),
        ("exclusion", "spam", "søppelpost"),
        ("channel", "in_person", "oppmøte"),
        ("unit", "Kommunalteknikk", "Kommunalteknikk"),
        ("handler", None, "ingen"),
    ],
)
def test_a_value_of_the_history_is_told_as_people_say_it(field: str, value: str | None, told: str) -> None:
    assert filters.told(value, Change(field, value, None)) == told


def test_only_the_first_letter_becomes_a_capital() -> None:
    assert filters.capital("e-post fra NAV") == "E-post fra NAV"
    assert filters.capital("") == ""
