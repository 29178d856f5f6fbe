"""Which working mornings went by without a pass."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogen.domain.deadlines import Calendar
from dialogen.domain.staleness import Silence, silence_before

EASTER = {date(2026, 4, 2): "", date(2026, 4, 3): "", date(2026, 4, 5): "", date(2026, 4, 6): ""}
OFFICE = Calendar(2026, 2026, EASTER)


@pytest.mark.parametrize(
    ("last_pass_on", "today", "silent"),
    [
        ("2026-02-10", "2026-02-11", None),
        ("2026-02-11", "2026-02-11", None),  # made again, or by hand
        ("2026-02-06", "2026-02-09", None),  # a weekend
        ("2026-02-06", "2026-02-08", None),
        ("2026-02-05", "2026-02-09", ("2026-02-06", "2026-02-06")),
        ("2026-02-06", "2026-02-10", ("2026-02-09", "2026-02-09")),
        ("2026-02-09", "2026-02-12", ("2026-02-10", "2026-02-11")),
        ("2026-01-21", "2026-02-11", ("2026-01-22", "2026-02-10")),
        ("2026-04-01", "2026-04-07", None),  # Easter
        ("2026-04-01", "2026-04-08", ("2026-04-07", "2026-04-07")),
    ],
)
def test_the_working_mornings_between_two_passes_are_told(
    last_pass_on: str, today: str, silent: tuple[str, str] | None
) -> None:
    told = silence_before(date.fromisoformat(today), last_pass_on=date.fromisoformat(last_pass_on), calendar=OFFICE)
    assert told == (None if silent is None else Silence(*map(date.fromisoformat, silent)))


def test_before_the_first_pass_nobody_was_left_untold() -> None:
    assert silence_before(date(2026, 2, 11), last_pass_on=None, calendar=OFFICE) is None


@given(st.dates(date(2026, 1, 10), date(2026, 12, 20)), st.integers(0, 40))
def test_it_is_told_of_exactly_when_a_working_day_lies_between(last: date, days: int) -> None:
    today = min(last + timedelta(days=days), date(2026, 12, 20))
    between = [last + timedelta(days=number) for number in range(1, (today - last).days)]
    working = [day for day in between if OFFICE.working_day_from(day) == day]
    told = silence_before(today, last_pass_on=last, calendar=OFFICE)
    assert told == (Silence(working[0], working[-1]) if working else None)
