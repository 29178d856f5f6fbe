"""The ladder: which step has come on which day, what is owed then, and what is dropped (domain.md 6).

Who is told is tested in test_audience.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogen.calendar import office_calendar
from dialogen.domain import alerts
from dialogen.domain.alerts import (
    DropReason,
    FollowedCase,
    Horizon,
    Ladder,
    OwedAlert,
    Staff,
    account_recipient,
    drop_reason,
    owed_alerts,
)
from dialogen.domain.deadlines import Calendar
from tests.domain.strategies import OFFICE, days

UNIT, HANDLER, MANAGER = 1, 10, 20
TO_HANDLER, TO_MANAGER = account_recipient(HANDLER), account_recipient(MANAGER)
STAFF = Staff(enabled=frozenset({HANDLER, MANAGER}), managers={UNIT: (MANAGER,)})
LADDER = Ladder()
STEPS = (-5, -2, 0, 1, 8, 15)
ONE_DAY = timedelta(days=1)


def a_case(deadline: date, *, handler_id: int | None = HANDLER, registered_on: date | None = None) -> FollowedCase:
    """Return an open case with this present deadline, registered fourteen days before it unless said."""
    return FollowedCase(
        unit_id=UNIT,
        handler_id=handler_id,
        deadline=deadline,
        registered_on=registered_on or deadline - timedelta(days=14),
    )


def owed_on(
    day: date,
    case: FollowedCase,
    *,
    told: Mapping[str, int] | None = None,
    staff: Staff = STAFF,
    ladder: Ladder = LADDER,
    calendar: Calendar = OFFICE,
) -> dict[str, OwedAlert]:
    """Return what one pass owes, by recipient."""
    owed = owed_alerts(
        case,
        staff=staff,
        ladder=ladder,
        told=told or {},
        today=Horizon.on(day, calendar),
        yesterday=Horizon.on(day - ONE_DAY, calendar),
        registered=Horizon.on(case.registered_on, calendar),
    )
    assert len({each.recipient for each in owed}) == len(owed)
    return {each.recipient: each for each in owed}


def passes(case: FollowedCase, *, mornings: list[date]) -> Iterator[tuple[date, OwedAlert]]:
    """Make a pass on each of the mornings and yield what each owes, remembering what was told."""
    told: dict[str, int] = {}
    for day in mornings:
        for recipient, owed in owed_on(day, case, told=told).items():
            told[recipient] = owed.step
            yield day, owed


def each_morning(first: date, last: date) -> list[date]:
    """Return every day from the first to the last."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def day_of(step: int, deadline: date, calendar: Calendar = OFFICE) -> date:
    """Return the day on which a step is owed, by looking for the first morning on which it has come."""
    day = deadline + timedelta(days=step - 20)
    while not Horizon.on(day, calendar).has_come(step, deadline):
        day += ONE_DAY
    return day


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [
        pytest.param(
            date(2026, 2, 6),
            {-5: (1, 30), -2: (2, 4), 0: (2, 6), 1: (2, 9), 8: (2, 16), 15: (2, 23)},
            id="a Friday: T-5 is a Sunday, T+1 and the later steps are Saturdays",
        ),
        pytest.param(
            date(2026, 2, 11),
            {-5: (2, 6), -2: (2, 9), 0: (2, 11), 1: (2, 12), 8: (2, 19), 15: (2, 26)},
            id="a Wednesday",
        ),
        pytest.param(
            date(2026, 2, 7),
            {-5: (2, 2), -2: (2, 5), 0: (2, 6), 1: (2, 9), 8: (2, 16), 15: (2, 23)},
            id="a Saturday: due is told on Friday, overdue on Monday",
        ),
        pytest.param(
            date(2026, 2, 8),
            {-5: (2, 3), -2: (2, 6), 0: (2, 6), 1: (2, 9), 8: (2, 16), 15: (2, 23)},
            id="a Sunday: T-2 and T fall on the same Friday",
        ),
        pytest.param(
            date(2026, 4, 3),
            {-5: (3, 27), -2: (4, 1), 0: (4, 1), 1: (4, 7), 8: (4, 13), 15: (4, 20)},
            id="Good Friday: T-2 and T fall on Wednesday, T+1 on the Tuesday after Easter",
        ),
        pytest.param(
            date(2026, 4, 7),
            {-5: (4, 1), -2: (4, 1), 0: (4, 7), 1: (4, 8), 8: (4, 15), 15: (4, 22)},
            id="the Tuesday after Easter: T-5 and T-2 fall on the Wednesday before",
        ),
        pytest.param(
            date(2026, 4, 5),
            {-5: (3, 31), -2: (4, 1), 0: (4, 1), 1: (4, 7), 8: (4, 13), 15: (4, 20)},
            id="Easter Sunday",
        ),
        pytest.param(
            date(2026, 12, 24),
            {-5: (12, 18), -2: (12, 22), 0: (12, 24), 1: (12, 28), 8: (1, 4), 15: (1, 8)},
            id="Christmas Eve, a working day; T+8 is New Year's Day",
        ),
        pytest.param(
            date(2026, 5, 17),
            {-5: (5, 12), -2: (5, 15), 0: (5, 15), 1: (5, 18), 8: (5, 26), 15: (6, 1)},
            id="17 May on a Sunday; T+8 is Whit Monday",
        ),
        pytest.param(
            date(2026, 3, 30),
            {-5: (3, 25), -2: (3, 27), 0: (3, 30), 1: (3, 31), 8: (4, 7), 15: (4, 14)},
            id="the Monday after the clocks went forward",
        ),
    ],
)
def test_a_step_is_owed_on_a_working_day_before_the_deadline_or_after_it(
    deadline: date, expected: dict[int, tuple[int, int]]
) -> None:
    found = {step: day_of(step, deadline) for step in STEPS}
    assert {step: (day.month, day.day) for step, day in found.items()} == expected


