"""Receipts to senders at registration: to whom they go, to whom never, and what a unit's choice changes."""

from typing import Any

import pytest

from dialogen.database.engine import Database
from dialogen.domain.case_changes import NewCase, Sender
from dialogen.domain.cases import Channel, Stream
from dialogen.domain.history import Author, Door
from dialogen.domain.languages import Language
from dialogen.domain.letter_texts import Purpose
from dialogen.domain.receipts import MOST_TO_ONE_ADDRESS, ReceiptRule
from dialogen.services import letter_templates
from dialogen.services.case_views import CaseView
from dialogen.services.letter_templates import Wording
from dialogen.services.registration import register_case
from tests.factories import NOW, TODAY, make_unit
from tests.letter_desk import PAPER, case_letters, deliver
from tests.mailbox import Mailbox
from tests.services.desk import Desk, furnish

OLA = "ola@asker.example"


@pytest.fixture
def desk(db: Database) -> Desk:
    return furnish(db)


def register(db: Database, *, email: str | None = OLA, **fields: Any) -> CaseView:
    given = {"channel": Channel.WEB, "unit": "Vei og park", "subject": "Gjerdet"} | fields
    new = NewCase(received_on=TODAY, sender=Sender("Ola", email, None), **given)
    author = Author(None, Door.COMMAND_LINE)
    return register_case(db, new=new, by=None, author=author, today=TODAY, now=NOW, paper=PAPER)


def test_a_receipt_tells_reference_and_time_and_answers_nothing(db: Database, desk: Desk, mailbox: Mailbox) -> None:
    view = register(db)
    deliver(db, mailbox.post())
    (letter,) = mailbox.to(OLA)
    assert letter.message["Subject"] == f"Vi har mottatt henvendelsen din, {view.reference}"
    assert f"Vi registrerte den 11.02.2026 kl. 06.30. Referansen er {view.reference}." in letter.text
    assert "innen 25. februar 2026" in letter.text
    assert letter.message["Auto-Submitted"] == "auto-replied"
    assert [each.state.value for each in case_letters(db)] == ["sent"]


@pytest.mark.parametrize(
    "fields",
    [
        {"email": None},
        {"email": "no-reply@portal.example"},
        {"email": "postmaster@portal.example"},
        {"email": PAPER.stationery.sender.upper()},
        {"email": "vei@asker.example"},
        {"channel": Channel.PHONE},
        {"channel": Channel.IMPORT},
        {"stream": Stream.INTERNAL},
    ],
    ids=str,
)
def test_nobody_gets_a_receipt_who_should_not(db: Database, desk: Desk, fields: dict[str, Any]) -> None:
    make_unit(db, "Vei", email="vei@asker.example")
    register(db, **fields)
    assert case_letters(db) == []


def test_a_unit_chooses_for_itself(db: Database, desk: Desk) -> None:
    def choose(rule: ReceiptRule) -> None:
        letter_templates.set_receipt_rule(db, by=desk.manager, unit_id=desk.unit, rule=rule, now=NOW)

    choose(ReceiptRule(on=False))
    register(db)
    assert case_letters(db) == []
    choose(ReceiptRule(on=True, internal=True))
    register(db, stream=Stream.INTERNAL)
    assert len(case_letters(db)) == 1


def test_the_units_own_wording_comes_before_everybodys(db: Database, desk: Desk) -> None:
    for by, unit_id, name in ((desk.admin, None, "Felles"), (desk.manager, desk.unit, "Vår")):
        wording = Wording(name, Language.NYNORSK, f"{name}: {{referanse}}", "Hei, {innsender}")
        letter_templates.add_template(db, by=by, unit_id=unit_id, purpose=Purpose.RECEIPT, wording=wording, now=NOW)
    register(db)
    register(db, unit="Skole")
    assert [(each.subject or "")[:6] for each in case_letters(db)] == ["Vår: 2", "Felles"]
    assert [each.text for each in case_letters(db)] == ["Hei, Ola", "Hei, Ola"]


def test_two_machines_do_not_write_to_each_other_for_ever(db: Database, desk: Desk) -> None:
    for _ in range(MOST_TO_ONE_ADDRESS + 2):
        register(db)
    assert len(case_letters(db)) == MOST_TO_ONE_ADDRESS
