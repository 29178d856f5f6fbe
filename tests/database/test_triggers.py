"""What was told stays as it is: the database itself refuses to change or delete it, whoever asks."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from dialogen.database import history
from dialogen.database.engine import Database
from dialogen.database.triggers import REFUSED, broken_triggers
from dialogen.domain.history import Action, Author, Door
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.services import office_log
from tests.factories import NOW, TODAY, make_account, make_case

STATEMENTS = [(table, statement) for table, statements in REFUSED.items() for statement in statements]
#: A column of each table, set to what it is.
COLUMNS = {"disposal_approvals": "list_id"}


def fill(db: Database) -> None:
    account = make_account(db)
    case_id = make_case(db)
    with db.writing() as session:
        history.add_event(session, case_id, at=NOW, action=Action.NOTED, author=Author(account, Door.WEB))
        office_log.tell(
            session, at=NOW, action=OfficeAction.UNIT_ADDED, author=Author(None, Door.WEB), subject=Subject.UNIT
        )
        values = {"day": TODAY.isoformat(), "now": NOW.isoformat(), "account": account}
        for statement in (
            "INSERT INTO disposal_lists (id, for_day, made_at, digest) VALUES (1, :day, :now, 'x')",
            "INSERT INTO disposals (list_id, keepsake, at, count) VALUES (1, 'notes', :now, 3)",
            "INSERT INTO disposal_approvals (list_id, account_id, at, assessment) VALUES (1, :account, :now, 'archived')",
            "INSERT INTO access_entries (at, action, door, subject) VALUES (:now, 'opened', 'web', 'case')",
        ):
            session.execute(text(statement), values)


@pytest.mark.parametrize(("table", "statement"), STATEMENTS)
def test_the_database_refuses_to_change_or_delete_what_was_told(db: Database, table: str, statement: str) -> None:
    fill(db)
    column = COLUMNS.get(table, "id")
    asked = f"DELETE FROM {table}" if statement == "DELETE" else f"UPDATE {table} SET {column} = {column}"
    with pytest.raises(DBAPIError, match=f"{statement} on {table} is refused"), db.writing() as session:
        session.execute(text(asked))
    with db.reading() as session:
        assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 1


@pytest.mark.parametrize("table", [table for table, statements in REFUSED.items() if "DELETE" in statements])
def test_postgresql_refuses_to_empty_them(postgresql_database: Database, table: str) -> None:
    with (
        pytest.raises(DBAPIError, match=f"TRUNCATE on {table} is refused"),
        postgresql_database.writing() as session,
    ):
        session.execute(text(f"TRUNCATE {table} CASCADE"))


def test_old_looks_may_be_deleted(db: Database) -> None:
    fill(db)
    with db.writing() as session:
        session.execute(text("DELETE FROM access_entries"))


def test_every_trigger_stands_after_all_migrations(db: Database) -> None:
    with db.reading() as session:
        assert broken_triggers(session) == []


def broken_after(db: Database, *statements: str) -> list[str]:
    """Return the names of the triggers that are found broken after some statements, which are undone."""
    with db.engine.connect() as connection, connection.begin() as transaction, Session(connection) as session:
        for statement in statements:
            session.execute(text(statement))
        broken = [each.name for each in broken_triggers(session)]
        transaction.rollback()
        return broken


@pytest.mark.parametrize(("table", "statement"), STATEMENTS)
def test_a_trigger_that_is_gone_is_found(db: Database, table: str, statement: str) -> None:
    name = f"{table}_refuse_{statement.lower()}"
    assert broken_after(db, f"DROP TRIGGER {name}" + ("" if db.is_sqlite else f" ON {table}")) == [name]


@pytest.mark.parametrize("which", ["cases_refuse_delete", "USER"])
def test_a_trigger_that_is_switched_off_is_found(postgresql_database: Database, which: str) -> None:
    broken = broken_after(postgresql_database, f"ALTER TABLE cases DISABLE TRIGGER {which}")
    assert "cases_refuse_delete" in broken


def test_a_trigger_that_was_made_harmless_is_found(db: Database) -> None:
    harmless = [
        "CREATE OR REPLACE FUNCTION dialogen_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'"
    ]
    if db.is_sqlite:
        harmless = [
            "DROP TRIGGER cases_refuse_delete",
            "CREATE TRIGGER cases_refuse_delete BEFORE DELETE ON cases BEGIN SELECT 1; END",
        ]
    assert "cases_refuse_delete" in broken_after(db, *harmless)
