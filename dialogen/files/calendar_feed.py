"""Writes deadlines as a calendar (iCalendar, RFC 5545 and 7986). Of a case it knows reference, unit and day alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event, vDuration, vText
from icalendar.enums import TRANSP

from dialogen.domain.deadlines import ONE_DAY
from dialogen.domain.texts import in_one_line
from dialogen.languages import gettext

PRODUCT = "-//Dialogen//Dialogen//NO"


@dataclass(frozen=True)
class DeadlineEntry:
    """The deadline of one case as a calendar shows it."""

    uid: str  # the same for a case in every feed and at every fetch
    reference: str
    unit: str | None
    day: date
    sequence: int
    changed_at: datetime
    link: str
    reminded_on: tuple[date, ...]


def write_calendar(
    name: str,
    entries: Iterable[DeadlineEntry],
    *,
    about: str | None,
    reminded_at: timedelta,
    refreshed_every: timedelta,
) -> bytes:
    """Return a calendar of whole days that takes up nobody's time, in the present language.

    It says nothing of when it was written: of the same deadlines it is the same, byte by byte.
    """
    calendar = Calendar({"PRODID": PRODUCT, "VERSION": "2.0"})
    # The library knows neither name as a text, and would write commas and semicolons as they are.
    for place in ("NAME", "X-WR-CALNAME"):  # the second is what calendars knew before there was a standard for it
        calendar.add(place, vText(in_one_line(name)))
    if about is not None:
        calendar.add("DESCRIPTION", about)
    calendar.add("REFRESH-INTERVAL", vDuration(refreshed_every), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(refreshed_every))
    for entry in entries:
        calendar.add_component(_event(entry, reminded_at))
    return bytes(calendar.to_ical())


def _event(entry: DeadlineEntry, reminded_at: timedelta) -> Event:
    unit = in_one_line(entry.unit or gettext("ikke plassert"))
    title = gettext("Frist: %(reference)s, %(unit)s", reference=entry.reference, unit=unit)
    event = Event.new(
        uid=entry.uid,
        summary=title,
        description=entry.link,  # not every calendar shows the address of an event
        url=entry.link,
        start=entry.day,
        end=entry.day + ONE_DAY,
        sequence=entry.sequence,
        stamp=entry.changed_at,
        last_modified=entry.changed_at,
        transparency=TRANSP.TRANSPARENT,
    )
    for day in entry.reminded_on:
        alarm = Alarm.new(description=title)
        alarm.add("ACTION", "DISPLAY")
        alarm.add("TRIGGER", day - entry.day + reminded_at)
        event.add_component(alarm)
    return event
