"""What a deed asks of the database, as somebody sees it who measures how long an answer takes."""

from collections.abc import Callable

from sqlalchemy import event

from dialogen.database.engine import Database


def statements(db: Database, deed: Callable[[], object]) -> list[str]:
    """Return the first words of each statement that a deed makes, in their order, with its commits."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(" ".join(statement.split()[:3]))

    def commit(_connection: object) -> None:
        seen.append("commit")

    event.listen(db.engine, "before_cursor_execute", note)
    event.listen(db.engine, "commit", commit)
    try:
        deed()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
        event.remove(db.engine, "commit", commit)
    return seen
