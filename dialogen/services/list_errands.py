"""The long work that a large file of a list is: ordered, and written for whoever ordered it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from dialogen.domain.access_log import Sight
from dialogen.domain.accounts import Standing
from dialogen.domain.case_changes import CaseFilter
from dialogen.domain.case_lists import Column, ListFile, Sorting
from dialogen.domain.errands import Doing, ErrandKind
from dialogen.domain.languages import Language
from dialogen.services.case_exports import Export, export_cases
from dialogen.services.case_lists import search_for
from dialogen.services.case_views import CaseView
from dialogen.services.errand_files import write_file
from dialogen.services.errand_work import Work
from dialogen.services.errands import order_within
from dialogen.services.list_files import file_of

if TYPE_CHECKING:
    from dialogen.database.engine import Database

TOLD_EVERY = 100  # cases


@dataclass(frozen=True)
class ListOrder:
    """A file that somebody wants: which cases, how they are arranged, and in which language."""

    file: ListFile
    wanted: CaseFilter
    sorting: Sorting
    columns: tuple[Column, ...]
    language: Language


_AS_JSON = TypeAdapter(ListOrder)


def order_list(db: "Database", *, order: ListOrder, by: Standing, today: date, now: datetime) -> int:
    """Order a file and return the number of its errand.

    Raises InvalidInput as `list_cases` does, and WrongState when too much of what they ordered is not done yet.
    """
    asked = _AS_JSON.dump_python(order, mode="json")
    with db.writing() as session:
        search_for(session, order.wanted, by, today)
        return order_within(session, kind=ErrandKind.CASE_LIST, account_id=by.account_id, asked=asked, now=now)


def write_list(work: Work) -> None:
    """Write the file that was ordered, of what its owner may see now; the access log tells of it in the same breath."""
    order = _AS_JSON.validate_python(work.asked)
    found = export_cases(
        work.db, wanted=order.wanted, by=work.account.standing, today=work.today(), sorting=order.sorting
    )
    write_file(
        work,
        lambda: file_of(order.file, order.columns, _followed(found, work)),
        language=order.language,
        saved_as=f"henvendelser-{work.today()}{order.file.suffix}",
        suffix=order.file.suffix,
        of=Sight.CASES,
        shown=lambda: found.total,
    )


def _followed(found: Export, work: Work) -> Iterator[CaseView]:
    for number, case in enumerate(found.cases):
        if number % TOLD_EVERY == 0:
            work.tell(Doing.WRITING, number, found.total)
        yield case
