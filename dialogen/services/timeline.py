"""Tells the whole story of a case as one timeline, as far as its reader may see it.

A *strand* is one kind of entries: a function that takes a `Telling` and returns the `limit` newest of them as a Thread
(oldest first; `is_cut` where there are older ones), in a number of queries that does not grow with them. What is personal
it brings only where `telling.view.personal` is there. To add one: a word in `domain/timeline.py`, the function in
STRANDS, and in templates/macros/timeline.html what shows the entry's `details`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from dialogen.database import alerts_told, history
from dialogen.domain.accounts import Standing
from dialogen.domain.alerts import DropReason
from dialogen.domain.fates import Fate, fate_of
from dialogen.domain.history import Action
from dialogen.domain.timeline import Entry, Strand, Thread, Timeline, woven
from dialogen.services import case_letters
from dialogen.services.case_views import CaseView, entries_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Telling:
    """Of which case the story is told, to whom, and how many entries at most are shown of it."""

    session: "Session"
    view: CaseView
    by: Standing
    limit: int


@dataclass(frozen=True)
class Told:
    """One alert: to whom it was, and what became of it. `to` is None for nobody, and a unit's name for its address."""

    to: str | None
    is_unit: bool
    fate: Fate
    finished_at: datetime | None
    drop_reason: DropReason | None
    comes_late: bool
    others: int  # alerts passed over together with this one


@dataclass(frozen=True)
class Alerted:
    """The alerts that one pass raised because of one deadline."""

    deadline: date
    days_left: int  # on the morning of the pass
    told: tuple[Told, ...]


def tell(telling: Telling, *, newest_first: bool) -> Timeline:
    """Tell the story of a case; nothing of it to a reader who may not see the case's details."""
    threads = [strand(telling) for strand in STRANDS] if telling.view.may_see_details else []
    return woven(threads, limit=telling.limit, newest_first=newest_first)


def history_strand(telling: Telling) -> Thread:
    """Return the lines of the case's history; `details` is a HistoryEntry."""
    events = history.last_events(telling.session, telling.view.id, count=telling.limit + 1)
    lines = entries_of(telling.session, telling.view, events, by=telling.by)
    # That a letter was sent off is told by the letter itself.
    told = [line for line in lines if line.action is not Action.LETTER_QUEUED]
    entries = [Entry(line.at, Strand.HISTORY, line.by, line) for line in told]
    return Thread(entries[-telling.limit :], is_cut=len(events) > telling.limit)


def alert_strand(telling: Telling) -> Thread:
    """Return the alerts that were raised, those of one pass together; `details` is an Alerted."""
    rows = alerts_told.alerts_of(telling.session, telling.view.id, mornings=telling.limit + 1)
    entries = [
        Entry(raised_at, Strand.ALERTS, None, _alerted(deadline, list(together)))
        for (raised_at, deadline), together in groupby(rows, key=lambda row: (row[0].raised_at, row[0].deadline))
    ]
    return Thread(entries[-telling.limit :], is_cut=len(entries) > telling.limit)


def _alerted(deadline: date, rows: list[Any]) -> Alerted:
    return Alerted(deadline, (deadline - rows[0][0].raised_on).days, tuple(_told(*row) for row in rows))


def _told(
    alert: Any, account: str | None, unit: str | None, letter: Any, attempts: int | None, finished_at: datetime | None
) -> Told:
    return Told(
        to=account or unit,
        is_unit=account is None and unit is not None,
        fate=fate_of(alert.state, letter=letter, attempts=attempts or 0),
        finished_at=finished_at,
        drop_reason=alert.drop_reason,
        comes_late=alert.comes_late,
        others=alert.others,
    )


def letter_strand(telling: Telling) -> Thread:
    """Return the letters to the sender; `details` is a CaseLetterView."""
    letters = case_letters.letters_of(telling.session, telling.view, limit=telling.limit + 1)
    entries = [Entry(each.created_at, Strand.LETTER, each.by, each) for each in letters]
    return Thread(entries[-telling.limit :], is_cut=len(letters) > telling.limit)


#: What a person did stands before what it brought about at the same instant.
STRANDS: tuple[Callable[[Telling], Thread], ...] = (history_strand, letter_strand, alert_strand)
