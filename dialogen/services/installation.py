"""The installation itself: its schema, its first start, and what keeps its tables tidy."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dialogen.database import case_words, idempotency, job_runs, schema

if TYPE_CHECKING:
    from dialogen.database.engine import Database

REQUESTS_KEPT = timedelta(days=30)  # how long a program may repeat a request under the same key


def bring_up_to_date(db: "Database") -> None:
    """Migrate the database to the schema that this version needs, and read for the search what has not been read."""
    schema.upgrade(db)
    more = True
    while more:
        with db.writing() as session:  # a small batch at a time: whoever writes meanwhile hardly waits
            more = case_words.catch_up(session)


def note_start(db: "Database", *, now: datetime) -> None:
    """Remember the first start of this installation: staleness is counted from there."""
    with db.writing() as session:
        job_runs.note_first_start(session, now)


def forget_old_requests(db: "Database", *, now: datetime) -> None:
    """Forget the keys of requests that no program repeats any more."""
    with db.writing() as session:
        idempotency.forget_idempotency_keys(session, before=now - REQUESTS_KEPT)
