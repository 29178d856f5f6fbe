"""What a statistician looks at before trusting a year's figure, as conditions for lists and as counts."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, text
from sqlalchemy.orm import Session

from dialogen.database.base import on_sqlite
from dialogen.database.models import MOVED_OUT, Case, CaseEvent
from dialogen.domain.cases import Stream
from dialogen.domain.reports import year_bounds

_COUNTED = Case.exclusion.is_(None)
REGISTERED_LATE = and_(_COUNTED, Case.registered_on > Case.due_on)
REGISTERED_AFTERWARDS = and_(_COUNTED, Case.answered_on < Case.registered_on)


@dataclass(frozen=True)
class Doubts:
    """How many cases of a year give reason to look: those that count, and those that were moved out of it."""

    registered_afterwards: int
    moved_out: int


def moved_out(is_sqlite: bool) -> ColumnElement[bool]:
    """Return the condition that a case was moved from external to internal, and is so still."""
    moves = text(MOVED_OUT["sqlite" if is_sqlite else "postgresql"])
    return and_(_COUNTED, Case.stream == Stream.INTERNAL, Case.id.in_(select(CaseEvent.case_id).where(moves)))


def year_doubts(session: Session, *, year: int, today: date) -> Doubts:
    """Return a year's doubts as of today, in one query."""
    is_sqlite = on_sqlite(session)
    return Doubts(*session.execute(_doubts_query(*year_bounds(year, today), is_sqlite)).one())


@lru_cache(maxsize=16)
def _doubts_query(first: date, last: date, is_sqlite: bool) -> Any:
    received = Case.received_on.between(first, last)
    afterwards = (REGISTERED_AFTERWARDS, Case.stream == Stream.EXTERNAL, received)
    moved = (moved_out(is_sqlite), received)
    return select(
        *(select(func.count()).select_from(Case).where(*each).scalar_subquery() for each in (afterwards, moved))
    )
