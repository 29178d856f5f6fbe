"""Calendar feeds: who may have which, and on which days a calendar reminds."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogen.calendar import office_calendar
from dialogen.domain.accounts import Role
from dialogen.domain.feeds import may_follow, reminder_days
from tests.factories import standing

CALENDAR = office_calendar({})
OWN, HERE = None, 1


@pytest.mark.parametrize(
    ("roles", "own", "here"),
    [
        ((), False, False),
        (((Role.HANDLER, 1),), True, True),
        (((Role.HANDLER, 2),), True, False),
        (((Role.HANDLER, "-"),), True, False),
        (((Role.MANAGER, "*"),), True, True),
        (((Role.STATISTICIAN, "*"), (Role.ADMIN, "*")), False, False),
        (((Role.STATISTICIAN, 1), (Role.MANAGER, 2)), True, False),
    ],
)
def test_a_feed_is_for_those_who_handle_or_manage(
    roles: tuple[tuple[Role, int | str], ...], own: bool, here: bool
) -> None:
    by = standing(7, *roles)
    assert (may_follow(by, OWN), may_follow(by, HERE)) == (own, here)


@pytest.mark.parametrize(
    ("deadline", "today", "days"),
    [
        (date(2026, 2, 25), date(2026, 2, 11), [date(2026, 2, 23), date(2026, 2, 25)]),  # a Wednesday
        (date(2026, 2, 25), date(2026, 2, 24), [date(2026, 2, 25)]),  # two days before is over
        (date(2026, 2, 25), date(2026, 2, 25), [date(2026, 2, 25)]),
        (date(2026, 2, 25), date(2026, 2, 26), []),  # overdue
        (date(2026, 4, 3), date(2026, 3, 1), [date(2026, 4, 1)]),  # Good Friday: both on the Wednesday before
        (date(2026, 2, 23), date(2026, 2, 11), [date(2026, 2, 20), date(2026, 2, 23)]),  # a Monday
        (date(1900, 1, 15), date(2026, 2, 11), []),  # before the years of the calendar
    ],
)
def test_a_calendar_reminds_on_working_days_that_are_not_over(deadline: date, today: date, days: list[date]) -> None:
    assert list(reminder_days(deadline, today=today, calendar=CALENDAR)) == days


@given(deadline=st.dates(date(2026, 1, 1), date(2099, 12, 31)), ahead=st.integers(-3, 40))
def test_nobody_is_reminded_too_late_or_of_what_is_over(deadline: date, ahead: int) -> None:
    today = deadline - timedelta(days=ahead)
    days = reminder_days(deadline, today=today, calendar=CALENDAR)
    assert len(days) <= 2
    assert list(days) == sorted(set(days))
    assert all(today <= day <= deadline and CALENDAR.is_working_day(day) for day in days)
