"""What the frame of every page tells its reader beside their name: one query, or none where nothing is theirs to know."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dialogen.database import frames
from dialogen.domain.accounts import Act, Role, Standing, reach
from dialogen.domain.staleness import is_stale

if TYPE_CHECKING:
    from dialogen.database.engine import Database


@dataclass(frozen=True)
class Frame:
    """How many changes wait for the reader's decision (None: not theirs), and whether the deadline pass stands still."""

    to_decide: int | None = None
    pass_is_stale: bool = False


def frame_for(db: "Database", *, by: Standing, now: datetime) -> Frame:
    """Return what a page tells this reader."""
    deciding = reach(by, Act.APPROVE)
    watches = by.has_role(Role.MANAGER, Role.ADMIN)
    if deciding.is_empty and not watches:
        return Frame()
    with db.reading() as session:
        waiting, last, first = frames.frame(session, None if deciding.is_empty else deciding)
    return Frame(waiting, watches and is_stale(last_good_pass=last, first_started_at=first, now=now))
