"""What stands on My day: one query a panel, over open cases and what waits alone, never over all that is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, literal, null, select, union_all
from sqlalchemy.orm import Session, aliased

from dialogen.database.base import UtcDateTime
from dialogen.database.cases import HAS_PENDING, within
from dialogen.database.models import (
    IS_OPEN,
    IS_PENDING,
    IS_REFUSED,
    Account,
    Case,
    CaseEvent,
    CasePersonal,
    Kind,
    PendingChange,
    Unit,
)
from dialogen.database.open_cases import Ranges, by_state, deadline_between, sums_by_state
from dialogen.database.pending import may_decide
from dialogen.domain.accounts import Reach
from dialogen.domain.cases import Outcome
from dialogen.domain.deadlines import State
from dialogen.domain.history import Action
from dialogen.domain.other_laws import Law

#: The ranges of open states, as a key by which a query that was built is found again.
Spans = tuple[tuple[State, tuple[date | None, date | None]], ...]
#: Building a query costs more than asking it: those of the last readers are kept.
QUERIES_KEPT = 64
NO_UNIT = 0  # stands for the cases without a unit where a number is needed


@dataclass(frozen=True)
class OpenRow:
    """An open case as a panel tells of it. `total` is how many there are of its state, or of its panel."""

    id: int
    reference: str
    external_reference: str | None
    subject: str | None
    unit_id: int | None
    unit: str | None
    deadline: date
    due_on: date
    extended_to: date | None
    handler_id: int | None
    waits: bool  # a change of it waits for a second person
    has_interim_reply: bool
    law: Law | None  # another one, whose own deadline runs for cases of this kind
    total: int


@dataclass(frozen=True)
class UnitRow:
    """The open cases of a unit, or (None) of those without one, by how they stand."""

    unit_id: int | None
    name: str | None
    by_state: Mapping[State, int]
    unassigned: int


@dataclass(frozen=True)
class PersonRow:
    """The open cases of one handler, by how they stand."""

    account_id: int
    name: str
    email: str
    is_disabled: bool
    by_state: Mapping[State, int]


@dataclass(frozen=True)
class ProposalRow:
    """A proposed change, as a panel tells of it; `outcome` is None while it waits."""

    reference: str
    unit: str | None
    deadline: date
    action: str
    proposed_by: str
    proposed_at: datetime
    outcome: Outcome | None
    decided_by: str | None
    decided_at: datetime | None
    total: int


_HAS_INTERIM_REPLY = (
    select(CaseEvent.id)
    .where(CaseEvent.case_id == Case.id, CaseEvent.action == Action.INTERIM_REPLY.value)
    .correlate(Case)
    .exists()
)


def own_cases(session: Session, account_id: int, ranges: Ranges, limit: int) -> list[OpenRow]:
    """Return the open cases that somebody must answer: of each state the first by deadline."""
    return [OpenRow(*row) for row in session.connection().execute(_own_query(account_id, tuple(ranges.items()), limit))]


@lru_cache(maxsize=QUERIES_KEPT)
def _own_query(account_id: int, spans: Spans, limit: int) -> Any:
    states = case(*((deadline_between(*span), literal(state.value)) for state, span in spans))
    return _open_query(Case.handler_id == account_id, partition=states, limit=limit)


def unassigned_cases(session: Session, reach: Reach, limit: int) -> list[OpenRow]:
    """Return the first open cases within reach that nobody has, by deadline."""
    return [OpenRow(*row) for row in session.connection().execute(_unassigned_query(reach, limit))]


@lru_cache(maxsize=QUERIES_KEPT)
def _unassigned_query(reach: Reach, limit: int) -> Any:
    return _open_query(and_(Case.handler_id.is_(None), within(reach)), partition=None, limit=limit)


def _open_query(condition: ColumnElement[bool], *, partition: Any, limit: int) -> Any:
    # Ranked and counted by the index of open cases first; names and words are then fetched for the few that are shown.
    ranked = (
        select(
            Case.id,
            func.row_number().over(partition_by=partition, order_by=(Case.deadline, Case.id)).label("place"),
            func.count().over(partition_by=partition).label("total"),
        )
        .where(IS_OPEN, condition)
        .subquery()
    )
    shown = select(ranked.c.id, ranked.c.total).where(ranked.c.place <= limit).subquery()
    return (
        select(
            *(Case.id, Case.reference, Case.external_reference, CasePersonal.subject, Case.unit_id, Unit.name),
            *(Case.deadline, Case.due_on, Case.extended_to, Case.handler_id),
            *(HAS_PENDING, _HAS_INTERIM_REPLY, Kind.law, shown.c.total),
        )
        .join(shown, shown.c.id == Case.id)
        .outerjoin(CasePersonal, CasePersonal.case_id == Case.id)
        .outerjoin(Unit, Unit.id == Case.unit_id)
        .outerjoin(Kind, Kind.id == Case.kind_id)
        .order_by(Case.deadline, Case.id)
    )


def units(session: Session, reach: Reach, ranges: Ranges) -> list[UnitRow]:
    """Return the units that lie wholly within reach with their open cases, also those that have none."""
    return [
        UnitRow(number or None, name, by_state(ranges, [count or 0 for count in found]), int(unassigned or 0))
        for number, name, unassigned, *found in session.connection().execute(_units_query(reach, tuple(ranges.items())))
    ]


@lru_cache(maxsize=QUERIES_KEPT)
def _units_query(reach: Reach, spans: Spans) -> Any:
    number = func.coalesce(Case.unit_id, NO_UNIT).label("number")
    nobodys = func.sum(case((Case.handler_id.is_(None), 1), else_=0)).label("unassigned")
    counts = [each.label(f"count_{place}") for place, each in enumerate(sums_by_state(dict(spans)))]
    open_ones = select(number, nobodys, *counts).where(IS_OPEN, within(reach)).group_by(number).subquery()
    listed: Any = select(Unit.id, Unit.name)
    if reach.everything:
        listed = union_all(listed, select(literal(NO_UNIT), null()))
    else:
        listed = listed.where(Unit.id.in_(sorted(reach.units)))
    named = listed.subquery()
    return (
        select(named.c.id, named.c.name, open_ones.c.unassigned, *(open_ones.c[each.name] for each in counts))
        .outerjoin(open_ones, open_ones.c.number == named.c.id)
        .order_by(named.c.id)
    )


def people(session: Session, reach: Reach, ranges: Ranges) -> list[PersonRow]:
    """Return who has open cases within reach, and how those stand."""
    return [
        PersonRow(number, name, email, disabled_at is not None, by_state(ranges, found))
        for number, name, email, disabled_at, *found in session.connection().execute(
            _people_query(reach, tuple(ranges.items()))
        )
    ]


@lru_cache(maxsize=QUERIES_KEPT)
def _people_query(reach: Reach, spans: Spans) -> Any:
    sums = sums_by_state(dict(spans))
    counted = (
        select(Case.handler_id, *(each.label(f"count_{place}") for place, each in enumerate(sums)))
        .where(IS_OPEN, Case.handler_id.is_not(None), within(reach))
        .group_by(Case.handler_id)
        .subquery()
    )
    counts = [column for column in counted.c if column.name != "handler_id"]
    return (
        select(Account.id, Account.name, Account.email, Account.disabled_at, *counts)
        .join(counted, counted.c.handler_id == Account.id)
        .order_by(Account.id)
    )


def to_decide(session: Session, reach: Reach, limit: int) -> list[ProposalRow]:
    """Return what waits for somebody's decision, the oldest proposal first."""
    return [ProposalRow(*row) for row in session.connection().execute(_to_decide_query(reach, limit))]


