"""Lists of cases for the doors: a filter, a page, and a cursor to the next one."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from dialogen.database import case_search, names
from dialogen.database.case_search import COUNT_MOST, Order, Place, Search
from dialogen.domain.accounts import Act, Standing, reach
from dialogen.domain.case_changes import CaseFilter
from dialogen.domain.deadlines import State
from dialogen.domain.errors import InvalidInput, Problem
from dialogen.domain.searching import terms_of
from dialogen.domain.texts import check_no_national_id
from dialogen.services.case_hits import CaseHit, hits_of
from dialogen.services.case_views import CaseView, view_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database

NOBODY = 0  # the number of no unit and no account

__all__ = ["COUNT_MOST", "CasePage", "Order", "count_open", "list_cases"]


@dataclass(frozen=True)
class CasePage:
    """One page of a list. `cursor` leads to the next one, None when this is the last; `total` when asked for:
    how many there are in all, COUNT_MOST + 1 standing for "more than COUNT_MOST"; `hits` by the number of a case."""

    cases: tuple[CaseView, ...]
    cursor: str | None
    total: int | None = None
    hits: Mapping[int, CaseHit] = field(default_factory=dict)


def list_cases(
    db: "Database",
    *,
    wanted: CaseFilter,
    by: Standing,
    today: date,
    order: Order = Order.BY_NUMBER,
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
    after = _place(cursor, order) if cursor else None
    with db.reading() as session:
        search = _search(session, wanted, by, today)
        rows = case_search.list_cases(session, search, order=order, after=after, limit=limit + 1)
        views = tuple(view_of(row, by=by, today=today) for row in rows[:limit])
        total = case_search.count_cases(session, search) if with_total else None
        hits = hits_of(session, views, terms_of(wanted.q)) if with_hits and wanted.q else {}
    return CasePage(views, _cursor(views[-1], order) if len(rows) > limit else None, total, hits)


def count_open(db: "Database", *, by: Standing, today: date) -> dict[State, int]:
    """Count the open cases within reach by state."""
    with db.reading() as session:
        return case_search.count_open_by_state(session, reach(by, Act.SEE), today)


def _search(session: "Session", wanted: CaseFilter, by: Standing, today: date) -> Search:
    check_no_national_id(
        q=wanted.q, external_reference=wanted.external_reference, unit=wanted.unit, handler=wanted.handler
    )
    within = reach(by, Act.SEE)
    unit_id = handler_id = NOBODY
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
        unit_id=unit_id,
        handler_id=handler_id,
    )


def _cursor(last: CaseView, order: Order) -> str:
    place = [order.value, last.id, last.deadline.isoformat() if order is Order.BY_DEADLINE else None]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _place(cursor: str, order: Order) -> Place:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        kind, case_id, deadline = found
        if kind != order.value or type(case_id) is not int or not 0 <= case_id < 2**31:
            raise ValueError(cursor)
        return Place(case_id, date.fromisoformat(deadline) if order is Order.BY_DEADLINE else None)
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise InvalidInput.of("cursor", Problem.BAD_CURSOR) from None
