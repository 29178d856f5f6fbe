"""Writes letters from what is owed, sends what waits, and shows what became of them."""

import time
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from dialogen.database import alerts as alert_rows
from dialogen.database import job_runs
from dialogen.database import letters as letter_rows
from dialogen.database import staff as staff_rows
from dialogen.database.letters import LetterCase
from dialogen.database.models import Letter
from dialogen.domain.accounts import Standing, check_may_administer, may_administer
from dialogen.domain.alerts import CASES_IN_A_LETTER, account_recipient
from dialogen.domain.errors import Problem, WrongState
from dialogen.domain.letters import CLAIM_LASTS, LetterState, pause_before_retry
from dialogen.mail.letters import LetterLine, LetterText, deadlines_letter
from dialogen.mail.post import Carrier, Envelope, Post, ShowingPost
from dialogen.services.alerts import Morning, look_again
from dialogen.services.worker import Worker

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database

SECONDS_BETWEEN_LOOKS = 0.5  # at whether another worker has finished a letter it holds


@dataclass(frozen=True)
class Stationery:
    """What every letter of an installation bears."""

    base_url: str
    municipality: str
    sender: str

    @property
    def domain(self) -> str:
        """The right side of Message-IDs."""
        return self.sender.rpartition("@")[2]


@dataclass
class SendTally:
    """What a round of sending came to: letters sent and failed, alerts dropped."""

    sent: int = 0
    failed: int = 0
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


def write_letters(db: "Database", morning: Morning, stationery: Stationery, *, now: datetime) -> int:
    """Write one letter to everybody who is owed something; returns how many alerts were dropped on the way."""
    with db.reading() as session:
        recipients = alert_rows.recipients_owed(session)
    dropped = 0
    for recipient in recipients:
        dropped += look_again(db, morning, recipient)
        _write_letter(db, recipient, morning, stationery, now)
    return dropped


def _write_letter(db: "Database", recipient: str, morning: Morning, stationery: Stationery, now: datetime) -> None:
    with db.writing() as session:
        address = staff_rows.find_address(session, recipient)
        if address is None:
            return
        letter = Letter(
            recipient=recipient,
            to_address=address,
            message_id=letter_rows.new_message_id(stationery.domain),
            morning=morning.today,
            subject="",
            text="",
            html="",
            state=LetterState.WAITING,
            attempts=0,
            next_try_at=now,
            created_at=now,
        )
        if not letter_rows.gather(session, recipient, letter):
            session.delete(letter)
            return
        written = _written(session, letter.id, morning.today, stationery)
        letter.subject, letter.text, letter.html = written.subject, written.text, written.html


def _written(session: "Session", letter_id: int, today: date, stationery: Stationery) -> LetterText:
    counts = letter_rows.count_by_deadline(session, letter_id)
    worst = letter_rows.worst_cases(session, letter_id, CASES_IN_A_LETTER)
    return deadlines_letter(
        lines=[_line(each, stationery.base_url) for each in worst],
        overdue=sum(count for deadline, count in counts.items() if deadline < today),
        due_today=counts.get(today, 0),
        nearing=sum(count for deadline, count in counts.items() if deadline > today),
        today=today,
        list_link=f"{stationery.base_url}/cases",
        municipality=stationery.municipality,
    )


def _line(each: LetterCase, base_url: str) -> LetterLine:
    return LetterLine(
        reference=each.reference,
        external_reference=each.external_reference,
        unit=each.unit,
        deadline=each.deadline,
        original=each.due_on if each.extended_to is not None else None,
        comes_late=each.comes_late,
        link=f"{base_url}/cases/{each.reference}",
    )


def send_letters(db: "Database", post: Post, worker: Worker, *, only_due: bool) -> SendTally:
    """Send what waits, one letter at a time, each claimed first and sent outside any transaction.

    With `only_due` letters that wait for a later retry are left alone; without it, the round also stays until
    letters in other workers' hands are finished or abandoned, so that afterwards all was tried.
    """
    tally, last = SendTally(), 0
    with post.round() as carrier:
        while (letter := _claim(db, worker, after=last, only_due=only_due)) is not None:
            _send(db, carrier, letter, worker, tally)
            last = letter.id
        while not only_due and not worker.is_stopping() and _others_at_work(db, worker):
            abandoned = _claim(db, worker, after=0, only_due=only_due, only_abandoned=True)
            if abandoned is None:
                time.sleep(SECONDS_BETWEEN_LOOKS)
            else:
                _send(db, carrier, abandoned, worker, tally)
    return tally


def _claim(
    db: "Database", worker: Worker, *, after: int, only_due: bool, only_abandoned: bool = False
) -> Letter | None:
    if worker.is_stopping():
        return None
    with db.reading() as session:
        gone = [name for name in letter_rows.claimers(session, but=worker.name) if worker.is_gone(name)]
    now = worker.clock()
    with db.writing() as session:
        return letter_rows.claim_next(
            session,
            after=after,
            now=now,
            claim_ends_at=now + CLAIM_LASTS,
            worker=worker.name,
            gone=gone,
            only_due=only_due,
            only_abandoned=only_abandoned,
        )


def _others_at_work(db: "Database", worker: Worker) -> bool:
    with db.reading() as session:
        return bool(letter_rows.claimers(session, but=worker.name))


def _send(db: "Database", carrier: Carrier, letter: Letter, worker: Worker, tally: SendTally) -> None:
    dropped = _drop_if_all_gone(db, letter, worker)
    if dropped:
        tally.dropped += dropped
        return
    envelope = Envelope(letter.to_address, letter.message_id, letter.subject, letter.text, letter.html)
    delivery = carrier.carry(envelope)
    if delivery.state is None:
        tally.failed += 1
    else:
        tally.sent += 1
    now = worker.clock()
    with db.writing() as session:
        mine = letter_rows.find_claimed(session, letter.id, worker.name)
        if mine is None:
            return  # it took so long that another worker has the letter now, under the same Message-ID
        mine.attempts += 1
        mine.last_answer = delivery.answer[:500]
        pause = None if delivery.give_up else pause_before_retry(mine.attempts)
        if delivery.state is not None:
            _finish(mine, delivery.state, now)
        elif pause is None:
            _finish(mine, LetterState.DEAD, now)
        else:
            mine.state, mine.claimed_by, mine.next_try_at = LetterState.WAITING, None, now + pause


def _finish(letter: Letter, state: LetterState, now: datetime) -> None:
    letter.state, letter.claimed_by, letter.finished_at = state, None, now


def _drop_if_all_gone(db: "Database", letter: Letter, worker: Worker) -> int:
    with db.writing() as session:
        gone, standing = letter_rows.gone_cases(session, letter.id)
        mine = letter_rows.find_claimed(session, letter.id, worker.name)
        if standing or mine is None or not gone:
            return 0
        _finish(mine, LetterState.DROPPED, worker.clock())
        return alert_rows.drop(session, gone)


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
