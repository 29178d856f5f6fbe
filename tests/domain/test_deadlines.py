"""Fourteen days: the deadline rule, its versions and rolls, states and days left (domain.md 3 and 4)."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from dialogen import clock
from dialogen.calendar import office_calendar
from dialogen.domain.deadlines import (
    FIRST_RULE,
    OPEN_STATES,
    Calendar,
    DeadlineRule,
    Roll,
    State,
    check_received_on,
    days_left,
    due_on,
    explain,
    open_deadlines,
    open_state,
    present_deadline,
    rule_for,
    state,
    unrolled_due_on,
)
from dialogen.domain.errors import InvalidInput, Problem
from tests.domain.strategies import OFFICE, days, rules

OSLO = ZoneInfo("Europe/Oslo")
STRICT = FIRST_RULE
ROLLED = DeadlineRule(version=2, valid_from=date(2000, 1, 1), days=14, roll=Roll.NEXT_WORKING_DAY)
DUE = date(2026, 2, 6)


@contextmanager
def process_time_zone(name: str) -> Iterator[None]:
    """Run a block as a process whose local time zone is another one."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()


def test_the_first_rule_is_fourteen_calendar_days_without_a_roll_and_without_a_beginning() -> None:
    assert DeadlineRule(version=1, valid_from=None, days=14, roll=Roll.NONE) == FIRST_RULE


@pytest.mark.parametrize(
    ("received_on", "strict", "rolled"),
    [
        pytest.param(date(2014, 3, 3), date(2014, 3, 17), date(2014, 3, 17), id="plain"),
        pytest.param(date(2026, 3, 20), date(2026, 4, 3), date(2026, 4, 7), id="Easter, and DST begins"),
        pytest.param(date(2026, 4, 17), date(2026, 5, 1), date(2026, 5, 4), id="1 May on a Friday"),
        pytest.param(date(2026, 12, 18), date(2027, 1, 1), date(2027, 1, 4), id="New Year's Day and a weekend"),
        pytest.param(date(2025, 12, 31), date(2026, 1, 14), date(2026, 1, 14), id="received on New Year's Eve"),
        pytest.param(date(2026, 1, 1), date(2026, 1, 15), date(2026, 1, 15), id="received on New Year's Day"),
        pytest.param(date(2024, 2, 15), date(2024, 2, 29), date(2024, 2, 29), id="leap day"),
        pytest.param(date(2023, 2, 15), date(2023, 3, 1), date(2023, 3, 1), id="no leap day"),
        pytest.param(date(2024, 2, 29), date(2024, 3, 14), date(2024, 3, 14), id="received on a leap day"),
        pytest.param(date(2026, 10, 16), date(2026, 10, 30), date(2026, 10, 30), id="DST ends"),
        pytest.param(date(2026, 1, 24), date(2026, 2, 7), date(2026, 2, 9), id="Saturday"),
        pytest.param(date(2026, 1, 25), date(2026, 2, 8), date(2026, 2, 9), id="Sunday"),
        pytest.param(date(2026, 5, 3), date(2026, 5, 17), date(2026, 5, 18), id="17 May on a Sunday"),
        pytest.param(date(2026, 4, 30), date(2026, 5, 14), date(2026, 5, 15), id="Ascension Day"),
        pytest.param(date(2026, 12, 11), date(2026, 12, 25), date(2026, 12, 28), id="Christmas Day"),
        pytest.param(date(2026, 12, 10), date(2026, 12, 24), date(2026, 12, 24), id="24 December is no holiday"),
        pytest.param(date(2026, 12, 17), date(2026, 12, 31), date(2026, 12, 31), id="31 December is no holiday"),
        pytest.param(date(2013, 3, 14), date(2013, 3, 28), date(2013, 4, 2), id="the whole of Easter"),
    ],
)
def test_the_due_date_is_fourteen_days_after_reception(received_on: date, strict: date, rolled: date) -> None:
    assert due_on(received_on, STRICT, OFFICE) == strict
    assert due_on(received_on, ROLLED, OFFICE) == rolled


