"""Queries about the access log: adding looks, reading them newest first, and forgetting the old ones."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, CursorResult, delete, insert, literal, select, tuple_
from sqlalchemy.orm import Session

from dialogen.database.base import UtcDateTime
from dialogen.database.models import AccessEntry, Account, ApiToken
from dialogen.domain.access_log import Look, LookFilter, LookPlace

_ADDING = insert(AccessEntry.__table__)  # type: ignore[arg-type]  # built once: most pages add one


class LookRow(NamedTuple):
    """A look with the names of who looked."""

    id: int
    at: datetime
    action: str
    subject: str
    door: str
    reference: str | None
    shown: int | None
    account_name: str | None
    account_email: str | None
    token_id: int | None
    token_name: str | None


def add_looks(connection: Connection, looks: Iterable[Look]) -> None:
    """Add looks to the log."""
    rows = [
        {
            "at": look.at,
            "action": look.action.value,
            "subject": look.subject.value,
            "door": look.door.value,
            "account_id": look.account_id,
            "token_id": look.token_id,
            "reference": look.reference,
            "shown": look.shown,
        }
        for look in looks
    ]
    if rows:
        connection.execute(_ADDING, rows)


def looks(session: Session, wanted: LookFilter, *, before: LookPlace | None, limit: int) -> list[LookRow]:
    """Return looks, newest first."""
    query = (
        select(
            *(AccessEntry.id, AccessEntry.at, AccessEntry.action, AccessEntry.subject, AccessEntry.door),
            *(AccessEntry.reference, AccessEntry.shown),
            *(Account.name, Account.email, ApiToken.id, ApiToken.name),
        )
        .outerjoin(Account, Account.id == AccessEntry.account_id)
        .outerjoin(ApiToken, ApiToken.id == AccessEntry.token_id)
        .where(*_conditions(wanted))
        .order_by(AccessEntry.at.desc(), AccessEntry.id.desc())
        .limit(limit)
    )
    if before is not None:
        place = tuple_(literal(before.at, UtcDateTime()), literal(before.id))
        query = query.where(tuple_(AccessEntry.at, AccessEntry.id) < place)
    return [LookRow._make(row) for row in session.execute(query)]


def count_looks(session: Session, wanted: LookFilter, *, most: int) -> int:
    """Return how many looks a filter shows, counted no further than `most`."""
    found = select(AccessEntry.id).where(*_conditions(wanted)).limit(most)
    return len(session.scalars(found).all())


def _conditions(wanted: LookFilter) -> list[Any]:
    asked = (
        (wanted.account_id, AccessEntry.account_id.__eq__),
        (wanted.reference, AccessEntry.reference.__eq__),
        (wanted.action, AccessEntry.action.__eq__),
        (wanted.since, AccessEntry.at.__ge__),
        (wanted.until, AccessEntry.at.__lt__),
    )
    return [compare(value) for value, compare in asked if value is not None]


def forget_before(session: Session, instant: datetime, *, most: int) -> int:
    """Delete the oldest looks before an instant, `most` at a time; returns how many were deleted."""
    old = (
        select(AccessEntry.id)
        .where(AccessEntry.at < instant)
        .order_by(AccessEntry.at, AccessEntry.id)
        .limit(most)
        .scalar_subquery()
    )
    gone: CursorResult[Any] = session.execute(delete(AccessEntry).where(AccessEntry.id.in_(old)))  # type: ignore[assignment]
    return gone.rowcount


def count_before(session: Session, instant: datetime, *, most: int) -> int:
    """Return how many looks there are before an instant, counted no further than `most`."""
    return count_looks(session, LookFilter(until=instant), most=most)
