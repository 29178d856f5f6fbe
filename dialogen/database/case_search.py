"""Lists of cases: filters as conditions, keyset paging, counts. Always within the reader's reach."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, tuple_
from sqlalchemy.orm import Session

from dialogen.database import case_words
from dialogen.database.cases import case_with_names, within
from dialogen.database.models import IS_OPEN, Case
from dialogen.database.open_cases import count_open, deadline_between
from dialogen.domain.accounts import Reach
from dialogen.domain.case_changes import CaseFilter
from dialogen.domain.deadlines import State, open_deadlines
from dialogen.domain.searching import terms_of

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
    """Return a page of cases with their names: one query a page, and where words are searched for, two."""
    if not search.wanted.q:
        query = _in_order(case_with_names(), order, after, number=Case.id, deadline=Case.deadline)
        return list(session.execute(query.where(*_conditions(session, search)).limit(limit)))
    # Few are found, and put in order quickly. By the columns themselves the database might go through all cases in
    # their order, and with the names in the same query PostgreSQL would bring together those of all cases first.
    number, deadline = func.coalesce(Case.id, Case.id), func.coalesce(Case.deadline, Case.deadline)
    found = _in_order(select(Case.id), order, after, number=number, deadline=deadline)
    numbers = session.scalars(found.where(*_conditions(session, search)).limit(limit)).all()
    rows = {row[0].id: row for row in session.execute(case_with_names().where(Case.id.in_(numbers)))}
    return [rows[each] for each in numbers]


def _in_order(query: Any, order: Order, after: Place | None, *, number: Any, deadline: Any) -> Any:
    """Return a query in an order, from a place on."""
    if order is Order.BY_NUMBER:
        return query.order_by(number) if after is None else query.order_by(number).where(number > after.case_id)
    query = query.order_by(deadline, number)
    return query if after is None else query.where(tuple_(deadline, number) > tuple_(after.deadline, after.case_id))


def count_cases(session: Session, search: Search) -> int:
    """Return how many cases the filter finds, counted no further than COUNT_MOST + 1."""
    found = select(Case.id).where(*_conditions(session, search)).limit(COUNT_MOST + 1)
    return session.execute(select(func.count()).select_from(found.subquery())).scalar_one()


def count_open_by_state(session: Session, reach: Reach, today: date) -> dict[State, int]:
    """Return how many open cases within reach stand in each open state today."""
    return count_open(session, open_deadlines(today), within(reach))


def _conditions(session: Session, search: Search) -> list[ColumnElement[bool]]:
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
    return conditions + _date_conditions(wanted) + _text_conditions(session, search)


def _date_conditions(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    bounds = (
        (wanted.received_from, Case.received_on.__ge__),
        (wanted.received_to, Case.received_on.__le__),
        (wanted.due_from, Case.due_on.__ge__),
        (wanted.due_to, Case.due_on.__le__),
    )
    return [compare(day) for day, compare in bounds if day is not None]


def _text_conditions(session: Session, search: Search) -> list[ColumnElement[bool]]:
    if not search.wanted.q:
        return []
    terms = terms_of(search.wanted.q)
    if not terms:
        return [false()]
    # What a reader may not see must not be found by it either: of such a case the references alone count.
    by_all = Case.id.in_(case_words.found(session, terms))
    by_references = Case.id.in_(case_words.found(session, terms, references_alone=True))
    personal = search.personal_reach
    if personal.is_empty:
        return [by_references]
    if personal == search.reach:
        return [by_all]
    return [by_all, or_(within(personal), by_references)]


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
