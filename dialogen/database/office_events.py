"""Writes and reads the append-only log of what was done to the office itself: one chain for all of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dialogen.database.base import on_sqlite
from dialogen.database.models import Account, ChainHead, Kind, OfficeEvent, Unit
from dialogen.database.numbers import is_storable
from dialogen.domain.chains import BEGINNING, office_digest, stored
from dialogen.domain.history import Author, Change
from dialogen.domain.office_events import Subject

OFFICE = "office"  # the one chain there is a head of
_NAMED: dict[Subject, tuple[Any, Any]] = {
    Subject.ACCOUNT: (Account.id, Account.name),
    Subject.UNIT: (Unit.id, Unit.name),
    Subject.LADDER: (Unit.id, Unit.name),
    Subject.KIND: (Kind.id, Kind.name),
}


@dataclass(frozen=True)
class Wanted:
    """Which lines of the log are wanted: by whom, and about what; None means any."""

    actor_id: int | None = None
    subject: Subject | None = None
    subject_id: str | None = None


def add_office_event(
    session: Session,
    *,
    at: datetime,
    action: str,
    author: Author,
    subject: str,
    subject_id: str | None,
    changes: Iterable[Change],
) -> OfficeEvent:
    """Add one line to the chain. Whoever else adds one waits from here until this transaction ends."""
    previous = lock_chain(session)
    event = OfficeEvent(
        at=at,
        action=action,
        door=author.door.value,
        actor_id=author.account_id,
        subject=subject,
        subject_id=subject_id,
        changes=stored(changes),
    )
    event.digest = office_digest(
        previous,
        at=at,
        action=action,
        door=event.door,
        actor_id=event.actor_id,
        subject=subject,
        subject_id=subject_id,
        changes=event.changes,
    )
    session.add(event)
    session.flush()
    head = update(ChainHead).where(ChainHead.name == OFFICE)
    session.execute(head.values(count=ChainHead.count + 1, digest=event.digest))
    return event


def lock_chain(session: Session) -> bytes:
    """Return the digest of the newest line, and keep others from adding one until this transaction ends."""
    dialect = sqlite if on_sqlite(session) else postgresql
    head = dialect.insert(ChainHead).values(name=OFFICE, count=0, digest=BEGINNING)
    head = head.on_conflict_do_update(index_elements=[ChainHead.name], set_={"count": ChainHead.count})
    return bytes(session.execute(head.returning(ChainHead.digest)).scalar_one())


def events(session: Session, wanted: Wanted, *, before: int | None, limit: int) -> list[tuple[OfficeEvent, str | None]]:
    """Return lines, newest first, each with its author's name; `before` is the number of the last one seen."""
    query = select(OfficeEvent, Account.name).outerjoin(Account, Account.id == OfficeEvent.actor_id)
    if before is not None:
        query = query.where(OfficeEvent.id < before)
    if wanted.actor_id is not None:
        query = query.where(OfficeEvent.actor_id == wanted.actor_id)
    if wanted.subject is not None:
        query = query.where(OfficeEvent.subject == wanted.subject.value)
    if wanted.subject_id is not None:
        query = query.where(OfficeEvent.subject_id == wanted.subject_id)
    rows = session.execute(query.order_by(OfficeEvent.id.desc()).limit(limit))
    return [(event, name) for event, name in rows]


def names_of(session: Session, subject: Subject, numbers: Iterable[str]) -> dict[str, str]:
    """Return what accounts, units or kinds are called today, by their numbers as the log has them."""
    number, name = _NAMED[subject]
    wanted = sorted({int(each) for each in numbers if each.isdecimal() and is_storable(int(each))})
    found = session.execute(select(number, name).where(number.in_(wanted)).order_by(number)) if wanted else ()
    return {str(row[0]): row[1] for row in found}
