"""What is still kept of cases: found through indexes, never through all that was erased long ago."""

from typing import Any

from sqlalchemy import event, text

from dialogen.database import kept
from dialogen.database.engine import Database
from tests.shelf import dispose, fill


def test_only_cases_of_which_something_is_left_are_found(db: Database) -> None:
    fill(db)
    dispose(db)
    numbers = [fill(db) for _ in range(3)]
    with db.reading() as session:
        assert kept.cases_with_anything(session, after=0, limit=2) == numbers[:2]
        assert kept.cases_with_anything(session, after=numbers[1], limit=2) == numbers[2:]
        assert kept.cases_with_anything(session, after=numbers[2], limit=2) == []


def test_they_are_found_through_indexes(db: Database) -> None:
    fill(db)
    asked: list[tuple[str, Any]] = []

    def listen(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        asked.append((statement, values))

    with db.reading() as session:
        event.listen(db.engine, "before_cursor_execute", listen)
        try:
            kept.cases_with_anything(session, after=0, limit=1000)
        finally:
            event.remove(db.engine, "before_cursor_execute", listen)
        (statement, values) = asked[-1]
        if not db.is_sqlite:
            session.execute(text("SET LOCAL enable_seqscan = off"))  # of one row it would rather read the table
        explain = "EXPLAIN QUERY PLAN" if db.is_sqlite else "EXPLAIN"
        rows = session.connection().exec_driver_sql(f"{explain} {statement}", values)
        plan = "\n".join(str(row[-1]) for row in rows)
    for table in ("case_personal", "event_texts", "import_rows"):
        assert f"SCAN {table}" not in plan
        assert f"Seq Scan on {table}" not in plan
