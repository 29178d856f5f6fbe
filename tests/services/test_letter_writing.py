"""Letters as they are written: to whom, about what, in what order, and by whom while others write too."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from dialogen.database.engine import Database
from dialogen.database.models import Account, CasePersonal, Letter
from dialogen.domain.accounts import Role
from dialogen.domain.cases import ExclusionReason
from dialogen.domain.languages import Language
from dialogen.domain.letters import CLAIM_LASTS, LetterState
from dialogen.services.alerts import ROWS, morning_of
from dialogen.services.letter_writing import write_letters
from dialogen.services.letters import letters_for
from tests.factories import NOW, TODAY, make_case, make_unit, standing
from tests.mailbox import Mailbox
from tests.many_cases import add_cases
from tests.passes import (
    STATIONERY,
    AlertSeen,
    alerts,
    change,
    letters,
    make_pass,
    raise_on,
    reference,
    rows_in_each_transaction,
    states,
    worker,
    write,
)

DUE_TODAY = TODAY - timedelta(days=14)
ONE_DAY = timedelta(days=1)
KARI, LEDER = "kari@asker.example", "leder@asker.example"


def test_everybody_gets_one_letter_with_the_worst_case_first(
    db: Database, mailbox: Mailbox, unit: int, kari: int, leder: int
) -> None:
    near, overdue, today = (
        reference(db, make_case(db, received_on=TODAY - timedelta(days=days), unit_id=unit, handler_id=kari))
        for days in (12, 20, 14)
    )
    result = make_pass(db, mailbox.post())
    assert (result.sent, result.failed) == (2, 0)
    assert mailbox.addresses() == [KARI, LEDER]
    for letter in mailbox.letters:
        places = [letter.text.index(each) for each in (overdue, today, near)]
        assert places == sorted(places)
        assert letter.message["Subject"] == "1 henvendelse er over fristen, 1 har frist i dag, 1 nærmer seg fristen"


def test_a_line_holds_the_references_the_unit_the_deadline_and_a_link(
    db: Database, mailbox: Mailbox, unit: int, kari: int
) -> None:
    case = make_case(db, received_on=DUE_TODAY, unit_id=unit, handler_id=kari, external_reference="Portal 17")
    ours = reference(db, case)
    make_pass(db, mailbox.post())
    assert (
        f"* {ours} (Portal 17), Kultur: frist i dag, onsdag 11. februar 2026.\n"
        f"  https://dialogen.asker.example/cases/{ours}\n"
    ) in mailbox.letters[0].text.replace("\r\n", "\n")


def test_no_letter_and_no_log_tells_anything_personal(
    db: Database, mailbox: Mailbox, kari: int, caplog: pytest.LogCaptureFixture
) -> None:
    case = make_case(db, received_on=DUE_TODAY, handler_id=kari, subject="Hemmelig emne")
    with db.writing() as session:
        personal = session.get_one(CasePersonal, case)
        personal.text, personal.sender_name = "Hemmelig tekst", "Hemmelig Navn"
        personal.sender_email, personal.sender_phone = "hemmelig@asker.example", "98765432"
    with caplog.at_level(logging.DEBUG, "dialogen"):
        make_pass(db, mailbox.post())
        mailbox.refuse = lambda recipient: "550 unknown: hemmelig"
        make_pass(db, mailbox.post(), today=TODAY + ONE_DAY)
    told = b"".join(each.data for each in mailbox.letters).decode("ascii").lower() + caplog.text.lower()
    (letter, _) = letters(db)
    told += (letter.subject + letter.text + letter.html).lower()
    assert caplog.records
    assert "hemmelig" not in told
    assert "98765432" not in told


def test_a_letter_lists_fifty_cases_and_the_number_of_the_rest_with_a_link(
    db: Database, mailbox: Mailbox, unit: int, leder: int
) -> None:
    add_cases(db, ({"received_on": DUE_TODAY - n % 2 * ONE_DAY, "unit_id": unit} for n in range(53)))
    make_pass(db, mailbox.post())
    (letter,) = mailbox.letters
    assert letter.text.count("* 20") == 50
    assert letter.text.count("fristen var i går") == 26
    assert "I tillegg må 3 henvendelser til følges opp. Se hele listen: https://dialogen.asker.example/cases" in (
        letter.text.replace("\r\n", "\n")
    )
    assert letter.message["Subject"] == "26 henvendelser er over fristen, 27 har frist i dag"


def test_a_letter_about_very_many_cases_is_gathered_in_small_transactions(
    db: Database, mailbox: Mailbox, unit: int, leder: int
) -> None:
    many = 2 * ROWS + 10
    add_cases(db, ({"received_on": DUE_TODAY, "unit_id": unit} for _ in range(many)))
    raise_on(db)
    with rows_in_each_transaction(db) as rows:
        result = make_pass(db, mailbox.post())
    assert result.sent == 1
    assert mailbox.letters[0].message["Subject"] == f"{many} henvendelser har frist i dag"
    assert max(rows) <= ROWS + 1
    assert {each.state for each in alerts(db)} == {"in_letter", "superseded"}


def test_a_late_alert_says_so_and_when_it_should_have_come(db: Database, mailbox: Mailbox, kari: int) -> None:
    make_case(db, received_on=DUE_TODAY - timedelta(days=21), handler_id=kari)
    make_pass(db, mailbox.post())
    assert "Dette varselet kommer sent. Det skulle vært sendt torsdag 22. januar 2026." in mailbox.letters[0].text


def test_an_alert_raised_in_time_but_written_a_day_later_says_so(db: Database, mailbox: Mailbox, kari: int) -> None:
    make_case(db, received_on=TODAY - timedelta(days=9), handler_id=kari)
    raise_on(db)
    make_pass(db, mailbox.post(), today=TODAY + ONE_DAY)
    assert "Det skulle vært sendt onsdag 11. februar 2026." in mailbox.letters[0].text


def test_an_extended_case_tells_its_original_deadline(db: Database, mailbox: Mailbox, kari: int) -> None:
    make_case(db, received_on=DUE_TODAY - ONE_DAY, extended_to=TODAY + 2 * ONE_DAY, handler_id=kari)
    make_pass(db, mailbox.post())
    text = mailbox.letters[0].text
    assert "frist fredag 13. februar 2026, om 2 dager" in text
    assert "Den opprinnelige fristen var tirsdag 10. februar 2026." in text


def test_what_a_letter_holds_is_fixed_before_it_is_sent(db: Database, mailbox: Mailbox, kari: int) -> None:
    make_case(db, received_on=DUE_TODAY, handler_id=kari)
    raise_on(db)
    write(db)
    (letter,) = letters(db)
    assert (letter.state, letter.attempts) == (LetterState.WAITING, 0)
    make_pass(db, mailbox.post())
    assert mailbox.letters[0].id == letter.message_id
    assert mailbox.letters[0].text.replace("\r\n", "\n") == letter.text
    assert letters(db)[0].finished_at == NOW


def test_a_case_dealt_with_before_the_letter_is_written_is_left_out_and_counted(
    db: Database, mailbox: Mailbox, kari: int
) -> None:
    gone, stays = (make_case(db, received_on=DUE_TODAY, handler_id=kari) for _ in range(2))
    raise_on(db)
    change(db, gone, answered_on=TODAY)
    result = make_pass(db, mailbox.post())
    assert (result.sent, result.dropped) == (1, 1)
    assert reference(db, stays) in mailbox.letters[0].text
    assert reference(db, gone) not in mailbox.letters[0].text


def test_when_all_cases_are_dealt_with_before_no_letter_is_written(db: Database, mailbox: Mailbox, kari: int) -> None:
    case = make_case(db, received_on=DUE_TODAY, handler_id=kari)
    raise_on(db)
    change(db, case, exclusion=ExclusionReason.SPAM)
    result = make_pass(db, mailbox.post())
    assert (result.sent, result.dropped) == (0, 1)
    assert letters(db) == []
    assert mailbox.letters == []


def test_a_recipient_whose_address_has_just_gone_gets_no_letter(db: Database, mailbox: Mailbox, kari: int) -> None:
    make_case(db, received_on=DUE_TODAY, handler_id=kari)
    raise_on(db)
    morning = morning_of(db, TODAY)
    with db.writing() as session:
        session.get_one(Account, kari).disabled_at = NOW
    write_letters(db, morning, STATIONERY, worker())
    assert letters(db) == []
    assert AlertSeen("kari", 0, "owed") in alerts(db)


def test_a_letter_somebody_else_is_writing_is_left_to_them(db: Database, kari: int) -> None:
    make_case(db, received_on=DUE_TODAY, handler_id=kari)
    raise_on(db)
    _leave_a_draft(db)
    write(db)
    assert states(db) == ["draft"]
    assert letters_for(db, by=standing(kari, (Role.ADMIN, "-")), everybody=True) == []


def test_a_half_written_letter_of_a_dead_worker_is_torn_up_and_written_anew(
    db: Database, mailbox: Mailbox, kari: int
) -> None:
    answered, stands = (make_case(db, received_on=DUE_TODAY, handler_id=kari) for _ in range(2))
    raise_on(db)
    _leave_a_draft(db)
    change(db, answered, answered_on=TODAY)
    result = make_pass(db, mailbox.post(), by=worker(gone=["other/2/2"]))
    assert (result.sent, result.dropped) == (1, 1)
    assert reference(db, stands) in mailbox.letters[0].text
    assert reference(db, answered) not in mailbox.letters[0].text
    assert states(db) == ["sent"]


def _leave_a_draft(db: Database) -> None:
    """Leave a letter of another worker half written: everything gathered, nothing fixed."""
    write(db)
    with db.writing() as session:
        letter = session.query(Letter).one()
        letter.state, letter.claimed_by, letter.claim_ends_at = LetterState.DRAFT, "other/2/2", NOW + CLAIM_LASTS
        letter.subject = letter.text = letter.html = ""


def test_a_letter_is_in_the_language_of_the_account_else_of_the_installation(
    db: Database, mailbox: Mailbox, unit: int, kari: int, leder: int
) -> None:
    make_case(db, received_on=DUE_TODAY, unit_id=unit, handler_id=kari)
    with db.writing() as session:
        session.get_one(Account, kari).language = Language.ENGLISH
    make_pass(db, mailbox.post(), stationery=replace(STATIONERY, language=Language.NYNORSK))
    assert [letter.message["Subject"] for letter in mailbox.to(KARI)] == ["1 inquiry is due today"]
    assert [letter.message["Subject"] for letter in mailbox.to(LEDER)] == ["1 førespurnad har frist i dag"]


def test_a_letter_to_a_unit_is_in_the_language_of_the_installation(db: Database, mailbox: Mailbox) -> None:
    make_case(db, received_on=DUE_TODAY, unit_id=make_unit(db, "Havn", email="havn@asker.example"))
    make_pass(db, mailbox.post(), stationery=replace(STATIONERY, language=Language.NYNORSK))
    assert [letter.message["Subject"] for letter in mailbox.letters] == ["1 førespurnad har frist i dag"]
