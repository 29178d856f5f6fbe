"""Lists of cases: filters as conditions, keyset paging, counts. Always within the reader's reach."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from dialogen.database import case_words, quality
from dialogen.database.base import on_sqlite
from dialogen.database.case_orders import Ordered, Place, ordered
from dialogen.database.cases import HAS_PENDING, IS_UNADDRESSED, case_with_names, within, within_open
from dialogen.database.models import IS_OPEN, Case, CasePersonal, Kind, PendingChange
from dialogen.database.open_cases import counting_open, deadline_between, sorted_in
from dialogen.database.plain_rows import PlainRows, flat
from dialogen.domain.accounts import Reach
from dialogen.domain.case_changes import CaseFilter
from dialogen.domain.case_lists import Order, Sorting
from dialogen.domain.deadlines import OPEN_STATES, State, open_deadlines
from dialogen.domain.searching import terms_of

COUNT_MOST = 10_000
#: Building a query costs more than asking it: those that were asked last are kept, but for words that were searched for.
QUERIES_KEPT = 128
#: What a row of `case_with_names` holds.
_ROWS = PlainRows(Case, CasePersonal, None, Kind, None, None, None, PendingChange, None, None)
_WAITING = _ROWS.begin_of(7)


@dataclass(frozen=True)
class Search:
    """A filter whose names have become numbers, and who is looking."""

    wanted: CaseFilter
    today: date
    reach: Reach
    details_reach: Reach
    personal_reach: Reach
    approve_reach: Reach
    unit_id: int = 0
    handler_id: int = 0
    is_sqlite: bool = True


def list_cases(session: Session, search: Search, *, sorting: Sorting, place: Place | None, limit: int) -> list[Any]:
    """Return a page of cases with their names: one query a page, and where words are searched for, two.

    A page that lies before a place comes in its own order, too. Each row is what `parts_of` takes.
    """
    of_few = _are_few(search, sorting)
    if search.wanted.q:
        # With the names in the same query PostgreSQL would bring together those of all cases first.
        order = ordered(session, sorting, of_few=of_few)
        found = (
            order.apply(select(Case.id), place)
            .where(*_conditions(search), *_text_conditions(session, search))
            .limit(limit)
        )
        numbers = session.scalars(found).all()
        by_number = {row[0]: row for row in flat(session, case_with_names().where(Case.id.in_(numbers)))}
        rows = [by_number[each] for each in numbers]
    elif sorting.order.is_grouped:
        rows = flat(session, _page_query(search, ordered(session, sorting, of_few=of_few), place, limit))
    else:
        rows = flat(session, _kept_page_query(search, sorting, of_few, place, limit))
    return rows[::-1] if place is not None and place.is_backwards else rows


def parts_of(row: tuple[Any, ...]) -> Any:
    """Return a row of a list as `case_with_names` has it: the case, what is personal about it, the names."""
    return _ROWS.parts(row)


def waits(row: tuple[Any, ...]) -> bool:
    """Say whether a change of this case waits for a second person."""
    return row[_WAITING] is not None


@lru_cache(maxsize=QUERIES_KEPT)
def _kept_page_query(search: Search, sorting: Sorting, of_few: bool, place: Place | None, limit: int) -> Any:
    return _page_query(search, Ordered(sorting, of_few=of_few), place, limit)


def _page_query(search: Search, order: Ordered, place: Place | None, limit: int) -> Any:
    query = case_with_names()
    if search.is_sqlite:
        # Where the reach takes two indexes SQLite would bring the names of all cases together before it sorts them.
        page = order.apply(select(Case.id), place).where(*_conditions(search)).limit(limit).subquery()
        return order.apply(query.where(Case.id.in_(select(page.c.id))), place)
    return order.apply(query, place).where(*_conditions(search)).limit(limit)


def _are_few(search: Search, sorting: Sorting) -> bool:
    """Say whether the cases are better found first and then sorted: where the order has no index among them."""
    wanted = search.wanted
    if wanted.q:
        return True
    is_open = bool(wanted.states) and wanted.states <= OPEN_STATES
    is_marked = wanted.registered_afterwards or wanted.moved_out
    is_narrow = is_open or is_marked or bool(wanted.unit_ids) or wanted.handler_id is not None
    return is_narrow and (is_marked or sorting.order is not Order.BY_DEADLINE)


def count_cases(session: Session, search: Search, *, most: int = COUNT_MOST) -> int:
    """Return how many cases the filter finds, counted no further than one more than `most`."""
    query = (
        _counting(search, most, *_text_conditions(session, search)) if search.wanted.q else _kept_counting(search, most)
    )
    return int(session.connection().execute(query).scalar_one())


@lru_cache(maxsize=QUERIES_KEPT)
def _kept_counting(search: Search, most: int) -> Any:
    return _counting(search, most)


def _counting(search: Search, most: int, *words: ColumnElement[bool]) -> Any:
    found = select(Case.id).where(*_conditions(search), *words).limit(most + 1)
    return select(func.count()).select_from(found.subquery())


def count_open_by_state(session: Session, reach: Reach, today: date) -> dict[State, int]:
    """Return how many open cases within reach stand in each open state today."""
    is_sqlite = on_sqlite(session)
    return sorted_in(open_deadlines(today), session.connection().execute(_counting_open(reach, is_sqlite)))


@lru_cache(maxsize=QUERIES_KEPT)
def _counting_open(reach: Reach, is_sqlite: bool) -> Any:
    return counting_open(within_open(reach, is_sqlite=is_sqlite))


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    """Return what is asked for but by words."""
    wanted = search.wanted
    is_open = bool(wanted.states) and wanted.states <= OPEN_STATES
    conditions = [within_open(search.reach, is_sqlite=search.is_sqlite) if is_open else within(search.reach)]
    if wanted.states:
        conditions += _state_conditions(wanted.states, search.today)
    if wanted.unit is not None or wanted.unit_ids or wanted.without_unit:
        conditions.append(or_(*_unit_conditions(search)))
    if wanted.without_handler or wanted.handler is not None or wanted.handler_id is not None:
        conditions.append(Case.handler_id.is_(None) if wanted.without_handler else Case.handler_id == search.handler_id)
    if wanted.external_reference is not None:
        conditions.append(Case.external_reference == wanted.external_reference)
    return [*conditions, *_detail_conditions(search), *_date_conditions(wanted), *_mark_conditions(search)]


def _unit_conditions(search: Search) -> Iterator[ColumnElement[bool]]:
    if search.wanted.unit is not None:
        yield Case.unit_id == search.unit_id
    if search.wanted.unit_ids:
        yield Case.unit_id.in_(sorted(search.wanted.unit_ids))
    if search.wanted.without_unit:
        yield Case.unit_id.is_(None)


def _detail_conditions(search: Search) -> list[ColumnElement[bool]]:
    """Return what is asked of fields that not every reader of a case sees, and by which nobody else may find it."""
    wanted = search.wanted
    asked = [
        *([Case.stream == wanted.stream] if wanted.stream is not None else []),
        *([Case.channel == wanted.channel] if wanted.channel is not None else []),
        *([Case.kind_id == wanted.kind_id] if wanted.kind_id is not None else []),
        *([Case.kind_id.is_(None)] if wanted.without_kind else []),
    ]
    return [*asked, within(search.details_reach)] if asked else []


def _mark_conditions(search: Search) -> list[ColumnElement[bool]]:
    wanted, marks = search.wanted, []
    if wanted.waits:
        marks += [HAS_PENDING, or_(within(search.details_reach), within(search.approve_reach))]
    if wanted.past_original:
        marks += [IS_OPEN, Case.extended_to.is_not(None), Case.due_on < search.today]
    if wanted.nobody_to_tell:
        marks += [IS_OPEN, IS_UNADDRESSED]
    return marks + _quality_conditions(search)


def _quality_conditions(search: Search) -> list[ColumnElement[bool]]:
    wanted = search.wanted
    return [
        *([quality.REGISTERED_LATE] if wanted.registered_late else []),
        *([quality.REGISTERED_AFTERWARDS] if wanted.registered_afterwards else []),
        *([quality.moved_out(search.is_sqlite), within(search.details_reach)] if wanted.moved_out else []),
    ]


def _date_conditions(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    bounds = (
        (wanted.received_from, Case.received_on.__ge__),
        (wanted.received_to, Case.received_on.__le__),
        (wanted.due_from, Case.due_on.__ge__),
        (wanted.due_to, Case.due_on.__le__),
        (wanted.deadline_from, Case.deadline.__ge__),
        (wanted.deadline_to, Case.deadline.__le__),
    )
    return [compare(day) for day, compare in bounds if day is not None]


def _text_conditions(session: Session, search: Search) -> list[ColumnElement[bool]]:
    """Return what the words ask for."""
    terms = terms_of(search.wanted.q or "")
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
