"""Writes and reads the append-only log of what was done to the office itself: one chain for all of it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dialogen.database.models import ChainHead, OfficeEvent
from dialogen.domain.chains import BEGINNING, office_digest, stored
from dialogen.domain.history import Author, Change

OFFICE = "office"  # the one chain there is a head of


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
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    head = dialect.insert(ChainHead).values(name=OFFICE, count=0, digest=BEGINNING)
    head = head.on_conflict_do_update(index_elements=[ChainHead.name], set_={"count": ChainHead.count})
    return bytes(session.execute(head.returning(ChainHead.digest)).scalar_one())
