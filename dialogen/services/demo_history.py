"""The made-up history of a made-up case: who did what when, in office hours, and nothing after now."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from dialogen.database.demo import MadeUpEvent
from dialogen.domain.cases import Channel, ExclusionReason, Stream
from dialogen.domain.history import Action, Change
from dialogen.services import demo_office as office

# In UTC, and so that the local date is the same in winter and in summer.
OFFICE_HOURS = (7, 13)
WAKING_HOURS = (6, 20)
ASSIGNED_AFTER = (0, 0, 0, 1, 1, 2)  # days
DAYS_UNTIL_INTERIM_REPLY = 5


@dataclass(frozen=True)
class Course:
    """The facts of a made-up case that its history must agree with."""

    received_on: date
    registered_on: date
    rule_version: int
    due_on: date
    extended_to: date | None
    answered_on: date | None
    exclusion: ExclusionReason | None
    stream: Stream
    channel: Channel
    kind: str
    unit: str | None
    handler: str | None


class _Diary:
    """Writes events one after the other, none earlier than the one before and none after now."""

    def __init__(self, chance: Random, now: datetime) -> None:
        self.events: list[MadeUpEvent] = []
        self._chance = chance
        self._now = now

    def write(
        self,
        day: date,
        action: Action,
        by: str | None,
        *changes: Change,
        texts: tuple[tuple[str, str], ...] = (),
        hours: tuple[int, int] = OFFICE_HOURS,
    ) -> None:
        """Write an event on a day, at a time of its hours."""
        minutes = self._chance.randrange(60 * hours[0], 60 * hours[1])
        at = datetime.combine(day, time(minutes // 60, minutes % 60, self._chance.randrange(60)), UTC)
        if self.events and at <= self.events[-1].at:
            at = self.events[-1].at + timedelta(minutes=self._chance.randint(2, 40))
        self.events.append(MadeUpEvent(min(at, self._now), action, by, changes, texts))


def history_of(course: Course, chance: Random, *, today: date, now: datetime) -> tuple[MadeUpEvent, ...]:
    """Make up how a case came to stand as it does."""
    diary = _Diary(chance, now)
    _register(diary, course)
    end = course.answered_on or today
    assigned_on = min(course.registered_on + timedelta(days=chance.choice(ASSIGNED_AFTER)), end)
    if course.handler is not None:
        diary.write(assigned_on, Action.ASSIGNED, _assigner(course), Change("handler", None, course.handler))
    if course.exclusion is not None:
        diary.write(assigned_on, Action.EXCLUDED, course.handler, Change("exclusion", None, course.exclusion.value))
        return tuple(diary.events)
    if course.handler is not None:
        _work(diary, course, chance, assigned_on, end)
    if course.answered_on is not None:
        diary.write(end, Action.ANSWERED, course.handler, Change("answered_on", None, end.isoformat()))
    return tuple(diary.events)


def _register(diary: _Diary, course: Course) -> None:
    told = {
        "received_on": course.received_on.isoformat(),
        "due_on": course.due_on.isoformat(),
        "rule_version": str(course.rule_version),
        "stream": course.stream.value,
        "channel": course.channel.value,
        "kind": course.kind,
        "unit": course.unit,
    }
    changes = [Change(field, None, value) for field, value in told.items() if value is not None]
    hours = WAKING_HOURS if course.channel is Channel.WEB else OFFICE_HOURS
    diary.write(course.registered_on, Action.REGISTERED, None, *changes, hours=hours)


def _assigner(course: Course) -> str | None:
    """Return who gave the case away: the unit's manager, or else its handler took it."""
    managers = [person.email for person in office.PEOPLE if course.unit and person.is_manager_in(course.unit)]
    return managers[0] if managers else course.handler


def _work(diary: _Diary, course: Course, chance: Random, start: date, end: date) -> None:
    """Write what happens between assignment and answer: a note, an interim reply, an extension."""
    if (end - start).days >= 2 and chance.random() < 0.25:
        noted = (("note", chance.choice(office.NOTES)),)
        diary.write(start + timedelta(days=1), Action.NOTED, course.handler, texts=noted)
    replied_on = course.received_on + timedelta(days=DAYS_UNTIL_INTERIM_REPLY)
    if start < replied_on < end and (course.extended_to is not None or chance.random() < 0.06):
        change = Change("replied_on", None, replied_on.isoformat())
        note = (("note", office.INTERIM_NOTE),)
        diary.write(replied_on, Action.INTERIM_REPLY, course.handler, change, texts=note)
    if course.extended_to is not None:
        change = Change("extended_to", None, course.extended_to.isoformat())
        extended_on = min(course.due_on - timedelta(days=3), end)
        reason = (("reason", office.EXTENSION_REASON),)
        diary.write(extended_on, Action.EXTENDED, course.handler, change, texts=reason)
