"""The deadline pass, without sending, over a million cases and over a tenth of them, with equally many open.

Run with `python -m tests.benchmarks.deadline_pass [--database-url URL]`; it takes some minutes and
prints ratios within one run. A URL names a PostgreSQL in which databases may be created, instead of one started here.
The open cases lie evenly among the others, so that a pass that read the rows would read nearly all pages.
"""

import argparse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from statistics import median

from sqlalchemy import make_url, text

from dialogen.database import schema
from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.mail.post import ShowingPost
from dialogen.services.deadline_pass import PassResult
from tests.benchmarks.measure import best_of, end, postgresql_database, settle, show_ratio, sqlite_database
from tests.factories import TODAY, make_account, make_unit
from tests.passes import make_pass

FEW, MANY, OPEN = 100_000, 1_000_000, 10_000
ROUNDS = 5
MOST = 1.3
UNITS, HANDLERS = 40, 200
_COLUMNS = (
    "reference, stream, channel, unit_id, handler_id, received_on, rule_version, due_on, deadline, answered_on, "
    "registered_on, created_at, version"
)
# Open cases were received in the last four weeks, so that every step of the ladder has come for some of them.
_FACTS = """'2026-' || n, 'external', 'web', n % {units} + 1, n % {handlers} + 1, {received}, 1, {due}, {due},
    CASE WHEN NOT is_open THEN {received} END, {received}, {created}, 1"""
_SQLITE = """INSERT INTO cases ({columns}) WITH RECURSIVE numbers(n) AS
    (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count} - 1)
    SELECT {facts} FROM (SELECT n, {is_open} AS is_open FROM numbers)"""
_POSTGRESQL = """INSERT INTO cases ({columns})
    SELECT {facts} FROM (SELECT n, {is_open} AS is_open FROM generate_series(0, {count} - 1) AS numbers(n))"""


def main() -> None:
    """Print the ratios on both databases."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--database-url")
    asked = reader.parse_args()
    if asked.database_url is None:
        with sqlite_database() as few, sqlite_database() as many:
            _measure("SQLite", few, many)
    with _two_on_postgresql(asked.database_url) as (few, many):
        _measure("PostgreSQL", few, many)


def _measure(name: str, few: Database, many: Database) -> None:
    for db, count in ((few, FEW), (many, MANY)):
        _fill(db, count)
    first: dict[Database, list[float]] = {few: [], many: []}
    again: dict[Database, list[float]] = {few: [], many: []}
    for _ in range(ROUNDS):
        for db in (few, many):
            _forget_alerts(db)
        for kept in (first, again):
            # The first pass raises what is owed, the second finds nothing to do.
            for db, seconds in zip((few, many), best_of(1, _pass(few), _pass(many)), strict=True):
                kept[db].append(seconds)
    for which, kept in (("raising", first), ("nothing to do", again)):
        for word, middle in (("best", min), ("median", median)):
            what = f"{name}, pass over {MANY:,} / over {FEW:,}, {OPEN:,} open, {which}, {word} of {ROUNDS}"
            show_ratio(what, middle(kept[many]), floor=middle(kept[few]), most=MOST)


def _pass(db: Database) -> Callable[[], PassResult]:
    return lambda: make_pass(db, ShowingPost(), send=False)


def _forget_alerts(db: Database) -> None:
    with db.writing() as session:
        session.execute(text("DELETE FROM alerts" if db.is_sqlite else "TRUNCATE alerts"))
    settle(db)


def _fill(db: Database, count: int) -> None:
    units = [make_unit(db) for _ in range(UNITS)]
    for number in range(HANDLERS):
        make_account(db, roles=((Role.HANDLER, units[number % UNITS]),))
    for unit in units:
        make_account(db, roles=((Role.MANAGER, unit),))
    if db.is_sqlite:
        received = f"date('{TODAY}', '-' || (CASE WHEN is_open THEN n / 7 % 28 ELSE n % 3600 END) || ' days')"
        due, created = f"date({received}, '+14 days')", "'2026-01-01 00:00:00'"
    else:
        received = f"(date '{TODAY}' - (CASE WHEN is_open THEN n / 7 % 28 ELSE n % 3600 END))"
        due, created = f"({received} + 14)", "timestamptz '2026-01-01 00:00:00Z'"
    facts = _FACTS.format(units=UNITS, handlers=HANDLERS, received=received, due=due, created=created)
    is_open = f"n % {count // OPEN} = 0"
    statement = (_SQLITE if db.is_sqlite else _POSTGRESQL).format(
        columns=_COLUMNS, facts=facts, count=count, is_open=is_open
    )
    with db.writing() as session:
        session.execute(text(statement))
    settle(db)


@contextmanager
def _two_on_postgresql(url: str | None) -> Iterator[tuple[Database, Database]]:
    """Give two migrated databases on one server, which are gone afterwards."""
    with ExitStack() as stack:
        server = Database(url) if url else stack.enter_context(postgresql_database())
        names = ("dialogen_benchmark_few", "dialogen_benchmark_many")
        with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for name in names:
                connection.execute(text(f"CREATE DATABASE {name}"))
        urls = [make_url(server.url).set(database=name).render_as_string(hide_password=False) for name in names]
        few, many = (Database(each) for each in urls)
        try:
            for db in (few, many):
                schema.upgrade(db)
            yield few, many
        finally:
            few.dispose()
            many.dispose()
            with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                for name in names:
                    connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
            server.dispose()


if __name__ == "__main__":
    main()
    end()
