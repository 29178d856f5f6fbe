"""Erases what was approved for disposal, in the caller's transaction, and leaves on record that it was erased."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, literal, select, text, update
from sqlalchemy.orm import Session

from dialogen.database import case_words
from dialogen.database.base import on_sqlite
from dialogen.database.engine import Database
from dialogen.database.kept import CONTENT_COLUMNS, LETTER_COLUMNS, SENDER_COLUMNS
from dialogen.database.models import Attachment, Case, CaseLetter, CaseMark, CasePersonal, EventText, ImportRow
from dialogen.domain.likeness import Mark
from dialogen.domain.retention import CONTENT_TEXTS, SENDER_FIELDS, Keepsake

# No object of these rows is at hand in the session, so that none need be looked for and brought in line.
_ROWS_ALONE: dict[str, Any] = {"execution_options": {"synchronize_session": False}}
#: What is known again by what is erased goes with it.
_MARKS = {Keepsake.SENDER: (Mark.EMAIL, Mark.PHONE), Keepsake.CONTENT: (Mark.SUBJECT,)}
_TRUNCATE_WAIT_MS = 200  # how long others may be kept waiting for the journal to be emptied


def overwrite_what_is_erased(session: Session) -> None:
    """Let SQLite write zeros where something is erased; otherwise it would stay readable in the file's free pages."""
    if on_sqlite(session):
        session.execute(text("PRAGMA secure_delete=ON"))


def empty_journal(db: Database) -> None:
    """Take what was erased out of SQLite's index of words and its journal too.

    FTS5 only marks words as erased until it merges its parts; a little at a time, so that nobody waits. The journal
    stays while somebody is reading; the next run will empty it.
    """
    if db.is_sqlite:
        more = True
        while more:
            with db.writing() as session:
                overwrite_what_is_erased(session)
                more = case_words.forget_erased(session)
        with db.reading() as session:
            session.execute(text(f"PRAGMA busy_timeout={_TRUNCATE_WAIT_MS}"))
            session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).all()


def erase(session: Session, keepsake: Keepsake, case_ids: Sequence[int], *, at: datetime) -> None:
    """Erase one type of data of cases; from now on none of it is put in again, but for new notes."""
    session.execute(delete(EventText).where(EventText.case_id.in_(case_ids), _is_of(keepsake)), **_ROWS_ALONE)
    letters: dict[Any, Any] = dict.fromkeys(LETTER_COLUMNS[keepsake])
    session.execute(update(CaseLetter).where(CaseLetter.case_id.in_(case_ids)).values(letters), **_ROWS_ALONE)
    if keepsake is Keepsake.NOTES:
        return
    session.execute(
        delete(CaseMark).where(CaseMark.case_id.in_(case_ids), CaseMark.mark.in_(_MARKS[keepsake])), **_ROWS_ALONE
    )
    _add_missing_rows(session, case_ids)
    empty: dict[Any, Any] = dict.fromkeys(_columns_of(keepsake))
    stamp = CasePersonal.sender_erased_at if keepsake is Keepsake.SENDER else CasePersonal.content_erased_at
    erased = update(CasePersonal).where(CasePersonal.case_id.in_(case_ids)).values(empty | {stamp: at})
    session.execute(erased, **_ROWS_ALONE)
    if keepsake is Keepsake.CONTENT:
        forgotten = update(ImportRow).where(ImportRow.case_id.in_(case_ids)).values(subject_digest=None)
        session.execute(forgotten, **_ROWS_ALONE)
        # The files themselves are erased after this is committed, or with the next sweep.
        session.execute(delete(Attachment).where(Attachment.case_id.in_(case_ids)), **_ROWS_ALONE)


def _columns_of(keepsake: Keepsake) -> list[Any]:
    return SENDER_COLUMNS if keepsake is Keepsake.SENDER else CONTENT_COLUMNS


def _is_of(keepsake: Keepsake) -> ColumnElement[bool]:
    """Return which texts of the history are of a type: `keepsake_of` as a filter."""
    if keepsake is Keepsake.NOTES:
        return EventText.field.not_in(sorted(SENDER_FIELDS | CONTENT_TEXTS))
    return EventText.field.in_(sorted(SENDER_FIELDS if keepsake is Keepsake.SENDER else CONTENT_TEXTS))


def _add_missing_rows(session: Session, case_ids: Sequence[int]) -> None:
    """Give a place for the stamp to cases whose personal data lay in earlier values alone."""
    there = select(literal(1)).where(CasePersonal.case_id == Case.id).exists()
    missing = select(Case.id).where(Case.id.in_(case_ids), ~there)
    session.execute(insert(CasePersonal).from_select(["case_id"], missing))
