"""Sends the letters that wait, and shows what became of them. They are written in letter_writing.py."""

import logging
import time
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from dialogen.database import job_runs
from dialogen.database import letters as letter_rows
from dialogen.database import owed as owed_rows
from dialogen.database.models import Letter
from dialogen.domain.accounts import Standing, check_may_administer, may_administer
from dialogen.domain.alerts import account_recipient
from dialogen.domain.errors import Problem, WrongState
from dialogen.domain.languages import Language
from dialogen.domain.letters import CLAIM_LASTS, LetterState, pause_before_retry
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.languages import of_locale
from dialogen.mail.message import Envelope
from dialogen.mail.post import Carrier, Delivery, Post, ShowingPost
from dialogen.services import office_log
from dialogen.services.alerts import ROWS
from dialogen.services.worker import Worker

if TYPE_CHECKING:
    from config import Config
    from dialogen.database.engine import Database

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 0.5  # at whether another worker has finished a letter it holds


@dataclass(frozen=True)
class Stationery:
    """What every letter of an installation bears."""

    base_url: str
    municipality: str
    sender: str
    language: Language  # of whoever has chosen none

    @property
    def domain(self) -> str:
        """The right side of Message-IDs."""
        return self.sender.rpartition("@")[2]


def stationery_of(config: "Config") -> Stationery:
    """Return what the letters of an installation bear by its settings."""
    return Stationery(config.base_url, config.municipality, config.mail_sender, of_locale(config.locale))


