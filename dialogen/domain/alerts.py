"""Which alert a case deserves on a day, and who is owed it (domain.md 6). No rows and no letters here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from dialogen.domain.deadlines import ONE_DAY, Calendar

NOBODY = "nobody"  # a recipient like any other, so that an alert without one is still a row
CASES_IN_A_LETTER = 50


class AlertState(StrEnum):
    """What has become of an alert."""

    OWED = "owed"  # raised; waits to be put in a letter
    IN_LETTER = "in_letter"
    SUPERSEDED = "superseded"  # a later step of the same deadline took its place
    DROPPED = "dropped"  # the case was answered, excluded or moved before the letter was fixed
    UNADDRESSED = "unaddressed"  # owed to nobody until somebody appears
    FILLED_IN = "filled_in"  # was owed to nobody; somebody appeared, and has an alert of their own


class DropReason(StrEnum):
    """Why an alert was dropped."""

    ANSWERED = "answered"
    EXCLUDED = "excluded"
    DEADLINE_MOVED = "deadline_moved"
    NOT_THEIRS = "not_theirs"


@dataclass(frozen=True)
class Ladder:
    """The steps of one unit, in days from the present deadline: negative before it, 0 on it, positive after it."""

    handler: frozenset[int] = frozenset({-5, -2, 0, 1})
    manager: frozenset[int] = frozenset({-2, 0, 1})
    manager_again_from: int = 8
    manager_again_every: int = 7

    def manager_steps_until(self, days_after: int) -> frozenset[int]:
        """Return the managers' steps, the repeated ones up to so many days after the deadline."""
        return self.manager | set(range(self.manager_again_from, days_after + 1, self.manager_again_every))


def day_of(step: int, deadline: date, calendar: Calendar) -> date:
    """Return the working day on which a step is owed: before or on its own day, and after it when overdue."""
    day = deadline + timedelta(days=step)
    return calendar.working_day_from(day) if step > 0 else calendar.working_day_until(day)


@dataclass(frozen=True)
class Horizon:
    """How far the steps have come by the morning of a day, on the office's calendar.

    A step before or on the deadline that falls on a closed day is owed on the working day before it, and an
    overdue step on the next one after it; so each kind of step has come up to a limit.
    """

    day: date
    warned_until: date  # the last calendar day whose warning steps are owed by now
    overdue_until: date  # the last calendar day whose overdue steps are owed by now

    @classmethod
    def on(cls, day: date, calendar: Calendar) -> "Horizon":
        """Build the horizon of a day."""
        return cls(day, calendar.working_day_from(day + ONE_DAY) - ONE_DAY, calendar.working_day_until(day))

    def has_come(self, step: int, deadline: date) -> bool:
        """Say whether the day on which a step is owed has come."""
        limit = self.overdue_until if step > 0 else self.warned_until
        return deadline + timedelta(days=step) <= limit

    def furthest_deadline(self, ladder: Ladder) -> date:
        """Return the latest deadline for which any step can have come: the boundary of the pass."""
        return self.warned_until - timedelta(days=min(ladder.handler | ladder.manager))


@dataclass(frozen=True)
class Staff:
    """Who works where, as far as alerts ask: enabled accounts by number, and the units' own addresses."""

    enabled: frozenset[int]
    managers: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  # by unit
    managers_of_all: tuple[int, ...] = ()
    administrators: tuple[int, ...] = ()
    units_with_address: frozenset[int] = frozenset()

    def answers_for_others(self, recipient: str) -> bool:
        """Say whether a recipient is a manager, or stands in for one: a unit's own address, an administrator."""
        kind, number = parse_recipient(recipient)
        if kind != "account":
            return kind == "unit"
        managers = (self.managers_of_all, self.administrators, *self.managers.values())
        return any(number in some for some in managers)


@dataclass(frozen=True)
class FollowedCase:
    """What alerts need to know of an open case."""

    unit_id: int | None
    handler_id: int | None
    deadline: date
    registered_on: date


