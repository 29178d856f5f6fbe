"""Letters to senders as the tests write and deliver them, and what became of each."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import CaseLetter
from dialogen.domain.history import Door
from dialogen.domain.languages import Language
from dialogen.domain.letter_texts import Purpose
from dialogen.mail.post import Post
from dialogen.services.cases import Deed
from dialogen.services.letter_delivery import Round, deliver_now, deliver_waiting
from dialogen.services.letters import SendTally
from dialogen.services.letters_to_sender import Draft, Paper, send_off
from tests.factories import NOW, PERSONAL
from tests.passes import STATIONERY, Clock, worker

OSLO = ZoneInfo("Europe/Oslo")
PAPER = Paper(STATIONERY, OSLO)
SENDER = PERSONAL["sender_email"]


def answer(**other: Any) -> Draft:
    """Return an answer as somebody words it."""
    worded = {"subject": "Svar på {referanse}", "body": "Hei!\n\nGjerdet er meldt til Vei og park.\nHilsen Kari"}
    return Draft(Purpose.ANSWER, Language.BOKMAL, **{**worded, **other})


def interim_reply(expected_on: date, **other: Any) -> Draft:
    """Return an interim reply as somebody words it."""
    worded = {"subject": "Foreløpig svar", "body": "Du får svar innen {forventet svar}."}
    return Draft(Purpose.INTERIM_REPLY, Language.BOKMAL, expected_on=expected_on, **{**worded, **other})


def queue(db: Database, reference: str, draft: Draft, deed: Deed) -> int:
    """Send a letter off and leave it waiting; returns its number."""
    return send_off(db, reference=reference, draft=draft, deed=deed, paper=PAPER)[1]


def delivering(post: Post, *, at: datetime = NOW, name: str = "desk/1/1", gone: tuple[str, ...] = ()) -> Round:
    """Return a round of the scheduler at an instant."""
    return Round(post, worker(name, clock=Clock(at), gone=gone), OSLO)


def deliver(db: Database, post: Post, *, at: datetime = NOW, **more: Any) -> SendTally:
    """Make a round of the scheduler."""
    return deliver_waiting(db, delivering(post, at=at, **more))


def send(db: Database, reference: str, draft: Draft, deed: Deed, post: Post) -> int:
    """Send a letter off and try it at once, as the page does; returns its number."""
    letter_id = queue(db, reference, draft, deed)
    deliver_now(db, letter_id, Round(post, worker(), OSLO, Door.WEB))
    return letter_id


def case_letters(db: Database) -> list[CaseLetter]:
    """Return all letters to senders, oldest first."""
    with db.reading() as session:
        found = list(session.scalars(select(CaseLetter).order_by(CaseLetter.id)))
        session.expunge_all()
    return found


def states(db: Database) -> list[str]:
    """Return the states of all letters to senders, oldest first."""
    return [each.state.value for each in case_letters(db)]
