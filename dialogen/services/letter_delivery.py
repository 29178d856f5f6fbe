"""Gets letters to senders delivered, and lets the case know: what the mail server has accepted answers it.

A letter is claimed first and sent outside any transaction. That it was accepted, and what follows for the case, is
written down in one transaction afterwards; a process that dies between the two leaves a letter that another sends again
under the same Message-ID.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING

from dialogen.database import case_letters, history
from dialogen.database.models import Case, CaseLetter
from dialogen.domain import cases as rules_of_cases
from dialogen.domain.answers import AnswerManner
from dialogen.domain.cases import Condition
from dialogen.domain.errors import DialogenError
from dialogen.domain.history import Action, Author, Change, Door
from dialogen.domain.letter_texts import Purpose
from dialogen.domain.letters import CLAIM_LASTS, LetterEnd, LetterState, pause_before_retry
from dialogen.mail.letters import letter_to_sender
from dialogen.mail.message import Envelope
from dialogen.mail.post import Carrier, Delivery, Post
from dialogen.services.case_views import dates_of
from dialogen.services.letters import SendTally, carry
from dialogen.services.worker import Worker

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database

logger = logging.getLogger(__name__)

_ENDS = {Condition.ANSWERED: LetterEnd.ANSWERED, Condition.EXCLUDED: LetterEnd.EXCLUDED}


@dataclass(frozen=True)
class Round:
    """Who delivers, by which post, where a day begins, and through which door it was asked for."""

    post: Post
    worker: Worker
    zone: tzinfo
    door: Door = Door.SCHEDULER


def deliver_waiting(db: "Database", by: Round) -> SendTally:
    """Send the letters whose time has come, and drop those whose case was closed meanwhile."""
    tally, last = SendTally(), 0
    with db.reading() as session:
        if not case_letters.has_any_on_their_way(session):
            return tally  # mostly; and then no other writer is made to wait
        busy = case_letters.others_at_work(session, but=by.worker.name)
    gone = [name for name in busy if by.worker.is_gone(name)]
    with by.post.round() as carrier:
        while by.worker.may_begin:
            letter = _claim_next(db, by, after=last, gone=gone)
            if letter is None:
                break
            _deliver(db, carrier, letter, by, tally)
            last = max(last, letter.id)
    return tally


def _claim_next(db: "Database", by: Round, *, after: int, gone: list[str]) -> CaseLetter | None:
    now = by.worker.clock()
    with db.writing() as session:
        by.worker.check_leads(session)
        return case_letters.claim_next(
            session, after=after, now=now, until=now + CLAIM_LASTS, worker=by.worker.name, gone=gone
        )


def deliver_now(db: "Database", letter_id: int, by: Round) -> SendTally:
    """Try one letter at once, while whoever sent it off waits; what does not succeed is tried again later."""
    tally, until = SendTally(), by.worker.clock() + CLAIM_LASTS
    with db.writing() as session:
        letter = case_letters.claim_one(session, letter_id, until=until, worker=by.worker.name)
    if letter is not None:
        with by.post.round(in_a_hurry=True) as carrier:
            _deliver(db, carrier, letter, by, tally)
    return tally


def _deliver(db: "Database", carrier: Carrier, letter: CaseLetter, by: Round, tally: SendTally) -> None:
    envelope, end = _envelope(letter), _why_not(db, letter)
    if envelope is None or end is not None:
        _drop(db, letter, end or LetterEnd.NO_ADDRESS, by)
        tally.dropped += 1
        return
    if not by.worker.leads():
        _put_back(db, letter, by)
        return
    delivery = carry(carrier, letter.id, envelope)
    tally.sent += delivery.state is not None
    tally.failed += delivery.state is None
    now = by.worker.clock()
    with db.writing() as session:
        case = case_letters.lock_case_of(session, letter.id)
        mine = case_letters.find_in_hand(session, letter.id, by.worker.name)
        if mine is not None:  # else it took so long that another has it now, under the same Message-ID
            _note(session, case, mine, delivery, by, now)
            tally.given_up += mine.state is LetterState.DEAD


def _put_back(db: "Database", letter: CaseLetter, by: Round) -> None:
    """Let a letter wait again that was claimed and not sent: another scheduler leads by now."""
    with db.writing() as session:
        mine = case_letters.find_in_hand(session, letter.id, by.worker.name)
        if mine is not None:
            mine.state, mine.claimed_by = LetterState.WAITING, None


def _envelope(letter: CaseLetter) -> Envelope | None:
    """Return a letter as the post wants it; None when what it takes was erased meanwhile."""
    if letter.to_address is None or letter.subject is None or letter.text is None:
        return None
    written = letter_to_sender(subject=letter.subject, text=letter.text, language=letter.language)
    return Envelope(
        letter.to_address,
        letter.message_id,
        written.subject,
        written.text,
        written.html,
        from_name=letter.from_name,
        reply_to=letter.reply_to,
        auto_submitted="auto-replied" if letter.purpose is Purpose.RECEIPT else None,
    )


def _why_not(db: "Database", letter: CaseLetter) -> LetterEnd | None:
    """Return why a letter is not to be sent any more: its case was answered or excluded since."""
    if letter.purpose is Purpose.RECEIPT:
        return None
    with db.reading() as session:
        return _ENDS.get(dates_of(session.get_one(Case, letter.case_id)).condition)


def _drop(db: "Database", letter: CaseLetter, end: LetterEnd, by: Round) -> None:
    with db.writing() as session:
        case = case_letters.lock_case_of(session, letter.id)
        mine = case_letters.find_in_hand(session, letter.id, by.worker.name)
        if mine is not None:
            drop(session, case, mine, end, author=_author(mine, by), now=by.worker.clock())


def drop(session: "Session", case: Case, letter: CaseLetter, end: LetterEnd, *, author: Author, now: datetime) -> None:
    """Let a letter be done with unsent, and tell the history; case and letter are locked by the caller."""
    _finish(letter, LetterState.DROPPED, now)
    letter.dropped_for = end
    if letter.purpose is not Purpose.RECEIPT:
        tell(session, case, letter, Action.LETTER_DROPPED, author=author, now=now)


def _note(session: "Session", case: Case, letter: CaseLetter, delivery: Delivery, by: Round, now: datetime) -> None:
    letter.attempts += 1
    letter.last_answer = delivery.answer[:500]
    pause = None if delivery.is_refusal else pause_before_retry(letter.attempts)
    if delivery.state is not None:
        _finish(letter, delivery.state, now)
        _accepted(session, case, letter, _author(letter, by), now.astimezone(by.zone).date(), now)
    elif pause is None:
        # A refusal for good ends it at once: unlike an alert it has a person at hand who can do something about it.
        _finish(letter, LetterState.DEAD, now)
        if letter.purpose is not Purpose.RECEIPT:
            tell(session, case, letter, Action.LETTER_STOPPED, author=_author(letter, by), now=now)
    else:
        letter.state, letter.claimed_by, letter.next_try_at = LetterState.WAITING, None, now + pause
    logger.info("letter %s to a sender, attempt %s: %s", letter.id, letter.attempts, letter.state)


def _finish(letter: CaseLetter, state: LetterState, now: datetime) -> None:
    letter.state, letter.claimed_by, letter.finished_at = state, None, now


def _author(letter: CaseLetter, by: Round) -> Author:
    """Return who sent a letter off, and the door through which it was delivered."""
    return Author(letter.sent_by, by.door)


def _accepted(session: "Session", case: Case, letter: CaseLetter, author: Author, day: date, now: datetime) -> None:
    """Let the case know of a letter that the mail server has accepted, by the same rules as any deed."""
    if letter.purpose is Purpose.RECEIPT:
        return
    dates = dates_of(case)
    if dates.condition is not Condition.OPEN:
        tell(session, case, letter, Action.LETTER_SENT, author=author, now=now)
    elif letter.purpose is Purpose.ANSWER:
        case.answered_on = max(day, case.received_on)
        case.answer_manner = AnswerManner.EMAIL
        changes = [
            Change("answered_on", None, case.answered_on.isoformat()),
            Change("manner", None, AnswerManner.EMAIL.value),
        ]
        _tell(session, case, Action.ANSWERED, changes, author=author, now=now)
    else:
        assert letter.expected_on is not None, "the schema demands a day of every interim reply"
        changes = [
            Change("replied_on", None, day.isoformat()),
            Change("expected_on", None, letter.expected_on.isoformat()),
        ]
        _tell(session, case, Action.INTERIM_REPLY, changes, author=author, now=now)
        if letter.extends:
            _extend(session, case, letter, author, day, now)


def _extend(session: "Session", case: Case, letter: CaseLetter, author: Author, day: date, now: datetime) -> None:
    """Move the deadline to the day that the sender was told of now, unless it cannot be moved there any more."""
    assert letter.expected_on is not None
    try:
        rules_of_cases.check_extension(dates_of(case), extended_to=letter.expected_on, today=day)
    except DialogenError:
        return  # moved further meanwhile, or the letter took longer than the day it names
    before = case.extended_to.isoformat() if case.extended_to else None
    case.extended_to = case.deadline = letter.expected_on
    change = Change("extended_to", before, letter.expected_on.isoformat())
    texts = {"reason": letter.reason} if letter.reason else {}
    _tell(session, case, Action.EXTENDED, [change], author=author, now=now, texts=texts)


def tell(session: "Session", case: Case, letter: CaseLetter, action: Action, *, author: Author, now: datetime) -> None:
    """Tell the history of a case what became of a letter."""
    _tell(session, case, action, [Change("letter", None, letter.purpose.value)], author=author, now=now)


def _tell(
    session: "Session",
    case: Case,
    action: Action,
    changes: list[Change],
    *,
    author: Author,
    now: datetime,
    texts: dict[str, str] | None = None,
) -> None:
    case.version += 1
    history.add_event(session, case.id, at=now, action=action, author=author, changes=changes, texts=texts)
