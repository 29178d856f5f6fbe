"""Lists of what is due as administrators see them, their approval and refusal, and the log of what was disposed of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING

from dialogen.database import access_entries, accounts, disposal_log, disposals
from dialogen.database.disposal_log import DisposalRow, DisposalSum
from dialogen.database.disposals import ApprovalRow, ItemRow
from dialogen.domain.accounts import Standing, check_may_administer
from dialogen.domain.disposal_lists import (
    HEADER,
    Assessment,
    ListState,
    check_may_approve,
    check_may_refuse,
    line_of,
)
from dialogen.domain.errors import Conflict, Problem
from dialogen.domain.history import Author, Change
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.domain.retention import ItemOutcome, Keepsake
from dialogen.domain.texts import REASON_MOST, required_text
from dialogen.services import office_log
from dialogen.services.retention import end_of_day, state_of_list

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database
    from dialogen.database.models import DisposalList

READ_AT_ONCE = 2000
LOOKS_COUNTED = 100_000  # lines of the access log are counted no further than this


@dataclass(frozen=True)
class ListView:
    """A list as administrators see it. `replaced_by` is the number of the list that took its place."""

    id: int
    for_day: date
    made_at: datetime
    digest: str
    state: ListState
    approvals: tuple[ApprovalRow, ...]
    refused_at: datetime | None
    refused_by: str | None
    refusal: str | None
    replaced_by: int | None
    run_at: datetime | None


@dataclass(frozen=True)
class ListContents:
    """A list with what is on it: numbers by type and kind of case, by outcome, and a page of its things.

    `looks_until` is the last day whose lines of the access log are on it, `looks` how many there are at present,
    counted to LOOKS_COUNTED. `has_more` tells whether there are more things after the page.
    """

    view: ListView
    counts: tuple[tuple[Keepsake, str | None, int], ...]
    outcomes: dict[ItemOutcome | None, int]
    items: tuple[ItemRow, ...]
    has_more: bool
    looks_until: date | None
    looks: int

    @property
    def total(self) -> int:
        """How many things are on the list."""
        return sum(number for _, _, number in self.counts)


def show_lists(db: "Database", *, by: Standing, before: int | None, limit: int) -> list[ListView]:
    """Return lists, newest first, before a number."""
    check_may_administer(by)
    with db.reading() as session:
        return [_view(session, row) for row in disposals.lists(session, before=before, limit=limit)]


def show_list(db: "Database", *, by: Standing, list_id: int, after: int, limit: int, zone: tzinfo) -> ListContents:
    """Return a list and a page of what is on it, after a thing's number; raises NotFound. Tells no personal value."""
    check_may_administer(by)
    with db.reading() as session:
        view = _view(session, disposals.get_list(session, list_id))
        page = disposals.items(session, list_id, after=after, limit=limit + 1)
        first = disposals.items(session, list_id, after=0, limit=1)
        until = first[0].due_on if first and first[0].case_id is None else None
        looks = 0
        if until is not None:
            looks = access_entries.count_before(session, end_of_day(until, zone), most=LOOKS_COUNTED)
        return ListContents(
            view,
            tuple(disposals.counts(session, list_id)),
            disposals.outcome_counts(session, list_id),
            tuple(page[:limit]),
            len(page) > limit,
            until,
            looks,
        )


def list_as_csv(db: "Database", *, by: Standing | None, list_id: int) -> Iterator[str]:
    """Yield a list in its fixed form, a CSV file whose SHA-256 is the list's digest; raises NotFound at once.

    `by` is None for the command line.
    """
    if by is not None:
        check_may_administer(by)
    with db.reading() as session:
        disposals.get_list(session, list_id)
    return _csv_lines(db, list_id)


def _csv_lines(db: "Database", list_id: int) -> Iterator[str]:
    yield HEADER
    for item in items_of(db, list_id=list_id):
        yield line_of(item.keepsake, item.reference, item.due_on)