@pytest.mark.parametrize(
    ("instant", "received_on", "due"),
    [
        pytest.param(datetime(2026, 3, 20, 22, 30, tzinfo=UTC), date(2026, 3, 20), date(2026, 4, 3), id="23:30"),
        pytest.param(
            datetime(2025, 12, 31, 22, 30, tzinfo=UTC), date(2025, 12, 31), date(2026, 1, 14), id="still 2025"
        ),
        pytest.param(
            datetime(2025, 12, 31, 23, 30, tzinfo=UTC), date(2026, 1, 1), date(2026, 1, 15), id="2026 already"
        ),
        pytest.param(
            datetime(2026, 3, 29, 0, 59, tzinfo=UTC), date(2026, 3, 29), date(2026, 4, 12), id="01:59, then 3"
        ),
        pytest.param(
            datetime(2026, 3, 29, 21, 59, tzinfo=UTC), date(2026, 3, 29), date(2026, 4, 12), id="23:59 summer"
        ),
        pytest.param(datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30), date(2026, 4, 13), id="0:00 summer"),
        pytest.param(
            datetime(2026, 10, 24, 22, 0, tzinfo=UTC), date(2026, 10, 25), date(2026, 11, 8), id="0:00 autumn"
        ),
        pytest.param(
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC), date(2026, 10, 25), date(2026, 11, 8), id="02:30 again"
        ),
        pytest.param(
            datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25), date(2026, 11, 8), id="23:59 winter"
        ),
        pytest.param(
            datetime(2024, 2, 28, 23, 0, tzinfo=UTC), date(2024, 2, 29), date(2024, 3, 14), id="leap day begins"
        ),
    ],
)
@pytest.mark.parametrize("process_zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_an_instant_is_received_on_the_date_it_has_in_oslo(
    instant: datetime, received_on: date, due: date, process_zone: str
) -> None:
    with process_time_zone(process_zone), time_machine.travel(instant, tick=False):
        today = clock.today(OSLO)
    assert today == received_on
    assert due_on(today, STRICT, OFFICE) == due


def test_a_local_closed_day_rolls_the_deadline_too() -> None:
    closed = office_calendar({date(2026, 2, 6): "Planleggingsdag"})
    assert due_on(date(2026, 1, 23), ROLLED, closed) == date(2026, 2, 9)
    assert due_on(date(2026, 1, 23), STRICT, closed) == date(2026, 2, 6)


@pytest.mark.parametrize("received_on", [date(2100, 12, 20), date(1900, 1, 1)])
def test_a_rolled_deadline_outside_the_calendars_years_fails_loudly(received_on: date) -> None:
    with pytest.raises(InvalidInput) as refusal:
        due_on(received_on, ROLLED, OFFICE)
    assert refusal.value.problem is Problem.BEYOND_CALENDAR
    assert due_on(received_on, STRICT, OFFICE) == received_on + timedelta(days=14)


def test_the_search_for_a_working_day_stops_at_the_calendars_ends() -> None:
    always_closed = Calendar(2026, 2026, {date(2026, 1, 1) + timedelta(days=n): "Stengt" for n in range(365)})
    with pytest.raises(InvalidInput, match="2027-01-01"):
        always_closed.working_day_from(date(2026, 6, 1))
    with pytest.raises(InvalidInput, match="2025-12-31"):
        always_closed.working_day_until(date(2026, 6, 1))


RULES = (
    FIRST_RULE,
    DeadlineRule(version=2, valid_from=date(2020, 1, 1), days=10, roll=Roll.NONE),
    DeadlineRule(version=3, valid_from=date(2026, 7, 1), days=14, roll=Roll.NEXT_WORKING_DAY),
)


@pytest.mark.parametrize(
    ("received_on", "version", "due"),
    [
        (date(1900, 1, 1), 1, date(1900, 1, 15)),
        (date(2019, 12, 31), 1, date(2020, 1, 14)),
        (date(2020, 1, 1), 2, date(2020, 1, 11)),
        (date(2026, 6, 30), 2, date(2026, 7, 10)),
        (date(2026, 7, 1), 3, date(2026, 7, 15)),
        (date(2026, 7, 4), 3, date(2026, 7, 20)),
    ],
)
def test_the_newest_rule_that_was_valid_on_the_day_of_reception_holds(
    received_on: date, version: int, due: date
) -> None:
    for order in permutations(RULES):
        rule = rule_for(order, received_on)
        assert rule.version == version
        assert due_on(received_on, rule, OFFICE) == due


