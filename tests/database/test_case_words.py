"""The index of words: kept right whoever writes, filled for what is there, and nothing of what was erased."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from dialogen.database import case_words, erasure
from dialogen.database.engine import Database
from dialogen.database.models import Case, CasePersonal
from dialogen.database.word_triggers import missing_word_triggers, trigger_names
from dialogen.domain.retention import Keepsake
from dialogen.domain.searching import terms_of
from dialogen.services import installation
from tests.factories import NOW, make_case
from tests.importing import Importer

RAW: dict[str, Callable[[int], str]] = {
    "change": lambda case_id: f"UPDATE case_personal SET subject = 'Fjordbad' WHERE case_id = {case_id}",
    "erasure": lambda case_id: f"DELETE FROM case_personal WHERE case_id = {case_id}",
}


def found(db: Database, q: str) -> list[int]:
    """Return the numbers of the cases that hold some words, whoever asks."""
    with db.reading() as session:
        return sorted(session.scalars(case_words.found(session, terms_of(q))))


def due(db: Database) -> bool:
    with db.reading() as session:
        return case_words.any_due(session)


def outside(db: Database, statement: str) -> None:
    """Say something to the database as another program would."""
    with db.engine.begin() as connection:
        connection.execute(text(statement))


def test_a_case_is_found_as_soon_as_it_is_written_and_as_it_is_now(db: Database) -> None:
    case_id = make_case(db, subject="Gatelysene er mørke", external_reference="AD-0017")
    assert found(db, "gatelys") == found(db, "lys") == found(db, "ad-17") == found(db, "AD-0017") == [case_id]
    with db.writing() as session:
        session.execute(update(CasePersonal).values(subject="Hull i veien"))
    assert (found(db, "gatelys"), found(db, "hull")) == ([], [case_id])
    with db.writing() as session:
        session.execute(update(Case).values(external_reference="AD-18"))
    assert (found(db, "ad-17"), found(db, "ad-18"), due(db)) == ([], [case_id], False)


def test_an_import_is_found(db: Database, tmp_path: Path) -> None:
    bring = Importer(db, tmp_path)
    bring("referanse;mottatt;emne\nA-1;03.03.2014;Brøyting\nA-2;03.03.2014;Snømåking\n")
    assert len(found(db, "brøytinga")) == len(found(db, "måking")) == 1
    assert not due(db)
    bring("referanse;mottatt;emne\nA-1;03.03.2014;Strøing\n")
    assert (found(db, "brøyting"), len(found(db, "strøing")), due(db)) == ([], 1, False)


@pytest.mark.parametrize("what", list(RAW))
def test_what_another_program_changes_is_never_found_as_it_was(db: Database, what: str) -> None:
    case_id = make_case(db, subject="Gatelys")
    outside(db, RAW[what](case_id))
    assert (found(db, "gatelys"), due(db)) == ([], True)
    with db.writing() as session:
        session.execute(text("SELECT 1"))
    assert (found(db, "fjordbad"), due(db)) == ([case_id] if what == "change" else [], False)


@pytest.mark.parametrize("cases", [0, 3, case_words.AT_ONCE + 3])
def test_what_is_there_is_read_when_the_database_is_brought_up_to_date(db: Database, cases: int) -> None:
    first = [make_case(db, subject="Gatelys") for _ in range(min(cases, 3))]
    outside(db, "DELETE FROM case_words")
    for _ in range(0, cases, 3):
        outside(db, "INSERT INTO words_due (case_id) SELECT id FROM cases ORDER BY id")
    installation.bring_up_to_date(db)
    assert (found(db, "gatelys"), due(db)) == (first, False)


def test_what_was_undone_is_not_found(db: Database) -> None:
    case_id = make_case(db, subject="Gatelys")
    with db.engine.connect() as connection, Session(connection) as session:
        session.execute(update(CasePersonal).values(subject="Hull"))
        case_words.refresh(session)
        session.rollback()
    assert (found(db, "gatelys"), found(db, "hull")) == ([case_id], [])


def test_a_case_that_somebody_is_changing_waits(postgresql_database: Database, db: Database) -> None:
    if db.is_sqlite:
        return  # it has one writer at a time
    case_id = make_case(db, subject="Gatelys")
    outside(db, "INSERT INTO words_due (case_id) SELECT id FROM cases")
    with db.engine.begin() as other:
        other.execute(text("UPDATE cases SET version = version + 1"))
        with db.writing() as session:
            session.execute(text("SELECT 1"))
        assert due(db)
    with db.writing() as session:
        session.execute(text("SELECT 1"))
    assert (found(db, "gatelys"), due(db)) == ([case_id], False)


def test_nothing_of_what_was_erased_is_found_or_left_in_sqlites_file(db: Database) -> None:
    kept = make_case(db, subject="Fjordbadet")
    case_id = make_case(db, subject="Kvikksølvtermometer")
    make_case(db, subject="Hull")
    with db.writing() as session:
        erasure.overwrite_what_is_erased(session)
        erasure.erase(session, Keepsake.CONTENT, [case_id], at=NOW)
    assert (found(db, "kvikksølv"), found(db, "fjordbad")) == ([], [kept])
    erasure.empty_journal(db)
    assert found(db, "fjordbad") == [kept]
    if db.is_sqlite:
        path = Path(str(db.engine.url.database))
        for file in (path, path.with_name(f"{path.name}-wal")):
            assert b"termometer" not in file.read_bytes()


def test_every_trigger_stands_after_all_migrations(db: Database) -> None:
    with db.reading() as session:
        assert missing_word_triggers(session) == []
    name = trigger_names()[0]
    outside(db, f"DROP TRIGGER {name}" + ("" if db.is_sqlite else " ON cases"))
    try:
        with db.reading() as session:
            assert missing_word_triggers(session) == [name]
    finally:
        if not db.is_sqlite:
            outside(
                db,
                f"CREATE TRIGGER {name} AFTER INSERT ON cases REFERENCING NEW TABLE AS added FOR EACH STATEMENT"
                " EXECUTE FUNCTION dialogen_words_insert_id()",
            )
