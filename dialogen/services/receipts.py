"""Writes the receipt that the sender of a newly registered case gets, in the transaction that registers it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from dialogen.database import case_letters, letter_templates
from dialogen.database.case_letters import NewLetter
from dialogen.domain.letter_texts import Purpose, fill
from dialogen.domain.receipts import MOST_TO_ONE_ADDRESS, WITHIN, is_a_persons, owes_receipt
from dialogen.mail.message import is_addressable
from dialogen.services.letter_templates import receipt_wording
from dialogen.services.letters_to_sender import Paper, from_name, reply_to, values_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def write_receipt(session: "Session", row: Any, *, paper: Paper, now: datetime) -> None:
    """Let a receipt wait to be sent, if the unit sends them for such a case and there is a person to send it to."""
    case, personal, unit, *_ = row
    rule = letter_templates.receipt_rule(session, case.unit_id)
    address = personal.sender_email if personal else None
    if address is None or not owes_receipt(rule, stream=case.stream, channel=case.channel):
        return
    if not _may_go_to(session, address, paper, now):
        return
    wording = receipt_wording(session, case.unit_id, paper.stationery.language)
    values = values_of(row, wording.language, paper, expected_on=case.deadline)
    new = NewLetter(
        purpose=Purpose.RECEIPT,
        language=wording.language,
        to_address=address,
        subject=" ".join(fill(wording.subject, values).split()),
        text=fill(wording.body, values),
        from_name=from_name(unit, paper.stationery),
        reply_to=reply_to(session, case.unit_id),
        domain=paper.stationery.domain,
        sent_by=None,
    )
    case_letters.add_letter(session, case.id, new, now=now)


def _may_go_to(session: "Session", address: str, paper: Paper, now: datetime) -> bool:
    """Say whether a receipt to an address starts no loop: it is a person's, and has not had many today."""
    own = [paper.stationery.sender, *letter_templates.unit_addresses(session)]
    if not is_addressable(address) or not is_a_persons(address, own):
        return False
    return case_letters.count_receipts(session, address, since=now - WITHIN) < MOST_TO_ONE_ADDRESS