@pytest.mark.parametrize(
    ("days_after", "expected", "left"),
    [
        (-400, State.ON_TRACK, 400),
        (-14, State.ON_TRACK, 14),
        (-6, State.ON_TRACK, 6),
        (-5, State.NEARING, 5),
        (-1, State.NEARING, 1),
        (0, State.DUE_TODAY, 0),
        (1, State.OVERDUE, -1),
        (365, State.OVERDUE, -365),
    ],
)
@pytest.mark.parametrize("extended_to", [None, date(2026, 3, 1)])
def test_an_open_case_stands_by_its_present_deadline(
    days_after: int, expected: State, left: int, extended_to: date | None
) -> None:
    today = (extended_to or DUE) + timedelta(days=days_after)
    seen = state(due_on=DUE, extended_to=extended_to, answered_on=None, excluded=False, today=today)
    assert seen is expected
    assert days_left(due_on=DUE, extended_to=extended_to, answered_on=None, excluded=False, today=today) == left
    assert open_state(present_deadline(DUE, extended_to), today) is expected


@pytest.mark.parametrize(
    ("answered_on", "expected"),
    [
        (date(2026, 1, 23), State.ANSWERED_ON_TIME),
        (date(2026, 2, 6), State.ANSWERED_ON_TIME),
        (date(2026, 2, 7), State.ANSWERED_LATE),
        (date(2026, 2, 28), State.ANSWERED_LATE),
    ],
)
@pytest.mark.parametrize("extended_to", [None, date(2026, 3, 1)])
def test_an_answered_case_stands_by_its_original_deadline(
    answered_on: date, expected: State, extended_to: date | None
) -> None:
    for today in (answered_on, date(2027, 1, 1)):
        seen = state(due_on=DUE, extended_to=extended_to, answered_on=answered_on, excluded=False, today=today)
        assert seen is expected
        assert (
            days_left(due_on=DUE, extended_to=extended_to, answered_on=answered_on, excluded=False, today=today) is None
        )


@pytest.mark.parametrize("answered_on", [None, date(2026, 2, 3), date(2026, 2, 20)])
def test_an_excluded_case_has_no_deadline_state(answered_on: date | None) -> None:
    today = date(2026, 2, 20)
    seen = state(due_on=DUE, extended_to=None, answered_on=answered_on, excluded=True, today=today)
    assert seen is State.EXCLUDED
    assert days_left(due_on=DUE, extended_to=None, answered_on=answered_on, excluded=True, today=today) is None


def test_a_unit_whose_ladder_begins_earlier_sees_its_cases_nearing_earlier() -> None:
    today = DUE - timedelta(days=7)
    ask = {"due_on": DUE, "extended_to": None, "answered_on": None, "today": today}
    assert state(**ask, excluded=False, near_days=7) is State.NEARING  # type: ignore[arg-type]
    assert state(**ask, excluded=False) is State.ON_TRACK  # type: ignore[arg-type]


def test_the_present_deadline_is_the_extension_where_there_is_one() -> None:
    assert present_deadline(DUE, None) == DUE
    assert present_deadline(DUE, date(2026, 3, 1)) == date(2026, 3, 1)


def test_a_reception_from_1900_until_today_is_accepted() -> None:
    check_received_on(date(1900, 1, 1), date(2026, 2, 6))
    check_received_on(date(2026, 2, 6), date(2026, 2, 6))


@pytest.mark.parametrize(
    ("received_on", "problem"),
    [
        (date(1899, 12, 31), Problem.RECEIVED_TOO_EARLY),
        (date(2026, 2, 7), Problem.RECEIVED_IN_FUTURE),
    ],
)
def test_a_reception_before_1900_or_after_today_is_refused(received_on: date, problem: Problem) -> None:
    with pytest.raises(InvalidInput, match=f"received_on: received on {received_on}") as refusal:
        check_received_on(received_on, date(2026, 2, 6))
    assert refusal.value.problem is problem


def test_a_strict_deadline_is_explained_by_its_days_alone() -> None:
    why = explain(
        received_on=date(2026, 3, 20),
        rule=STRICT,
        due_on=date(2026, 4, 3),
        extended_to=date(2026, 4, 20),
        calendar=OFFICE,
    )
    assert (why.received_on, why.rule, why.unrolled) == (date(2026, 3, 20), STRICT, date(2026, 4, 3))
    assert why.closed_days == ()
    assert (why.due_on, why.extended_to) == (date(2026, 4, 3), date(2026, 4, 20))


