"""The schema: migrations up, down and up again, equal to the models, and refusing what must never be."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import inspect, select, text, update
from sqlalchemy.exc import IntegrityError

from dialogen.database import schema
from dialogen.database.engine import Database
from dialogen.database.models import Alert, Base, Case, DeadlineRuleRow, Kind
from dialogen.domain.alerts import NOBODY
from tests.factories import NOW, TODAY, make_case
from tests.forks import fork


def names_of_tables(db: Database) -> set[str]:
    """Return the tables, without the index of words: on SQLite it is several, and in no model."""
    names = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    return {name for name in names if not name.startswith("case_words")}


@pytest.fixture
def empty_db(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> Any:
    """A database without any table."""
    if kind == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/empty.sqlite3")
        yield database
        database.dispose()
        return
    server = Database(request.getfixturevalue("postgresql_server"))
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP DATABASE IF EXISTS dialogen_empty WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE dialogen_empty"))
    url = server.engine.url.set(database="dialogen_empty")
    database = Database(url.render_as_string(hide_password=False))
    yield database
    database.dispose()
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP DATABASE dialogen_empty WITH (FORCE)"))
    server.dispose()


both_kinds = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])


@both_kinds
def test_migrations_go_up_down_and_up_again(empty_db: Database) -> None:
    assert not schema.is_current(empty_db)
    schema.upgrade(empty_db)
    assert schema.is_current(empty_db)
    assert names_of_tables(empty_db) == set(Base.metadata.tables)
    schema.downgrade(empty_db, "base")
    assert names_of_tables(empty_db) == set()
    schema.upgrade(empty_db)
    assert schema.is_current(empty_db)


@both_kinds
def test_migrations_and_models_agree(empty_db: Database) -> None:
    schema.upgrade(empty_db)
    with empty_db.migrating() as connection:
        command.check(schema.alembic_config(connection))


MIGRATE = "import sys; from dialogen.database import engine, schema; schema.upgrade(engine.Database(sys.argv[1]))"


@both_kinds
def test_two_processes_may_migrate_at_once(empty_db: Database) -> None:
    processes = [fork(MIGRATE, empty_db.url) for _ in range(2)]
    assert [process.ended()[0] for process in processes] == [0, 0]
    assert schema.is_current(empty_db)
    with empty_db.reading() as session:
        assert len(session.scalars(select(DeadlineRuleRow)).all()) == 1


def test_an_installation_starts_with_the_rule_of_14_days_and_some_kinds(db: Database) -> None:
    with db.reading() as session:
        rule = session.scalars(select(DeadlineRuleRow)).one()
        assert (rule.version, rule.valid_from, rule.days, rule.roll.value) == (1, None, 14, "none")
        assert "question" in session.scalars(select(Kind.word)).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"due_on": None},
        {"answered_on": TODAY - timedelta(days=40)},
        {"due_on": TODAY - timedelta(days=40), "deadline": TODAY - timedelta(days=40)},
        {"extended_to": TODAY - timedelta(days=5), "deadline": TODAY - timedelta(days=5)},
        {"deadline": TODAY + timedelta(days=90)},
        {"external_reference": "X-1", "source": None},
        {"rule_version": 99},
        {"unit_id": 99},
        {"handler_id": 99},
    ],
    ids=str,
)
def test_the_schema_refuses_a_case_that_must_never_be(db: Database, wrong: dict[str, Any]) -> None:
    case_id = make_case(db, received_on=TODAY - timedelta(days=3))
    with pytest.raises(IntegrityError), db.writing() as session:
        session.execute(update(Case).where(Case.id == case_id).values(**wrong))


@pytest.mark.parametrize("column", ["stream", "channel", "exclusion"])
def test_the_schema_refuses_a_word_outside_a_closed_list(db: Database, column: str) -> None:
    case_id = make_case(db)
    with pytest.raises(IntegrityError), db.writing() as session:
        session.execute(text(f"UPDATE cases SET {column} = 'sideways' WHERE id = :id"), {"id": case_id})


def test_two_cases_cannot_have_the_same_reference_of_one_source(db: Database) -> None:
    make_case(db, external_reference="X-1")
    with pytest.raises(IntegrityError):
        make_case(db, external_reference="X-1")


@pytest.mark.parametrize("recipient", [NOBODY, "account:1"])
def test_the_same_alert_cannot_stand_twice_not_even_to_nobody(db: Database, recipient: str) -> None:
    case_id = make_case(db)

    def add(deadline_days: int) -> None:
        with db.writing() as session:
            state = "unaddressed" if recipient == NOBODY else "superseded"
            account = "NULL" if recipient == NOBODY else "1"
            if recipient != NOBODY:
                session.execute(
                    text(
                        "INSERT INTO accounts (id, email, name, created_at) "
                        "VALUES (1, 'a@asker.example', 'A', :now) ON CONFLICT DO NOTHING"
                    ),
                    {"now": NOW},
                )
            session.execute(
                text(
                    "INSERT INTO alerts (case_id, step, recipient, account_id, deadline, state, comes_late, others,"
                    f" raised_on, raised_at) VALUES (:case, -2, :to, {account}, :deadline, '{state}', false, 0,"
                    " :day, :now)"
                ),
                {
                    "case": case_id,
                    "to": recipient,
                    "deadline": (TODAY + timedelta(days=deadline_days)).isoformat(),
                    "day": TODAY.isoformat(),
                    "now": NOW.isoformat(),
                },
            )

    add(2)
    add(9)  # another deadline arms the step again
    with pytest.raises(IntegrityError):
        add(2)
    with db.reading() as session:
        assert len(session.scalars(select(Alert.id)).all()) == 2
