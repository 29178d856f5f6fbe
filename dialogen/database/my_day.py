"""What stands on My day: one query a panel, over open cases and what waits alone, never over all that is stored."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, select, union_all
from sqlalchemy.orm import Session, aliased

from dialogen.database.base import UtcDateTime, on_sqlite
from dialogen.database.cases import HAS_PENDING, numbers, within, within_open
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
from dialogen.database.open_cases import Ranges, last_days, state_column
from dialogen.database.pending import may_decide
from dialogen.database.plain_rows import flat
from dialogen.domain.accounts import Reach
from dialogen.domain.cases import Outcome
from dialogen.domain.history import Action
from dialogen.domain.other_laws import Law

#: Building a query costs more than asking it: those of the last readers are kept.
QUERIES_KEPT = 64


class OpenRow(NamedTuple):
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


class WorkRow(NamedTuple):
    """How many open cases of a unit (None: of none) one handler has (None: nobody) that stand alike."""

    unit_id: int | None
    handler_id: int | None
    name: str | None
    email: str | None
    is_disabled: bool
    state: str
    cases: int


class ProposalRow(NamedTuple):
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


def work(session: Session, account_id: int, reach: Reach, ranges: Ranges, limit: int) -> list[OpenRow]:
    """Return what somebody can do something about, by deadline.

    The open cases that they must answer, the first of each state, and the first within reach that nobody has.
    """
    values = {"account_id": account_id, "limit": limit, **last_days(ranges)}
    return [OpenRow._make(row) for row in flat(session, _work_query(reach, on_sqlite(session)), values)]


@lru_cache(maxsize=QUERIES_KEPT)
def _work_query(reach: Reach, is_sqlite: bool) -> Any:
    # Found and counted by the indexes of open cases first; names and words are then fetched for the few that are shown.
    shown = union_all(_own(), _unassigned(within_open(reach, is_sqlite=is_sqlite))).subquery()
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


def _own() -> Any:
    states = state_column()
    ranked = (
        select(
            Case.id,
            func.row_number().over(partition_by=states, order_by=(Case.deadline, Case.id)).label("place"),
            func.count().over(partition_by=states).label("total"),
        )
        .where(IS_OPEN, Case.handler_id == bindparam("account_id"))
        .subquery()
    )
    return select(ranked.c.id, ranked.c.total).where(ranked.c.place <= bindparam("limit"))


def _unassigned(within_reach: ColumnElement[bool]) -> Any:
    # The index of what each handler has open, here nobody, has them in their order: it ends with the last that is shown.
    conditions = (IS_OPEN, Case.handler_id.is_(None), within_reach)
    total = select(func.count()).select_from(Case).where(*conditions).scalar_subquery().label("total")
    first = select(Case.id, total).where(*conditions).order_by(Case.deadline, Case.id).limit(bindparam("limit"))
    return select(first.subquery())


def open_work(session: Session, reach: Reach, ranges: Ranges) -> list[WorkRow]:
    """Return the open cases within reach by the unit in which they lie, who has them, and how they stand."""
    return [WorkRow._make(row) for row in flat(session, _open_work_query(reach, on_sqlite(session)), last_days(ranges))]


@lru_cache(maxsize=QUERIES_KEPT)
def _open_work_query(reach: Reach, is_sqlite: bool) -> Any:
    # The sum keeps SQLite from an index in the order of units, which sends it to the table for all the rest.
    unit_id, handler_id = ((column + 0).label(f"{column.key}_of") for column in (Case.unit_id, Case.handler_id))
    counted = (
        select(unit_id, handler_id, state_column().label("stands"), func.count().label("cases"))
        .where(IS_OPEN, within_open(reach, is_sqlite=is_sqlite))
        .group_by("unit_id_of", "handler_id_of", "stands")
        .subquery()
    )
    return select(
        *(counted.c.unit_id_of, counted.c.handler_id_of, Account.name, Account.email),
        *(Account.disabled_at.is_not(None), counted.c.stands, counted.c.cases),
    ).outerjoin(Account, Account.id == counted.c.handler_id_of)


def unit_names(session: Session, reach: Reach) -> dict[int, str]:
    """Return the names of the units that lie wholly within reach, by their numbers."""
    return dict(flat(session, _units_query(reach)))


@lru_cache(maxsize=QUERIES_KEPT)
def _units_query(reach: Reach) -> Any:
    query = select(Unit.id, Unit.name)
    return query if reach.everything else query.where(Unit.id.in_(numbers(reach.units)))


def to_decide(session: Session, reach: Reach, limit: int) -> list[ProposalRow]:
    """Return what waits for somebody's decision, the oldest proposal first."""
    return [ProposalRow._make(row) for row in flat(session, _to_decide_query(reach, limit))]


@lru_cache(maxsize=QUERIES_KEPT)
def _to_decide_query(reach: Reach, limit: int) -> Any:
    return _proposals(select(PendingChange.id).where(IS_PENDING, may_decide(reach)), limit)


def own_proposals(session: Session, reach: Reach, *, since: datetime, limit: int) -> list[ProposalRow]:
    """Return what somebody proposed for a case within reach that waits, or was refused since an instant."""
    return [ProposalRow._make(row) for row in flat(session, _own_proposals_query(reach, limit), {"since": since})]


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
