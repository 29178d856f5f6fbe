"""Queries about letters: drafting one and what it is written about, claiming one to send it, and lists of them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from dialogen.database.models import IS_CLAIMED, IS_DRAFT, IS_UNFINISHED, IS_WAITING, Alert, Case, Letter, Unit
from dialogen.domain.errors import NotFound, Problem
from dialogen.domain.letters import LetterState

#: Not the number itself: in its order a database would rather walk through all letters there ever were.
_BY_NUMBER = Letter.id + 0


@dataclass(frozen=True)
class LetterCase:
    """A case as a letter may tell of it: nothing personal. `deadline` is the one the alert was raised for."""

    reference: str
    external_reference: str | None
    unit: str | None
    due_on: date
    deadline: date
    step: int
    comes_late: bool


def find_draft_to(session: Session, recipient: str) -> int | None:
    """Return the number of the letter that somebody is writing to a recipient, or None."""
    return session.scalars(select(Letter.id).where(IS_DRAFT, Letter.recipient == recipient).limit(1)).first()


def begin_draft(
    session: Session,
    *,
    recipient: str,
    address: str,
    domain: str,
    morning: date,
    worker: str,
    now: datetime,
    until: datetime,
) -> int:
    """Begin a letter in a worker's hand until some instant; returns its number."""
    letter = Letter(
        recipient=recipient,
        to_address=address,
        message_id=new_message_id(domain),
        morning=morning,
        subject="",
        text="",
        html="",
        state=LetterState.DRAFT,
        attempts=0,
        next_try_at=now,
        claimed_by=worker,
        claim_ends_at=until,
        created_at=now,
    )
    session.add(letter)
    session.flush()
    return letter.id


def new_message_id(domain: str) -> str:
    """Return a Message-ID that no other letter has (RFC 5322 3.6.4)."""
    return f"<{secrets.token_hex(16)}@{domain}>"


def take_abandoned_draft(
    session: Session, *, now: datetime, until: datetime, worker: str, gone: Sequence[str]
) -> int | None:
    """Take a draft whose writer has died or takes too long; returns its number, or None when there is none."""
    query = select(Letter).where(IS_UNFINISHED, IS_DRAFT, _is_abandoned(now, gone)).order_by(_BY_NUMBER).limit(1)
    letter = session.scalars(query.with_for_update(skip_locked=True)).one_or_none()
    if letter is None:
        return None
    letter.claimed_by, letter.claim_ends_at = worker, until
    return letter.id


def add_link_letter(
    session: Session,
    *,
    recipient: str,
    address: str,
    domain: str,
    day: date,
    subject: str,
    text: str,
    html: str,
    now: datetime,
    link_until: datetime,
) -> None:
    """Add a letter that brings a one-time link and waits to be sent at once."""
    session.add(
        Letter(
            recipient=recipient,
            to_address=address,
            message_id=new_message_id(domain),
            morning=day,
            subject=subject,
            text=text,
            html=html,
            state=LetterState.WAITING,
            attempts=0,
            next_try_at=now,
            created_at=now,
            link_until=link_until,
        )
    )


def has_link_letters(session: Session) -> bool:
    """Say whether a letter that brings a one-time link is still to be finished."""
    query = select(Letter.id).where(IS_UNFINISHED, Letter.link_until.is_not(None)).limit(1)
    return session.scalar(query) is not None


def find_in_hand(session: Session, letter_id: int, worker: str) -> Letter | None:
    """Return a letter that is still in a worker's hand, locked; None when another has taken it since."""
    query = select(Letter).where(Letter.id == letter_id, or_(IS_DRAFT, IS_CLAIMED), Letter.claimed_by == worker)
    return session.scalars(query.with_for_update()).one_or_none()


def worst_cases(session: Session, letter_id: int, limit: int) -> list[LetterCase]:
    """Return what a letter should tell of, worst first."""
    query = (
        select(
            *(Case.reference, Case.external_reference, Unit.name, Case.due_on),
            *(Alert.deadline, Alert.step, Alert.comes_late),
        )
        .join(Alert, Alert.case_id == Case.id)
        .outerjoin(Unit, Unit.id == Case.unit_id)
        .where(Alert.letter_id == letter_id)
        .order_by(Alert.deadline, Case.id)
        .limit(limit)
    )
    return [LetterCase(*row) for row in session.execute(query)]


