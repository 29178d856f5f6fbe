"""Queries about who leads: taking a lease, renewing it while looking for work, giving it back, and who has it.

All times are by the clock of the database: the processes' own may differ.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, literal_column, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dialogen.database import case_letters, errands, job_runs, letters
from dialogen.database.models import Lease

SCHEDULER = "scheduler"
GIVEN_BACK = 0.0
_CLOCKS = {
    "sqlite": "(julianday('now') - 2440587.5) * 86400.0",
    "postgresql": "CAST(extract(epoch FROM clock_timestamp()) AS double precision)",
}


@dataclass(frozen=True)
class Sight:
    """What the leader sees with each renewal, in one statement: which kinds of work wait."""

    epoch: int
    is_pass_made: bool  # of the slot that was asked about
    letters: bool
    links: bool
    letters_to_senders: bool
    errands: bool


@dataclass(frozen=True)
class LeaseSeen:
    """A lease as whoever looks at it sees it."""

    holder: str
    epoch: int
    is_held: bool
    held_for: timedelta  # by this holder
    since_renewal: timedelta


def find_lease(session: Session | Connection, *, lasts: timedelta | None = None) -> LeaseSeen | None:
    """Return the lease, or None before anybody had it.

    With `lasts` one that ends later than it could since its last renewal is nobody's: the clock was set back.
    """
    now = _now(session)
    query = select(
        Lease.holder,
        Lease.epoch,
        Lease.expires_at - now,
        now - Lease.taken_at,
        now - Lease.renewed_at,
    ).where(Lease.name == SCHEDULER)
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    holder, epoch, left, held, since = row
    is_held = left > 0 and (lasts is None or left <= lasts.total_seconds())
    return LeaseSeen(holder, epoch, is_held, timedelta(seconds=held), timedelta(seconds=since))


def take(
    connection: Connection, *, worker: str, lasts: timedelta, seen: LeaseSeen | None, is_gone: bool = False
) -> int | None:
    """Take a lease that nobody has, or whose holder is known to be gone; returns its epoch, None when it is taken.

    Whether it still is as it was `seen` is decided by the database: of several who take it at once one gets it.
    """
    now = _now(connection)
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    times = {"taken_at": now, "renewed_at": now, "expires_at": now + lasts.total_seconds()}
    insert: Any = dialect.insert(Lease).values(name=SCHEDULER, holder=worker, epoch=1, **times)
    as_seen = Lease.epoch == (0 if seen is None else seen.epoch)
    is_free = or_(Lease.expires_at <= now, Lease.expires_at > now + lasts.total_seconds())
    taken = insert.on_conflict_do_update(
        index_elements=[Lease.name],
        set_={"holder": worker, "epoch": Lease.epoch + 1, **times},
        where=as_seen if is_gone else and_(as_seen, is_free),
    ).returning(Lease.epoch)
    return connection.execute(taken).scalar_one_or_none()


def renew(
    connection: Connection, *, worker: str, epoch: int, lasts: timedelta, now: datetime, slot: str
) -> Sight | None:
    """Renew a lease and look for work, in one statement; None when another has taken it."""
    clock = _now(connection)
    waits = (
        job_runs.is_made(slot),
        letters.is_any_to_send(now, worker=worker, with_link=False),
        letters.is_any_to_send(now, worker=worker, with_link=True),
        case_letters.is_any_to_send(now, worker=worker),
        errands.is_any_waiting(now, worker=worker),
    )
    renewed = (
        update(Lease)
        .where(Lease.name == SCHEDULER, Lease.holder == worker, Lease.epoch == epoch)
        .values(renewed_at=clock, expires_at=clock + lasts.total_seconds())
        .returning(*(condition.label(f"waits_{number}") for number, condition in enumerate(waits)))
    )
    row = connection.execute(renewed).one_or_none()
    return None if row is None else Sight(epoch, *(bool(each) for each in row))


def give_back(connection: Connection, *, worker: str, epoch: int) -> None:
    """End a lease at once, if it is still this holder's."""
    connection.execute(
        update(Lease)
        .where(Lease.name == SCHEDULER, Lease.holder == worker, Lease.epoch == epoch)
        .values(expires_at=GIVEN_BACK)
    )


def is_held(session: Session, *, worker: str, epoch: int) -> bool:
    """Say whether nobody else has taken the lease."""
    query = select(func.count()).where(Lease.name == SCHEDULER, Lease.holder == worker, Lease.epoch == epoch)
    return bool(session.scalar(query))


def _now(asked: Session | Connection) -> ColumnElement[float]:
    connection = asked.connection() if isinstance(asked, Session) else asked
    return literal_column(_CLOCKS[connection.dialect.name], Lease.expires_at.type)
