"""Writes that somebody else may be making at the same moment: they succeed, or say no and leave all as it was.

PostgreSQL waits for a transaction that is writing the same key, and answers when that one has ended.
"""

from sqlalchemy import Update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dialogen.database.base import Base


def added(session: Session, row: Base) -> bool:
    """Add a row; says no when one with the same key is there already."""
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()  # the database must judge the row now, not at the end
    except IntegrityError:
        return False
    return True


def changed(session: Session, statement: Update) -> bool:
    """Change rows; says no when another row has the new key already."""
    try:
        with session.begin_nested():
            session.execute(statement)
    except IntegrityError:
        return False
    return True
