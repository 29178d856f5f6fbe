"""Two people at once, in a fixed order: one has written but not finished when the other begins."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from sqlalchemy.orm import Session

from dialogen.database.engine import Database

T = TypeVar("T")
LONG_ENOUGH = 0.5  # seconds until the second one waits for the first, at the database or for the right to write


def meanwhile(db: Database, write: Callable[[Session], object], act: Callable[[], T]) -> T:
    """Begin to `write`, let `act` begin too, then finish the first; returns what the second came to."""
    with ThreadPoolExecutor(1) as pool:
        with db.writing() as session:
            write(session)
            session.flush()
            second = pool.submit(act)
            wait([second], timeout=LONG_ENOUGH)
        return second.result()
