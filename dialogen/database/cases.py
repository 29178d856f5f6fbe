"""Queries about single cases: finding, locking and adding them, and the numbers they get."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, literal, or_, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from dialogen.database.models import (
    IS_PENDING,
    Account,
    Alert,
    Case,
    CasePersonal,
    EventText,
    Kind,
    PendingChange,
    ReferenceCounter,
    Unit,
)
from dialogen.domain.accounts import Reach
from dialogen.domain.alerts import AlertState
from dialogen.domain.errors import NotFound, Problem

#: Of so many units and more it is quicker to go through all open cases than to bring those of each unit together.
SEVERAL_UNITS = 4
#: Whether an alert of the case's present deadline has nobody to go to.
IS_UNADDRESSED = (
    select(Alert.id)
    .where(Alert.case_id == Case.id, Alert.state == AlertState.UNADDRESSED.value, Alert.deadline == Case.deadline)
    .exists()
)

#: Whether a change of the case waits for a second person.
HAS_PENDING = select(PendingChange.id).where(PendingChange.case_id == Case.id, IS_PENDING).correlate(Case).exists()


def numbers(them: Iterable[int]) -> list[ColumnElement[int]]:
    """Return numbers for a query that is kept: given as they are, they would be written into it anew whenever it is asked."""
    return [literal(each) for each in sorted(them)]


def within(reach: Reach) -> ColumnElement[bool]:
    """Return the condition under which a case is within reach: `Reach.covers` as a filter."""
    if reach.everything:
        return true()
    parts: list[ColumnElement[bool]] = []
    if reach.units:
        parts.append(Case.unit_id.in_(numbers(reach.units)))
    if reach.own:
        parts.append(Case.handler_id == reach.account_id)
    if reach.free_everywhere:
        parts.append(Case.handler_id.is_(None))
    if reach.free_in_units:
        parts.append(and_(Case.handler_id.is_(None), Case.unit_id.in_(numbers(reach.free_in_units))))
    return or_(*parts) if parts else false()


def within_open(reach: Reach, *, is_sqlite: bool) -> ColumnElement[bool]:
    """Return the condition of `within` for queries that ask for open cases, by their deadline.

    Of several units SQLite would bring the open cases together by another index and then sort them all. It is kept from
    that where going through the open cases in their order finds enough of them sooner.
    """
    if not is_sqlite or len(reach.units) < SEVERAL_UNITS:
        return within(reach)
    parts: list[ColumnElement[bool]] = [(Case.unit_id + 0).in_(numbers(reach.units))]
    if reach.own:
        parts.append(Case.handler_id + 0 == reach.account_id)
    if reach.free_everywhere or reach.free_in_units:
        parts.append(within(replace(reach, units=frozenset(), own=False)))
    return or_(*parts)


def case_with_names() -> "Select[Case, CasePersonal, str, Kind, str, str, bool, PendingChange, str, str]":
    """Return the query of cases with all that a page shows of one: one row a case.

    The last three are the change that waits for a second person, the name of who proposed it, and why.
    """
    return _WITH_NAMES


def _with_names() -> "Select[Case, CasePersonal, str, Kind, str, str, bool, PendingChange, str, str]":
    proposer = aliased(Account)
    names = (Unit.name, Kind, Account.email, Account.name)
    return (
        select(Case, CasePersonal, *names, IS_UNADDRESSED, PendingChange, proposer.name, EventText.text)
        .outerjoin(CasePersonal, CasePersonal.case_id == Case.id)
        .outerjoin(Unit, Unit.id == Case.unit_id)
        .outerjoin(Kind, Kind.id == Case.kind_id)
        .outerjoin(Account, Account.id == Case.handler_id)
        .outerjoin(PendingChange, and_(PendingChange.case_id == Case.id, IS_PENDING))
        .outerjoin(proposer, proposer.id == PendingChange.proposed_by)
        .outerjoin(EventText, and_(EventText.event_id == PendingChange.event_id, EventText.field == "reason"))
    )


_WITH_NAMES = _with_names()


def _found(reach: Reach, deciding: Reach | None) -> ColumnElement[bool]:
    """Return the condition under which a case is there for somebody; by `deciding` only while a change of it waits."""
    return within(reach) if deciding is None else or_(within(reach), and_(within(deciding), HAS_PENDING))


def get_case_row(session: Session, reference: str, reach: Reach, *, deciding: Reach | None = None) -> Any:
    """Return a case with its names; raises NotFound when there is none within reach.

    What waits for a second person is found within `deciding` too.
    """
    query = case_with_names().where(Case.reference == reference, _found(reach, deciding))
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound(Problem.NO_SUCH_CASE, value=reference)
    return row


def get_case_row_by_id(session: Session, case_id: int) -> Any:
    """Return a case with its names by its number, whoever asks."""
    return session.execute(case_with_names().where(Case.id == case_id)).one()


def get_case_to_change(session: Session, reference: str, reach: Reach, *, deciding: Reach | None = None) -> Case:
    """Return a case, locked until the transaction ends; raises NotFound as `get_case_row` does."""
    query = select(Case).where(Case.reference == reference, _found(reach, deciding))
    case = session.scalars(query.with_for_update(key_share=True)).one_or_none()
    if case is None:
        raise NotFound(Problem.NO_SUCH_CASE, value=reference)
    return case


def personal_of(session: Session, case_id: int) -> CasePersonal:
    """Return a case's personal fields, adding an empty row where there is none yet."""
    personal = session.get(CasePersonal, case_id)
    if personal is None:
        personal = CasePersonal(case_id=case_id)
        session.add(personal)
    return personal


def find_case_by_external_reference(session: Session, *, source: str, external_reference: str) -> Case | None:
    """Return the case that another system knows by this number, or None."""
    query = select(Case).where(Case.source == source, Case.external_reference == external_reference)
    return session.scalars(query).one_or_none()


def reserve_numbers(session: Session, *, registered_on: date, count: int) -> int:
    """Take `count` numbers of the year of registration; returns the first. Others wait until this transaction ends."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    taken = dialect.insert(ReferenceCounter).values(year=registered_on.year, last=count)
    taken = taken.on_conflict_do_update(
        index_elements=[ReferenceCounter.year], set_={"last": ReferenceCounter.last + taken.excluded.last}
    )
    last = session.execute(taken.returning(ReferenceCounter.last)).scalar_one()
    return int(last) - count + 1