def items_of(db: "Database", *, list_id: int) -> Iterator[ItemRow]:
    """Yield the things on a list in its order, without holding them all, nor the database while they are taken."""
    after = 0
    while True:
        with db.reading() as session:
            page = disposals.items(session, list_id, after=after, limit=READ_AT_ONCE)
        if not page:
            return
        yield from page
        after = page[-1].id


def approve_list(
    db: "Database", *, by: Standing, author: Author, list_id: int, assessment: Assessment, now: datetime
) -> ListState:
    """Approve a list and return how it stands then; `assessment` states what was done for the archive.

    Raises NotFound, WrongState when the list no longer waits, Conflict when the same person approved it already.
    """
    check_may_administer(by)
    with db.writing() as session:
        disposals.lock_lists(session)
        row = disposals.get_list(session, list_id)
        there = disposals.approvals(session, [list_id])[list_id]
        check_may_approve(list_id, state_of_list(session, row))
        if any(each.account_id == by.account_id for each in there):
            raise Conflict(Problem.LIST_APPROVED_ALREADY)
        disposals.add_approval(session, list_id, by.account_id, assessment=assessment, at=now)
        changes = [Change("assessment", None, assessment.value), Change("digest", None, row.digest)]
        _tell(session, OfficeAction.RETENTION_APPROVED, list_id, changes, author=author, now=now)
        return state_of_list(session, row)


def refuse_list(
    db: "Database", *, by: Standing, author: Author, list_id: int, reason: str | None, now: datetime
) -> None:
    """Refuse a list for good, with a reason: nothing more on it is disposed of, not even halfway through a run.

    Raises NotFound, InvalidInput without a reason, WrongState when the list is settled already.
    """
    check_may_administer(by)
    because = required_text("reason", reason, most=REASON_MOST, problem=Problem.REASON_REQUIRED)
    with db.writing() as session:
        disposals.lock_lists(session)
        row = disposals.get_list(session, list_id)
        check_may_refuse(list_id, state_of_list(session, row))
        row.refused_at, row.refused_by, row.refusal = now, by.account_id, because
        session.flush()
        changes = [Change("refusal", None, None)]
        _tell(session, OfficeAction.RETENTION_REFUSED, list_id, changes, author=author, now=now)


def disposal_sums(db: "Database") -> list[DisposalSum]:
    """Return what was disposed of by list and type, the newest list first."""
    with db.reading() as session:
        return disposal_log.disposal_sums(session)


def disposals_told(db: "Database", *, list_id: int | None) -> Iterator[DisposalRow]:
    """Yield the log of what was disposed of, oldest first, of one list or of all; raises NotFound at once."""
    if list_id is not None:
        with db.reading() as session:
            disposals.get_list(session, list_id)
    return _log_lines(db, list_id)


def _log_lines(db: "Database", list_id: int | None) -> Iterator[DisposalRow]:
    after = 0
    while True:
        with db.reading() as session:
            page = disposal_log.disposals(session, list_id, after=after, limit=READ_AT_ONCE)
        if not page:
            return
        yield from page
        after = page[-1].id


def _view(session: "Session", row: "DisposalList") -> ListView:
    refuser = None if row.refused_by is None else accounts.find_account(session, row.refused_by)
    return ListView(
        id=row.id,
        for_day=row.for_day,
        made_at=row.made_at,
        digest=row.digest or "",
        state=state_of_list(session, row),
        approvals=tuple(disposals.approvals(session, [row.id])[row.id]),
        refused_at=row.refused_at,
        refused_by=refuser.name if refuser else None,
        refusal=row.refusal,
        replaced_by=row.replaced_by,
        run_at=row.run_at,
    )


def _tell(
    session: "Session",
    action: OfficeAction,
    list_id: int,
    changes: list[Change],
    *,
    author: Author,
    now: datetime,
) -> None:
    office_log.tell(
        session,
        at=now,
        action=action,
        author=author,
        subject=Subject.DISPOSAL_LIST,
        subject_id=list_id,
        changes=changes,
    )
