"""Which ladder holds for which unit, what one must hold to be used, and whom it will tell on which days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from dialogen.domain.alerts import FollowedCase, Ladder, Staff, audience, day_of
from dialogen.domain.deadlines import Calendar
from dialogen.domain.errors import FieldProblem, InvalidInput, Problem

STEPS = range(-30, 31)
AGAIN_FROM = range(2, 61)
AGAIN_EVERY = range(1, 31)
#: Due today and overdue: what nobody may go without.
NEEDED = (0, 1)


class Medium(StrEnum):
    """How the alerts of a ladder reach people."""

    EMAIL = "email"


class ManagersAlerts(StrEnum):
    """To whom the managers' alerts of a unit go, by the chain of domain.md 6."""

    UNIT_MANAGERS = "unit_managers"
    MANAGERS_OF_ALL = "managers_of_all"
    UNIT_ADDRESS = "unit_address"
    ADMINISTRATORS = "administrators"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Ladders:
    """The ladders in force: the municipality's default, and those of units that have their own."""

    default: Ladder = field(default_factory=Ladder)
    by_unit: Mapping[int, Ladder] = field(default_factory=dict)

    def of(self, unit_id: int | None) -> Ladder:
        """Return the ladder of a unit, or of cases without one."""
        return self.default if unit_id is None else self.by_unit.get(unit_id, self.default)

    @property
    def all(self) -> frozenset[Ladder]:
        """Every ladder that a case may be followed by."""
        return frozenset({self.default, *self.by_unit.values()})


@dataclass(frozen=True)
class Telling:
    """One alert to come, if nothing happens to the case before it."""

    day: date
    recipient: str
    step: int


def checked_ladder(
    *, handler: Sequence[int], manager: Sequence[int], again_from: int | None, again_every: int | None
) -> Ladder:
    """Return the ladder of some steps; raises InvalidInput with all that makes it unusable."""
    problems = [*_wrong_steps("handler", handler), *_wrong_steps("manager", manager)]
    after = max([1, *(step for step in manager if step in STEPS)])
    if again_from is None or again_from not in AGAIN_FROM or again_from <= after:
        told: dict[str, object] = {"value": again_from, "least": max(after + 1, AGAIN_FROM[0]), "most": AGAIN_FROM[-1]}
        problems.append(FieldProblem("again_from", Problem.LADDER_NUMBER, told))
    if again_every is None or again_every not in AGAIN_EVERY:
        told = {"value": again_every, "least": AGAIN_EVERY[0], "most": AGAIN_EVERY[-1]}
        problems.append(FieldProblem("again_every", Problem.LADDER_NUMBER, told))
    if problems or again_from is None or again_every is None:
        raise InvalidInput(problems)
    return Ladder(frozenset(handler), frozenset(manager), again_from, again_every)


def _wrong_steps(name: str, steps: Sequence[int]) -> list[FieldProblem]:
    if not steps:
        return [FieldProblem(name, Problem.LADDER_EMPTY)]
    wrong = [
        FieldProblem(name, Problem.LADDER_STEP_OUTSIDE, {"value": step, "least": STEPS[0], "most": STEPS[-1]})
        for step in dict.fromkeys(steps)
        if step not in STEPS
    ]
    twice = [step for step in dict.fromkeys(steps) if steps.count(step) > 1]
    wrong += [FieldProblem(name, Problem.LADDER_STEP_TWICE, {"value": step}) for step in twice]
    missing = [step for step in NEEDED if step not in steps]
    return wrong + [FieldProblem(name, Problem.LADDER_STEP_MISSING, {"value": step}) for step in missing]


def managers_alerts(unit_id: int | None, staff: Staff) -> ManagersAlerts:
    """Say to whom the managers' alerts of a unit go."""
    if unit_id is not None and staff.managers.get(unit_id):
        return ManagersAlerts.UNIT_MANAGERS
    if staff.managers_of_all:
        return ManagersAlerts.MANAGERS_OF_ALL
    if unit_id in staff.units_with_address:
        return ManagersAlerts.UNIT_ADDRESS
    return ManagersAlerts.ADMINISTRATORS if staff.administrators else ManagersAlerts.NOBODY


def check_reaches_somebody(unit_id: int | None, staff: Staff) -> None:
    """Refuse a ladder whose managers' steps nobody at all would be told of."""
    if managers_alerts(unit_id, staff) is ManagersAlerts.NOBODY:
        raise InvalidInput.of("manager", Problem.LADDER_REACHES_NOBODY)


def coming_alerts(
    case: FollowedCase,
    *,
    staff: Staff,
    ladder: Ladder,
    told: Mapping[str, int],
    first: date,
    last: date,
    calendar: Calendar,
) -> list[Telling]:
    """Return what the mornings from the first to the last will owe a case's recipients, while it stays as it is.

    `told` gives, by recipient, the latest step already alerted for the present deadline.
    """
    coming: dict[tuple[date, str], int] = {}
    for recipient, steps in audience(case, staff, ladder, last).items():
        before = told.get(recipient)
        for step in sorted(steps):
            day = max(first, day_of(step, case.deadline, calendar))
            if day <= last and (before is None or step > before):
                coming[day, recipient] = step  # of several on one morning the latest
    return sorted(
        (Telling(day, recipient, step) for (day, recipient), step in coming.items()),
        key=lambda each: (each.day, each.recipient),
    )