@lru_cache(maxsize=QUERIES_KEPT)
def _to_decide_query(reach: Reach, limit: int) -> Any:
    return _proposals(select(PendingChange.id).where(IS_PENDING, may_decide(reach)), limit)


def own_proposals(session: Session, reach: Reach, *, since: datetime, limit: int) -> list[ProposalRow]:
    """Return what somebody proposed for a case within reach that waits, or was refused since an instant."""
    return [
        ProposalRow(*row) for row in session.connection().execute(_own_proposals_query(reach, limit), {"since": since})
    ]


@lru_cache(maxsize=QUERIES_KEPT)
def _own_proposals_query(reach: Reach, limit: int) -> Any:
    within_reach = select(Case.id).where(Case.id == PendingChange.case_id, within(reach)).exists()
    own = select(PendingChange.id).where(PendingChange.proposed_by == reach.account_id, within_reach)
    refused = own.where(IS_REFUSED, PendingChange.decided_at >= bindparam("since", type_=UtcDateTime()))
    return _proposals(union_all(own.where(IS_PENDING), refused), limit)


def _proposals(found: Any, limit: int) -> Any:
    numbers = found.subquery()
    first = select(numbers.c.id, func.count().over().label("total")).order_by(numbers.c.id).limit(limit).subquery()
    proposer, decider = aliased(Account), aliased(Account)
    return (
        select(
            *(Case.reference, Unit.name, Case.deadline, PendingChange.action, proposer.name, PendingChange.proposed_at),
            *(PendingChange.outcome, decider.name, PendingChange.decided_at, first.c.total),
        )
        .select_from(first)
        .join(PendingChange, PendingChange.id == first.c.id)
        .join(Case, Case.id == PendingChange.case_id)
        .outerjoin(Unit, Unit.id == Case.unit_id)
        .join(proposer, proposer.id == PendingChange.proposed_by)
        .outerjoin(decider, decider.id == PendingChange.decided_by)
        .order_by(PendingChange.id)
    )
