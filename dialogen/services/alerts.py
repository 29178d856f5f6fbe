"""Raises the alerts that a day owes, and looks at waiting ones again before they are told. Sends nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from dialogen import calendar
from dialogen.database import alerts as alert_rows
from dialogen.database import ladders as ladder_rows
from dialogen.database import owed as owed_rows
from dialogen.database import rules
from dialogen.database import staff as staff_rows
from dialogen.database.alerts import OpenCase
from dialogen.database.owed import OwedRow
from dialogen.domain.alerts import (
    NOBODY,
    DropReason,
    Horizon,
    OwedAlert,
    Staff,
    audience,
    comes_late,
    drop_reason,
    owed_alerts,
)
from dialogen.domain.deadlines import ONE_DAY, Calendar, State, open_deadlines
from dialogen.domain.ladders import Ladders
from dialogen.domain.staleness import Silence

if TYPE_CHECKING:
    from dialogen.database.engine import Database

BATCH = 500  # cases read at once
ROWS = 1000  # alerts changed in one transaction: well under a second's work, whatever the number of recipients


@dataclass(frozen=True)
class Morning:
    """What a pass knows before it looks at cases: the day, the calendar, the people and the ladders."""

    today: date
    calendar: Calendar
    staff: Staff
    ladders: Ladders
    silence: Silence | None = None  # before it; those who answer for others are told of it
    horizons: dict[date, Horizon] = field(default_factory=dict)

    def horizon(self, day: date) -> Horizon:
        """Return how far the steps have come by a day, reckoned once a day asked for."""
        if day not in self.horizons:
            self.horizons[day] = Horizon.on(day, self.calendar)
        return self.horizons[day]


@dataclass(frozen=True)
class OpenCounts:
    """How many cases are open on a day; the last three are disjoint parts of the first."""

    open: int
    nearing: int
    due_today: int
    overdue: int


@dataclass(frozen=True)
class Raised:
    """What raising came to: cases looked at, and alerts raised, those to nobody included."""

    seen: int
    raised: int


def morning_of(db: "Database", today: date) -> Morning:
    """Read what a pass needs to know before it looks at cases."""
    with db.reading() as session:
        return Morning(
            today,
            calendar.office_calendar(rules.closed_days(session)),
            staff_rows.staff(session),
            ladder_rows.ladders_in_force(session),
        )


def count_open(db: "Database", today: date) -> OpenCounts:
    """Count the cases received until a day that are open now, by how they stand on that day."""
    with db.reading() as session:
        counts = alert_rows.count_open(session, open_deadlines(today), received_until=today)
    return OpenCounts(sum(counts.values()), counts[State.NEARING], counts[State.DUE_TODAY], counts[State.OVERDUE])


def raise_alerts(db: "Database", morning: Morning, *, now: datetime) -> Raised:
    """Raise what every open case owes everybody today, in small batches. Running it again raises nothing more."""
    seen = raised = 0
    for batch, told in _batches(db, morning):
        seen += len(batch)
        owed = [(each, alert) for each in batch for alert in _owed(each, told.get(each.id, {}), morning)]
        for part in _parts(owed, ROWS):
            with db.writing() as session:
                raised += alert_rows.add_alerts(session, part, raised_on=morning.today, raised_at=now)
        somebody_appeared = [each.id for each in batch if _was_nobodys(each, told.get(each.id, {}), morning)]
        if somebody_appeared:
            with db.writing() as session:
                alert_rows.fill_in(session, somebody_appeared)
    return Raised(seen, raised)


def _parts(owed: Sequence[tuple[OpenCase, OwedAlert]], size: int) -> Iterator[Sequence[tuple[OpenCase, OwedAlert]]]:
    for start in range(0, len(owed), size):
        yield owed[start : start + size]


def _batches(db: "Database", morning: Morning) -> Iterator[tuple[list[OpenCase], dict[int, dict[str, int]]]]:
    horizon = morning.horizon(morning.today)
    last = max(horizon.furthest_deadline(ladder) for ladder in morning.ladders.all)
    after = None
    while True:
        with db.reading() as session:
            batch = alert_rows.open_cases_due_until(
                session, last, received_until=morning.today, after=after, limit=BATCH
            )
            told = alert_rows.told(session, batch) if batch else {}
        if batch:
            yield batch, told
        if len(batch) < BATCH:
            return
        after = (batch[-1].followed.deadline, batch[-1].id)


def _owed(each: OpenCase, told: dict[str, int], morning: Morning) -> list[OwedAlert]:
    return owed_alerts(
        each.followed,
        staff=morning.staff,
        ladder=morning.ladders.of(each.followed.unit_id),
        told=told,
        today=morning.horizon(morning.today),
        yesterday=morning.horizon(morning.today - ONE_DAY),
        registered=morning.horizon(each.followed.registered_on),
    )


def _was_nobodys(each: OpenCase, told: dict[str, int], morning: Morning) -> bool:
    """Say whether an alert waits for somebody to appear, and somebody has."""
    if NOBODY not in told:
        return False
    ladder = morning.ladders.of(each.followed.unit_id)
    return NOBODY not in audience(each.followed, morning.staff, ladder, morning.today)


def look_again(db: "Database", morning: Morning, recipient: str) -> int:
    """Drop a recipient's waiting alerts that should not be told any more; returns how many.

    Of several steps of one case only the latest goes on waiting; one whose day has gone by meanwhile comes late.
    """
    dropped, after = 0, 0
    latest: dict[int, OwedRow] = {}
    while True:
        with db.reading() as session:
            batch = owed_rows.owed_to(session, recipient, received_until=morning.today, after=after, limit=BATCH)
        reasons = {row.id: why for row in batch if (why := _why_drop(row, recipient, morning)) is not None}
        standing = [row for row in batch if row.id not in reasons]
        outdone = _outdone(standing, latest)
        late = _late([row for row in standing if row.id not in outdone], morning)
        dropped += _settle(db, reasons, outdone=outdone, late=late)
        if len(batch) < BATCH:
            return dropped
        after = batch[-1].id


def _settle(db: "Database", reasons: dict[int, DropReason], *, outdone: Iterable[int], late: Iterable[int]) -> int:
    touched = {*reasons, *outdone, *late}
    if not touched:
        return 0
    with db.writing() as session:
        waiting = owed_rows.still_owed(session, sorted(touched))
        owed_rows.supersede(session, sorted(waiting.intersection(outdone)))
        owed_rows.mark_late(session, sorted(waiting.intersection(late)))
        return owed_rows.drop(session, {number: why for number, why in reasons.items() if number in waiting})


def _why_drop(row: OwedRow, recipient: str, morning: Morning) -> DropReason | None:
    # On an earlier day than the step's own the ladder may not reach as far as the step.
    day = max(morning.today, row.deadline + timedelta(days=row.step))
    theirs = audience(row.followed, morning.staff, morning.ladders.of(row.followed.unit_id), day)
    # A step that the ladder has lost since was owed all the same: it stands for everybody who is told of the case.
    is_lost = not any(row.step in steps for steps in theirs.values())
    return drop_reason(
        answered=row.answered,
        excluded=row.excluded,
        deadline=row.deadline,
        present_deadline=row.followed.deadline,
        recipient=recipient,
        recipients=[each for each, steps in theirs.items() if is_lost or row.step in steps],
    )


def _late(rows: list[OwedRow], morning: Morning) -> list[int]:
    """Return the alerts that were raised in time but are told only now, after their day."""
    yesterday = morning.horizon(morning.today - ONE_DAY)
    return [
        row.id
        for row in rows
        if not row.comes_late
        and comes_late(
            row.step,
            row.deadline,
            yesterday=yesterday,
            registered=morning.horizon(row.followed.registered_on),
        )
    ]


def _outdone(rows: list[OwedRow], latest: dict[int, OwedRow]) -> set[int]:
    """Return the alerts whose case has a later step waiting; remembers the latest of each case in `latest`."""
    outdone = set()
    for row in rows:
        other = latest.get(row.case_id)
        if other is not None:
            outdone.add(min(row, other, key=lambda each: each.step).id)
        if other is None or row.step > other.step:
            latest[row.case_id] = row
    return outdone
