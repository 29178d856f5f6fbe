"""The database handle: the engine and its two kinds of session. The only place that begins, commits and rolls back."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session

from dialogen.database import case_words

# At DEBUG, wherever that may be asked for, it would log the rows that it fetches: they are not parameters to hide.
logging.getLogger("sqlalchemy").setLevel(logging.WARNING)

SECONDS_TO_CONNECT = 10  # to a PostgreSQL that does not answer; the driver's own patience is minutes
LOCK_WAIT_MS = 30_000  # a writer waits this long for another; a large import holds the lock for a while
NOTE_WAIT_MS = 100  # a note waits this long, and is left out otherwise
PATIENT_NOTE_WAIT_MS = 3_000  # on SQLite, where a writer waits for any other and not only for one of the same row

_moment: ContextVar[tuple["Database", Session] | None] = ContextVar("moment", default=None)


class Database:
    """One database, reached lazily so that a server may fork first."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._engine: Engine | None = None
        self._side_door: Engine | None = None

    @property
    def engine(self) -> Engine:
        """The engine, made at first use."""
        if self._engine is None:
            self._engine = _sqlite_engine(self.url) if self.is_sqlite else _postgresql_engine(self.url)
        return self._engine

    @property
    def side_door(self) -> Engine:
        """The engine that notes go through."""
        if self.is_sqlite:
            return self.engine
        if self._side_door is None:
            self._side_door = _postgresql_side_door(self.url)
        return self._side_door

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session whose work is kept as a whole when the block ends, or not at all when it raises."""
        options = {"sqlite_begin": "IMMEDIATE"}
        with self.engine.connect().execution_options(**options) as connection, _session(connection) as session:
            try:
                yield session
                case_words.refresh(session)
                session.commit()
            except BaseException:
                session.rollback()
                raise

    def note(self, write: Callable[[Connection], None], *, patient: bool = False) -> bool:
        """Write what may as well be left unwritten: says whether it was, and waits for nobody, or `patient` a little.

        A page must not stand still because an import is writing, only to note when its reader was last seen. One
        statement alone: on PostgreSQL a note goes through a door of its own, where each is kept by itself.
        """
        options = {"sqlite_begin": "IMMEDIATE", "sqlite_wait_ms": PATIENT_NOTE_WAIT_MS if patient else NOTE_WAIT_MS}
        try:
            with self.side_door.connect().execution_options(**options) as connection:
                write(connection)
                connection.commit()
        except (OperationalError, NoConnectionFree):
            return False
        return True

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """Let all that is read within the block see the same moment of the database, over one connection.

        What is written meanwhile, in the block or elsewhere, is not seen before its end.
        """
        with self.reading() as session:
            token = _moment.set((self, session))
            try:
                yield
            finally:
                _moment.reset(token)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one moment of the database and changes nothing."""
        held = _moment.get()
        if held is not None and held[0] is self:
            yield held[1]
            return
        options: dict[str, Any] = {"sqlite_begin": "DEFERRED"}
        if not self.is_sqlite:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self.engine.connect().execution_options(**options) as connection, _ReadingSession(connection) as session:
            yield session  # closing it ends the transaction

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """Give a connection of its own for changing the schema, without SQLite's foreign keys.

        Batch migrations recreate tables on SQLite, which foreign keys would forbid; the switch is per connection,
        so this one does not come from the pool and never goes back to it.
        """
        engine = _sqlite_engine(self.url, migrating=True) if self.is_sqlite else _postgresql_engine(self.url)
        try:
            with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection:
                yield connection
        finally:
            engine.dispose()

    def dispose(self) -> None:
        """Close all connections."""
        for engine in (self._engine, self._side_door):
            if engine is not None:
                engine.dispose()
        self._engine = self._side_door = None


class _ReadingSession(Session):
    """A session that ends with its one connection, and so need not look for it before every query."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, expire_on_commit=False, autoflush=False)
        self._only: Connection | None = None

    def connection(self, *_args: Any, **_options: Any) -> Connection:
        """Return the connection, the transaction begun."""
        if self._only is None:
            self._only = super().connection()
        return self._only


def _session(connection: Connection) -> Session:
    return Session(connection, expire_on_commit=False, autoflush=True)


def _postgresql_engine(url: str) -> Engine:
    return create_engine(
        url, pool_pre_ping=True, pool_size=10, max_overflow=10, connect_args=_patience(url), hide_parameters=True
    )


def _postgresql_side_door(url: str) -> Engine:
    """Return an engine for notes: without a transaction around each, and without asking first whether it is there."""
    asked = make_url(url).query.get("options", "")
    waits = f"-c lock_timeout={NOTE_WAIT_MS}"
    return create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        pool_size=2,
        max_overflow=2,
        pool_timeout=NOTE_WAIT_MS / 1000,
        connect_args={**_patience(url), "options": f"{asked} {waits}" if asked else waits},
        hide_parameters=True,
    )


def _patience(url: str) -> dict[str, int]:
    return {} if "connect_timeout" in make_url(url).query else {"connect_timeout": SECONDS_TO_CONNECT}


def _sqlite_engine(url: str, *, migrating: bool = False) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:" and not path.startswith("file:"):
        _make_private(Path(path))
    engine = create_engine(url, pool_size=10, max_overflow=10, hide_parameters=True)  # errors tell no personal data

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself: a writer begins with IMMEDIATE, because a reader's
        # snapshot cannot be turned into a writer's and would answer "database is locked" at once.
        connection.isolation_level = None
        connection.create_function("lower", 1, _lower, deterministic=True)
        connection.execute(f"PRAGMA busy_timeout={LOCK_WAIT_MS}")  # also for the next statement, which may lock
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")  # what was answered with "registered" survives a power cut
        connection.execute(f"PRAGMA foreign_keys={'OFF' if migrating else 'ON'}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        driver: Any = connection.connection.driver_connection
        wait_ms = options.get("sqlite_wait_ms", LOCK_WAIT_MS)
        if connection.info.get("wait_ms") != wait_ms:
            driver.execute(f"PRAGMA busy_timeout={wait_ms}")
            connection.info["wait_ms"] = wait_ms
        connection.exec_driver_sql(f"BEGIN {options.get('sqlite_begin', 'DEFERRED')}")

    return engine


def _make_private(path: Path) -> None:
    """Make the file for its owner alone, also in a folder that others may read; its journal takes after it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(OSError):  # what is there keeps its mode, and what cannot be made SQLite tells of
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _lower(text: str | None) -> str | None:
    """SQLite's own lower() knows only ASCII; Ærlig must match ærlig."""
    return None if text is None else text.lower()
