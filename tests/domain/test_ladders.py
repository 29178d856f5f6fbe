"""Which ladder holds, which is usable, and whom it will tell on which days."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogen.calendar import office_calendar
from dialogen.domain.alerts import FollowedCase, Horizon, Ladder, Staff, owed_alerts
from dialogen.domain.errors import InvalidInput, Problem
from dialogen.domain.ladders import (
    Ladders,
    ManagersAlerts,
    Telling,
    check_reaches_somebody,
    checked_ladder,
    coming_alerts,
    managers_alerts,
)

OFFICE = office_calendar({date(2026, 5, 15): "Inneklemt"})
UNIT, OTHER_UNIT, HANDLER, MANAGER = 1, 2, 10, 20
STAFF = Staff(enabled=frozenset({HANDLER, MANAGER}), managers={UNIT: (MANAGER,)})
USUAL: dict[str, Any] = {"handler": [-5, -2, 0, 1], "manager": [-2, 0, 1], "again_from": 8, "again_every": 7}
ONE_DAY = timedelta(days=1)


def refused(**changed: Any) -> list[tuple[str, Problem]]:
    """Return what makes a ladder unusable."""
    with pytest.raises(InvalidInput) as refusal:
        checked_ladder(**(USUAL | changed))
    return [(each.field, each.problem) for each in refusal.value.problems]


def test_the_ladder_of_the_domain_is_usable() -> None:
    assert checked_ladder(**USUAL) == Ladder()


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        ({"handler": [-5, -5, 0, 1]}, [("handler", Problem.LADDER_STEP_TWICE)]),
        ({"handler": []}, [("handler", Problem.LADDER_EMPTY)]),
        ({"manager": []}, [("manager", Problem.LADDER_EMPTY)]),
        ({"handler": [-5, 1]}, [("handler", Problem.LADDER_STEP_MISSING)]),
        ({"manager": [-2, 0]}, [("manager", Problem.LADDER_STEP_MISSING)]),
        ({"handler": [-31, 0, 1]}, [("handler", Problem.LADDER_STEP_OUTSIDE)]),
        ({"manager": [0, 1, 31], "again_from": 40}, [("manager", Problem.LADDER_STEP_OUTSIDE)]),
        ({"manager": [0, 1, 8]}, [("again_from", Problem.LADDER_NUMBER)]),
        ({"again_from": 1}, [("again_from", Problem.LADDER_NUMBER)]),
        ({"again_from": None}, [("again_from", Problem.LADDER_NUMBER)]),
        ({"again_from": 61}, [("again_from", Problem.LADDER_NUMBER)]),
        ({"again_every": 0}, [("again_every", Problem.LADDER_NUMBER)]),
        (
            {"handler": [2, 2], "again_every": 31},
            [
                ("handler", Problem.LADDER_STEP_TWICE),
                ("handler", Problem.LADDER_STEP_MISSING),
                ("handler", Problem.LADDER_STEP_MISSING),
                ("again_every", Problem.LADDER_NUMBER),
            ],
        ),
    ],
    ids=str,
)
def test_an_unusable_ladder_says_all_that_is_wrong_with_it(
    changed: dict[str, Any], problems: list[tuple[str, Problem]]
) -> None:
    assert refused(**changed) == problems


@given(
    handler=st.lists(st.integers(-40, 40), max_size=6),
    manager=st.lists(st.integers(-40, 40), max_size=6),
    again_from=st.none() | st.integers(-5, 70),
    again_every=st.none() | st.integers(-5, 40),
)
def test_whatever_is_written_a_ladder_that_is_taken_tells_both_on_the_day_and_after_it(
    handler: Sequence[int], manager: Sequence[int], again_from: int | None, again_every: int | None
) -> None:
    try:
        ladder = checked_ladder(handler=handler, manager=manager, again_from=again_from, again_every=again_every)
    except InvalidInput:
        return
    assert {0, 1} <= ladder.handler & ladder.manager
    assert len(ladder.handler) == len(handler)
    assert max(ladder.manager) < ladder.manager_again_from
    assert ladder.manager_again_every > 0


def test_a_unit_without_a_ladder_of_its_own_follows_the_default() -> None:
    default, own = Ladder(handler=frozenset({0, 1})), Ladder(handler=frozenset({-9, 0, 1}))
    ladders = Ladders(default, {UNIT: own})
    assert [ladders.of(UNIT), ladders.of(OTHER_UNIT), ladders.of(None)] == [own, default, default]
    assert ladders.all == {own, default}


@pytest.mark.parametrize(
    ("staff", "expected"),
    [
        (STAFF, ManagersAlerts.UNIT_MANAGERS),
        (Staff(frozenset({1}), managers_of_all=(1,)), ManagersAlerts.MANAGERS_OF_ALL),
        (Staff(frozenset(), units_with_address=frozenset({UNIT})), ManagersAlerts.UNIT_ADDRESS),
        (Staff(frozenset({1}), administrators=(1,)), ManagersAlerts.ADMINISTRATORS),
    ],
    ids=lambda value: value.name if isinstance(value, ManagersAlerts) else "",
)
def test_without_a_manager_it_is_known_who_gets_the_managers_alerts(staff: Staff, expected: ManagersAlerts) -> None:
    assert managers_alerts(UNIT, staff) is expected
    check_reaches_somebody(UNIT, staff)


def test_a_ladder_that_nobody_at_all_would_be_told_by_is_refused() -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_reaches_somebody(UNIT, Staff(frozenset(), units_with_address=frozenset({OTHER_UNIT})))
    assert refusal.value.problems[0].problem is Problem.LADDER_REACHES_NOBODY


LADDERS = st.builds(
    Ladder,
    handler=st.frozensets(st.integers(-10, 10), max_size=4).map(lambda steps: steps | {0, 1}),
    manager=st.frozensets(st.integers(-10, 7), max_size=4).map(lambda steps: steps | {0, 1}),
    manager_again_from=st.integers(8, 12),
    manager_again_every=st.integers(1, 10),
)


@given(
    first=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    offset=st.integers(-30, 30),
    length=st.integers(0, 28),
    ladder=LADDERS,
    handler_told=st.none() | st.integers(-10, 10),
    assigned=st.booleans(),
)
def test_what_is_foretold_is_what_the_passes_of_those_mornings_raise(
    first: date, offset: int, length: int, ladder: Ladder, handler_told: int | None, assigned: bool
) -> None:
    case = FollowedCase(UNIT, HANDLER if assigned else None, first + timedelta(days=offset), first)
    told = {} if handler_told is None else {f"account:{HANDLER}": handler_told, f"account:{MANAGER}": handler_told}
    last = first + timedelta(days=length)
    foretold = coming_alerts(case, staff=STAFF, ladder=ladder, told=told, first=first, last=last, calendar=OFFICE)
    raised, now_told = [], dict(told)
    for day in (first + timedelta(days=n) for n in range(length + 1)):
        owed = owed_alerts(
            case,
            staff=STAFF,
            ladder=ladder,
            told=now_told,
            today=Horizon.on(day, OFFICE),
            yesterday=Horizon.on(day - ONE_DAY, OFFICE),
            registered=Horizon.on(first, OFFICE),
        )
        raised += [Telling(day, each.recipient, each.step) for each in sorted(owed, key=lambda one: one.recipient)]
        now_told |= {each.recipient: each.step for each in owed}
    assert foretold == raised
