"""Whole lists of cases for files: read piece by piece, so that memory stays flat and nobody is held up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dialogen.database import case_search
from dialogen.domain.accounts import Standing
from dialogen.domain.case_changes import CaseFilter
from dialogen.domain.case_lists import Sorting
from dialogen.services.case_lists import list_cases, search_for
from dialogen.services.case_views import CaseView

if TYPE_CHECKING:
    from dialogen.database.engine import Database

READ_AT_ONCE = 1_000
_ALL = 2**31 - 1


@dataclass(frozen=True)
class Export:
    """All cases that a filter finds, in order, and how many they were when it began, counted to the limit asked for."""

    total: int
    cases: Iterator[CaseView]


def export_cases(
    db: "Database",
    *,
    wanted: CaseFilter,
    by: Standing,
    today: date,
    sorting: Sorting,
    count_most: int = _ALL - 1,
    at_once: int = READ_AT_ONCE,
) -> Export:
    """Return every case within reach that a filter finds; raises InvalidInput as `list_cases` does, before any is read.

    They are counted no further than one more than `count_most`.
    A case that is moved within the order meanwhile may be left out or come twice, as between two pages.
    """
    with db.reading() as session:
        total = case_search.count_cases(session, search_for(session, wanted, by, today), most=count_most)
    return Export(total, _streamed(db, wanted, by, today, sorting, at_once))


def _streamed(
    db: "Database", wanted: CaseFilter, by: Standing, today: date, sorting: Sorting, at_once: int
) -> Iterator[CaseView]:
    cursor: str | None = None
    while True:
        # A transaction for each piece: whoever fetches slowly must not hold the database back.
        page = list_cases(
            db,
            wanted=wanted,
            by=by,
            today=today,
            order=sorting.order,
            is_descending=sorting.is_descending,
            limit=at_once,
            cursor=cursor,
        )
        yield from page.cases
        cursor = page.cursor
        if cursor is None:
            return
