"""Queries about lists of what is due: making one, approving and refusing it, its items, and what was disposed of."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, delete, func, insert, select, update
from sqlalchemy.orm import Session

from dialogen.database.models import (
    Account,
    Base,
    Case,
    DisposalApproval,
    DisposalItem,
    DisposalList,
    Kind,
    MembershipRow,
)
from dialogen.database.numbers import is_storable
from dialogen.domain.accounts import Role
from dialogen.domain.disposal_lists import Assessment
from dialogen.domain.errors import NotFound, Problem
from dialogen.domain.retention import ItemOutcome, Keepsake

_ITEMS = Base.metadata.tables[DisposalItem.__tablename__]  # rows by the thousand: without an object for each
_LISTS_LOCK = 4_711_002  # any number that no other lock of the product has


class ItemRow(NamedTuple):
    """One thing on a list. `reference` is None for the access log."""

    id: int
    keepsake: Keepsake
    case_id: int | None
    reference: str | None
    due_on: date
    outcome: ItemOutcome | None


class ApprovalRow(NamedTuple):
    """An administrator's yes. `holds` while the account is enabled and still an administrator's."""

    account_id: int
    name: str
    at: datetime
    assessment: Assessment
    holds: bool


def lock_lists(session: Session) -> None:
    """Wait until nobody else is finishing, approving or refusing a list. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LISTS_LOCK)))


def begin_list(session: Session, *, for_day: date, now: datetime) -> int:
    """Add a list that is still being made, and return its number."""
    row = DisposalList(for_day=for_day, made_at=now)
    session.add(row)
    session.flush()
    return row.id


def add_items(session: Session, list_id: int, items: Sequence[Mapping[str, Any]]) -> None:
    """Add things to a list: keepsake, case_id, due_on."""
    if items:
        session.execute(insert(_ITEMS), [{"list_id": list_id, **item} for item in items])


def abandoned_lists(session: Session, *, made_before: datetime) -> list[int]:
    """Return the lists that somebody began to make before an instant and never finished."""
    query = select(DisposalList.id).where(DisposalList.digest.is_(None), DisposalList.made_at < made_before)
    return list(session.scalars(query.order_by(DisposalList.id)))


def drop_items(session: Session, list_id: int, *, most: int) -> int:
    """Take things off a list that was never finished, so many at a time; the list itself goes with the last."""
    numbers = list(
        session.scalars(
            select(DisposalItem.id).where(DisposalItem.list_id == list_id).order_by(DisposalItem.id).limit(most)
        )
    )
    session.execute(delete(DisposalItem).where(DisposalItem.id.in_(numbers)))
    if len(numbers) < most:
        session.execute(delete(DisposalList).where(DisposalList.id == list_id, DisposalList.digest.is_(None)))
    return len(numbers)


def get_list(session: Session, list_id: int) -> DisposalList:
    """Return a finished list; raises NotFound."""
    row = session.get(DisposalList, list_id) if is_storable(list_id) else None
    if row is None or row.digest is None:
        raise NotFound(Problem.NO_SUCH, what="list", value=list_id)
    return row


def get_unfinished_list(session: Session, list_id: int) -> DisposalList:
    """Return a list that is being made."""
    return session.get_one(DisposalList, list_id)


def lists(session: Session, *, before: int | None, limit: int) -> list[DisposalList]:
    """Return finished lists, newest first."""
    query = select(DisposalList).where(DisposalList.digest.is_not(None))
    query = query if before is None else query.where(DisposalList.id < before)
    return list(session.scalars(query.order_by(DisposalList.id.desc()).limit(limit)))


def unsettled_lists(session: Session) -> list[DisposalList]:
    """Return the lists that are neither refused, replaced nor run, oldest first."""
    query = select(DisposalList).where(
        DisposalList.digest.is_not(None),
        DisposalList.refused_at.is_(None),
        DisposalList.replaced_by.is_(None),
        DisposalList.run_at.is_(None),
    )
    return list(session.scalars(query.order_by(DisposalList.id)))


