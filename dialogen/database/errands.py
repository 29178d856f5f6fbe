"""Queries about errands: ordering, claiming, noting progress, ending and forgetting them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from dialogen.database.models import Errand
from dialogen.database.numbers import is_storable
from dialogen.domain.errands import OVER, ErrandKind, ErrandState
from dialogen.domain.errors import NotFound, Problem

_UNFINISHED = Errand.state.in_([ErrandState.WAITING, ErrandState.RUNNING])


def add_errand(
    session: Session, *, kind: ErrandKind, account_id: int, asked: Mapping[str, Any], now: datetime
) -> Errand:
    """Add an errand that waits to be done."""
    errand = Errand(
        kind=kind.value, account_id=account_id, ordered_at=now, asked=dict(asked), state=ErrandState.WAITING, told={}
    )
    session.add(errand)
    session.flush()
    return errand


def count_unfinished(session: Session, account_id: int) -> int:
    """Count what waits or runs for an account."""
    query = select(func.count()).select_from(Errand).where(Errand.account_id == account_id, _UNFINISHED)
    return session.scalar(query) or 0


def get_errand(session: Session, errand_id: int, *, account_id: int, lock: bool = False) -> Errand:
    """Return an errand of the account that ordered it; raises NotFound for any other."""
    errand = session.get(Errand, errand_id, with_for_update=lock) if is_storable(errand_id) else None
    if errand is None or errand.account_id != account_id:
        raise NotFound(Problem.NO_SUCH, what="errand", value=errand_id)
    return errand


def find_errand(session: Session, errand_id: int) -> Errand | None:
    """Return an errand, whoever ordered it, or None when it is forgotten."""
    return session.get(Errand, errand_id)


def errands_of(session: Session, account_id: int, *, limit: int) -> list[Errand]:
    """Return an account's errands, newest first."""
    query = select(Errand).where(Errand.account_id == account_id).order_by(Errand.id.desc()).limit(limit)
    return list(session.scalars(query))


def others_at_work(session: Session) -> list[str]:
    """Return the processes that have an errand in hand."""
    query = select(Errand.claimed_by).where(Errand.state == ErrandState.RUNNING).distinct().order_by(Errand.claimed_by)
    return [name for name in session.scalars(query) if name is not None]


def is_any_to_do(session: Session, *, now: datetime, gone: Sequence[str]) -> bool:
    """Say whether an errand waits, or lies abandoned."""
    return session.scalar(select(Errand.id).where(_is_free(now, gone)).limit(1)) is not None


def is_any_waiting(now: datetime, *, worker: str) -> ColumnElement[bool]:
    """Return the condition that an errand waits, or that another process has one in hand and may be gone."""
    anothers = or_(Errand.claimed_by != worker, Errand.claim_ends_at < now)
    running = and_(Errand.state == ErrandState.RUNNING, anothers)
    return select(Errand.id).where(or_(Errand.state == ErrandState.WAITING, running)).exists()


def take_next(session: Session, *, now: datetime, until: datetime, worker: str, gone: Sequence[str]) -> Errand | None:
    """Take the oldest errand that waits or lies abandoned; None when there is none."""
    query = select(Errand).where(_is_free(now, gone)).order_by(Errand.id).limit(1)
    errand = session.scalars(query.with_for_update(skip_locked=True)).one_or_none()
    if errand is not None:
        errand.state, errand.attempts = ErrandState.RUNNING, errand.attempts + 1
        errand.claimed_by, errand.claim_ends_at = worker, until
        errand.started_at = errand.started_at or now
        errand.done, errand.doing, errand.total = 0, None, None
    return errand


def _is_free(now: datetime, gone: Sequence[str]) -> Any:
    abandoned = or_(Errand.claim_ends_at < now, Errand.claimed_by.in_(gone))
    return or_(Errand.state == ErrandState.WAITING, (Errand.state == ErrandState.RUNNING) & abandoned)


def find_in_hand(session: Session, errand_id: int, *, worker: str, attempt: int) -> Errand | None:
    """Return an errand that is still in a process's hand, locked; None when another has taken it since."""
    query = select(Errand).where(
        Errand.id == errand_id,
        Errand.state == ErrandState.RUNNING,
        Errand.claimed_by == worker,
        Errand.attempts == attempt,
    )
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def is_stop_asked(session: Session, errand_id: int) -> bool:
    """Say whether whoever ordered an errand wants it stopped."""
    return session.scalar(select(Errand.stop_asked_at).where(Errand.id == errand_id)) is not None


def note_progress(
    connection: Connection,
    errand_id: int,
    *,
    worker: str,
    attempt: int,
    doing: str,
    done: int,
    total: int | None,
    until: datetime,
) -> bool:
    """Note how far an errand has come, and keep it in hand; says whether it still was."""
    noted = (
        update(Errand)
        .where(
            Errand.id == errand_id,
            Errand.state == ErrandState.RUNNING,
            Errand.claimed_by == worker,
            Errand.attempts == attempt,
        )
        .values(doing=doing, done=done, total=total, claim_ends_at=until)
        .returning(Errand.id)
    )
    return connection.execute(noted).scalar_one_or_none() is not None


def files_past(session: Session, now: datetime) -> list[Errand]:
    """Return the errands whose result may lie no longer."""
    query = select(Errand).where(Errand.file.is_not(None), Errand.file_until <= now).order_by(Errand.id)
    return list(session.scalars(query.with_for_update(skip_locked=True)))


def files_kept(session: Session) -> set[str]:
    """Return the names of all results."""
    return {name for name in session.scalars(select(Errand.file).order_by(Errand.id)) if name is not None}


def forget_before(session: Session, before: datetime) -> None:
    """Forget errands that were over before an instant, and have no result any more."""
    over = Errand.state.in_(list(OVER))
    session.execute(delete(Errand).where(over, Errand.finished_at < before, Errand.file.is_(None)))
