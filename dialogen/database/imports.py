"""Queries and bulk writes of the import: which rows are known, and many new cases at once through the driver."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from dialogen.database import case_words
from dialogen.database.models import Account, Case, CaseEvent, CasePersonal, ImportRow, Kind, Unit
from dialogen.domain.cases import format_reference
from dialogen.domain.chains import BEGINNING, case_digest, stamp
from dialogen.domain.errors import Conflict, Problem
from dialogen.domain.history import Action, Door

_IMPORT_LOCK = 4_711_001  # any number that no other lock of the product has
_IS_ERASED = CasePersonal.content_erased_at.is_not(None)
_REGISTERED = (Action.REGISTERED.value, Door.IMPORT.value)


class KnownRow(NamedTuple):
    """A reference that is registered: its case, and the row as last imported unless another door registered it.

    `is_erased` when subject and text were erased after their retention time.
    """

    case_id: int
    fields: dict[str, str | None] | None
    subject_digest: str | None
    is_erased: bool


class ImportedCase(NamedTuple):
    """A case that an import made, with its row as last imported and its subject as it is now, unless erased."""

    case: Case
    row: ImportRow
    subject: str | None
    is_erased: bool


class NewCase(NamedTuple):
    """A case to be added: dates as YYYY-MM-DD, words of closed lists, numbers of what it refers to, JSON as text.

    `changes` are spelt as `chains.canonical` spells them.
    """

    external_reference: str
    stream: str
    channel: str
    kind_id: int | None
    unit_id: int | None
    handler_id: int | None
    received_on: str
    rule_version: int
    due_on: str
    answered_on: str | None
    exclusion: str | None
    subject: str | None
    subject_digest: str | None
    changes: str
    fields: str


def lock_imports(session: Session) -> None:
    """Wait until no other import is writing: two of the same file would both find its references new.

    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_IMPORT_LOCK)))


def known_rows(session: Session, *, source: str, references: Sequence[str]) -> dict[str, KnownRow]:
    """Return what is known of a source's references."""
    query = (
        select(Case.external_reference, Case.id, ImportRow.fields, ImportRow.subject_digest, _IS_ERASED)
        .outerjoin(ImportRow, ImportRow.case_id == Case.id)
        .outerjoin(CasePersonal, CasePersonal.case_id == Case.id)
        .where(Case.source == source, Case.external_reference.in_(references))
        .order_by(Case.id)
    )
    return {str(reference): KnownRow(*known) for reference, *known in session.execute(query)}


def any_of_source(session: Session, source: str) -> bool:
    """Say whether anything of a source is registered."""
    return session.scalars(select(Case.id).where(Case.source == source).limit(1)).first() is not None


def imported_cases(session: Session, case_ids: Sequence[int], *, lock: bool) -> dict[int, ImportedCase]:
    """Return cases by number; `lock` keeps others from changing them until the transaction ends."""
    query = (
        select(Case, ImportRow, CasePersonal.subject, _IS_ERASED)
        .join(ImportRow, ImportRow.case_id == Case.id)
        .outerjoin(CasePersonal, CasePersonal.case_id == Case.id)
        .where(Case.id.in_(case_ids))
        .order_by(Case.id)
    )
    # key_share: alerts that refer to a case may be raised meanwhile; a pass and an import never wait for each other.
    found = session.execute(query.with_for_update(of=Case, key_share=True) if lock else query)
    return {case.id: ImportedCase(case, row, subject, is_erased) for case, row, subject, is_erased in found}


def unit_names(session: Session) -> dict[int, str]:
    """Return every unit's name by its number."""
    return {unit.id: unit.name for unit in session.scalars(select(Unit).order_by(Unit.id))}


def kind_words(session: Session) -> dict[int, tuple[str, str]]:
    """Return every kind's word and name by its number."""
    query = select(Kind.id, Kind.word, Kind.name).order_by(Kind.id)
    return {number: (word, name) for number, word, name in session.execute(query)}


