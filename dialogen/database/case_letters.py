"""Queries about letters to the senders of cases: adding one, claiming one to send it, and what became of them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from dialogen.database.cases import within
from dialogen.database.models import IS_ON_ITS_WAY, IS_OPEN, IS_STOPPED, Account, Case, CaseLetter, Unit
from dialogen.database.numbers import is_storable
from dialogen.database.plain_rows import flat
from dialogen.domain.accounts import Reach
from dialogen.domain.errors import NotFound, Problem
from dialogen.domain.languages import Language
from dialogen.domain.letter_texts import Purpose
from dialogen.domain.letters import LetterState

_IS_WAITING = CaseLetter.state == LetterState.WAITING
_IS_CLAIMED = CaseLetter.state == LetterState.CLAIMED
#: A letter that closes or puts off a case has nothing to say once the case is closed.
_IS_MOOT = and_(
    CaseLetter.purpose != Purpose.RECEIPT,
    ~select(Case.id).where(Case.id == CaseLetter.case_id, IS_OPEN).exists(),
)


@dataclass(frozen=True)
class NewLetter:
    """A letter as it is fixed before the first attempt to send it."""

    purpose: Purpose
    language: Language
    to_address: str
    subject: str
    text: str
    from_name: str
    reply_to: str | None
    domain: str  # of its Message-ID
    sent_by: int | None
    expected_on: date | None = None
    extends: bool = False
    reason: str | None = None


def add_letter(session: Session, case_id: int, new: NewLetter, *, now: datetime) -> CaseLetter:
    """Add a letter that waits to be sent at once."""
    letter = CaseLetter(
        case_id=case_id,
        **{name: value for name, value in new.__dict__.items() if name != "domain"},
        message_id=f"<{secrets.token_hex(16)}@{new.domain}>",  # no other letter has it (RFC 5322 3.6.4)
        state=LetterState.WAITING,
        attempts=0,
        next_try_at=now,
        created_at=now,
    )
    session.add(letter)
    session.flush()
    return letter


def has_answer_on_its_way(session: Session, case_id: int) -> bool:
    """Say whether an answer to a case waits, or is being sent at this moment."""
    query = select(CaseLetter.id).where(
        CaseLetter.case_id == case_id, CaseLetter.purpose == Purpose.ANSWER, IS_ON_ITS_WAY
    )
    return session.scalar(query.limit(1)) is not None


def has_any_on_their_way(session: Session) -> bool:
    """Say whether any letter is still to be finished."""
    return session.scalar(select(CaseLetter.id).where(IS_ON_ITS_WAY).limit(1)) is not None


def is_any_to_send(now: datetime, *, worker: str) -> ColumnElement[bool]:
    """Return the condition that the time of a letter has come, or that another has one in hand and may be gone."""
    waiting = and_(_IS_WAITING, or_(CaseLetter.next_try_at <= now, _IS_MOOT))
    anothers = and_(_IS_CLAIMED, or_(CaseLetter.claimed_by != worker, CaseLetter.claim_ends_at < now))
    return select(CaseLetter.id).where(IS_ON_ITS_WAY, or_(waiting, anothers)).exists()


def claim_next(
    session: Session, *, after: int, now: datetime, until: datetime, worker: str, gone: Sequence[str]
) -> CaseLetter | None:
    """Take the next letter for oneself: one whose time has come, or whose sender has died or takes too long.

    Of those that wait only one with a number above `after`, so that a round tries each once.
    """
    waiting = and_(_IS_WAITING, CaseLetter.id > after, or_(CaseLetter.next_try_at <= now, _IS_MOOT))
    wanted = or_(waiting, and_(_IS_CLAIMED, _is_abandoned(now, gone)))
    query = select(CaseLetter).where(IS_ON_ITS_WAY, wanted).order_by(CaseLetter.id).limit(1)
    return _claim(session, query, until=until, worker=worker)


def claim_one(session: Session, letter_id: int, *, until: datetime, worker: str) -> CaseLetter | None:
    """Take one letter that waits for oneself; None when another has it."""
    query = select(CaseLetter).where(CaseLetter.id == letter_id, _IS_WAITING)
    return _claim(session, query, until=until, worker=worker)


def _claim(session: Session, query: Select[Any], *, until: datetime, worker: str) -> CaseLetter | None:
    letter: CaseLetter | None = session.scalars(query.with_for_update(skip_locked=True)).one_or_none()
    if letter is not None:
        letter.state, letter.claimed_by, letter.claim_ends_at = LetterState.CLAIMED, worker, until
    return letter


def _is_abandoned(now: datetime, gone: Sequence[str]) -> ColumnElement[bool]:
    return or_(CaseLetter.claim_ends_at < now, CaseLetter.claimed_by.in_(gone))


def others_at_work(session: Session, but: str) -> list[str]:
    """Return the workers, besides one, that have a letter in hand."""
    query = select(CaseLetter.claimed_by).where(IS_ON_ITS_WAY, _IS_CLAIMED, CaseLetter.claimed_by != but).distinct()
    return sorted(name for name in session.scalars(query.order_by(CaseLetter.claimed_by)) if name is not None)


def lock_case_of(session: Session, letter_id: int) -> Case:
    """Return the case that a letter belongs to, locked: always before the letter itself."""
    query = select(Case).join(CaseLetter, CaseLetter.case_id == Case.id).where(CaseLetter.id == letter_id)
    return session.scalars(query.with_for_update(of=Case, key_share=True)).one()


def find_in_hand(session: Session, letter_id: int, worker: str) -> CaseLetter | None:
    """Return a letter that is still in a worker's hand, locked; None when another has taken it since."""
    query = select(CaseLetter).where(CaseLetter.id == letter_id, _IS_CLAIMED, CaseLetter.claimed_by == worker)
    return session.scalars(query.with_for_update()).one_or_none()


