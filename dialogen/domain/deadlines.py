"""What fourteen days means: the versioned deadline rule, the working-day calendar, days left and derived states."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from dialogen.domain.errors import InvalidInput, Problem

EARLIEST_RECEPTION = date(1900, 1, 1)
LATEST_DEADLINE = date(2100, 12, 31)  # the last day whose public holidays are known
NEAR_DAYS = 5  # the first step of the default ladder, in calendar days before the deadline
ONE_DAY = timedelta(days=1)
SATURDAY = 5


class Roll(StrEnum):
    """What happens to a deadline that falls on a day the office is closed."""

    NONE = "none"
    NEXT_WORKING_DAY = "next_working_day"  # as domstolloven § 149 does for statutory deadlines


@dataclass(frozen=True)
class DeadlineRule:
    """One version of the municipality's promise: so many calendar days, from a first day on (None: always)."""

    version: int
    valid_from: date | None
    days: int
    roll: Roll


#: Handlingsprogram, Medvirkning, MV.1.1: "fristen på 14 dager"; version 1 has no beginning.
FIRST_RULE = DeadlineRule(version=1, valid_from=None, days=14, roll=Roll.NONE)


@dataclass(frozen=True)
class Calendar:
    """The office's working days in the years it knows; a date outside them fails loudly.

    `closed` names public holidays and local closed days; Saturdays and Sundays need not be in it.
    """

    first_year: int
    last_year: int
    closed: Mapping[date, str] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        """Say whether the office is open; raises InvalidInput outside the known years."""
        if not self.first_year <= day.year <= self.last_year:
            raise InvalidInput.of(
                "date", Problem.BEYOND_CALENDAR, value=day, first=self.first_year, last=self.last_year
            )
        return day.weekday() < SATURDAY and day not in self.closed

    def working_day_from(self, day: date) -> date:
        """Return the day itself when it is a working day, else the next one after it."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def working_day_until(self, day: date) -> date:
        """Return the day itself when it is a working day, else the last one before it."""
        while not self.is_working_day(day):
            day -= ONE_DAY
        return day


class State(StrEnum):
    """How a case stands on a day. Derived, never stored."""

    ON_TRACK = "on_track"
    NEARING = "nearing"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    ANSWERED_ON_TIME = "answered_on_time"
    ANSWERED_LATE = "answered_late"
    EXCLUDED = "excluded"


OPEN_STATES = frozenset({State.ON_TRACK, State.NEARING, State.DUE_TODAY, State.OVERDUE})


def rule_for(rules: Iterable[DeadlineRule], received_on: date) -> DeadlineRule:
    """Return the rule with the greatest valid_from not after the day of reception."""
    valid = [rule for rule in rules if rule.valid_from is None or rule.valid_from <= received_on]
    return max(valid, key=lambda rule: rule.valid_from or date.min)


def unrolled_due_on(received_on: date, rule: DeadlineRule) -> date:
    """Return the due date before any roll: the day of reception is day 0 (as domstolloven § 148 counts)."""
    return received_on + timedelta(days=rule.days)


def due_on(received_on: date, rule: DeadlineRule, calendar: Calendar) -> date:
    """Return the last local date on which an answer is on time."""
    due = unrolled_due_on(received_on, rule)
    return calendar.working_day_from(due) if rule.roll is Roll.NEXT_WORKING_DAY else due


def present_deadline(due_on: date, extended_to: date | None) -> date:
    """Return the deadline an open case is followed by: the extension where there is one."""
    return extended_to or due_on


def open_state(deadline: date, today: date, *, near_days: int = NEAR_DAYS) -> State:
    """Return the state of an open case by its present deadline."""
    left = (deadline - today).days
    if left < 0:
        return State.OVERDUE
    if left == 0:
        return State.DUE_TODAY
    return State.NEARING if left <= near_days else State.ON_TRACK


def open_deadlines(today: date, *, near_days: int = NEAR_DAYS) -> dict[State, tuple[date | None, date | None]]:
    """Return, for each open state, the first and last present deadline that gives it today (None: no bound).

    The same rule as `open_state`, as boundaries that a query can filter by.
    """
    near_until = today + timedelta(days=near_days)
    return {
        State.OVERDUE: (None, today - ONE_DAY),
        State.DUE_TODAY: (today, today),
        State.NEARING: (today + ONE_DAY, near_until),
        State.ON_TRACK: (near_until + ONE_DAY, None),
    }


def state(
    *,
    due_on: date,
    extended_to: date | None,
    answered_on: date | None,
    excluded: bool,
    today: date,
    near_days: int = NEAR_DAYS,
) -> State:
    """Return how a case stands on a day: an answered one by its original deadline, an open one by its present."""
    if excluded:
        return State.EXCLUDED
    if answered_on is not None:
        return State.ANSWERED_ON_TIME if answered_on <= due_on else State.ANSWERED_LATE
    return open_state(present_deadline(due_on, extended_to), today, near_days=near_days)


def days_left(
    *, due_on: date, extended_to: date | None, answered_on: date | None, excluded: bool, today: date
) -> int | None:
    """Return calendar days to the present deadline: 0 on it, negative after it, None when nothing is awaited."""
    if excluded or answered_on is not None:
        return None
    return (present_deadline(due_on, extended_to) - today).days


def check_received_on(received_on: date, today: date) -> None:
    """Refuse a reception before 1900 or after today."""
    if received_on < EARLIEST_RECEPTION:
        raise InvalidInput.of("received_on", Problem.RECEIVED_TOO_EARLY, value=received_on)
    if received_on > today:
        raise InvalidInput.of("received_on", Problem.RECEIVED_IN_FUTURE, value=received_on)


@dataclass(frozen=True)
class Explanation:
    """The answer to "why this date?": every step from reception to the stored due date."""

    received_on: date
    rule: DeadlineRule
    unrolled: date
    closed_days: tuple[tuple[date, str], ...]  # the closed days the deadline was rolled over, with their names
    due_on: date
    extended_to: date | None


def explain(
    *, received_on: date, rule: DeadlineRule, due_on: date, extended_to: date | None, calendar: Calendar
) -> Explanation:
    """Retell how the stored due date came about by the rule version that the case was given."""
    unrolled = unrolled_due_on(received_on, rule)
    rolled_over = [unrolled + timedelta(days=n) for n in range(max(0, (due_on - unrolled).days))]
    closed = tuple((day, calendar.closed.get(day, "")) for day in rolled_over)
    return Explanation(received_on, rule, unrolled, closed, due_on, extended_to)
