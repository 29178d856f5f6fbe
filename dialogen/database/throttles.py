"""Queries about attempts that are counted: each count is one statement, so that processes never count past each other."""

from datetime import datetime

from sqlalchemy import and_, case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dialogen.database.base import on_sqlite
from dialogen.database.models import Throttle


def find_window(session: Session, *, kind: str, key: str) -> tuple[int, datetime] | None:
    """Return the attempts counted, and when the first of them was made; None when there are none."""
    row = session.execute(
        select(Throttle.attempts, Throttle.began_at).where(Throttle.kind == kind, Throttle.key == key)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def count(session: Session, *, kind: str, key: str, now: datetime, window_after: datetime) -> tuple[int, datetime]:
    """Count an attempt and return as `find_window`; a window that began at `window_after` or before begins anew."""
    dialect = sqlite if on_sqlite(session) else postgresql
    insert = dialect.insert(Throttle).values(kind=kind, key=key, attempts=1, began_at=now)
    is_over = Throttle.began_at <= window_after
    counted = insert.on_conflict_do_update(
        index_elements=[Throttle.kind, Throttle.key],
        set_={
            "attempts": case((is_over, 1), else_=Throttle.attempts + 1),
            "began_at": case((is_over, insert.excluded.began_at), else_=Throttle.began_at),
        },
    )
    row = session.execute(counted.returning(Throttle.attempts, Throttle.began_at)).one()
    return row.attempts, row.began_at


def forget(session: Session, *, kind: str, key: str) -> None:
    """Forget the attempts of one name."""
    session.execute(delete(Throttle).where(Throttle.kind == kind, Throttle.key == key))


def take_back(session: Session, *, kind: str, key: str) -> None:
    """Count one attempt of a name less."""
    session.execute(
        update(Throttle)
        .where(and_(Throttle.kind == kind, Throttle.key == key, Throttle.attempts > 0))
        .values(attempts=Throttle.attempts - 1)
    )


def forget_all(session: Session, *, began_before: datetime) -> None:
    """Forget every window that began before an instant."""
    session.execute(delete(Throttle).where(Throttle.began_at < began_before))