@dataclass
class SendTally:
    """What a round of sending came to: letters sent, failed and, of those, given up; alerts dropped."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0
    dropped: int = 0


@dataclass(frozen=True)
class LetterView:
    """A letter as a page shows it."""

    id: int
    to_address: str
    morning: date
    subject: str
    text: str
    state: LetterState
    attempts: int
    created_at: datetime
    next_try_at: datetime | None
    finished_at: datetime | None
    last_answer: str | None


def post_for(db: "Database", post: Post, *, mail_server_named: bool) -> Post:
    """Return the way letters go out: a demo shows them unless the installation names a mail server."""
    with db.reading() as session:
        return ShowingPost() if job_runs.is_demo(session) and not mail_server_named else post


def send_letters(db: "Database", post: Post, worker: Worker, *, only_due: bool) -> SendTally:
    """Send what waits, one letter at a time, each claimed first and sent outside any transaction.

    With `only_due` letters that wait for a later retry are left alone; without it, the round also stays until
    letters in other workers' hands are finished or abandoned, so that afterwards all was tried.
    """
    tally, last = SendTally(), 0
    with post.round() as carrier:
        while worker.may_begin:
            letter = claim(db, worker, after=last, only_due=only_due)
            if letter is not None:
                _send(db, carrier, letter, worker, tally)
                last = max(last, letter.id)
            elif only_due or not _others_at_work(db, worker):
                break
            else:
                time.sleep(SECONDS_BETWEEN_LOOKS)
    return tally


def claim(db: "Database", worker: Worker, *, after: int, only_due: bool, with_link: bool = False) -> Letter | None:
    """Take the next letter to send, with a number above `after`; None when none is left."""
    gone = workers_gone(db, worker)
    now = worker.clock()
    with db.writing() as session:
        worker.check_leads(session)
        return letter_rows.claim_next(
            session,
            after=after,
            now=now,
            until=now + CLAIM_LASTS,
            worker=worker.name,
            gone=gone,
            only_due=only_due,
            with_link=with_link,
        )


def workers_gone(db: "Database", worker: Worker) -> list[str]:
    """Return the workers that have a letter in hand and are known to have ended."""
    with db.reading() as session:
        return [name for name in letter_rows.others_at_work(session, but=worker.name) if worker.is_gone(name)]


def _others_at_work(db: "Database", worker: Worker) -> bool:
    with db.reading() as session:
        return bool(letter_rows.others_at_work(session, but=worker.name))


def _send(db: "Database", carrier: Carrier, letter: Letter, worker: Worker, tally: SendTally) -> None:
    dropped = _drop_if_all_gone(db, letter.id, worker)
    if dropped is not None:
        tally.dropped += dropped
        return
    if not worker.leads():
        put_back(db, letter.id, worker)
        return
    envelope = Envelope(letter.to_address, letter.message_id, letter.subject, letter.text, letter.html)
    note_delivery(db, letter.id, carry(carrier, letter.id, envelope), worker, tally)


def put_back(db: "Database", letter_id: int, worker: Worker) -> None:
    """Let a letter wait again that was claimed and not sent: another scheduler leads by now."""
    with db.writing() as session:
        mine = letter_rows.find_in_hand(session, letter_id, worker.name)
        if mine is not None:
            mine.state, mine.claimed_by = LetterState.WAITING, None


def carry(carrier: Carrier, letter_id: int, envelope: Envelope) -> Delivery:
    """Try to hand a letter over; never raises."""
    try:
        return carrier.carry(envelope)
    except Exception as error:  # one letter that cannot be sent must not keep back the others
        logger.error("letter %s could not be handed over: %s", letter_id, type(error).__name__)
        return Delivery(None, type(error).__name__)


def note_delivery(db: "Database", letter_id: int, delivery: Delivery, worker: Worker, tally: SendTally) -> None:
    """Note how an attempt ended, and when the next one is made if there is to be one."""
    if delivery.state is None:
        tally.failed += 1
    else:
        tally.sent += 1
    with db.writing() as session:
        mine = letter_rows.find_in_hand(session, letter_id, worker.name)
        if mine is not None:  # else it took so long that another has it now, under the same Message-ID
            _note(mine, delivery, worker.clock())
            tally.given_up += mine.state is LetterState.DEAD


def _note(letter: Letter, delivery: Delivery, now: datetime) -> None:
    letter.attempts += 1
    letter.last_answer = delivery.answer[:500]
    pause = pause_before_retry(letter.attempts, refused=delivery.is_refusal)
    if delivery.state is not None:
        finish(letter, delivery.state, now)
    elif letter.link_until is not None and (pause is None or now + pause >= letter.link_until):
        finish(letter, LetterState.DROPPED, now)  # whoever still wants a link asks for another
    elif pause is None:
        finish(letter, LetterState.DEAD, now)
    else:
        letter.state, letter.claimed_by, letter.next_try_at = LetterState.WAITING, None, now + pause
    logger.info("letter %s, attempt %s: %s", letter.id, letter.attempts, letter.state)


def finish(letter: Letter, state: LetterState, now: datetime) -> None:
    """Let a letter be done with, within a transaction."""
    letter.state, letter.claimed_by, letter.finished_at = state, None, now


def _drop_if_all_gone(db: "Database", letter_id: int, worker: Worker) -> int | None:
    """Drop a letter of which no case stands any more; returns how many alerts, or None when it should be sent."""
    dropped = 0
    with db.reading() as session:
        if owed_rows.any_standing(session, letter_id):
            return None
    while True:
        with db.writing() as session:
            mine = letter_rows.find_in_hand(session, letter_id, worker.name)
            if mine is None:
                return dropped
            gone = owed_rows.gone_from_letter(session, letter_id, limit=ROWS)
            dropped += owed_rows.drop(session, gone)
            if owed_rows.any_standing(session, letter_id):
                return None  # a case came back meanwhile
            if len(gone) < ROWS:
                finish(mine, LetterState.DROPPED, worker.clock())
                return dropped


def letters_for(
    db: "Database", *, by: Standing, everybody: bool = False, before: int | None = None, limit: int = 50
) -> list[LetterView]:
    """Return letters, newest first: those to the reader, or, for an administrator who asks, everybody's."""
    if everybody:
        check_may_administer(by)
    recipient = None if everybody and may_administer(by) else account_recipient(by.account_id)
    with db.reading() as session:
        return [_view(each) for each in letter_rows.letters(session, recipient=recipient, before=before, limit=limit)]


def send_again(db: "Database", *, letter_id: int, by: Standing, now: datetime) -> None:
    """Let a letter that was given up wait for the next round again, under its old Message-ID."""
    check_may_administer(by)
    with db.writing() as session:
        letter = letter_rows.get_letter(session, letter_id)
        if letter.state is not LetterState.DEAD:
            raise WrongState(Problem.LETTER_NOT_STOPPED)
        letter.state, letter.attempts, letter.next_try_at, letter.finished_at = LetterState.WAITING, 0, now, None
        office_log.tell(
            session,
            at=now,
            action=OfficeAction.LETTER_RESENT,
            author=office_log.administrator(by),
            subject=Subject.LETTER,
            subject_id=letter.id,
        )


def _view(letter: Letter) -> LetterView:
    return LetterView(
        id=letter.id,
        to_address=letter.to_address,
        morning=letter.morning,
        subject=letter.subject,
        text=letter.text,
        state=letter.state,
        attempts=letter.attempts,
        created_at=letter.created_at,
        next_try_at=letter.next_try_at if letter.state is LetterState.WAITING else None,
        finished_at=letter.finished_at,
        last_answer=letter.last_answer,
    )
