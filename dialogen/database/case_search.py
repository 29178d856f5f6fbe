"""Lists of cases: filters as conditions, keyset paging, counts. Always within the reader's reach."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from dialogen.database.cases import case_with_names, within
from dialogen.database.models import IS_OPEN, Case, CasePersonal
from dialogen.database.open_cases import count_open, deadline_between
from dialogen.domain.accounts import Reach
from dialogen.domain.case_changes import CaseFilter
from dialogen.domain.deadlines import State, open_deadlines

COUNT_MOST = 10_000


class Order(StrEnum):
    """In which order a list goes, and so what its cursor holds."""

    BY_NUMBER = "number"
    BY_DEADLINE = "deadline"


@dataclass(frozen=True)
class Place:
    """Where a page ended: the next one begins after it."""

    case_id: int
    deadline: date | None = None


@dataclass(frozen=True)
class Search:
    """A filter whose names have become numbers, and who is looking."""

    wanted: CaseFilter
    today: date
    reach: Reach
    details_reach: Reach
    personal_reach: Reach
    unit_id: int = 0
    handler_id: int = 0


def list_cases(session: Session, search: Search, *, order: Order, after: Place | None, limit: int) -> list[Any]:
    """Return a page of cases with their names, one query a page."""
    query = case_with_names().where(*_conditions(search))
    if order is Order.BY_NUMBER:
        query = query.order_by(Case.id)
        if after is not None:
            query = query.where(Case.id > after.case_id)
    else:
        query = query.order_by(Case.deadline, Case.id)
        if after is not None:
            query = query.where(tuple_(Case.deadline, Case.id) > tuple_(after.deadline, after.case_id))
    return list(session.execute(query.limit(limit)))


def count_cases(session: Session, search: Search) -> int:
    """Return how many cases the filter finds, counted no further than COUNT_MOST + 1."""
    found = (
        select(Case.id)
        .outerjoin(CasePersonal, CasePersonal.case_id == Case.id)
        .where(*_conditions(search))
        .limit(COUNT_MOST + 1)
    )
    return session.execute(select(func.count()).select_from(found.subquery())).scalar_one()


def count_open_by_state(session: Session, reach: Reach, today: date) -> dict[State, int]:
    """Return how many open cases within reach stand in each open state today."""
    return count_open(session, open_deadlines(today), within(reach))


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    wanted = search.wanted
    conditions = [within(search.reach)]
    if wanted.states:
        conditions += _state_conditions(wanted.states, search.today)
    if wanted.stream is not None:
        conditions += [Case.stream == wanted.stream, within(search.details_reach)]
    if wanted.without_unit or wanted.unit is not None:
        conditions.append(Case.unit_id.is_(None) if wanted.without_unit else Case.unit_id == search.unit_id)
    if wanted.without_handler or wanted.handler is not None:
        conditions.append(Case.handler_id.is_(None) if wanted.without_handler else Case.handler_id == search.handler_id)
    if wanted.external_reference is not None:
        conditions.append(Case.external_reference == wanted.external_reference)
    return conditions + _date_conditions(wanted) + _text_conditions(search)


def _date_conditions(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    bounds = (
        (wanted.received_from, Case.received_on.__ge__),
        (wanted.received_to, Case.received_on.__le__),
        (wanted.due_from, Case.due_on.__ge__),
        (wanted.due_to, Case.due_on.__le__),
    )
    return [compare(day) for day, compare in bounds if day is not None]


def _text_conditions(search: Search) -> list[ColumnElement[bool]]:
    if not search.wanted.q:
        return []
    word = search.wanted.q.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

    def has(column: Any) -> ColumnElement[bool]:
        return func.lower(column).like(f"%{word}%", escape="\\")

    # What a reader may not see must not be found by it either.
    personal = or_(
        has(CasePersonal.subject),
        has(CasePersonal.text),
        has(CasePersonal.sender_name),
        has(CasePersonal.sender_email),
    )
    return [or_(has(Case.reference), has(Case.external_reference), and_(within(search.personal_reach), personal))]


def _state_conditions(states: Collection[State], today: date) -> list[ColumnElement[bool]]:
    counted = Case.exclusion.is_(None)
    answered = {
        State.ANSWERED_ON_TIME: and_(counted, Case.answered_on <= Case.due_on),
        State.ANSWERED_LATE: and_(counted, Case.answered_on > Case.due_on),
        State.EXCLUDED: Case.exclusion.is_not(None),
    }
    ranges = open_deadlines(today)
    spans = [deadline_between(*ranges[state]) for state in sorted(states) if state in ranges]
    if len(spans) == len(states):
        # Not inside an OR: there SQLite would not see that the index of open cases will do.
        return [IS_OPEN] if len(spans) == len(ranges) else [IS_OPEN, or_(*spans)]
    others = [answered[state] for state in sorted(states) if state in answered]
    return [or_(*others, *(and_(IS_OPEN, span) for span in spans))]