def get_letter_to_change(session: Session, case_id: int, letter_id: int) -> CaseLetter:
    """Return a letter of a case that the caller has locked, locked too; raises NotFound."""
    query = select(CaseLetter).where(CaseLetter.id == letter_id, CaseLetter.case_id == case_id)
    letter = session.scalars(query.with_for_update()).one_or_none() if is_storable(letter_id) else None
    if letter is None:
        raise NotFound(Problem.NO_SUCH, what="letter", value=letter_id)
    return letter


def newest_letters(session: Session, case_id: int, *, limit: int) -> list[tuple[CaseLetter, str | None]]:
    """Return the newest letters of a case, oldest first, each with the name of who sent it off."""
    query = _letters_of(case_id).order_by(CaseLetter.id.desc()).limit(limit)
    return [(letter, name) for letter, name in reversed(session.execute(query).all())]


def find_letter(session: Session, case_id: int, letter_id: int) -> tuple[CaseLetter, str | None] | None:
    """Return a letter of a case with the name of who sent it off; None when there is none."""
    found = session.execute(_letters_of(case_id).where(CaseLetter.id == letter_id)).one_or_none()
    return None if found is None else (found[0], found[1])


def _letters_of(case_id: int) -> Select[CaseLetter, str]:
    return (
        select(CaseLetter, Account.name)
        .outerjoin(Account, Account.id == CaseLetter.sent_by)
        .where(CaseLetter.case_id == case_id)
    )


def count_receipts(session: Session, address: str, *, since: datetime) -> int:
    """Count the receipts to an address since an instant."""
    query = select(func.count()).where(
        CaseLetter.purpose == Purpose.RECEIPT.value, CaseLetter.to_address == address, CaseLetter.created_at >= since
    )
    return session.scalar(query) or 0


def _stopped(reach: Reach, *, receipts: bool) -> ColumnElement[bool]:
    """Return the condition under which a stopped letter waits for a person who reaches its case.

    The case is still open, and nothing was sent off to its sender afterwards.
    """
    later = CaseLetter.__table__.alias("later")
    newer = (
        select(later.c.id)
        .where(later.c.case_id == CaseLetter.case_id, later.c.purpose == CaseLetter.purpose)
        .where(later.c.id > CaseLetter.id)
        .exists()
    )
    # Not a join: SQLite would go through all open cases within reach to find the few of which a letter stopped.
    waits = select(Case.id).where(Case.id == CaseLetter.case_id, IS_OPEN, within(reach)).correlate(CaseLetter).exists()
    stopped = and_(IS_STOPPED, waits, ~newer)
    return stopped if receipts else and_(stopped, CaseLetter.purpose != Purpose.RECEIPT)


def stopped_letters(session: Session, reach: Reach, *, limit: int, receipts: bool) -> list[Any]:
    """Return the stopped letters that wait for a person, with receipts or without, the oldest first.

    Of each its number, the case's reference and unit, its purpose, when it was written and when it stopped, and how many
    there are in all.
    """
    return flat(session, _stopped_query(reach, limit, receipts))


@lru_cache(maxsize=128)
def _stopped_query(reach: Reach, limit: int, receipts: bool) -> Any:
    return (
        select(
            *(CaseLetter.id, Case.reference, Unit.name, CaseLetter.purpose),
            *(CaseLetter.created_at, CaseLetter.finished_at, func.count().over()),
        )
        .join(Case, Case.id == CaseLetter.case_id)
        .outerjoin(Unit, Unit.id == Case.unit_id)
        .where(_stopped(reach, receipts=receipts))
        .order_by(CaseLetter.id)
        .limit(limit)
    )
