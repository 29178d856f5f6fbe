"""Queries about letters: what one is written about, claiming one to send it, and what came of it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session

from dialogen.database.models import IS_OPEN, Alert, Case, Letter, Unit
from dialogen.domain.alerts import AlertState, DropReason
from dialogen.domain.errors import NotFound, Problem
from dialogen.domain.letters import LetterState


@dataclass(frozen=True)
class LetterCase:
    """A case as a letter may tell of it: nothing personal."""

    reference: str
    external_reference: str | None
    unit: str | None
    due_on: date
    extended_to: date | None
    deadline: date
    comes_late: bool


def gather(session: Session, recipient: str, letter: Letter) -> bool:
    """Put all that a recipient is owed and that still stands into a new letter; says whether there was anything.

    The alerts are taken first and read afterwards, so that one raised meanwhile waits for the next letter.
    """
    session.add(letter)
    session.flush()
    standing = (
        select(Alert.id)
        .join(Case, Case.id == Alert.case_id)
        .where(
            Alert.state == AlertState.OWED.value, Alert.recipient == recipient, IS_OPEN, Alert.deadline == Case.deadline
        )
    )
    taken = (
        update(Alert)
        .where(Alert.id.in_(standing))
        .values(state=AlertState.IN_LETTER, letter_id=letter.id)
        .execution_options(synchronize_session=False)
    )
    return bool(cast(CursorResult[Any], session.execute(taken)).rowcount)


def worst_cases(session: Session, letter_id: int, limit: int) -> list[LetterCase]:
    """Return what a letter should tell of, worst first."""
    query = (
        select(
            Case.reference,
            Case.external_reference,
            Unit.name,
            Case.due_on,
            Case.extended_to,
            Case.deadline,
            Alert.comes_late,
        )
        .join(Alert, Alert.case_id == Case.id)
        .outerjoin(Unit, Unit.id == Case.unit_id)
        .where(Alert.letter_id == letter_id)
        .order_by(Case.deadline, Case.id)
        .limit(limit)
    )
    return [LetterCase(*row) for row in session.execute(query)]


def count_by_deadline(session: Session, letter_id: int) -> dict[date, int]:
    """Return how many cases a letter stands for, by deadline."""
    query = (
        select(Alert.deadline, func.count())
        .where(Alert.letter_id == letter_id)
        .group_by(Alert.deadline)
        .order_by(Alert.deadline)
    )
    return {deadline: count for deadline, count in session.execute(query)}


def new_message_id(domain: str) -> str:
    """Return a Message-ID that no other letter has (RFC 5322 3.6.4)."""
    return f"<{secrets.token_hex(16)}@{domain}>"


def claim_next(
    session: Session,
    *,
    after: int,
    now: datetime,
    claim_ends_at: datetime,
    worker: str,
    gone: Sequence[str],
    only_due: bool,
    only_abandoned: bool = False,
) -> Letter | None:
    """Take the next letter for oneself: one that waits, or one whose sender has died or taken too long."""
    abandoned = and_(
        Letter.state == LetterState.CLAIMED.value, or_(Letter.claim_ends_at < now, Letter.claimed_by.in_(gone))
    )
    waiting = Letter.state == LetterState.WAITING.value
    waiting = and_(waiting, Letter.next_try_at <= now) if only_due else waiting
    query = (
        select(Letter)
        .where(Letter.id > after, abandoned if only_abandoned else or_(waiting, abandoned))
        .order_by(Letter.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    letter = session.scalars(query).one_or_none()
    if letter is not None:
        letter.state, letter.claimed_by, letter.claim_ends_at = LetterState.CLAIMED, worker, claim_ends_at
    return letter


def claimers(session: Session, *, but: str) -> list[str]:
    """Return the workers, besides one, that have a letter in hand."""
    query = select(Letter.claimed_by).where(Letter.state == LetterState.CLAIMED.value, Letter.claimed_by != but)
    return [name for name in session.scalars(query.distinct()) if name is not None]


def find_claimed(session: Session, letter_id: int, worker: str) -> Letter | None:
    """Return a letter that is still in a worker's hand, locked; None when another has taken it since."""
    query = select(Letter).where(
        Letter.id == letter_id, Letter.state == LetterState.CLAIMED.value, Letter.claimed_by == worker
    )
    return session.scalars(query.with_for_update()).one_or_none()


def gone_cases(session: Session, letter_id: int) -> tuple[dict[int, DropReason], int]:
    """Return, of a letter's alerts, those whose case is gone with the reason, and how many still stand."""
    query = (
        select(Alert.id, Case.answered_on, Case.exclusion, Alert.deadline, Case.deadline)
        .join(Case, Case.id == Alert.case_id)
        .where(Alert.letter_id == letter_id, Alert.state == AlertState.IN_LETTER.value)
        .order_by(Alert.id)
    )
    gone, standing = {}, 0
    for alert_id, answered_on, exclusion, deadline, present in session.execute(query):
        if answered_on is not None:
            gone[alert_id] = DropReason.ANSWERED
        elif exclusion is not None:
            gone[alert_id] = DropReason.EXCLUDED
        elif deadline != present:
            gone[alert_id] = DropReason.DEADLINE_MOVED
        else:
            standing += 1
    return gone, standing


def get_letter(session: Session, letter_id: int) -> Letter:
    """Return a letter, locked; raises NotFound."""
    letter = session.scalars(select(Letter).where(Letter.id == letter_id).with_for_update()).one_or_none()
    if letter is None:
        raise NotFound(Problem.NO_SUCH, what="letter", value=letter_id)
    return letter


def letters(session: Session, *, recipient: str | None, before: int | None, limit: int) -> list[Letter]:
    """Return letters, newest first: those to one recipient, or all (None)."""
    query: Select[Any] = select(Letter).order_by(Letter.id.desc()).limit(limit)
    if recipient is not None:
        query = query.where(Letter.recipient == recipient)
    if before is not None:
        query = query.where(Letter.id < before)
    return list(session.scalars(query))


def count_by_state(session: Session) -> dict[LetterState, int]:
    """Return how many letters there are in each state."""
    query = select(Letter.state, func.count()).group_by(Letter.state).order_by(Letter.state)
    return {LetterState(state): count for state, count in session.execute(query)}
