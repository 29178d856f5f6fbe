"""Seals the histories of all cases every night, so that not even a whole case can disappear unseen."""

from datetime import datetime
from typing import TYPE_CHECKING

from dialogen.database import audit, office_events
from dialogen.domain.history import Author, Door
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.domain.seals import SETTLED_AFTER, Seal, Wax, read, told
from dialogen.services import office_log

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database

SCHEDULER = Author(None, Door.SCHEDULER)


def seal_history(db: "Database", *, now: datetime) -> Seal | None:
    """Seal the lines after the last seal that are safely in the database; None when there are none.

    May run twice, or twice at once: what was sealed is not sealed again.
    """
    with db.reading() as session:
        after = sealed_to(session)
        wax = Wax()
        for line in audit.lines_after(session, after):
            if line.at > now - SETTLED_AFTER:
                break  # also of the older ones after it, which are sealed together with it
            wax.add(line.id, line.digest)
    if not wax.lines:
        return None
    seal = wax.seal()
    with db.writing() as session:
        office_events.lock_chain(session)
        if sealed_to(session) != after:
            return None  # somebody else was quicker
        office_log.tell(
            session,
            at=now,
            action=OfficeAction.HISTORY_SEALED,
            author=SCHEDULER,
            subject=Subject.HISTORY,
            changes=told(seal),
        )
    return seal


def sealed_to(session: "Session") -> int:
    """Return the number of the last line that is sealed, 0 before the first seal."""
    newest = audit.newest_seal(session)
    return 0 if newest is None else read(newest.changes).last
