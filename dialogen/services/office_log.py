"""Tells the office's own log what was done to people, units, rules and keys, in the transaction that did it."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from dialogen.database import office_events
from dialogen.domain.history import Author, Change, Door
from dialogen.domain.office_events import OfficeAction, Subject

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.domain.accounts import Standing


def administrator(by: "Standing | None") -> Author:
    """Return the author of a deed that only the pages and the command line have, whose user (None) owns all."""
    return Author(None, Door.COMMAND_LINE) if by is None else Author(by.account_id, Door.WEB)


def tell(
    session: "Session",
    *,
    at: datetime,
    action: OfficeAction,
    author: Author,
    subject: Subject,
    subject_id: int | str | None = None,
    changes: Iterable[Change] = (),
) -> None:
    """Tell of one deed, in its own transaction: both are kept or neither.

    Best told last: everybody else who tells something waits from here until the transaction ends. Of names,
    addresses, texts and secrets only that they changed is told (before and after None); of roles, units, flags and
    dates the values.
    """
    office_events.add_office_event(
        session,
        at=at,
        action=action.value,
        author=author,
        subject=subject.value,
        subject_id=None if subject_id is None else str(subject_id),
        changes=changes,
    )
