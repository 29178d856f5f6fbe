"""A new password for whoever has forgotten theirs: asked for without a word on whether there is an account, and sent as
a one-time link that is made just before each attempt to send it and lies nowhere."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from dialogen.database import accounts, sessions
from dialogen.database import letters as letter_rows
from dialogen.domain.alerts import account_recipient
from dialogen.domain.history import Author, Door
from dialogen.domain.languages import Language
from dialogen.domain.letters import LetterState
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.domain.throttling import Kind
from dialogen.mail.letters import LetterText, new_password_letter
from dialogen.mail.message import Envelope
from dialogen.mail.post import Carrier, Delivery, Post
from dialogen.services import office_log, throttling
from dialogen.services.accounts import find_by_address
from dialogen.services.addresses import comparable_email
from dialogen.services.letters import SendTally, Stationery, carry, claim, finish, note_delivery, put_back
from dialogen.services.second_steps import EntryRules, opens_with_password
from dialogen.services.secrets import new_secret, secret_hash
from dialogen.services.throttling import Caller
from dialogen.services.worker import Worker

if TYPE_CHECKING:
    from dialogen.database.engine import Database
    from dialogen.database.models import Letter

LINK_GOOD_FOR = timedelta(hours=1)
ASKED = Author(None, Door.WEB)  # whoever asked has not shown who they are
SECRET_SIGN = "*" * 12  # stands in a stored letter where the secret of the link comes


def ask_for_link(
    db: "Database",
    *,
    email: str,
    now: datetime,
    today: date,
    caller: Caller,
    entry: EntryRules,
    stationery: Stationery,
) -> None:
    """Let a link to a new password be sent to an address, if it has an account that signs in here.

    Says nothing of whether it has, and takes as long. Raises TooManyAttempts for both alike.
    """
    throttling.count_attempt(db, kind=Kind.RESET_ADDRESS, name=caller.name, now=now, secret_key=caller.secret_key)
    letters = _letters(stationery)
    with db.writing() as session:
        # In the transaction that may hold a letter, so that one without writes, and is kept, as well.
        refusal = throttling.count_within(
            session, kind=Kind.RESET, name=comparable_email(email), now=now, secret_key=caller.secret_key
        )
        account = find_by_address(session, email)
        if (
            refusal is None
            and account is not None
            and account.disabled_at is None
            and opens_with_password(account, entry)
        ):
            written = letters[account.language or stationery.language]
            letter_rows.add_link_letter(
                session,
                recipient=account_recipient(account.id),
                address=account.email,
                domain=stationery.domain,
                day=today,
                subject=written.subject,
                text=written.text,
                html=written.html,
                now=now,
                link_until=now + LINK_GOOD_FOR,
            )
    if refusal is not None:
        raise refusal


def _letters(stationery: Stationery) -> dict[Language, LetterText]:
    """Write the letter in every language: whose it will be is not known yet, and may not show in how long it takes."""
    return {
        language: new_password_letter(
            link=f"{stationery.base_url}/sign-in/link/{SECRET_SIGN}",
            hours=LINK_GOOD_FOR // timedelta(hours=1),
            municipality=stationery.municipality,
            language=language,
        )
        for language in Language
    }


def send_links(db: "Database", post: Post, worker: Worker) -> SendTally:
    """Send the letters that bring links, each with a link of its own; those that came too late are dropped."""
    tally, last = SendTally(), 0
    with db.reading() as session:
        if not letter_rows.has_link_letters(session):
            return tally  # mostly; and then no other writer is made to wait
    with post.round() as carrier:
        while worker.may_begin:
            letter = claim(db, worker, after=last, only_due=True, with_link=True)
            if letter is None:
                break
            _send(db, carrier, letter, worker, tally)
            last = max(last, letter.id)
    return tally


def _send(db: "Database", carrier: Carrier, letter: "Letter", worker: Worker, tally: SendTally) -> None:
    if not worker.leads():
        put_back(db, letter.id, worker)
        return
    secret = _new_link(db, letter, worker)
    if secret is None:
        tally.dropped += 1
        return
    text, html = letter.text.replace(SECRET_SIGN, secret), letter.html.replace(SECRET_SIGN, secret)
    envelope = Envelope(letter.to_address, letter.message_id, letter.subject, text, html)
    delivery = _without(secret, carry(carrier, letter.id, envelope))
    note_delivery(db, letter.id, delivery, worker, tally)


def _new_link(db: "Database", letter: "Letter", worker: Worker) -> str | None:
    """Make a link for the attempt, and return its secret; None when the letter is dropped instead."""
    now, secret = worker.clock(), new_secret()
    with db.writing() as session:
        mine = letter_rows.find_in_hand(session, letter.id, worker.name)
        account = accounts.find_account_by_email(session, letter.to_address)
        if mine is None:
            return None
        is_late = letter.link_until is None or now >= letter.link_until
        if (
            is_late
            or account is None
            or account.disabled_at is not None
            or mine.recipient != account_recipient(account.id)
        ):
            finish(mine, LetterState.DROPPED, now)
            return None
        sessions.add_link(session, account.id, secret_hash=secret_hash(secret), now=now, expires_at=now + LINK_GOOD_FOR)
        office_log.tell(
            session,
            at=now,
            action=OfficeAction.LINK_MADE,
            author=ASKED,
            subject=Subject.ACCOUNT,
            subject_id=account.id,
        )
    return secret


def _without(secret: str, delivery: Delivery) -> Delivery:
    """Take the secret out of what the mail server said: some quote the letter they refuse."""
    return replace(delivery, answer=delivery.answer.replace(secret, SECRET_SIGN))