def test_a_local_closed_day_moves_the_steps_too() -> None:
    closed = office_calendar({date(2026, 2, 11): "Planleggingsdag", date(2026, 2, 12): "Planleggingsdag"})
    assert day_of(0, date(2026, 2, 11), closed) == date(2026, 2, 10)
    assert day_of(1, date(2026, 2, 11), closed) == date(2026, 2, 13)


def test_the_default_ladder_is_that_of_the_law() -> None:
    assert LADDER.handler == {-5, -2, 0, 1}
    assert LADDER.manager == {-2, 0, 1}
    assert LADDER.manager_steps_until(7) == {-2, 0, 1}
    assert LADDER.manager_steps_until(8) == {-2, 0, 1, 8}
    assert LADDER.manager_steps_until(29) == {-2, 0, 1, 8, 15, 22, 29}
    assert LADDER.manager_steps_until(-14) == {-2, 0, 1}


def test_a_case_left_open_climbs_the_ladder_step_by_step_and_the_managers_are_told_every_week() -> None:
    deadline = date(2026, 2, 11)
    told = list(passes(a_case(deadline), mornings=each_morning(date(2026, 1, 28), date(2026, 3, 6))))
    to_handler = [(day, owed.step) for day, owed in told if owed.recipient == TO_HANDLER]
    to_manager = [(day, owed.step) for day, owed in told if owed.recipient == TO_MANAGER]
    assert to_handler == [
        (date(2026, 2, 6), -5),
        (date(2026, 2, 9), -2),
        (date(2026, 2, 11), 0),
        (date(2026, 2, 12), 1),
    ]
    assert to_manager == [
        (date(2026, 2, 9), -2),
        (date(2026, 2, 11), 0),
        (date(2026, 2, 12), 1),
        (date(2026, 2, 19), 8),
        (date(2026, 2, 26), 15),
        (date(2026, 3, 5), 22),
    ]
    assert not any(owed.comes_late or owed.passed_over for _, owed in told)


def test_of_several_steps_on_one_day_the_latest_is_sent_and_it_is_not_late() -> None:
    owed = owed_on(date(2026, 4, 1), a_case(date(2026, 4, 3)), told={TO_HANDLER: -5})
    assert owed[TO_HANDLER] == OwedAlert(TO_HANDLER, 0, comes_late=False, passed_over=(-2,))
    assert owed[TO_MANAGER] == OwedAlert(TO_MANAGER, 0, comes_late=False, passed_over=(-2,))


def test_after_downtime_there_is_one_alert_that_says_that_it_comes_late() -> None:
    mornings = [date(2026, 2, 5), date(2026, 2, 20), date(2026, 2, 21)]
    told = list(passes(a_case(date(2026, 2, 11)), mornings=mornings))
    assert told == [
        (date(2026, 2, 20), OwedAlert(TO_HANDLER, 1, comes_late=True, passed_over=(-5, -2, 0))),
        (date(2026, 2, 20), OwedAlert(TO_MANAGER, 8, comes_late=True, passed_over=(-2, 0, 1))),
    ]


