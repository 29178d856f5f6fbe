"""Queries about alerts that wait to be told: looked at again, dropped, outdone, and put into a letter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, case, not_, select, update
from sqlalchemy.orm import Session

from dialogen.database.models import IS_OPEN, IS_OWED, Alert, Case
from dialogen.domain.alerts import AlertState, DropReason, FollowedCase

#: Whether the case of an alert is still open with the deadline it was raised for. In a CASE, because PostgreSQL would
#: else join by the deadline when it knows nothing of a table yet, and by the deadline thousands of cases are alike.
_STANDS = case((and_(IS_OPEN, Alert.deadline == Case.deadline), 1), else_=0) == 1


@dataclass(frozen=True)
class OwedRow:
    """An alert that waits for its letter, with how its case stands now."""

    id: int
    case_id: int
    step: int
    deadline: date
    comes_late: bool
    answered: bool
    excluded: bool
    followed: FollowedCase


def recipients_owed(session: Session) -> list[str]:
    """Return everybody for whom an alert waits to be put in a letter."""
    return list(session.scalars(select(Alert.recipient).where(IS_OWED).distinct().order_by(Alert.recipient)))


def owed_to(session: Session, recipient: str, *, received_until: date, after: int, limit: int) -> list[OwedRow]:
    """Return a batch of a recipient's waiting alerts by number, each with how its case stands now."""
    query = (
        select(
            *(Alert.id, Alert.case_id, Alert.step, Alert.deadline, Alert.comes_late, Case.answered_on, Case.exclusion),
            *(Case.unit_id, Case.handler_id, Case.deadline, Case.registered_on),
        )
        .join(Case, Case.id == Alert.case_id)
        .where(IS_OWED, Alert.recipient == recipient, Alert.id > after, Case.received_on <= received_until)
        .order_by(Alert.id)
        .limit(limit)
    )
    return [
        OwedRow(
            number, case_id, step, deadline, late, answered is not None, exclusion is not None, FollowedCase(*facts)
        )
        for number, case_id, step, deadline, late, answered, exclusion, *facts in session.execute(query)
    ]


def still_owed(session: Session, alert_ids: Sequence[int]) -> frozenset[int]:
    """Return those of some alerts that still wait, locked: what was seen before may have been told meanwhile."""
    query = select(Alert.id).where(Alert.id.in_(alert_ids), IS_OWED).order_by(Alert.id).with_for_update()
    return frozenset(session.scalars(query))


def drop(session: Session, reasons: Mapping[int, DropReason]) -> int:
    """Drop alerts, each with its reason; the caller holds their locks, or that of their letter. Returns how many."""
    for reason in sorted(set(reasons.values())):
        numbers = [number for number, why in reasons.items() if why is reason]
        query = update(Alert).where(Alert.id.in_(numbers))
        session.execute(query.values(state=AlertState.DROPPED, drop_reason=reason))
    return len(reasons)


def supersede(session: Session, alert_ids: Sequence[int]) -> None:
    """Let waiting alerts rest whose case has a later step waiting for the same person."""
    if alert_ids:
        session.execute(update(Alert).where(Alert.id.in_(alert_ids)).values(state=AlertState.SUPERSEDED))


def mark_late(session: Session, alert_ids: Sequence[int]) -> None:
    """Note of waiting alerts that they come late: they were raised in time, but are told only now."""
    if alert_ids:
        session.execute(update(Alert).where(Alert.id.in_(alert_ids)).values(comes_late=True))


def put_in_letter(session: Session, letter_id: int, recipient: str, *, received_until: date, limit: int) -> int:
    """Put a batch of what a recipient is owed, and what still stands, into a letter; returns how many alerts."""
    standing = (
        select(Alert.id)
        .join(Case, Case.id == Alert.case_id)
        .where(IS_OWED, Alert.recipient == recipient, _STANDS, Case.received_on <= received_until)
        .order_by(Alert.id)
        .limit(limit)
        .with_for_update(of=Alert)
    )
    # In two statements: PostgreSQL may make a subquery with both LIMIT and FOR UPDATE several times over.
    taken = session.scalars(standing).all()
    if taken:
        moved = update(Alert).where(Alert.id.in_(taken))
        session.execute(moved.values(state=AlertState.IN_LETTER, letter_id=letter_id))
    return len(taken)


def take_out_of_letter(session: Session, letter_id: int, *, limit: int) -> int:
    """Let a batch of a letter's alerts wait for another letter; returns how many."""
    theirs = (
        select(Alert.id)
        .where(Alert.letter_id == letter_id, Alert.state == AlertState.IN_LETTER)
        .order_by(Alert.id)
        .limit(limit)
        .with_for_update()
    )
    taken = session.scalars(theirs).all()
    if taken:
        session.execute(update(Alert).where(Alert.id.in_(taken)).values(state=AlertState.OWED, letter_id=None))
    return len(taken)


def gone_from_letter(session: Session, letter_id: int, *, limit: int) -> dict[int, DropReason]:
    """Return a batch of a letter's alerts whose case is answered, excluded or moved, with the reason."""
    query = (
        select(Alert.id, Case.answered_on, Case.exclusion)
        .join(Case, Case.id == Alert.case_id)
        .where(Alert.letter_id == letter_id, Alert.state == AlertState.IN_LETTER, not_(_STANDS))
        .order_by(Alert.id)
        .limit(limit)
    )
    return {
        alert_id: _why_gone(answered=answered_on is not None, excluded=exclusion is not None)
        for alert_id, answered_on, exclusion in session.execute(query)
    }


def _why_gone(*, answered: bool, excluded: bool) -> DropReason:
    if answered:
        return DropReason.ANSWERED
    return DropReason.EXCLUDED if excluded else DropReason.DEADLINE_MOVED


def any_standing(session: Session, letter_id: int) -> bool:
    """Say whether any case of a letter is still open with the deadline it was told of."""
    query = (
        select(Alert.id)
        .join(Case, Case.id == Alert.case_id)
        .where(Alert.letter_id == letter_id, Alert.state == AlertState.IN_LETTER, _STANDS)
        .limit(1)
    )
    return session.scalars(query).first() is not None
