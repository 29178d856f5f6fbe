"""Lists of cases for the doors: a filter, a page, and a cursor to the next one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dialogen.database import case_search, names
from dialogen.database.base import on_sqlite
from dialogen.database.case_orders import Place, place_of
from dialogen.database.case_search import COUNT_MOST, Search
from dialogen.domain.accounts import Act, Standing, reach
from dialogen.domain.case_changes import CaseFilter
from dialogen.domain.case_lists import Order, Sorting
from dialogen.domain.deadlines import State
from dialogen.domain.errors import InvalidInput, Problem
from dialogen.domain.searching import terms_of
from dialogen.domain.texts import check_no_national_id
from dialogen.services.case_cursors import cursor_at, place_in
from dialogen.services.case_hits import CaseHit, hits_of
from dialogen.services.case_views import CaseView, view_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database

NOBODY = 0  # the number of no unit and no account
VIEWS_KEPT = 2048  # lists are looked at again and again, and few of their cases change in between

__all__ = ["COUNT_MOST", "CasePage", "Order", "count_open", "list_cases"]


@dataclass(frozen=True)
class CasePage:
    """One page of a list. `cursor` leads to the next one and `previous` to the one before, None where there is none.

    `total` when asked for: how many there are in all, COUNT_MOST + 1 standing for "more than COUNT_MOST"; `hits` by the
    number of a case.
    """

    cases: tuple[CaseView, ...]
    cursor: str | None
    total: int | None = None
    hits: Mapping[int, CaseHit] = field(default_factory=dict)
    previous: str | None = None


def list_cases(
    db: "Database",
    *,
    wanted: CaseFilter,
    by: Standing,
    today: date,
    order: Order = Order.BY_NUMBER,
    is_descending: bool = False,
    limit: int = 50,
    cursor: str | None = None,
    with_total: bool = False,
    with_hits: bool = False,
) -> CasePage:
    """List the cases within reach that a filter finds, a page at a time, one query a page.

    `with_total` is one more query; `with_hits`, where words were searched for, another.

    Raises InvalidInput for a cursor that no list gave, for a national identity number among the words, and, to
    whoever sees all cases, for a unit or handler that does not exist. To others such a name finds nothing, as one out
    of their reach does: a refusal would tell the two apart.
    """
    sorting = Sorting(order, is_descending)
    place = place_in(cursor, sorting) if cursor else None
    with db.reading() as session:
        search = search_for(session, wanted, by, today)
        page = _page(session, search, sorting, place, limit, by=by)
        total = case_search.count_cases(session, search) if with_total else None
        hits = hits_of(session, page.cases, terms_of(wanted.q)) if with_hits and wanted.q else {}
    return replace(page, total=total, hits=hits)


def _page(
    session: "Session", search: Search, sorting: Sorting, place: Place | None, limit: int, *, by: Standing
) -> CasePage:
    rows = case_search.list_cases(session, search, sorting=sorting, place=place, limit=limit + 1)
    is_more = len(rows) > limit
    if place is not None and place.is_backwards:
        if not is_more and len(rows) < limit:
            # The beginning was reached before the page was full: others came before it since.
            return _page(session, search, sorting, None, limit, by=by)
        rows, has_former, has_next = rows[-limit:], is_more, True
    else:
        rows, has_former, has_next = rows[:limit], place is not None and bool(rows), is_more
    return CasePage(
        tuple(_view(row, by, search.today) for row in rows),
        cursor_at(place_of(case_search.parts_of(rows[-1])[0], sorting.order), sorting) if has_next and rows else None,
        previous=cursor_at(place_of(case_search.parts_of(rows[0])[0], sorting.order, is_backwards=True), sorting)
        if has_former
        else None,
    )


def _view(row: Any, by: Standing, today: date) -> CaseView:
    """Return the view of a row of a list; that of a case on which no change waits was perhaps made before."""
    if case_search.waits(row):
        return view_of(case_search.parts_of(row), by=by, today=today)
    return _kept_view(row, by, today)


@lru_cache(maxsize=VIEWS_KEPT)
def _kept_view(row: Any, by: Standing, today: date) -> CaseView:
    return view_of(case_search.parts_of(row), by=by, today=today)


def count_open(db: "Database", *, by: Standing, today: date) -> dict[State, int]:
    """Count the open cases within reach by state."""
    with db.reading() as session:
        return case_search.count_open_by_state(session, reach(by, Act.SEE), today)


def search_for(session: "Session", wanted: CaseFilter, by: Standing, today: date) -> Search:
    """Return a filter as the database takes it, within a reader's reach; raises InvalidInput as `list_cases` does."""
    check_no_national_id(
        q=wanted.q, external_reference=wanted.external_reference, unit=wanted.unit, handler=wanted.handler
    )
    within = reach(by, Act.SEE)
    unit_id, handler_id = NOBODY, wanted.handler_id or NOBODY
    if wanted.unit is not None:
        unit_id = names.find_unit_number(session, wanted.unit) or NOBODY
        if unit_id == NOBODY and within.everything:
            raise InvalidInput.of("unit", Problem.UNKNOWN_UNIT, value=wanted.unit)
    if wanted.handler is not None:
        handler_id = names.find_account_number(session, wanted.handler) or NOBODY
        if handler_id == NOBODY and within.everything:
            raise InvalidInput.of("handler", Problem.UNKNOWN_HANDLER, value=wanted.handler)
    return Search(
        wanted=wanted,
        today=today,
        reach=within,
        details_reach=reach(by, Act.SEE_DETAILS),
        personal_reach=reach(by, Act.SEE_PERSONAL),
        approve_reach=reach(by, Act.APPROVE),
        unit_id=unit_id,
        handler_id=handler_id,
        is_sqlite=on_sqlite(session),
    )
