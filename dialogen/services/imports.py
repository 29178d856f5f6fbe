"""Imports cases from a file: reads and checks every row first, then writes all of them in one transaction, or none."""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from dialogen.database import cases as case_rows
from dialogen.database.staging import Staging
from dialogen.domain import cases as rules_of_cases
from dialogen.domain import deadlines
from dialogen.domain.errors import InvalidInput
from dialogen.domain.history import Author, Change
from dialogen.domain.imports import BadRow, CaseRow, ImportCounts, doubtful_fields
from dialogen.domain.national_ids import DOUBT
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.files.case_rows import CaseReader
from dialogen.files.csv_in import open_csv
from dialogen.files.profiles import Profile, load_profile
from dialogen.files.rejects_csv import RejectsFile
from dialogen.files.tables import Table
from dialogen.files.xlsx_in import is_xlsx, open_xlsx
from dialogen.services import office_log
from dialogen.services.import_profiles import find_saved_profile
from dialogen.services.import_rows import Settling, reason_of
from dialogen.services.import_updates import IMPORT

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database

BATCH = 2000


class Listener(Protocol):
    """Who follows an import: the command line, or a test."""

    def progress(self, doing: str, rows: int) -> None:
        """Hear how many rows have been gone through."""

    def rejected(self, line: int, reason: str) -> None:
        """Hear of a row that cannot be imported. Lines come in the file's order, after the last progress."""

    def note(self, text: str) -> None:
        """Hear of something worth knowing that is no error."""


@dataclass(frozen=True)
class ImportOrder:
    """What is to be imported, and how."""

    file: Path
    profile: str | Profile | None = None  # one that is saved here, one that comes with the product, or a TOML file
    by: Author = IMPORT  # who runs it; the cases' history tells of an import alone
    dry_run: bool = False
    keep_going: bool = False
    rejects: Path | None = None


#: What is told in the transaction of an import: its counts, and what it made, as ("unit" or "kind", name).
AtLast = Callable[["Session", ImportCounts, list[tuple[str, str]]], None]


class _AllOrNothing(Exception):
    """Undoes an import that met a bad row. Never leaves this module."""


def import_cases(
    db: "Database",
    *,
    order: ImportOrder,
    today: date,
    now: datetime,
    zone: tzinfo,
    listener: Listener,
    at_last: AtLast | None = None,
) -> ImportCounts:
    """Import a file of cases and return what became of its rows; with a bad row, nothing unless it keeps going.

    `at_last` is done last in the transaction that writes the rows, and undone with it.
    Raises FileRefused when the file, the profile or the file for rejected rows cannot be used at all.
    """
    profile = _profile(db, order.profile)
    rejects = RejectsFile(order.rejects, not_the_same_as=order.file) if order.rejects else None
    with opened_table(order.file, profile) as table, Staging() as staging:
        reader = CaseReader(table, profile, zone)
        if reader.ignored:
            listener.note(f"columns that are not imported: {', '.join(reader.ignored)}")
        _stage(table, reader, staging, today=today, listener=listener)
        writes = not order.dry_run and (order.keep_going or staging.counts()[1] == 0)
        with suppress(_AllOrNothing), db.writing() if writes else db.reading() as session:
            settling = Settling(
                session,
                source=profile.source,
                columns=reader.columns,
                today=today,
                now=now,
                writes=writes,
                numbers=_numbers(db, session, today),
            )
            _settle(settling, staging, keep_going=order.keep_going, listener=listener)
            # Before the commit, so that rows cannot come in while the others are lost with a full disk.
            if rejects is not None:
                rejects.write(table, staging.rejected())
            if not settling.writes:
                raise _AllOrNothing
            rejected = staging.counts()[1]
            _tell(session, settling, source=profile.source, rejected=rejected, by=order.by, now=now)
            if at_last is not None:
                at_last(session, replace(settling.counts, rejected=rejected), list(settling.made()))
        for line, reason in staging.rejected():
            listener.rejected(line, reason)
        rejected = staging.counts()[1]
    if rejected and not order.keep_going:
        return ImportCounts(rejected=rejected)
    for what, name in settling.made():
        listener.note(f"{'would make' if order.dry_run else 'made'} the {what} {name}")
    return replace(settling.counts, rejected=rejected)