@dataclass(frozen=True)
class OwedAlert:
    """One message owed to one recipient because of one deadline, with what it stands for."""

    recipient: str
    step: int
    comes_late: bool
    passed_over: tuple[int, ...]  # earlier steps that nobody told this recipient of, oldest first


def account_recipient(account_id: int) -> str:
    """Return the recipient that is this account."""
    return f"account:{account_id}"


def unit_recipient(unit_id: int) -> str:
    """Return the recipient that is this unit's own e-mail address."""
    return f"unit:{unit_id}"


def parse_recipient(recipient: str) -> tuple[str, int | None]:
    """Return a recipient's kind (account, unit, nobody) and number."""
    kind, _, number = recipient.partition(":")
    return kind, int(number) if number else None


def _managers_or_address(unit_id: int | None, staff: Staff) -> list[str]:
    managers = staff.managers.get(unit_id, ()) if unit_id is not None else ()
    if managers or staff.managers_of_all:
        return [account_recipient(each) for each in managers or staff.managers_of_all]
    if unit_id in staff.units_with_address and unit_id is not None:
        return [unit_recipient(unit_id)]
    return []


def _last_resort(staff: Staff) -> list[str]:
    return [account_recipient(each) for each in staff.administrators] or [NOBODY]


def audience(case: FollowedCase, staff: Staff, ladder: Ladder, today: date) -> dict[str, frozenset[int]]:
    """Return the recipients of a case's alerts, each with the steps that are theirs.

    The handler's steps go to the handler, else up the chain: managers of the unit, managers of all units, the
    unit's address, administrators, nobody. The manager's copy stops at the unit's address for a step that the
    handler is told of.
    """
    chain = _managers_or_address(case.unit_id, staff)
    handler_id = case.handler_id if case.handler_id in staff.enabled else None
    manager_steps = ladder.manager_steps_until((today - case.deadline).days)
    if handler_id is None:
        shares = [(chain or _last_resort(staff), ladder.handler | manager_steps)]
    else:
        shares = [
            ([account_recipient(handler_id)], ladder.handler),
            (chain, manager_steps & ladder.handler),
            (chain or _last_resort(staff), manager_steps - ladder.handler),
        ]
    theirs: dict[str, frozenset[int]] = {}
    for recipients, steps in shares:
        for recipient in recipients:
            theirs[recipient] = theirs.get(recipient, frozenset()) | steps
    return {recipient: steps for recipient, steps in theirs.items() if steps}


def owed_alerts(
    case: FollowedCase,
    *,
    staff: Staff,
    ladder: Ladder,
    told: Mapping[str, int],
    today: Horizon,
    yesterday: Horizon,
    registered: Horizon,
) -> list[OwedAlert]:
    """Return what a case owes each recipient now: the latest step whose day has come, if it was not told before.

    `told` gives, by recipient, the latest step already alerted for the present deadline; `registered` is the
    horizon of the day the case became known.
    """
    owed: list[OwedAlert] = []
    for recipient, steps in audience(case, staff, ladder, today.day).items():
        before = told.get(recipient)
        come = sorted(
            step for step in steps if (before is None or step > before) and today.has_come(step, case.deadline)
        )
        if not come:
            continue
        late = comes_late(come[-1], case.deadline, yesterday=yesterday, registered=registered)
        owed.append(OwedAlert(recipient, come[-1], late, tuple(come[:-1])))
    return owed


def comes_late(step: int, deadline: date, *, yesterday: Horizon, registered: Horizon) -> bool:
    """Say whether an alert told today comes late: its day is past, though the case was known before that day."""
    return yesterday.has_come(step, deadline) and not registered.has_come(step, deadline)


def drop_reason(
    *, answered: bool, excluded: bool, deadline: date, present_deadline: date, recipient: str, recipients: Iterable[str]
) -> DropReason | None:
    """Say why an alert should not be told any more, looked at just before its letter is fixed; None when it should."""
    if answered:
        return DropReason.ANSWERED
    if excluded:
        return DropReason.EXCLUDED
    if deadline != present_deadline:
        return DropReason.DEADLINE_MOVED
    return None if recipient in recipients else DropReason.NOT_THEIRS
