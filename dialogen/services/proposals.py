"""Proposes a change that needs a second person, and keeps other changes from passing one that waits.

What is proposed lies in pending_changes without a personal value; why lies with the line of history that tells of it.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from dialogen.database import history
from dialogen.database import pending as pending_rows
from dialogen.domain import four_eyes
from dialogen.domain.cases import CaseDates, Outcome
from dialogen.domain.errors import Conflict, Problem
from dialogen.domain.history import Action, Author, Change

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.models import Case, PendingChange


def propose(
    session: "Session",
    case: "Case",
    *,
    action: Action,
    changes: Iterable[Change],
    reason: str | None,
    author: Author,
    proposed_by: int,
    now: datetime,
) -> None:
    """Let a change wait for a second person. The case stays as it is. Raises Conflict while another one waits."""
    check_nothing_waits(session, case.id)
    changes = tuple(changes)
    event = history.add_event(
        session,
        case.id,
        at=now,
        action=Action.PROPOSED,
        author=author,
        changes=changes,
        texts={"reason": reason} if reason else {},
    )
    pending_rows.add_pending(session, event, action=action, changes=changes, proposed_by=proposed_by)
    case.version += 1


def check_nothing_waits(session: "Session", case_id: int) -> None:
    """Refuse a change of a case while another one waits for a second person."""
    if pending_rows.find_pending(session, case_id) is not None:
        raise Conflict(Problem.CHANGE_WAITS)


def check_not_proposed(session: "Session", case_id: int, fields: Collection[str]) -> None:
    """Refuse to change fields that a change which waits would change: who decides on it must find them as proposed."""
    waiting = pending_rows.find_pending(session, case_id)
    if waiting is not None and {each.field for each in pending_rows.changes_of(waiting)} & set(fields):
        raise Conflict(Problem.CHANGE_WAITS)


def lapse_if_overtaken(
    session: "Session", case: "Case", waiting: "PendingChange", *, now_is: CaseDates, author: Author, now: datetime
) -> bool:
    """End a change that no longer fits its case, as the case now is, and tell it; says whether it did.

    Only an import can overtake a proposal: it is exempt from four eyes, and cannot be asked to wait.
    """
    if four_eyes.still_fits(now_is, pending_rows.changes_of(waiting)):
        return False
    pending_rows.settle(waiting, outcome=Outcome.LAPSED, by=None, at=now)
    history.add_event(session, case.id, at=now, action=Action.LAPSED, author=author)
    case.version += 1
    return True
