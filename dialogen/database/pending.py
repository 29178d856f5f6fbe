"""Changes under four eyes: what waits for a second person, for a case and within a reach, and how it was decided."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from dialogen.database.cases import case_with_names, within
from dialogen.database.models import IS_PENDING, Case, CaseEvent, PendingChange
from dialogen.domain.accounts import Reach
from dialogen.domain.cases import Outcome
from dialogen.domain.history import Action, Change


def find_pending(session: Session, case_id: int) -> PendingChange | None:
    """Return the change that waits for a case, or None."""
    return session.scalars(select(PendingChange).where(PendingChange.case_id == case_id, IS_PENDING)).one_or_none()


def pending_by_case(session: Session, case_ids: Sequence[int]) -> dict[int, PendingChange]:
    """Return the changes that wait for some cases, by the case's number."""
    query = select(PendingChange).where(PendingChange.case_id.in_(case_ids), IS_PENDING).order_by(PendingChange.id)
    return {each.case_id: each for each in session.scalars(query)}


def add_pending(
    session: Session, event: CaseEvent, *, action: Action, changes: Iterable[Change], proposed_by: int
) -> PendingChange:
    """Let a change wait; `event` is the line of history that tells of its proposal."""
    pending = PendingChange(
        case_id=event.case_id,
        action=action.value,
        changes=[asdict(change) for change in changes],
        event_id=event.id,
        proposed_by=proposed_by,
        proposed_at=event.at,
    )
    session.add(pending)
    return pending


def settle(pending: PendingChange, *, outcome: Outcome, by: int | None, at: datetime) -> None:
    """Write down what became of a change; by nobody when it lapsed."""
    pending.outcome, pending.decided_by, pending.decided_at = outcome, by, at


def changes_of(pending: PendingChange) -> tuple[Change, ...]:
    """Return what a change that waits would change."""
    return tuple(Change(**each) for each in pending.changes)


def list_to_decide(session: Session, reach: Reach, *, after: int, limit: int) -> list[Any]:
    """Return rows of `case_with_names` whose change the account may decide, oldest proposal first, after a number."""
    return _rows(session, may_decide(reach), after, limit)


def list_own(session: Session, reach: Reach, *, after: int, limit: int) -> list[Any]:
    """Return rows of `case_with_names` within reach whose change the account proposed, oldest first, after a number."""
    return _rows(session, and_(PendingChange.proposed_by == reach.account_id, _case_within(reach)), after, limit)


def may_decide(reach: Reach) -> ColumnElement[bool]:
    """Return the condition under which a change is the account's to decide: of a case within reach, and not its own."""
    return and_(PendingChange.proposed_by != reach.account_id, _case_within(reach))


def _case_within(reach: Reach) -> ColumnElement[bool]:
    # Not a join: SQLite would go through all cases of a unit to find the few of which something waits.
    return select(Case.id).where(Case.id == PendingChange.case_id, within(reach)).exists()


def _rows(session: Session, condition: ColumnElement[bool], after: int, limit: int) -> list[Any]:
    query = (
        select(PendingChange.case_id, PendingChange.id)
        .where(IS_PENDING, PendingChange.id > after, condition)
        .order_by(PendingChange.id)
        .limit(limit)
    )
    places = dict(session.execute(query).all())
    rows = session.execute(case_with_names().where(Case.id.in_(places)).order_by(Case.id))
    return sorted(rows, key=lambda row: places[row[0].id])
