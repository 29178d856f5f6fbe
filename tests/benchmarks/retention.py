"""Planning and disposing of 100 000 cases, all of them due, each of a sender, a text, a note and an earlier sender.

Run with `python -m tests.benchmarks.retention [--cases N]`; prints ratios within one run. The floor of the plan is the
same rows read and the same list written by the driver alone; that of a run the same rows erased and told by it.
The longest time between two transactions of a run bounds how long it kept anybody waiting.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from dialogen.database.engine import Database
from dialogen.domain.retention import ItemOutcome, Keepsake
from dialogen.services import disposal, retention
from dialogen.services.disposal import RunOrder
from dialogen.services.retention import Inventory
from tests.benchmarks.measure import each_database, end, raw_driver, settle, show_ratio, verdict
from tests.factories import NOW, TODAY
from tests.many_cases import add_cases
from tests.shelf import COMMAND_LINE, LONG_AGO, OSLO, approve, fill_every_case, make_admin

PLAN_MOST, RUN_MOST = 25, 40
LOCKED_MOST = 1.0  # seconds
AT_ONCE = 10_000


class Stopwatch:
    """Hears a run, and remembers the longest time between two of its transactions."""

    def __init__(self) -> None:
        self._last: float | None = None  # the first transaction comes after the digest was checked
        self.longest = 0.0

    def settled(self, list_id: int, number: int) -> None:
        """Take the time."""
        now = time.perf_counter()
        self.longest, self._last = max(self.longest, now - (self._last or now)), now

    def skipped(self, list_id: int, keepsake: Keepsake, reference: str, outcome: ItemOutcome) -> None:
        """Hear of what a case that is due has none of."""
        raise AssertionError(f"{keepsake} of {reference}: {outcome}")


def main() -> None:
    """Measure on both databases."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--cases", type=int, default=100_000)
    asked = reader.parse_args()
    for name, db in each_database():
        _measure(name, db, asked.cases)


def _measure(name: str, db: Database, cases: int) -> None:
    for _ in range(0, cases, AT_ONCE):
        add_cases(db, [{"received_on": LONG_AGO, "answered_on": LONG_AGO}] * AT_ONCE)
    fill_every_case(db)
    settle(db)
    floor = _timed(_read_and_list(db))
    start = time.perf_counter()
    made = retention.plan_disposal(db, inventory=Inventory(TODAY, NOW, OSLO, COMMAND_LINE))
    show_ratio(f"{name}, plan of {cases:,} cases", time.perf_counter() - start, floor=floor, most=PLAN_MOST)
    assert made is not None, "all of them are due"
    assert made.total == 3 * cases
    approve(db, made.list_id, make_admin(db), make_admin(db))
    watch = Stopwatch()
    start = time.perf_counter()
    (result,) = disposal.run_disposal(db, list_id=made.list_id, order=RunOrder(TODAY, NOW, OSLO, COMMAND_LINE, watch))
    taken = time.perf_counter() - start
    assert result.disposed == 3 * cases
    show_ratio(f"{name}, run of {cases:,} cases", taken, floor=_timed(_erase_by_driver(db, cases)), most=RUN_MOST)
    told = verdict("longest batch", watch.longest <= LOCKED_MOST)
    print(f"{name}, longest batch: {watch.longest:.3f} s (at most {LOCKED_MOST}) {told}")


def _timed(work: Iterator[None]) -> float:
    """Return how long the second step of a work takes; the first prepares it."""
    next(work)
    start = time.perf_counter()
    next(work)
    return time.perf_counter() - start


def _read_and_list(db: Database) -> Iterator[None]:
    """Read what a plan must know, and write a list as long as the plan's, all at once."""
    with raw_driver(db) as driver:
        driver.execute("CREATE TABLE floor_items (id INTEGER PRIMARY KEY, keepsake TEXT, case_id INTEGER, due_on TEXT)")
        yield
        driver.execute("BEGIN")
        read = driver.execute(
            "SELECT c.id, reference, answered_on, exclusion, kind_id, registered_on, sender_name, subject, max(e.at),"
            " count(t.id) FROM cases c JOIN case_personal p ON p.case_id = c.id JOIN case_events e ON e.case_id = c.id"
            " JOIN event_texts t ON t.event_id = e.id GROUP BY c.id, p.case_id ORDER BY c.id"
        )
        rows = [(3 * row[0] + n, what, row[0], "2020-01-01") for row in read for n, what in enumerate("scn")]
        _write(driver, db, "floor_items", "id, keepsake, case_id, due_on", rows)
        driver.execute("COMMIT")
        yield


def _erase_by_driver(db: Database, cases: int) -> Iterator[None]:
    """Fill tables of the same shape, and erase and tell the same in them, in transactions of as many cases."""
    at = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
    with raw_driver(db) as driver:
        driver.execute("CREATE TABLE floor_personal AS SELECT * FROM case_personal")
        driver.execute("UPDATE floor_personal SET sender_name = 'Ola Hansen', text = 'Det er mørkt i Strøket'")
        driver.execute("CREATE UNIQUE INDEX floor_personal_id ON floor_personal (case_id)")
        driver.execute("CREATE TABLE floor_log (id INTEGER PRIMARY KEY, case_id INTEGER, at TEXT, told TEXT)")
        driver.execute("UPDATE floor_items SET keepsake = NULL")
        driver.execute("CREATE INDEX floor_items_case ON floor_items (case_id)")
        yield
        size = disposal.BATCH // 3
        for first in range(1, cases + 1, size):
            driver.execute("BEGIN")
            span = f"BETWEEN {first} AND {first + size - 1}"
            driver.execute(f"UPDATE floor_personal SET sender_name = NULL, text = NULL WHERE case_id {span}")
            driver.execute(f"UPDATE floor_items SET keepsake = 'disposed' WHERE case_id {span}")
            driver.execute(f"UPDATE cases SET version = version + 1 WHERE id {span}")
            # Three lines of the log of disposals and one of the case's history.
            lines = [(4 * n + k, n, at, "disposed") for n in range(first, first + size) for k in range(4)]
            _write(driver, db, "floor_log", "id, case_id, at, told", lines)
            driver.execute("COMMIT")
        yield


def _write(driver: Any, db: Database, table: str, columns: str, rows: Sequence[tuple[object, ...]]) -> None:
    sign = "?" if db.is_sqlite else "%s"
    places = ", ".join([sign] * (columns.count(",") + 1))
    statement = f"INSERT INTO {table} ({columns}) VALUES ({places})"
    target = driver if db.is_sqlite else driver.cursor()
    target.executemany(statement, rows)


if __name__ == "__main__":
    main()
    end()
