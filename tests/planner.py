"""How a database answers a query, made to depend on a test's own rows alone, and not on what former tests left."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event, text

from dialogen.database.engine import Database


def tidy_up(db: Database, *tables: str) -> None:
    """Let the database learn of its tables, as it does by itself in time."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if db.is_sqlite:
            connection.execute(text("ANALYZE"))
            return
        # The tests' commits may reach the disk later, and until then no page is marked as visible to all: a commit that
        # waits for the disk brings the others along.
        connection.execute(text("SET synchronous_commit = on"))
        connection.execute(text("SELECT pg_logical_emit_message(true, 'tests', '')"))
        for table in tables:
            connection.execute(text(f"REINDEX TABLE {table}"))
        unseen = text("SELECT sum(relpages - relallvisible) FROM pg_class WHERE relname = ANY(:tables)")
        for _ in range(100):  # a page that somebody may still look at is left for the next time
            connection.execute(text(f"VACUUM ANALYZE {', '.join(tables)}"))
            if connection.execute(unseen, {"tables": list(tables)}).scalar_one() == 0:
                break
            time.sleep(0.1)
        connection.execute(text("RESET synchronous_commit"))


@contextmanager
def plans(db: Database) -> Iterator[list[str]]:
    """Give a list that fills with how the database answers each query: which tables and indexes it reads."""
    found: list[str] = []
    explain = "EXPLAIN QUERY PLAN" if db.is_sqlite else "EXPLAIN"

    def note(_connection: Connection, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            cursor.execute(f"{explain} {statement}", parameters)
            found.append("\n".join(str(row[-1]) for row in cursor.fetchall()))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
