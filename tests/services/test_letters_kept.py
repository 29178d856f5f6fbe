"""Letters to senders go with the case: what is erased of them and when, and what their sender is told is kept."""

from collections import Counter
from datetime import UTC

import pytest

from dialogen.database import erasure, kept
from dialogen.database.engine import Database
from dialogen.database.models import Case
from dialogen.domain.history import Author, Door
from dialogen.domain.persons import person_of
from dialogen.domain.retention import Keepsake
from dialogen.services.letters_to_sender import Draft
from dialogen.services.subjects import Request, subject_file
from tests.factories import NOW, TODAY, make_case
from tests.letter_desk import OSLO, SENDER, answer, case_letters, deliver, interim_reply, queue, send
from tests.mailbox import Mailbox
from tests.services.desk import Desk, deed, furnish, reference_of


@pytest.fixture
def desk(db: Database) -> Desk:
    return furnish(db)


def sent(db: Database, desk: Desk, mailbox: Mailbox, draft: Draft) -> int:
    case_id = make_case(db, unit_id=desk.unit, handler_id=desk.handler.account_id)
    send(db, reference_of(db, case_id), draft, deed(desk.handler), mailbox.post())
    return case_id


@pytest.mark.parametrize(
    ("keepsake", "gone"),
    [
        (Keepsake.SENDER, {"to_address", "last_answer"}),
        (Keepsake.CONTENT, {"subject", "text"}),
        (Keepsake.NOTES, {"reason"}),
    ],
)
def test_each_part_of_a_letter_is_counted_and_erased_with_its_type(
    db: Database, desk: Desk, mailbox: Mailbox, keepsake: Keepsake, gone: set[str]
) -> None:
    draft = interim_reply(TODAY.replace(month=6), extends=True, reason="Befaring i mai")
    case_id = sent(db, desk, mailbox, draft)
    parts = ("to_address", "last_answer", "subject", "text", "reason")

    def left() -> Counter[Keepsake]:
        with db.reading() as session:
            return kept.keepings(session, [session.get_one(Case, case_id)], zone=UTC)[0].left

    before = left()
    with db.writing() as session:
        erasure.erase(session, keepsake, [case_id], at=NOW)
    (letter,) = case_letters(db)
    assert {name for name in parts if getattr(letter, name) is None} == gone
    assert (letter.state.value, letter.purpose.value) == ("sent", "interim_reply")
    assert before[keepsake] >= len(gone)
    assert left()[keepsake] == 0


def test_a_letter_whose_address_was_erased_is_not_sent(db: Database, desk: Desk, mailbox: Mailbox) -> None:
    case_id = make_case(db, unit_id=desk.unit, handler_id=desk.handler.account_id)
    queue(db, reference_of(db, case_id), answer(), deed(desk.handler))
    with db.writing() as session:
        erasure.erase(session, Keepsake.SENDER, [case_id], at=NOW)
    deliver(db, mailbox.post())
    assert mailbox.letters == []
    assert case_letters(db)[0].dropped_for == "no_address"


def test_the_sender_is_told_which_letters_are_kept(db: Database, desk: Desk, mailbox: Mailbox) -> None:
    sent(db, desk, mailbox, answer(body="Gjerdet er meldt inn."))
    person = person_of(email=SENDER, phone=None, name=None)
    author = Author(None, Door.COMMAND_LINE)
    (case,) = subject_file(db, request=Request(person, TODAY, NOW, OSLO, author)).cases
    assert [(each.to_address, each.text, each.sent_at) for each in case.letters] == [
        (SENDER, "Gjerdet er meldt inn.", NOW)
    ]
    assert case.facts.manner == "email"
