"""The access log: who looked at what, for administrators. Pages write to it through access_trail.py."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from dialogen.database import access_entries
from dialogen.domain.access_log import FILE_AT_ONCE_MOST, Look, LookFilter, LookPlace, Manner, Sight
from dialogen.domain.accounts import Standing, check_may_administer
from dialogen.domain.errors import InvalidInput, Problem
from dialogen.domain.history import Door

if TYPE_CHECKING:
    from dialogen.database.engine import Database

STREAMED_AT_ONCE = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"([0-9]{1,17})-([0-9]{1,9})")


@dataclass(frozen=True)
class LookView:
    """A look as administrators see it. `name` and `email` are None for the command line."""

    at: datetime
    action: Manner
    subject: Sight
    door: Door
    name: str | None
    email: str | None
    token_id: int | None
    token_name: str | None
    reference: str | None
    shown: int | None


@dataclass(frozen=True)
class LookPage:
    """One page of the log, newest first; `cursor` leads to the older ones, None when there are none."""

    looks: tuple[LookView, ...]
    cursor: str | None


def record(db: "Database", look: Look) -> None:
    """Write a look down, or raise: for a deed that must not happen without its trace."""
    with db.writing() as session:
        access_entries.add_looks(session.connection(), [look])


def list_looks(
    db: "Database", *, by: Standing, wanted: LookFilter, cursor: str | None = None, limit: int = 50
) -> LookPage:
    """Return a page of the log, newest first; raises NotAllowed, and InvalidInput for a cursor that is none."""
    check_may_administer(by)
    before = _place(cursor) if cursor else None
    with db.reading() as session:
        rows = access_entries.looks(session, wanted, before=before, limit=limit + 1)
    return LookPage(tuple(_view(row) for row in rows[:limit]), _cursor(rows[limit - 1]) if len(rows) > limit else None)


def is_long(db: "Database", *, by: Standing, wanted: LookFilter) -> bool:
    """Say whether a filter shows more of the log than a file holds that is given at once; raises NotAllowed."""
    check_may_administer(by)
    with db.reading() as session:
        return access_entries.count_looks(session, wanted, most=FILE_AT_ONCE_MOST + 1) > FILE_AT_ONCE_MOST


def all_looks(db: "Database", *, by: Standing, wanted: LookFilter) -> Iterator[LookView]:
    """Return the log as a filter shows it, newest first, read little by little; raises NotAllowed before that."""
    check_may_administer(by)
    return _streamed(db, wanted)


def _streamed(db: "Database", wanted: LookFilter) -> Iterator[LookView]:
    before = None
    while True:
        # A transaction for each piece: whoever fetches slowly must not hold the database back.
        with db.reading() as session:
            rows = access_entries.looks(session, wanted, before=before, limit=STREAMED_AT_ONCE)
        yield from map(_view, rows)
        if len(rows) < STREAMED_AT_ONCE:
            return
        before = LookPlace(rows[-1].at, rows[-1].id)


def _view(row: access_entries.LookRow) -> LookView:
    return LookView(
        at=row.at,
        action=Manner(row.action),
        subject=Sight(row.subject),
        door=Door(row.door),
        name=row.account_name,
        email=row.account_email,
        token_id=row.token_id,
        token_name=row.token_name,
        reference=row.reference,
        shown=row.shown,
    )


def _cursor(row: access_entries.LookRow) -> str:
    return f"{(row.at - _EPOCH) // timedelta(microseconds=1)}-{row.id}"


def _place(cursor: str) -> LookPlace:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise InvalidInput.of("cursor", Problem.BAD_CURSOR)
    return LookPlace(_EPOCH + timedelta(microseconds=int(found[1])), int(found[2]))