def test_a_rolled_deadline_is_explained_by_the_closed_days_it_passed() -> None:
    why = explain(
        received_on=date(2026, 3, 20), rule=ROLLED, due_on=date(2026, 4, 7), extended_to=None, calendar=OFFICE
    )
    assert why.unrolled == date(2026, 4, 3)
    assert why.closed_days == (
        (date(2026, 4, 3), "Langfredag"),
        (date(2026, 4, 4), ""),
        (date(2026, 4, 5), "Første påskedag"),
        (date(2026, 4, 6), "Andre påskedag"),
    )


@given(received_on=days, later=st.integers(min_value=0, max_value=400), rule=rules)
def test_who_writes_later_is_never_due_earlier(received_on: date, later: int, rule: DeadlineRule) -> None:
    assert due_on(received_on, rule, OFFICE) <= due_on(received_on + timedelta(days=later), rule, OFFICE)


@given(received_on=days, rule=rules)
def test_a_roll_passes_closed_days_alone_and_ends_on_a_working_day(received_on: date, rule: DeadlineRule) -> None:
    due, unrolled = due_on(received_on, rule, OFFICE), unrolled_due_on(received_on, rule)
    assert unrolled == received_on + timedelta(days=rule.days)
    passed = [unrolled + timedelta(days=n) for n in range((due - unrolled).days)]
    assert not any(OFFICE.is_working_day(day) for day in passed)
    assert due == unrolled if rule.roll is Roll.NONE else OFFICE.is_working_day(due)


@given(
    instant=st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2099, 6, 30), timezones=st.just(UTC)),  # noqa: DTZ001
    rule=rules,
    zone=st.sampled_from(["UTC", "Europe/Oslo", "America/St_Johns", "Pacific/Kiritimati", "Pacific/Pago_Pago"]),
)
def test_the_due_date_does_not_depend_on_the_process_time_zone(
    instant: datetime, rule: DeadlineRule, zone: str
) -> None:
    expected = due_on(instant.astimezone(OSLO).date(), rule, OFFICE)
    with process_time_zone(zone), time_machine.travel(instant, tick=False):
        assert due_on(clock.today(OSLO), rule, OFFICE) == expected


@given(today=days, away=st.integers(-40, 40), extended=st.booleans(), near_days=st.integers(1, 30))
def test_the_state_of_an_open_case_agrees_with_its_days_left(
    today: date, away: int, extended: bool, near_days: int
) -> None:
    deadline = today + timedelta(days=away)
    due, extended_to = (deadline - timedelta(days=10), deadline) if extended else (deadline, None)
    seen = state(
        due_on=due, extended_to=extended_to, answered_on=None, excluded=False, today=today, near_days=near_days
    )
    assert days_left(due_on=due, extended_to=extended_to, answered_on=None, excluded=False, today=today) == away
    assert seen in OPEN_STATES
    assert (seen is State.OVERDUE) == (away < 0)
    assert (seen is State.DUE_TODAY) == (away == 0)
    assert (seen is State.NEARING) == (1 <= away <= near_days)


@given(today=days, away=st.integers(-40, 40), near_days=st.integers(1, 30))
def test_the_boundaries_that_a_query_filters_by_are_those_of_the_states(today: date, away: int, near_days: int) -> None:
    deadline, bounds = today + timedelta(days=away), open_deadlines(today, near_days=near_days)
    within = [each for each, (first, last) in bounds.items() if (first or date.min) <= deadline <= (last or date.max)]
    assert within == [open_state(deadline, today, near_days=near_days)]
    assert set(bounds) == OPEN_STATES


def test_the_boundaries_of_the_states_leave_no_gap() -> None:
    assert open_deadlines(date(2026, 2, 6)) == {
        State.OVERDUE: (None, date(2026, 2, 5)),
        State.DUE_TODAY: (date(2026, 2, 6), date(2026, 2, 6)),
        State.NEARING: (date(2026, 2, 7), date(2026, 2, 11)),
        State.ON_TRACK: (date(2026, 2, 12), None),
    }