def test_after_downtime_an_alert_on_the_day_of_its_step_is_not_late() -> None:
    told = list(passes(a_case(date(2026, 2, 11)), mornings=[date(2026, 2, 11)]))
    assert [(owed.step, owed.comes_late, owed.passed_over) for _, owed in told] == [
        (0, False, (-5, -2)),
        (0, False, (-2,)),
    ]


def test_a_handler_who_got_the_case_yesterday_is_told_once_of_where_it_stands() -> None:
    case = a_case(date(2026, 2, 11), handler_id=99)
    staff = replace(STAFF, enabled=frozenset({HANDLER, MANAGER, 99}))
    owed = owed_on(date(2026, 2, 10), case, told={TO_HANDLER: -2, TO_MANAGER: -2}, staff=staff)
    assert owed == {"account:99": OwedAlert("account:99", -2, comes_late=True, passed_over=(-5,))}


@pytest.mark.parametrize(
    ("registered_on", "late"),
    [
        pytest.param(date(2026, 2, 5), True, id="known the day before the step"),
        pytest.param(date(2026, 2, 6), False, id="known from the day of the step"),
        pytest.param(date(2026, 2, 7), False, id="known after it"),
    ],
)
def test_an_alert_comes_late_only_when_the_case_was_known_before_its_day(registered_on: date, late: bool) -> None:
    case = a_case(date(2026, 2, 11), registered_on=registered_on)
    assert owed_on(date(2026, 2, 8), case)[TO_HANDLER] == OwedAlert(TO_HANDLER, -5, comes_late=late, passed_over=())


def test_a_case_registered_long_after_its_deadline_owes_one_alert_that_is_not_late() -> None:
    case = a_case(date(2026, 2, 11), registered_on=date(2026, 3, 30))
    owed = owed_on(date(2026, 3, 31), case)
    assert owed[TO_HANDLER] == OwedAlert(TO_HANDLER, 1, comes_late=False, passed_over=(-5, -2, 0))
    assert owed[TO_MANAGER] == OwedAlert(TO_MANAGER, 43, comes_late=False, passed_over=(-2, 0, 1, 8, 15, 22, 29, 36))


def test_on_a_day_off_nothing_new_is_owed() -> None:
    for day in each_morning(date(2026, 4, 2), date(2026, 4, 6)):
        for deadline in each_morning(date(2026, 3, 20), date(2026, 4, 20)):
            eve = {recipient: each.step for recipient, each in owed_on(date(2026, 4, 1), a_case(deadline)).items()}
            assert owed_on(day, a_case(deadline), told=eve) == {}


def test_a_moved_deadline_arms_the_steps_again() -> None:
    told_of_the_old = {TO_HANDLER: 1, TO_MANAGER: 8}
    assert owed_on(date(2026, 2, 20), a_case(date(2026, 2, 11)), told=told_of_the_old) == {}
    moved = a_case(date(2026, 2, 25), registered_on=date(2026, 1, 28))
    assert owed_on(date(2026, 2, 20), moved)[TO_HANDLER].step == -5


def test_a_units_own_ladder_holds_for_it() -> None:
    ladder = Ladder(handler=frozenset({-7}), manager=frozenset({0}), manager_again_from=2, manager_again_every=3)
    case = a_case(date(2026, 2, 11))
    assert owed_on(date(2026, 2, 4), case, ladder=ladder)[TO_HANDLER].step == -7
    assert TO_MANAGER not in owed_on(date(2026, 2, 10), case, ladder=ladder)
    assert owed_on(date(2026, 2, 19), case, ladder=ladder)[TO_MANAGER] == OwedAlert(
        TO_MANAGER, 8, comes_late=False, passed_over=(0, 2, 5)
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, None, id="nothing has changed"),
        pytest.param({"answered": True}, DropReason.ANSWERED, id="answered"),
        pytest.param({"excluded": True}, DropReason.EXCLUDED, id="excluded"),
        pytest.param({"present_deadline": date(2026, 3, 1)}, DropReason.DEADLINE_MOVED, id="moved"),
        pytest.param({"recipients": ["account:99"]}, DropReason.NOT_THEIRS, id="somebody else's now"),
        pytest.param({"recipients": []}, DropReason.NOT_THEIRS, id="nobody's now"),
        pytest.param({"answered": True, "excluded": True}, DropReason.ANSWERED, id="answered before excluded"),
        pytest.param(
            {"excluded": True, "present_deadline": date(2026, 3, 1), "recipients": []},
            DropReason.EXCLUDED,
            id="excluded before moved",
        ),
        pytest.param(
            {"present_deadline": date(2026, 3, 1), "recipients": []}, DropReason.DEADLINE_MOVED, id="moved before lost"
        ),
    ],
)
def test_an_alert_is_dropped_when_its_case_is_answered_excluded_moved_or_no_longer_theirs(
    changes: dict[str, bool | date | list[str]], expected: DropReason | None
) -> None:
    unchanged = {
        "answered": False,
        "excluded": False,
        "deadline": date(2026, 2, 11),
        "present_deadline": date(2026, 2, 11),
        "recipient": TO_HANDLER,
        "recipients": [TO_HANDLER, TO_MANAGER],
    }
    assert drop_reason(**{**unchanged, **changes}) is expected  # type: ignore[arg-type]


