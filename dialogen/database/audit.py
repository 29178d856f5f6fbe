"""Queries of the audit: every line of both logs, read in batches so that memory stays flat whatever their number.

What somebody wrote past the product may be no date, word or JSON at all: reading it raises one of UNREADABLE.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from dialogen.database.models import (
    Account,
    Case,
    CaseEvent,
    ChainHead,
    Kind,
    OfficeEvent,
    ReferenceCounter,
    Unit,
)
from dialogen.database.office_events import OFFICE
from dialogen.domain.office_events import OfficeAction

CASES = 500
LINES = 5000
UNREADABLE = (ValueError, TypeError, LookupError)


class YoungLine(NamedTuple):
    """What a seal covers of a line of a case's history, and when it was told."""

    id: int
    digest: bytes | None
    at: datetime


def batches_of_cases(session: Session) -> Iterator[Sequence[int]]:
    """Yield the numbers of all cases, rising, in batches."""
    query, last = select(Case.id).order_by(Case.id).limit(CASES), 0
    while batch := session.scalars(query.where(Case.id > last)).all():
        yield batch
        last = batch[-1]


def facts_of_cases(session: Session, first: int, last: int) -> Sequence[Any]:
    """Return some cases with what their histories must say of them; raises UNREADABLE."""
    fields = (
        *(Case.received_on, Case.due_on, Case.extended_to, Case.answered_on, Case.stream, Case.exclusion),
        *(Case.rule_version, Case.channel, Case.source, Case.external_reference, Case.unit_id, Case.handler_id),
    )
    query = (
        select(
            Case.id,
            Case.reference,
            Case.history_digest,
            Kind.word.label("kind"),
            Case.answer_manner.label("manner"),
            *fields,
        )
        .outerjoin(Kind, Kind.id == Case.kind_id)
        .where(Case.id.between(first, last))
        .order_by(Case.id)
    )
    return session.execute(query).all()


def units(session: Session) -> list[tuple[int, str]]:
    """Return number and name of each unit."""
    return [(row.id, row.name) for row in session.execute(select(Unit.id, Unit.name).order_by(Unit.id))]


def accounts(session: Session) -> list[tuple[int, str]]:
    """Return number and address of each account."""
    return [(row.id, row.email) for row in session.execute(select(Account.id, Account.email).order_by(Account.id))]


def changes_told(session: Session, action: OfficeAction) -> Iterator[tuple[str | None, str]]:
    """Yield what the office's own log tells of one kind of change: whose number, and the changes as text."""
    query = _lines(OfficeEvent).where(OfficeEvent.action == action.value).order_by(OfficeEvent.id)
    yield from ((row.subject_id, row.changes) for row in session.execute(query))


def lines_of_cases(session: Session, first: int, last: int) -> Sequence[Any]:
    """Return the lines of the histories of some cases, oldest first, their changes as text; raises UNREADABLE."""
    query = _lines(CaseEvent).where(CaseEvent.case_id.between(first, last))
    return session.execute(query.order_by(CaseEvent.case_id, CaseEvent.id)).all()


def lines_without_case(session: Session, *, limit: int) -> list[int]:
    """Return the numbers of lines whose case is gone."""
    query = select(CaseEvent.id).outerjoin(Case, Case.id == CaseEvent.case_id).where(Case.id.is_(None))
    return list(session.scalars(query.order_by(CaseEvent.id).limit(limit)))


def lines_after(session: Session, number: int) -> Iterator[YoungLine]:
    """Yield the lines of all cases' histories after one, in the order of their numbers."""
    query = select(CaseEvent.id, CaseEvent.digest, CaseEvent.at).order_by(CaseEvent.id).limit(LINES)
    while batch := session.execute(query.where(CaseEvent.id > number)).all():
        yield from (YoungLine(*row) for row in batch)
        number = batch[-1].id


def lines_between(session: Session, after: int, to: int) -> Iterator[tuple[int, bytes | None]]:
    """Yield number and digest of the lines of all cases' histories after one and up to another; raises UNREADABLE."""
    query = select(CaseEvent.id, CaseEvent.digest).where(CaseEvent.id <= to).order_by(CaseEvent.id).limit(LINES)
    while batch := session.execute(query.where(CaseEvent.id > after)).all():
        yield from ((row.id, row.digest) for row in batch)
        after = batch[-1].id


def count_lines_after(session: Session, number: int) -> int:
    """Count the lines of all cases' histories after one."""
    return session.scalar(select(func.count()).select_from(CaseEvent).where(CaseEvent.id > number)) or 0


def office_lines(session: Session) -> Iterator[Any]:
    """Yield every line of the office's own log, oldest first, its changes as text; raises UNREADABLE."""
    query, last = _lines(OfficeEvent).order_by(OfficeEvent.id).limit(LINES), 0
    while batch := session.execute(query.where(OfficeEvent.id > last)).all():
        yield from batch
        last = batch[-1].id


def newest_seal(session: Session) -> OfficeEvent | None:
    """Return the newest line of the office's own log that seals the histories of cases."""
    sealed = select(OfficeEvent).where(OfficeEvent.action == OfficeAction.HISTORY_SEALED.value)
    return session.scalars(sealed.order_by(OfficeEvent.id.desc()).limit(1)).first()


def office_head(session: Session) -> tuple[int, bytes] | None:
    """Return how many lines the office's own log has, and the newest one's digest, as they are kept apart from it."""
    row = session.execute(select(ChainHead.count, ChainHead.digest).where(ChainHead.name == OFFICE)).one_or_none()
    return None if row is None else (row[0], bytes(row[1]))


def counters(session: Session) -> list[tuple[int, int]]:
    """Return the years in which cases were registered, each with the last number given."""
    query = select(ReferenceCounter.year, ReferenceCounter.last).order_by(ReferenceCounter.year)
    return [(row.year, row.last) for row in session.execute(query)]


def references_of(session: Session, year: int) -> Iterator[str]:
    """Yield the references of a year of registration, in the order of their numbers."""
    query = select(Case.reference).where(Case.reference.like(f"{year}-%"))
    ordered = query.order_by(func.length(Case.reference), Case.reference)
    yield from session.scalars(ordered.execution_options(yield_per=LINES))


def _lines(model: Any) -> Any:
    columns = [column for column in model.__table__.c if column.name != "changes"]
    return select(*columns, cast(model.changes, Text).label("changes"))