def approvals(session: Session, list_ids: Sequence[int]) -> dict[int, list[ApprovalRow]]:
    """Return the approvals of lists, oldest first, and whether each still holds."""
    is_admin = (
        select(MembershipRow.id)
        .where(MembershipRow.account_id == Account.id, MembershipRow.role == Role.ADMIN)
        .exists()
    )
    query = (
        select(
            DisposalApproval.list_id,
            *(Account.id, Account.name, DisposalApproval.at, DisposalApproval.assessment),
            and_(Account.disabled_at.is_(None), is_admin),
        )
        .join(Account, Account.id == DisposalApproval.account_id)
        .where(DisposalApproval.list_id.in_(list_ids))
        .order_by(DisposalApproval.at, Account.id)
    )
    found: dict[int, list[ApprovalRow]] = {list_id: [] for list_id in list_ids}
    for list_id, account_id, name, at, assessment, holds in session.execute(query):
        found[list_id].append(ApprovalRow(account_id, name, at, assessment, bool(holds)))
    return found


def add_approval(session: Session, list_id: int, account_id: int, *, assessment: Assessment, at: datetime) -> None:
    """Add an administrator's yes."""
    session.add(DisposalApproval(list_id=list_id, account_id=account_id, assessment=assessment, at=at))
    session.flush()


def counts(session: Session, list_id: int) -> list[tuple[Keepsake, str | None, int]]:
    """Return how many things of each type and kind of case are on a list: (type, name of the kind or None, number)."""
    query = (
        select(DisposalItem.keepsake, Kind.name, func.count())
        .outerjoin(Case, Case.id == DisposalItem.case_id)
        .outerjoin(Kind, Kind.id == Case.kind_id)
        .where(DisposalItem.list_id == list_id)
        .group_by(DisposalItem.keepsake, Kind.name)
        .order_by(DisposalItem.keepsake, Kind.name)
    )
    return [(keepsake, kind, count) for keepsake, kind, count in session.execute(query)]


def outcome_counts(session: Session, list_id: int) -> dict[ItemOutcome | None, int]:
    """Return how many things on a list came to what; None stands for those that wait."""
    query = select(DisposalItem.outcome, func.count()).where(DisposalItem.list_id == list_id)
    return dict(session.execute(query.group_by(DisposalItem.outcome)).all())


def items(session: Session, list_id: int, *, after: int, limit: int) -> list[ItemRow]:
    """Return a page of the things on a list, in the list's order, after a number."""
    query = (
        select(
            *(DisposalItem.id, DisposalItem.keepsake, DisposalItem.case_id),
            *(Case.reference, DisposalItem.due_on, DisposalItem.outcome),
        )
        .outerjoin(Case, Case.id == DisposalItem.case_id)
        .where(DisposalItem.list_id == list_id, DisposalItem.id > after)
        .order_by(DisposalItem.id)
        .limit(limit)
    )
    return [ItemRow(*row) for row in session.execute(query)]


def all_items(session: Session, list_id: int, *, batch: int) -> Iterator[ItemRow]:
    """Yield the things on a list in the list's order, without holding more than a batch of them."""
    after = 0
    while page := items(session, list_id, after=after, limit=batch):
        yield from page
        after = page[-1].id


def lock_waiting_items(session: Session, list_id: int, *, of_cases: bool, after: int, limit: int) -> list[DisposalItem]:
    """Return the next things on a list, of cases or not, that are not settled and that no other run is at, locked."""
    whose = DisposalItem.case_id.is_not(None) if of_cases else DisposalItem.case_id.is_(None)
    query = (
        select(DisposalItem)
        .where(DisposalItem.list_id == list_id, DisposalItem.id > after, DisposalItem.outcome.is_(None), whose)
        .order_by(DisposalItem.id)
        .limit(limit)
    )
    return list(session.scalars(query.with_for_update(skip_locked=True)))


def settle_items(session: Session, outcome: ItemOutcome, item_ids: Sequence[int]) -> None:
    """Write down what became of things on a list."""
    if item_ids:
        session.execute(update(_ITEMS).where(_ITEMS.c.id.in_(item_ids)).values(outcome=outcome))


def is_settled(session: Session, list_id: int) -> bool:
    """Say whether nothing on a list waits."""
    query = select(DisposalItem.id).where(DisposalItem.list_id == list_id, DisposalItem.outcome.is_(None))
    return session.scalars(query.limit(1)).first() is None
