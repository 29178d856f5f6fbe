"""What is said to a database while something is done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from dialogen.database.engine import Database


@contextmanager
def counted(db: Database) -> Iterator[list[str]]:
    """Give the list of statements, as it grows; what opens and ends a transaction is not among them."""
    said: list[str] = []

    def keep(*heard: Any) -> None:
        if not heard[2].startswith("BEGIN"):
            said.append(heard[2])

    with _heard(db, "before_cursor_execute", keep):
        yield said


@contextmanager
def _heard(db: Database, what: str, listen: Callable[..., None]) -> Iterator[None]:
    engines = {db.engine, db.side_door}
    for engine in engines:
        event.listen(engine, what, listen)
    try:
        yield
    finally:
        for engine in engines:
            event.remove(engine, what, listen)


def statements(db: Database, deed: Callable[[], object]) -> list[str]:
    """Return the first words of each statement of a deed, in their order, with its commits: what an answer's time tells."""
    with counted(db) as said:

        def commit(_connection: object) -> None:
            said.append("commit")

        with _heard(db, "commit", commit):
            deed()
    return [" ".join(each.split()[:3]) for each in said]