ladders = st.builds(
    Ladder,
    handler=st.frozensets(st.integers(-10, 10), min_size=1, max_size=5),
    manager=st.frozensets(st.integers(-10, 7), max_size=4),
    manager_again_from=st.integers(8, 12),
    manager_again_every=st.integers(1, 10),
)
default_or_own_ladders = st.just(LADDER) | ladders


@given(deadline=days, step=st.integers(-30, 60))
def test_the_day_of_a_step_is_the_first_morning_on_which_it_has_come(deadline: date, step: int) -> None:
    assert alerts.day_of(step, deadline, OFFICE) == day_of(step, deadline)


@given(deadline=days, step=st.integers(-30, 60))
def test_a_step_is_owed_on_the_nearest_working_day_on_its_own_side_of_the_deadline(deadline: date, step: int) -> None:
    owed, nominal = day_of(step, deadline), deadline + timedelta(days=step)
    assert OFFICE.is_working_day(owed)
    assert owed <= nominal if step <= 0 else owed >= nominal
    between = each_morning(min(owed, nominal), max(owed, nominal))
    assert [day for day in between if OFFICE.is_working_day(day)] == [owed]


@given(day=days, offset=st.integers(-40, 100), ladder=default_or_own_ladders, told=st.none() | st.integers(-10, 40))
def test_what_is_owed_has_come_is_theirs_and_is_owed_once(
    day: date, offset: int, ladder: Ladder, told: int | None
) -> None:
    case = a_case(day - timedelta(days=offset))
    before = {} if told is None else {TO_HANDLER: told, TO_MANAGER: told}
    first = owed_on(day, case, told=before, ladder=ladder)
    theirs = {TO_HANDLER: ladder.handler, TO_MANAGER: ladder.manager_steps_until(offset)}
    for recipient, owed in first.items():
        steps = [*owed.passed_over, owed.step]
        assert steps == sorted(set(steps))
        assert set(steps) <= theirs[recipient]
        assert all(day_of(step, case.deadline) <= day for step in steps)
        assert told is None or min(steps) > told
    now_told = before | {recipient: owed.step for recipient, owed in first.items()}
    assert owed_on(day, case, told=now_told, ladder=ladder) == {}


@given(deadline=days, mornings=st.lists(st.integers(-14, 40), min_size=1, max_size=10, unique=True))
def test_whatever_mornings_were_missed_each_step_is_told_or_passed_over_once(
    deadline: date, mornings: list[int]
) -> None:
    made = [deadline + timedelta(days=n) for n in sorted(mornings)]
    told = [owed for _, owed in passes(a_case(deadline), mornings=made)]
    for recipient, theirs in ((TO_HANDLER, LADDER.handler), (TO_MANAGER, LADDER.manager_steps_until(max(mornings)))):
        steps = [step for owed in told if owed.recipient == recipient for step in (*owed.passed_over, owed.step)]
        assert steps == sorted(step for step in theirs if day_of(step, deadline) <= made[-1])


@given(day=days, offset=st.integers(-40, 20), ladder=default_or_own_ladders)
def test_no_case_beyond_the_boundary_of_the_pass_owes_anything(day: date, offset: int, ladder: Ladder) -> None:
    deadline = day - timedelta(days=offset)
    beyond = deadline > Horizon.on(day, OFFICE).furthest_deadline(ladder)
    assert not (beyond and owed_on(day, a_case(deadline), ladder=ladder))


def test_the_boundary_of_the_pass_is_the_first_step_with_the_days_off_that_follow() -> None:
    assert Horizon.on(date(2026, 2, 11), OFFICE).furthest_deadline(LADDER) == date(2026, 2, 16)
    assert Horizon.on(date(2026, 2, 13), OFFICE).furthest_deadline(LADDER) == date(2026, 2, 20)  # a Friday
    assert Horizon.on(date(2026, 4, 1), OFFICE).furthest_deadline(LADDER) == date(2026, 4, 11)  # before Easter