def account_addresses(session: Session) -> dict[int, tuple[str, bool]]:
    """Return every account's address by its number, and whether it is enabled."""
    query = select(Account.id, Account.email, Account.disabled_at.is_(None)).order_by(Account.id)
    return {number: (email, enabled) for number, email, enabled in session.execute(query)}


def add_cases(
    session: Session, rows: Sequence[NewCase], *, first: int, source: str, registered_on: date, at: datetime
) -> None:
    """Add cases with their personal fields, first line of history, and rows as imported.

    `first` is the first of as many numbers as there are rows. Raises Conflict when another door has registered one
    of the references meanwhile.
    """
    if not rows:
        return
    ids = _reserved_ids(session, len(rows))
    day, stored = registered_on.isoformat(), _stored(session, at)
    references = [format_reference(registered_on.year, number) for number in range(first, first + len(rows))]
    digests = _digests(references, rows, at)
    numbered = list(zip(ids, references, digests, rows, strict=True))
    _write(
        session,
        Case.__tablename__,
        "id, reference, source, external_reference, stream, channel, kind_id, unit_id, handler_id, received_on,"
        " rule_version, due_on, deadline, answered_on, exclusion, registered_on, created_at, version, history_digest",
        [
            (id_, reference, source, *row[:9], row.due_on, *row[9:11], day, stored, 1, digest)
            for id_, reference, digest, row in numbered
        ],
    )
    _write(
        session,
        CasePersonal.__tablename__,
        "case_id, subject",
        [(id_, row.subject) for id_, _, _, row in numbered if row.subject is not None],
    )
    _write(
        session,
        CaseEvent.__tablename__,
        "case_id, at, action, door, changes, digest",
        [(id_, stored, *_REGISTERED, row.changes, digest) for id_, _, digest, row in numbered],
    )
    _write(
        session,
        ImportRow.__tablename__,
        "source, external_reference, case_id, fields, subject_digest, imported_at",
        [(source, row.external_reference, id_, row.fields, row.subject_digest, stored) for id_, _, _, row in numbered],
    )
    case_words.read_new_cases(session, ids)


def _digests(references: Sequence[str], rows: Sequence[NewCase], at: datetime) -> list[bytes]:
    """Return the digest of each case's first line of history, which is its only one."""
    told = stamp(at)
    action, door = _REGISTERED
    return [
        case_digest(
            BEGINNING, reference=reference, at=told, action=action, door=door, actor_id=None, changes=row.changes
        )
        for reference, row in zip(references, rows, strict=True)
    ]


def _reserved_ids(session: Session, count: int) -> list[int]:
    if session.get_bind().dialect.name == "postgresql":
        sequence = "SELECT nextval(pg_get_serial_sequence('cases', 'id')) FROM generate_series(1, :count)"
        return list(session.scalars(text(sequence), {"count": count}))
    # Nobody else can write until this transaction ends.
    last = session.scalar(select(func.max(Case.id))) or 0
    return list(range(last + 1, last + 1 + count))


def _stored(session: Session, at: datetime) -> Any:
    """Return an instant as the driver must be given it, which the column's type knows."""
    dialect = session.get_bind().dialect
    process = Case.__table__.c.created_at.type.dialect_impl(dialect).bind_processor(dialect)
    return process(at) if process else at


def _write(session: Session, table: str, columns: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Add rows the fastest way the database has, inside the session's transaction."""
    driver: Any = session.connection().connection.driver_connection
    dialect = session.get_bind().dialect
    try:
        _write_rows(driver, dialect.name, table, columns, rows)
    except dialect.loaded_dbapi.IntegrityError:
        # The driver's own message would tell the rows.
        raise Conflict(Problem.REGISTERED_MEANWHILE) from None


def _write_rows(driver: Any, dialect: str, table: str, columns: str, rows: Iterable[tuple[object, ...]]) -> None:
    if dialect == "postgresql":
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join("?" * (columns.count(",") + 1))
    driver.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)
