"""Queries about what ties cases together: links, and the marks by which similar cases are found."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select
from sqlalchemy.orm import Session

from dialogen.database.cases import case_with_names, within
from dialogen.database.models import Base, Case, CaseLink, CaseMark
from dialogen.domain.accounts import Reach
from dialogen.domain.likeness import Mark

_MARKS = Base.metadata.tables[CaseMark.__tablename__]
LINKS_MOST = 100


def linked_cases(session: Session, case_id: int, reach: Reach) -> list[Any]:
    """Return rows of `case_with_names` of the cases within reach that a case is linked to, oldest first."""
    # Two searches by index; an "or" over both columns would read the whole table.
    others = select(CaseLink.second_id).where(CaseLink.first_id == case_id)
    both = others.union_all(select(CaseLink.first_id).where(CaseLink.second_id == case_id))
    query = case_with_names().where(Case.id.in_(both), within(reach))
    return list(session.execute(query.order_by(Case.id).limit(LINKS_MOST)))


def find_link(session: Session, one: int, other: int) -> CaseLink | None:
    """Return the link between two cases, or None."""
    return session.scalars(select(CaseLink).where(_between(one, other))).one_or_none()


def add_link(session: Session, one: int, other: int, *, at: datetime, by: int | None) -> None:
    """Link two cases."""
    first, second = sorted((one, other))
    session.add(CaseLink(first_id=first, second_id=second, linked_at=at, linked_by=by))


def remove_link(session: Session, one: int, other: int) -> None:
    """Take a link away."""
    session.execute(delete(CaseLink).where(_between(one, other)))


def _between(one: int, other: int) -> ColumnElement[bool]:
    first, second = sorted((one, other))
    return and_(CaseLink.first_id == first, CaseLink.second_id == second)


def keep_marks(session: Session, case_id: int, *, marks: Mapping[Mark, str], received_on: date) -> None:
    """Let these be the marks of a case."""
    session.execute(delete(_MARKS).where(_MARKS.c.case_id == case_id))
    add_marks(session, [(case_id, received_on, marks)])


def add_marks(session: Session, cases: Sequence[tuple[int, date, Mapping[Mark, str]]]) -> None:
    """Add the marks of new cases, each with its number and its day of reception."""
    rows = [
        {"case_id": case_id, "mark": mark, "key": key, "received_on": received_on}
        for case_id, received_on, marks in cases
        for mark, key in marks.items()
    ]
    if rows:
        session.execute(insert(_MARKS), rows)


def mark_imported(session: Session, source: str, marks: Mapping[str, Mapping[Mark, str]]) -> None:
    """Add the marks of cases that were just imported, by their external references."""
    if not marks:
        return
    query = select(Case.external_reference, Case.id, Case.received_on).where(
        Case.source == source, Case.external_reference.in_(sorted(marks))
    )
    rows = session.execute(query.order_by(Case.id)).all()
    add_marks(
        session, [(case_id, received_on, marks[reference]) for reference, case_id, received_on in rows if reference]
    )


def similar_cases(
    session: Session, *, keys: Collection[str], days: tuple[date, date], reach: Reach, but: Collection[int], limit: int
) -> list[tuple[Any, Mark]]:
    """Return rows of `case_with_names` within reach, received in these days, with a mark that they share; newest first.

    A case with several marks comes once for each. `but` are numbers of cases that are left out.
    """
    if not keys:
        return []
    query = (
        case_with_names()
        .add_columns(CaseMark.mark)
        .join(CaseMark, CaseMark.case_id == Case.id)
        .where(CaseMark.key.in_(sorted(keys)), CaseMark.received_on.between(*days), within(reach))
        .where(Case.id.not_in(sorted(but)))
        .order_by(CaseMark.received_on.desc(), Case.id.desc(), CaseMark.mark)
        .limit(limit)
    )
    return [(row[:-1], row[-1]) for row in session.execute(query)]


def references_within(session: Session, references: Collection[str], reach: Reach) -> set[str]:
    """Return those of the references whose cases are within reach."""
    query = select(Case.reference).where(Case.reference.in_(sorted(references)), within(reach))
    return set(session.scalars(query.order_by(Case.reference)))


def find_case_within(session: Session, reference: str, reach: Reach) -> Case | None:
    """Return a case within reach, or None."""
    return session.scalars(select(Case).where(Case.reference == reference, within(reach))).one_or_none()


def lock_together(session: Session, references: Collection[str], reach: Reach) -> None:
    """Lock those of the cases that are within reach, in the one order that lets nobody wait for each other."""
    wanted = or_(*(Case.reference == reference for reference in sorted(references)))
    query = select(Case.id).where(wanted, within(reach)).order_by(Case.id)
    session.scalars(query.with_for_update(key_share=True)).all()
