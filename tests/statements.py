"""What is said to a database while something is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from dialogen.database.engine import Database


@contextmanager
def counted(db: Database) -> Iterator[list[str]]:
    """Give the list of statements, as it grows; what opens and ends a transaction is not among them."""
    said: list[str] = []

    def keep(*heard: Any) -> None:
        if not heard[2].startswith(("BEGIN", "SET LOCAL")):
            said.append(heard[2])

    event.listen(db.engine, "before_cursor_execute", keep)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", keep)
