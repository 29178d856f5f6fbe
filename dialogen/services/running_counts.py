"""Keeps the running counts of the years few: whoever looks at a year reads them all."""

from datetime import date
from typing import TYPE_CHECKING

from dialogen.database import outcome_counts

if TYPE_CHECKING:
    from dialogen.database.engine import Database

ROWS_MOST = 4_000  # a municipality of forty units has some two thousand a year that are not past their deadline


def bring_together(db: "Database", *, today: date, most: int = ROWS_MOST) -> None:
    """Bring the running counts together when they have become many, in small transactions."""
    with db.reading() as session:
        count, newest = outcome_counts.count_rows(session)
    may_be_more = count > most
    while may_be_more:
        with db.writing() as session:
            may_be_more = outcome_counts.bring_together(session, until=newest, today=today)
