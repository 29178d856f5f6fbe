"""Shows a change that waits for a second person, to those who may know of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from dialogen.database import pending as pending_rows
from dialogen.domain.accounts import Act, Standing
from dialogen.domain.history import Action, Change
from dialogen.services import case_parts

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class PendingView:
    """A change that waits, as one reader may see it.

    `action` is what was asked for: EXCLUDED or CORRECTED. `reason` is free text, None to a reader who may not see
    personal fields. `due_on` is the deadline that approving a corrected reception would give; None where the
    deadline stays, and in lists.
    """

    id: int
    action: Action
    proposed_by: str
    proposed_at: datetime
    changes: tuple[Change, ...]
    reason: str | None
    may_approve: bool
    may_withdraw: bool
    due_on: date | None = None


def pending_view(waiting: list[Any], *, by: Standing | None, may: Callable[[Act], bool]) -> PendingView | None:
    """Build the view of the last columns of `case_with_names`: the change, who proposed it, and why.

    Shown to who may see the case's details, may approve, or has proposed; None to others, and when nothing waits.
    """
    change, name, reason = waiting
    if change is None:
        return None
    is_own = by is not None and by.account_id == change.proposed_by
    if not (is_own or may(Act.SEE_DETAILS) or may(Act.APPROVE)):
        return None
    return PendingView(
        id=change.id,
        action=Action(change.action),
        proposed_by=name,
        proposed_at=change.proposed_at,
        changes=pending_rows.changes_of(change),
        reason=reason if may(Act.SEE_PERSONAL) else None,
        may_approve=may(Act.APPROVE) and not is_own,
        may_withdraw=is_own,
    )


def with_due_date(session: "Session", pending: PendingView | None) -> PendingView | None:
    """Return the view with the deadline that approving it would give, where it would move."""
    received_on = [each.after for each in pending.changes if each.field == "received_on"] if pending else []
    if pending is None or not received_on or received_on[0] is None:
        return pending
    _, due_on = case_parts.deadline_for(session, date.fromisoformat(received_on[0]))
    return replace(pending, due_on=due_on)
