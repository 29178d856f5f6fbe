"""Puts into words, one line each, what a database can refuse or fail to do. No password is ever in them."""

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from dialogen.database.engine import Database

#: What using a database can raise besides a fault in our own SQL: no answer, no driver, no file.
TROUBLES = (DBAPIError, ImportError, OSError)


def words_of(trouble: Exception) -> str:
    """Return what is wrong."""
    if isinstance(trouble, ImportError):
        return "PostgreSQL needs its driver: pip install 'dialogen[postgresql]'"
    if isinstance(trouble, OSError):
        return f"{trouble.filename} cannot be used: {trouble.strerror}"
    reason = trouble.orig if isinstance(trouble, DBAPIError) else trouble
    lines = str(reason).splitlines() or [type(reason).__name__]
    return lines[0].rstrip(" .")


def address_of(db: Database) -> str:
    """Return where the database is."""
    return make_url(db.url).render_as_string(hide_password=True)
