"""Whatever a unit, a reference or the municipality is called, a letter keeps its headers, its lines and its markup."""

import warnings
from dataclasses import replace
from datetime import timedelta

import html5lib
import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.domain.languages import Language
from dialogen.mail.letters import LetterText, new_password_letter
from dialogen.mail.message import Envelope
from dialogen.services import deadline_pass
from dialogen.services.deadline_pass import PassOrder
from tests.factories import TODAY, make_account, make_case, make_unit
from tests.mailbox import Mailbox, Received
from tests.passes import STATIONERY, worker
from tests.security.attacks import ATTACKS, FORMULAS, effects_in

HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}
KARI = "kari@asker.example"
FORGED = ("bcc:", "set-cookie:", "2026-01-01 critical")
NAMES = [
    *ATTACKS,
    *FORMULAS[:2],
    "\r\n.\r\nMAIL FROM:<inj@asker.example>",
    "=?utf-8?q?inj?=",
    'inj" <inj@asker.example>',
]


def check(letter: Received) -> None:
    """Hold that a letter is what the product wrote, for whom it was written."""
    message = letter.message
    assert set(message.keys()) <= HEADERS
    assert letter.recipients == [KARI]
    assert [each.addr_spec for each in message["From"].addresses] == ["dialogen@asker.example"]
    assert [each.addr_spec for each in message["To"].addresses] == [KARI]
    html = message.get_body(("html",))
    assert html is not None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        page = html5lib.HTMLParser(namespaceHTMLElements=False).parse(str(html.get_content()))
    assert not list(effects_in(page))
    for line in letter.text.splitlines():
        assert not line.strip().lower().startswith(FORGED), line
    assert "1337" not in letter.text
    assert "<class" not in letter.text


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_about_deadlines_keeps_its_shape(db: Database, mailbox: Mailbox, name: str) -> None:
    unit = make_unit(db, name[:200])
    kari = make_account(db, KARI, name=name[:200], roles=((Role.HANDLER, unit),))
    due_today = TODAY - timedelta(days=14)
    make_case(db, received_on=due_today, unit_id=unit, handler_id=kari, external_reference=name[:100])
    result = deadline_pass.pass_by_hand(
        db,
        mailbox.post(name=f"Dialogen i {name}"),
        order=PassOrder(TODAY, present_day=True),
        stationery=replace(STATIONERY, municipality=name),
        worker=worker(),
    )
    assert result.sent == 1
    (letter,) = mailbox.letters
    check(letter)
    assert letter.message["Subject"] == "1 henvendelse har frist i dag"


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_about_a_password_keeps_its_shape(mailbox: Mailbox, name: str) -> None:
    written = new_password_letter(
        link="https://dialogen.asker.example/sign-in/link/x", hours=1, municipality=name, language=Language.BOKMAL
    )
    check(posted(mailbox, written, name))


def posted(mailbox: Mailbox, written: LetterText, name: str) -> Received:
    """Send a letter and return it as the mail server got it."""
    with mailbox.post(name=f"Dialogen i {name}").round() as carrier:
        carrier.carry(Envelope(KARI, "<1@asker.example>", written.subject, written.text, written.html))
    (letter,) = mailbox.letters
    return letter


@pytest.mark.parametrize("subject", ["inj\r\nBcc: inj@asker.example", "inj\nBcc: inj@asker.example", "inj\rBcc: x"])
@pytest.mark.parametrize("to", [KARI, f"{KARI}\r\nBcc: inj@asker.example", f"{KARI}, inj@asker.example"])
def test_no_subject_and_no_address_brings_a_header_or_a_reader(mailbox: Mailbox, subject: str, to: str) -> None:
    with mailbox.post().round() as carrier:
        delivery = carrier.carry(Envelope(to, "<1@asker.example>", subject, "Hei", "<p>Hei</p>"))
    assert delivery.is_refusal
    assert not mailbox.letters
