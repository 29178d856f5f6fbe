"""The import against a floor: the same rows written by the driver alone, and its peak memory as the file grows.

Run with `python -m tests.benchmarks.import_rows [--rows N] [--only speed|memory] [--database-url URL]`; a URL names an
empty PostgreSQL in which to measure instead of one started here. Prints ratios within one run.
"""

import argparse
import io
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from dialogen.database import schema
from dialogen.database.engine import Database
from dialogen.database.triggers import REFUSED
from dialogen.services.imports import ImportOrder, import_cases
from tests.benchmarks.measure import end, postgresql_database, show_ratio, sqlite_database

RUNS = 3
MOST = 5
MOST_MEGABYTES = 50
FEW, MANY = 1_000, 1_000_000
TODAY = date(2026, 2, 11)
NOW = datetime(2026, 2, 11, 5, 30, tzinfo=UTC)
UNITS = ("Kultur", "Skole", "Plan og bygning", "Natur og idrett", "Hjemmetjenesten", "Kommunalteknikk")
CHANNELS = ("nett", "e-post", "telefon", "brev")
#: What an import fills, in the order in which rows refer to each other.
TABLES = ("units", "cases", "case_personal", "case_events", "import_rows")


class Silence:
    """Hears an import and says nothing."""

    def progress(self, doing: str, rows: int) -> None:
        """Hear nothing."""

    def rejected(self, line: int, reason: str) -> None:
        """Hear of a bad row, of which the made-up files have none."""
        raise AssertionError(f"line {line}: {reason}")

    def note(self, text: str) -> None:
        """Hear nothing."""


def make_file(path: Path, rows: int) -> None:
    """Write a file of made-up cases, as a portal exports them."""
    with path.open("w", encoding="utf-8") as stream:
        stream.write("Referanse;Type;Mottatt;Besvart;Virksomhet;Kanal;Emne;Holdt utenfor\n")
        for n in range(rows):
            received = date(2014, 1, 1) + timedelta(days=n % 3600)
            answered = f"{received + timedelta(days=n % 19):%d.%m.%Y}" if n % 20 else ""
            stream.write(
                f"AD-{n:07d};{'Intern' if n % 10 == 0 else 'Ekstern'};{received:%d.%m.%Y};{answered};{UNITS[n % 6]};"
                f"{CHANNELS[n % 4]};Hull i veien nummer {n};{'duplikat' if n % 50 == 7 else ''}\n"
            )


def bring_in(db: Database, path: Path) -> None:
    """Import a file as the command does."""
    import_cases(db, order=ImportOrder(path), today=TODAY, now=NOW, zone=ZoneInfo("Europe/Oslo"), listener=Silence())


def timed(work: Callable[..., object], *what: object) -> float:
    """Return how many seconds something takes."""
    start = time.perf_counter()
    work(*what)
    return time.perf_counter() - start


@contextmanager
def named_database(url: str) -> Iterator[Database]:
    """Give the named PostgreSQL database, migrated, and empty it of what an import writes."""
    db = Database(url)
    schema.upgrade(db)
    yield db
    with db.writing() as session:
        for guarded in REFUSED:  # as the owner may
            session.execute(text(f"ALTER TABLE {guarded} DISABLE TRIGGER USER"))
        session.execute(text(f"TRUNCATE {', '.join(TABLES)}, reference_counters CASCADE"))
        for guarded in REFUSED:
            session.execute(text(f"ALTER TABLE {guarded} ENABLE TRIGGER USER"))
    db.dispose()


def copied_out(db: Database) -> dict[str, bytes]:
    """Return what an import left in PostgreSQL, as COPY writes it."""
    found = {}
    with db.reading() as session:
        driver: Any = session.connection().connection.driver_connection
        for table in TABLES:
            with driver.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
                found[table] = b"".join(copy)
    return found


def copy_in(db: Database, rows: dict[str, bytes]) -> None:
    """Write rows into PostgreSQL as fast as it takes them."""
    with db.writing() as session:
        driver: Any = session.connection().connection.driver_connection
        for table in TABLES:
            with driver.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
                stream = io.BytesIO(rows[table])
                while chunk := stream.read(1 << 16):
                    copy.write(chunk)


def selected(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return what an import left in SQLite, as the driver reads it."""
    with db.reading() as session:
        driver: Any = session.connection().connection.driver_connection
        return {table: driver.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}


def insert_many(db: Database, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    """Write rows into SQLite as fast as the driver can."""
    with db.writing() as session:
        driver: Any = session.connection().connection.driver_connection
        for table in TABLES:
            places = ", ".join("?" * len(rows[table][0]))
            driver.executemany(f"INSERT INTO {table} VALUES ({places})", rows[table])


def measure(
    name: str,
    database: Callable[[], AbstractContextManager[Database]],
    *,
    path: Path,
    read_back: Callable[[Database], Any],
    write: Callable[[Database, Any], None],
) -> None:
    """Print how many times the floor an import takes: the best of some runs of each, taking turns."""
    imports, floors = [], []
    for _ in range(RUNS):
        with database() as db:
            imports.append(timed(bring_in, db, path))
            rows = read_back(db)
        with database() as db:
            floors.append(timed(write, db, rows))
    show_ratio(f"{name}, import / the same rows by the driver", min(imports), floor=min(floors), most=MOST)


def own_peak_megabytes() -> float:
    """Return the peak memory of this process."""
    status = Path("/proc/self/status")
    if status.exists():  # what resource tells on Linux begins with the peak of the process that started this one
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peak_megabytes(database: Callable[[], AbstractContextManager[Database]], path: Path) -> float:
    """Return the peak memory of a process that imports a file."""
    with database() as db:
        command = [sys.executable, "-m", "tests.benchmarks.import_rows", "--alone", str(path), "--database-url", db.url]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def measure_memory(name: str, database: Callable[[], AbstractContextManager[Database]], folder: Path) -> None:
    """Print how much the peak memory grows from a small file to one of a million rows."""
    peaks = []
    for rows in (FEW, MANY):
        path = folder / f"{rows}.csv"
        make_file(path, rows)
        peaks.append(peak_megabytes(database, path))
        path.unlink()
    growth = peaks[1] - peaks[0]
    verdict = "ok" if growth < MOST_MEGABYTES else "TOO MUCH"
    print(
        f"{name}, peak memory from {FEW} to {MANY} rows: {peaks[0]:.1f} to {peaks[1]:.1f} MB, "
        f"grows by {growth:.1f} (less than {MOST_MEGABYTES}) {verdict}"
    )


def main() -> None:
    """Measure, or be the process that is measured."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--database-url")
    parser.add_argument("--only", choices=("speed", "memory"))
    parser.add_argument("--alone", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    url = asked.database_url
    if asked.alone:
        bring_in(Database(url), asked.alone)
        print(own_peak_megabytes())
        return
    postgresql = (lambda: named_database(url)) if url else postgresql_database
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "rows.csv"
        make_file(path, asked.rows)
        if asked.only != "memory":
            measure("SQLite", sqlite_database, path=path, read_back=selected, write=insert_many)
            measure("PostgreSQL", postgresql, path=path, read_back=copied_out, write=copy_in)
        if asked.only != "speed":
            measure_memory("SQLite", sqlite_database, folder)
            measure_memory("PostgreSQL", postgresql, folder)


if __name__ == "__main__":
    main()
    end()
