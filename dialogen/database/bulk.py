"""Queries for steps on many cases: the cases together, what the step came to, and what it was before."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from dialogen.database.cases import case_with_names, within
from dialogen.database.models import Account, BulkItem, BulkRun, Case, MembershipRow, Unit
from dialogen.domain.accounts import HANDLING_ROLES, Reach
from dialogen.domain.bulk import BulkStep
from dialogen.domain.errors import NotFound, Problem


def rows_of(session: Session, references: Collection[str], reach: Reach) -> list[Any]:
    """Return cases within reach with their names, by deadline."""
    query = case_with_names().where(Case.reference.in_(sorted(references)), within(reach))
    return list(session.execute(query.order_by(Case.deadline, Case.id)))


def rows_by_id(session: Session, case_ids: Collection[int]) -> list[Any]:
    """Return cases with their names, whoever asks, by deadline."""
    query = case_with_names().where(Case.id.in_(sorted(case_ids)))
    return list(session.execute(query.order_by(Case.deadline, Case.id)))


def lock_cases(session: Session, references: Collection[str], reach: Reach) -> list[Case]:
    """Return cases within reach, locked until the transaction ends, always in the same order: nobody waits in a circle."""
    query = select(Case).where(Case.reference.in_(sorted(references)), within(reach)).order_by(Case.id)
    return list(session.scalars(query.with_for_update(key_share=True)))


def lock_cases_by_id(session: Session, case_ids: Collection[int]) -> list[Case]:
    """Return cases, whoever asks, locked as by `lock_cases`."""
    query = select(Case).where(Case.id.in_(sorted(case_ids))).order_by(Case.id)
    return list(session.scalars(query.with_for_update(key_share=True)))


def handlers_in(session: Session, unit_id: int | None) -> frozenset[int]:
    """Return the accounts that handle or manage cases of a unit, or of all units."""
    query = (
        select(MembershipRow.account_id)
        .where(
            MembershipRow.role.in_(sorted(HANDLING_ROLES)),
            or_(MembershipRow.scope == "*", MembershipRow.unit_id == unit_id),
        )
        .order_by(MembershipRow.account_id)
    )
    return frozenset(session.scalars(query))


def emails(session: Session, account_ids: Iterable[int | None]) -> dict[int | None, str]:
    """Return the addresses of accounts by number."""
    query = select(Account.id, Account.email).where(Account.id.in_({each for each in account_ids if each is not None}))
    return {row.id: row.email for row in session.execute(query.order_by(Account.id))}


def unit_names(session: Session, unit_ids: Iterable[int | None]) -> dict[int | None, str]:
    """Return the names of units by number."""
    query = select(Unit.id, Unit.name).where(Unit.id.in_({each for each in unit_ids if each is not None}))
    return {row.id: row.name for row in session.execute(query.order_by(Unit.id))}


def add_run(
    session: Session, *, account_id: int, step: BulkStep, done_at: datetime, items: Sequence[Mapping[str, Any]]
) -> int:
    """Write down what a step came to; returns its number."""
    run = BulkRun(account_id=account_id, step=step, done_at=done_at)
    session.add(run)
    session.flush()
    session.add_all(BulkItem(run_id=run.id, **each) for each in items)
    return run.id


def get_run(session: Session, run_id: int, *, account_id: int, lock: bool = False) -> tuple[BulkRun, list[BulkItem]]:
    """Return a step that an account did, with what it came to; raises NotFound."""
    query = select(BulkRun).where(BulkRun.id == run_id, BulkRun.account_id == account_id)
    run = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if run is None:
        raise NotFound(Problem.NO_SUCH, what="step", value=run_id)
    items = session.scalars(select(BulkItem).where(BulkItem.run_id == run_id).order_by(BulkItem.case_id))
    return run, list(items)


def forget_runs(session: Session, *, before: datetime) -> None:
    """Forget steps that were done before an instant."""
    old = select(BulkRun.id).where(BulkRun.done_at < before)
    session.execute(delete(BulkItem).where(BulkItem.run_id.in_(old)))
    session.execute(delete(BulkRun).where(BulkRun.done_at < before))