def count_by_deadline(session: Session, letter_id: int) -> dict[date, int]:
    """Return how many cases a letter stands for, by deadline."""
    query = (
        select(Alert.deadline, func.count().label("cases"))
        .where(Alert.letter_id == letter_id)
        .group_by(Alert.deadline)
        .order_by(Alert.deadline)
    )
    return {row.deadline: int(row.cases) for row in session.execute(query)}


def claim_next(
    session: Session,
    *,
    after: int,
    now: datetime,
    until: datetime,
    worker: str,
    gone: Sequence[str],
    only_due: bool,
    with_link: bool = False,
) -> Letter | None:
    """Take the next letter for oneself: one that waits, or one whose sender has died or takes too long.

    Of those that wait only one with a number above `after`, so that a round tries each once. Letters that bring a
    one-time link are taken `with_link` and not otherwise.
    """
    waiting = and_(IS_WAITING, Letter.id > after)
    waiting = and_(waiting, Letter.next_try_at <= now) if only_due else waiting
    query = (
        select(Letter)
        .where(IS_UNFINISHED, or_(waiting, and_(IS_CLAIMED, _is_abandoned(now, gone))))
        .where(Letter.link_until.is_not(None) if with_link else Letter.link_until.is_(None))
        .order_by(_BY_NUMBER)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    letter = session.scalars(query).one_or_none()
    if letter is not None:
        letter.state, letter.claimed_by, letter.claim_ends_at = LetterState.CLAIMED, worker, until
    return letter


def _is_abandoned(now: datetime, gone: Sequence[str]) -> ColumnElement[bool]:
    return or_(Letter.claim_ends_at < now, Letter.claimed_by.in_(gone))


def is_any_to_send(now: datetime, *, worker: str, with_link: bool) -> ColumnElement[bool]:
    """Return the condition that the time of a letter has come, or that another has one in hand and may be gone."""
    anothers = and_(IS_CLAIMED, or_(Letter.claimed_by != worker, Letter.claim_ends_at < now))
    return (
        select(Letter.id)
        .where(IS_UNFINISHED, or_(and_(IS_WAITING, Letter.next_try_at <= now), anothers))
        .where(Letter.link_until.is_not(None) if with_link else Letter.link_until.is_(None))
        .exists()
    )


def others_at_work(session: Session, but: str) -> list[str]:
    """Return the workers, besides one, that have a letter in hand."""
    in_hand = (IS_UNFINISHED, or_(IS_DRAFT, IS_CLAIMED), Letter.claimed_by != but)
    query = select(Letter.claimed_by).where(*in_hand).distinct()
    return [name for name in session.scalars(query) if name is not None]


def get_letter(session: Session, letter_id: int) -> Letter:
    """Return a letter, locked; raises NotFound."""
    letter = session.scalars(select(Letter).where(Letter.id == letter_id).with_for_update()).one_or_none()
    if letter is None:
        raise NotFound(Problem.NO_SUCH, what="letter", value=letter_id)
    return letter


def letters(session: Session, *, recipient: str | None, before: int | None, limit: int) -> list[Letter]:
    """Return letters, newest first: those to one recipient, or all (None). One not written yet is none."""
    query: Select[Any] = select(Letter).where(Letter.state != LetterState.DRAFT).order_by(Letter.id.desc()).limit(limit)
    if recipient is not None:
        query = query.where(Letter.recipient == recipient)
    if before is not None:
        query = query.where(Letter.id < before)
    return list(session.scalars(query))


def count_by_state(session: Session) -> dict[LetterState, int]:
    """Return how many letters there are in each state."""
    query = select(Letter.state, func.count()).group_by(Letter.state).order_by(Letter.state)
    return {LetterState(state): count for state, count in session.execute(query)}
