"""What a calendar is answered at a secret address: the deadlines of a feed, as far as its owner reaches them now."""

import hmac
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING

from dialogen import calendar
from dialogen.database import calendar_feeds, rules
from dialogen.database.calendar_feeds import DeadlineRow, FeedOwner
from dialogen.domain.accounts import Act, Membership, Standing, reach, standing_of
from dialogen.domain.deadlines import Calendar
from dialogen.domain.feeds import (
    EVENTS_MOST,
    REFRESHED_EVERY,
    REMINDED_AT,
    may_follow,
    reminder_days,
)
from dialogen.domain.tokens import Allowance
from dialogen.files.calendar_feed import DeadlineEntry, write_calendar
from dialogen.languages import gettext, reading
from dialogen.services.account_views import EVERYWHERE
from dialogen.services.secrets import secret_hash
from dialogen.services.token_meter import Kept, Meter, Use

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database
    from dialogen.domain.languages import Language

#: What the identifiers of Dialogen's events are made from, together with the installation and the case.
NAMESPACE = uuid.UUID("6f1c1f0e-7d0b-4c57-9a3e-2f8d4b1c9e75")


class Answer(StrEnum):
    """What became of a fetch."""

    SHOWN = "shown"
    UNKNOWN = "unknown"  # no such feed, or one whose owner may not have it now
    REVOKED = "revoked"
    TOO_OFTEN = "too_often"


@dataclass(frozen=True)
class Moment:
    """When a calendar asks, and where."""

    now: datetime
    zone: tzinfo

    @property
    def today(self) -> date:
        """The day of the office."""
        return self.now.astimezone(self.zone).date()


@dataclass(frozen=True)
class Place:
    """What an installation puts into its calendars."""

    base_url: str
    language: "Language"  # of whoever has chosen none


@dataclass(frozen=True)
class Fetch:
    """The answer to one fetch. `is_new_look`: the first one that a day shows, for the access log."""

    answer: Answer
    text: bytes = b""
    feed_id: int = 0
    account_id: int = 0
    shown: int = 0
    is_new_look: bool = False
    wait: int = 0  # seconds


def fetch(db: "Database", *, secret: str, at: Moment, place: Place, meter: Meter) -> Fetch:
    """Answer a calendar: a query for whose the feed is, one for its deadlines and one for closed days, whatever their number.

    That it was fetched is written at most every ten seconds, and not at all while somebody else is writing.
    """
    digest = secret_hash(secret)
    with db.reading() as session:
        rows = calendar_feeds.find_owner(session, digest)
        # The index has compared it already; what it tells by its time is about a hash, of which nobody can choose the bytes.
        if not rows or not hmac.compare_digest(rows[0].secret_hash, digest):
            return Fetch(Answer.UNKNOWN)
        found, standing = rows[0], _standing(rows)
        if found.revoked_at is not None:
            return Fetch(Answer.REVOKED)
        if found.disabled_at is not None or not may_follow(standing, found.unit_id):
            return Fetch(Answer.UNKNOWN)
        allowed, allowance, use = meter.ask(_kept(found), now=at.now)
        deadlines, text = _shown(session, found, standing, at.today, place) if allowed else ([], b"")
    noted = None if use is None else _noted(db, use, meter)
    if not allowed:
        return _too_often(allowance)
    is_new_look = use is not None and noted is not False and _is_first_of_day(found.last_used_at, at)
    return Fetch(Answer.SHOWN, text, found.id, found.account_id, len(deadlines), is_new_look)


def _too_often(allowance: Allowance) -> Fetch:
    return Fetch(Answer.TOO_OFTEN, wait=allowance.seconds)


def _standing(rows: Sequence[FeedOwner]) -> Standing:
    memberships = frozenset(
        Membership(row.role, row.role_unit_id, everywhere=row.scope == EVERYWHERE)
        for row in rows
        if row.role is not None
    )
    return standing_of(rows[0].account_id, memberships)


def _kept(found: FeedOwner) -> Kept:
    return Kept(found.id, found.last_used_at, found.window_began_at, found.window_count)


def _is_first_of_day(before: datetime | None, at: Moment) -> bool:
    return before is None or before.astimezone(at.zone).date() != at.today


def _noted(db: "Database", use: Use, meter: Meter) -> bool | None:
    """Write that a feed was fetched; False when another process was there first, None when the database was busy."""
    answers: list[bool] = []

    def note(connection: "Connection") -> None:
        answers.append(
            calendar_feeds.note_fetch(
                connection,
                use.token_id,
                seen=use.seen,
                now=use.at,
                window_began_at=use.window_began_at,
                window_count=use.window_count,
            )
        )

    noted = answers[0] if db.note(note) else None
    if not noted:
        meter.unwritten(use)
    return noted


def _shown(
    session: "Session", found: FeedOwner, standing: Standing, today: date, place: Place
) -> tuple[list[DeadlineRow], bytes]:
    within = reach(standing, Act.SEE)
    rows = calendar_feeds.deadlines(session, within, unit_id=found.unit_id, limit=EVENTS_MOST + 1)
    working_days = calendar.office_calendar(rules.closed_days(session))
    shown = rows[:EVENTS_MOST]
    with reading(found.language or place.language):
        name = gettext("Fristene mine") if found.unit_id is None else gettext("Frister: %(unit)s", unit=found.unit)
        about = None
        if len(rows) > EVENTS_MOST:
            about = gettext("Viser de %(most)s åpne henvendelsene med tidligst frist.", most=EVENTS_MOST)
        text = write_calendar(
            name,
            [_entry(row, today, working_days, place) for row in shown],
            about=about,
            reminded_at=REMINDED_AT,
            refreshed_every=REFRESHED_EVERY,
        )
    return shown, text


def _entry(row: DeadlineRow, today: date, working_days: Calendar, place: Place) -> DeadlineEntry:
    installation = uuid.uuid5(NAMESPACE, row.installed_at.isoformat())
    return DeadlineEntry(
        uid=str(uuid.uuid5(installation, row.reference)),
        reference=row.reference,
        unit=row.unit,
        day=row.deadline,
        sequence=row.version - 1,  # every change of a case counts, also one that moves no deadline
        changed_at=row.changed_at,
        link=f"{place.base_url}/cases/{row.reference}",
        reminded_on=reminder_days(row.deadline, today=today, calendar=working_days),
    )