def _profile(db: "Database", wanted: str | Profile | None) -> Profile:
    """Return a profile: the one that people here have saved under a name goes before others."""
    if wanted is None or isinstance(wanted, Profile):
        return wanted or Profile()
    saved = find_saved_profile(db, name=wanted)
    return load_profile(wanted) if saved is None else saved


def _tell(session: "Session", settling: Settling, *, source: str, rejected: int, by: Author, now: datetime) -> None:
    """Tell the office's log of an import, and of the units and kinds it made. A file's name may hold anything."""

    def tell(action: OfficeAction, subject: Subject, number: int | None, changes: list[Change]) -> None:
        office_log.tell(session, at=now, action=action, author=by, subject=subject, subject_id=number, changes=changes)

    for number, name in settling.made_units():
        tell(OfficeAction.UNIT_ADDED, Subject.UNIT, number, [Change("name", None, name)])
    for number, name in settling.made_kinds():
        tell(OfficeAction.KIND_ADDED, Subject.KIND, number, [Change("word", None, name), Change("name", None, name)])
    counts = asdict(settling.counts) | {"rejected": rejected}
    told = [Change("source", None, source)] + [Change(name, None, str(count)) for name, count in counts.items()]
    tell(OfficeAction.IMPORT_RUN, Subject.IMPORT, None, told)


def _numbers(db: "Database", session: "Session", today: date) -> Callable[[int], int]:
    """Return how to reserve numbers: on PostgreSQL in transactions of their own.

    Other doors would otherwise wait with their registrations until a long import ends. SQLite has one writer anyway.
    Numbers of an import that is undone stay unused; what counts is that none is used twice.
    """

    def together(count: int) -> int:
        return case_rows.reserve_numbers(session, registered_on=today, count=count)

    def apart(count: int) -> int:
        with db.writing() as own:
            return case_rows.reserve_numbers(own, registered_on=today, count=count)

    return together if db.is_sqlite else apart


def opened_table(path: Path, profile: Profile) -> AbstractContextManager[Table]:
    """Open a file of either kind; raises FileRefused when it is neither."""
    if is_xlsx(path):
        return open_xlsx(path)
    return open_csv(path, delimiter=profile.delimiter, encoding=profile.encoding)


def _stage(table: Table, reader: CaseReader, staging: Staging, *, today: date, listener: Listener) -> None:
    """Read every row of the file and put it aside as good or bad, without touching the product's database."""
    good: list[CaseRow] = []
    bad: list[BadRow] = []

    def put_aside(rows: int) -> None:
        staging.add(good)
        staging.reject(bad)
        good.clear()
        bad.clear()
        listener.progress("read", rows)

    rows = 0
    for rows, line in enumerate(table.lines(), 1):
        row = reader.read(line)
        if isinstance(row, CaseRow):
            row = _checked(row, today)
        if isinstance(row, CaseRow):
            good.append(row)
            for field in doubtful_fields(row):
                listener.note(f"warning: line {row.line}: {field} {DOUBT}")
        else:
            bad.append(row)
        if rows % BATCH == 0:
            put_aside(rows)
    put_aside(rows)
    staging.reject_duplicates()


def _checked(row: CaseRow, today: date) -> CaseRow | BadRow:
    try:
        deadlines.check_received_on(row.received, today)
        if row.answered is not None:
            rules_of_cases.check_answer_date(row.answered, received_on=row.received, today=today)
    except InvalidInput as refusal:
        return BadRow(row.line, row.reference, reason_of(refusal))
    return row


def _settle(settling: Settling, staging: Staging, *, keep_going: bool, listener: Listener) -> None:
    """Go through the good rows; after a bad one that undoes the import, only to find the others."""
    rows = 0
    for batch in staging.good_batches(BATCH):
        bad = settling.settle(batch)
        staging.reject(bad)
        if bad and not keep_going:
            settling.stop_writing()
        rows += len(batch)
        listener.progress("compared" if not settling.writes else "written", rows)
