"""Queries about what was disposed of: the log that remains when the things themselves are gone."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from dialogen.database.models import Base, Case, Disposal
from dialogen.domain.retention import Keepsake


class DisposalRow(NamedTuple):
    """One line of the log. `reference` is None for the access log; `erased` values, texts or lines are gone."""

    id: int
    list_id: int
    keepsake: Keepsake
    reference: str | None
    at: datetime
    erased: int


class DisposalSum(NamedTuple):
    """What was disposed of one type on one list: how many lines of the log, and how many values, texts or lines."""

    list_id: int
    keepsake: Keepsake
    lines: int
    erased: int
    first_at: datetime
    last_at: datetime


def add_disposals(
    session: Session, list_id: int, erased: Iterable[tuple[Keepsake, int | None, int]], *, at: datetime
) -> None:
    """Tell what was erased: type, number of the case or None, and how many values, texts or lines."""
    rows = [
        {"list_id": list_id, "keepsake": keepsake, "case_id": case_id, "count": count, "at": at}
        for keepsake, case_id, count in erased
    ]
    if rows:
        session.execute(insert(Base.metadata.tables[Disposal.__tablename__]), rows)


def disposals(session: Session, list_id: int | None, *, after: int, limit: int) -> list[DisposalRow]:
    """Return lines of the log in the order in which they were told, of one list or of all, after a number."""
    query = (
        select(
            *(Disposal.id, Disposal.list_id, Disposal.keepsake),
            *(Case.reference, Disposal.at, Disposal.count),
        )
        .outerjoin(Case, Case.id == Disposal.case_id)
        .where(Disposal.id > after)
        .order_by(Disposal.id)
        .limit(limit)
    )
    query = query if list_id is None else query.where(Disposal.list_id == list_id)
    return [DisposalRow(*row) for row in session.execute(query)]


def disposal_sums(session: Session, list_ids: Sequence[int] | None = None) -> list[DisposalSum]:
    """Return what was disposed of by list and type, the newest list first; of some lists, or of all."""
    query = (
        select(
            *(Disposal.list_id, Disposal.keepsake, func.count(), func.sum(Disposal.count)),
            *(func.min(Disposal.at), func.max(Disposal.at)),
        )
        .group_by(Disposal.list_id, Disposal.keepsake)
        .order_by(Disposal.list_id.desc(), Disposal.keepsake)
    )
    query = query if list_ids is None else query.where(Disposal.list_id.in_(list_ids))
    return [DisposalSum(*row) for row in session.execute(query)]
