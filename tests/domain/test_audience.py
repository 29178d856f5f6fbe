"""Who is told of a case's deadline, so that nothing disappears because nobody was there (domain.md 6)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogen.domain.alerts import (
    NOBODY,
    FollowedCase,
    Ladder,
    Staff,
    account_recipient,
    audience,
    parse_recipient,
    unit_recipient,
)

UNIT, OTHER_UNIT = 1, 2
HANDLER, MANAGER, DEPUTY, CHIEF, ADMIN = 10, 20, 21, 30, 40
DEADLINE = date(2026, 2, 11)
LADDER = Ladder()

EVERYBODY = Staff(
    enabled=frozenset({HANDLER, MANAGER, DEPUTY, CHIEF, ADMIN}),
    managers={UNIT: (MANAGER, DEPUTY), OTHER_UNIT: (CHIEF,)},
    managers_of_all=(CHIEF,),
    administrators=(ADMIN,),
    units_with_address=frozenset({UNIT}),
)
NO_UNIT_MANAGERS = replace(EVERYBODY, managers={OTHER_UNIT: (CHIEF,)})
NO_MANAGERS = replace(NO_UNIT_MANAGERS, managers_of_all=())
NO_ADDRESS = replace(NO_MANAGERS, units_with_address=frozenset({OTHER_UNIT}))
NO_ADMINISTRATORS = replace(NO_ADDRESS, administrators=())

A_CASE = FollowedCase(unit_id=UNIT, handler_id=HANDLER, deadline=DEADLINE, registered_on=date(2026, 1, 28))
UNASSIGNED = replace(A_CASE, handler_id=None)
UNPLACED = replace(A_CASE, unit_id=None)
UNPLACED_AND_UNASSIGNED = replace(UNPLACED, handler_id=None)

HANDLERS_STEPS = frozenset({-5, -2, 0, 1})
MANAGERS_STEPS = frozenset({-2, 0, 1, 8, 15})
ALL_STEPS = HANDLERS_STEPS | MANAGERS_STEPS


def told(case: FollowedCase, staff: Staff, *, ladder: Ladder = LADDER) -> dict[str, frozenset[int]]:
    """Return who is told of the case sixteen days after its deadline, when T+15 is the last step that has come."""
    return audience(case, staff, ladder, DEADLINE + timedelta(days=16))


@pytest.mark.parametrize(
    ("staff", "expected"),
    [
        pytest.param(
            EVERYBODY,
            {"account:10": HANDLERS_STEPS, "account:20": MANAGERS_STEPS, "account:21": MANAGERS_STEPS},
            id="the handler, and each of the unit's managers",
        ),
        pytest.param(
            NO_UNIT_MANAGERS,
            {"account:10": HANDLERS_STEPS, "account:30": MANAGERS_STEPS},
            id="without managers of the unit the managers of all units get their copy",
        ),
        pytest.param(
            NO_MANAGERS,
            {"account:10": HANDLERS_STEPS, "unit:1": MANAGERS_STEPS},
            id="without managers the unit's own address",
        ),
        pytest.param(
            NO_ADDRESS,
            {"account:10": HANDLERS_STEPS, "account:40": frozenset({8, 15})},
            id="a copy goes no further; what the handler is not told of goes to the administrators",
        ),
        pytest.param(
            NO_ADMINISTRATORS,
            {"account:10": HANDLERS_STEPS, NOBODY: frozenset({8, 15})},
            id="or to nobody",
        ),
    ],
)
def test_a_handler_is_told_and_the_managers_get_their_copy(staff: Staff, expected: dict[str, frozenset[int]]) -> None:
    assert told(A_CASE, staff) == expected


@pytest.mark.parametrize(
    ("staff", "expected"),
    [
        pytest.param(EVERYBODY, ["account:20", "account:21"], id="the unit's managers"),
        pytest.param(NO_UNIT_MANAGERS, ["account:30"], id="else the managers of all units"),
        pytest.param(NO_MANAGERS, ["unit:1"], id="else the unit's own address"),
        pytest.param(NO_ADDRESS, ["account:40"], id="else the administrators"),
        pytest.param(NO_ADMINISTRATORS, [NOBODY], id="else nobody"),
    ],
)
def test_the_steps_of_a_case_without_a_handler_go_up_the_chain(staff: Staff, expected: list[str]) -> None:
    assert told(UNASSIGNED, staff) == dict.fromkeys(expected, ALL_STEPS)


@pytest.mark.parametrize("staff", [EVERYBODY, NO_UNIT_MANAGERS, NO_MANAGERS, NO_ADDRESS, NO_ADMINISTRATORS])
def test_a_disabled_handler_is_as_none(staff: Staff) -> None:
    disabled = replace(staff, enabled=staff.enabled - {HANDLER})
    assert told(A_CASE, disabled) == told(UNASSIGNED, disabled)


@pytest.mark.parametrize(
    ("staff", "expected"),
    [
        pytest.param(EVERYBODY, ["account:30"], id="the managers of all units"),
        pytest.param(NO_MANAGERS, ["account:40"], id="no unit, no address: the administrators"),
        pytest.param(NO_ADMINISTRATORS, [NOBODY], id="nobody"),
    ],
)
def test_a_case_without_a_unit_is_told_to_those_above_the_units(staff: Staff, expected: list[str]) -> None:
    assert told(UNPLACED_AND_UNASSIGNED, staff) == dict.fromkeys(expected, ALL_STEPS)


def test_a_case_without_a_unit_still_has_its_handler() -> None:
    assert told(UNPLACED, EVERYBODY) == {"account:10": HANDLERS_STEPS, "account:30": MANAGERS_STEPS}
    assert told(UNPLACED, NO_MANAGERS) == {"account:10": HANDLERS_STEPS, "account:40": frozenset({8, 15})}


def test_a_manager_who_handles_the_case_is_one_recipient() -> None:
    assert told(replace(A_CASE, handler_id=MANAGER), EVERYBODY) == {
        "account:20": ALL_STEPS,
        "account:21": MANAGERS_STEPS,
    }


def test_several_administrators_are_all_told() -> None:
    staff = replace(NO_ADDRESS, administrators=(ADMIN, 41))
    assert set(told(UNASSIGNED, staff)) == {"account:40", "account:41"}


def test_who_has_no_step_in_the_ladder_is_not_a_recipient() -> None:
    quiet = Ladder(handler=frozenset({-5}), manager=frozenset(), manager_again_from=100)
    assert told(A_CASE, EVERYBODY, ladder=quiet) == {"account:10": frozenset({-5})}


def test_before_the_deadline_the_weekly_steps_are_not_there_yet() -> None:
    assert audience(A_CASE, EVERYBODY, LADDER, DEADLINE)["account:20"] == {-2, 0, 1}


@given(
    case=st.sampled_from([A_CASE, UNASSIGNED, UNPLACED, UNPLACED_AND_UNASSIGNED]),
    staff=st.sampled_from([EVERYBODY, NO_UNIT_MANAGERS, NO_MANAGERS, NO_ADDRESS, NO_ADMINISTRATORS]),
    handler_enabled=st.booleans(),
    days_after=st.integers(-20, 100),
)
def test_every_step_has_a_recipient(case: FollowedCase, staff: Staff, handler_enabled: bool, days_after: int) -> None:
    enabled = staff.enabled if handler_enabled else staff.enabled - {HANDLER}
    recipients = audience(case, replace(staff, enabled=enabled), LADDER, DEADLINE + timedelta(days=days_after))
    assert frozenset().union(*recipients.values()) == LADDER.handler | LADDER.manager_steps_until(days_after)
    assert (NOBODY in recipients) <= (staff is NO_ADMINISTRATORS)


@pytest.mark.parametrize(
    ("recipient", "kind", "number"),
    [(account_recipient(17), "account", 17), (unit_recipient(3), "unit", 3), (NOBODY, "nobody", None)],
)
def test_a_recipient_is_read_back_as_written(recipient: str, kind: str, number: int | None) -> None:
    assert parse_recipient(recipient) == (kind, number)
