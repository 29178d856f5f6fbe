"""Letters: written from what is owed, sent once, tried again, given up, dropped; and who may see them."""

import logging
from datetime import datetime, timedelta

import pytest

from dialogen.database import job_runs
from dialogen.database.engine import Database
from dialogen.database.models import Account, Alert, CasePersonal, Letter
from dialogen.domain.accounts import Role
from dialogen.domain.cases import ExclusionReason
from dialogen.domain.errors import NotAllowed, NotFound, WrongState
from dialogen.domain.letters import CLAIM_LASTS, PAUSES, LetterState
from dialogen.mail.post import Post, ShowingPost
from dialogen.services.alerts import ROWS, morning_of
from dialogen.services.letter_writing import write_letters
from dialogen.services.letters import SendTally, letters_for, post_for, send_again, send_letters
from tests.factories import NOW, TODAY, make_account, make_case, make_unit, standing
from tests.mailbox import Mailbox, free_port, post_to
from tests.many_cases import add_cases
from tests.passes import (
    STATIONERY,
    AlertSeen,
    Clock,
    alerts,
    change,
    letters,
    make_pass,
    raise_on,
    reference,
    rows_in_each_transaction,
    worker,
)

DUE_TODAY = TODAY - timedelta(days=14)
ONE_DAY = timedelta(days=1)
KARI, LEDER = "kari@asker.example", "leder@asker.example"


@pytest.fixture
def unit(db: Database) -> int:
    """A unit."""
    return make_unit(db, "Kultur")


@pytest.fixture
def kari(db: Database, unit: int) -> int:
    """A handler in the unit."""
    return make_account(db, KARI, roles=((Role.HANDLER, unit),))


@pytest.fixture
def leder(db: Database, unit: int) -> int:
    """The unit's manager."""
    return make_account(db, LEDER, roles=((Role.MANAGER, unit),))


def write(db: Database) -> int:
    """Write the letters of the tests' day."""
    return write_letters(db, morning_of(db, TODAY), STATIONERY, worker())


def states(db: Database) -> list[str]:
    """Return the states of the stored letters, oldest first."""
    return [each.state.value for each in letters(db)]


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
        assert letter.message["Subject"] == "1 henvendelse er over fristen, 1 har frist i dag, 1 nærmer seg"


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


def test_before_a_retry_a_letter_is_dropped_only_when_all_its_cases_are_gone(
    db: Database, mailbox: Mailbox, kari: int
) -> None:
    answered, moved = (make_case(db, received_on=DUE_TODAY, handler_id=kari) for _ in range(2))
    make_pass(db, post_to(free_port()))
    change(db, answered, answered_on=TODAY)
    make_pass(db, post_to(free_port()))
    assert states(db) == ["waiting"]
    change(db, moved, extended_to=TODAY + timedelta(days=30))
    result = make_pass(db, mailbox.post())
    assert (result.sent, result.failed, result.dropped) == (0, 0, 2)
    assert states(db) == ["dropped"]
    assert mailbox.letters == []
    assert AlertSeen("kari", 0, "dropped", why="answered") in alerts(db, answered)
    assert AlertSeen("kari", 0, "dropped", why="deadline_moved") in alerts(db, moved)


def test_a_letter_one_of_whose_cases_stands_goes_as_it_was_written(db: Database, mailbox: Mailbox, kari: int) -> None:
    answered, stands = (make_case(db, received_on=DUE_TODAY, handler_id=kari) for _ in range(2))
    make_pass(db, post_to(free_port()))
    (written,) = letters(db)
    change(db, answered, answered_on=TODAY)
    change(db, stands, handler_id=make_account(db))
    make_pass(db, mailbox.post())
    assert mailbox.to(KARI)[0].text.replace("\r\n", "\n") == written.text


def test_a_case_that_comes_back_after_its_letter_was_dropped_gets_a_new_one(
    db: Database, mailbox: Mailbox, kari: int
) -> None:
    case = make_case(db, received_on=DUE_TODAY, handler_id=kari)
    make_pass(db, post_to(free_port()))
    change(db, case, exclusion=ExclusionReason.TEST)
    make_pass(db, mailbox.post())
    change(db, case, exclusion=None)
    make_pass(db, mailbox.post())
    assert states(db) == ["dropped", "sent"]
    assert len(mailbox.letters) == 1


def test_a_letter_that_was_dropped_half_way_is_not_sent(db: Database, mailbox: Mailbox, kari: int) -> None:
    case = make_case(db, received_on=DUE_TODAY, handler_id=kari)
    make_pass(db, post_to(free_port()))
    change(db, case, answered_on=TODAY)
    with db.writing() as session:
        session.query(Alert).filter(Alert.letter_id.is_not(None)).update(
            {"state": "dropped", "drop_reason": "answered"}
        )
    make_pass(db, mailbox.post())
    assert states(db) == ["dropped"]
    assert mailbox.letters == []


def sent_when_due(db: Database, post: Post, clock: Clock) -> SendTally:
    """Send as the scheduler does every five minutes."""
    return send_letters(db, post, worker(clock=clock), only_due=True)


def test_while_the_server_is_away_the_pauses_grow_and_in_the_end_a_person_must_look(db: Database, kari: int) -> None:
    make_case(db, received_on=DUE_TODAY, handler_id=kari)
    clock, away, waited = Clock(), post_to(free_port()), []
    make_pass(db, away, by=worker(clock=clock))
    while states(db) == ["waiting"]:
        pause = letters(db)[0].next_try_at - clock.now
        waited.append(pause)
        clock.wait(pause - timedelta(seconds=1))
        assert sent_when_due(db, away, clock) == SendTally()
        clock.wait(timedelta(seconds=1))
        assert sent_when_due(db, away, clock) == SendTally(failed=1)
    assert waited == list(PAUSES)
    (letter,) = letters(db)
    assert (letter.state, letter.attempts) == (LetterState.DEAD, len(PAUSES) + 1)
    assert letter.last_answer is not None
    assert "ConnectionRefusedError" in letter.last_answer


def test_a_pass_by_hand_tries_at_once_what_waits_for_later(db: Database, mailbox: Mailbox, kari: int) -> None:
    make_case(db, received_on=DUE_TODAY, handler_id=kari)
    port = free_port()
    first = make_pass(db, post_to(port))
    again = make_pass(db, post_to(port))
    assert [(each.sent, each.failed) for each in (first, again)] == [(0, 1), (0, 1)]
    (waiting,) = letters(db)
    back = make_pass(db, mailbox.post())
    assert (back.sent, back.failed) == (1, 0)
    assert [each.id for each in mailbox.letters] == [waiting.message_id]
    assert make_pass(db, mailbox.post()).sent == 0


def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_not(
    db: Database, mailbox: Mailbox, unit: int, kari: int, leder: int
) -> None:
    make_case(db, received_on=DUE_TODAY, unit_id=unit, handler_id=kari)
    mailbox.refuse = lambda recipient: {KARI: "451 try later", LEDER: "550 no such user"}.get(recipient)
    result = make_pass(db, mailbox.post())
    assert (result.sent, result.failed) == (0, 2)
    assert [(each.to_address, each.state, each.last_answer) for each in letters(db)] == [
        (KARI, LetterState.WAITING, "451 try later"),
        (LEDER, LetterState.DEAD, "550 no such user"),
    ]


def test_a_letter_that_was_given_up_is_sent_again_by_an_administrator_as_the_same_letter(
    db: Database, mailbox: Mailbox, kari: int
) -> None:
    make_case(db, received_on=DUE_TODAY, handler_id=kari)
    mailbox.refuse = lambda recipient: "550 no such user"
    make_pass(db, mailbox.post())
    (dead,) = letters(db)
    assert make_pass(db, mailbox.post()).failed == 0
    admin = standing(1, (Role.ADMIN, "-"))
    send_again(db, letter_id=dead.id, by=admin, now=NOW)
    mailbox.refuse = lambda recipient: None
    assert sent_when_due(db, mailbox.post(), Clock()) == SendTally(sent=1)
    assert [each.id for each in mailbox.letters] == [dead.message_id]
    with pytest.raises(WrongState):
        send_again(db, letter_id=dead.id, by=admin, now=NOW)
    with pytest.raises(NotFound):
        send_again(db, letter_id=999, by=admin, now=NOW)
    with pytest.raises(NotAllowed):
        send_again(db, letter_id=dead.id, by=standing(1, (Role.MANAGER, "*")), now=NOW)


def test_a_letter_in_doubt_is_sent_again_under_its_message_id(db: Database, mailbox: Mailbox, kari: int) -> None:
    make_case(db, received_on=DUE_TODAY, handler_id=kari)
    mailbox.lose_after_text = True
    assert make_pass(db, mailbox.post()).failed == 1
    mailbox.lose_after_text = False
    assert make_pass(db, mailbox.post()).sent == 1
    assert len(mailbox.letters) == 2
    assert len({each.id for each in mailbox.letters}) == 1


def test_one_letter_that_cannot_be_sent_does_not_keep_back_the_others(
    db: Database, mailbox: Mailbox, unit: int, kari: int, leder: int
) -> None:
    make_case(db, received_on=DUE_TODAY, unit_id=unit, handler_id=kari)
    with db.writing() as session:
        session.get_one(Account, kari).email = "kåre@asker.example"
    result = make_pass(db, mailbox.post())
    assert (result.sent, result.failed) == (1, 1)
    assert mailbox.addresses() == [LEDER]
    assert states(db) == ["dead", "sent"]


@pytest.fixture
def claimed(db: Database, kari: int) -> int:
    """A letter in the hand of a worker on another host."""
    make_case(db, received_on=DUE_TODAY, handler_id=kari)
    raise_on(db)
    write(db)
    with db.writing() as session:
        letter = session.query(Letter).one()
        letter.state, letter.claimed_by = LetterState.CLAIMED, "other/2/2"
        letter.claim_ends_at = NOW + CLAIM_LASTS
    return letter.id


def test_a_letter_in_a_living_workers_hand_is_left_alone(db: Database, mailbox: Mailbox, claimed: int) -> None:
    assert sent_when_due(db, mailbox.post(), Clock()) == SendTally()
    assert mailbox.letters == []


def test_a_letter_whose_worker_is_known_to_be_gone_is_sent_at_once(
    db: Database, mailbox: Mailbox, claimed: int
) -> None:
    here = worker(gone=["other/2/2"])
    assert send_letters(db, mailbox.post(), here, only_due=True) == SendTally(sent=1)
    assert len(mailbox.letters) == 1


def test_a_letter_held_for_too_long_is_taken_over(db: Database, mailbox: Mailbox, claimed: int) -> None:
    clock = Clock(NOW + CLAIM_LASTS)
    assert sent_when_due(db, mailbox.post(), clock) == SendTally()
    clock.wait(timedelta(seconds=1))
    assert sent_when_due(db, mailbox.post(), clock) == SendTally(sent=1)


def test_a_round_by_hand_stays_until_the_others_are_finished_or_abandoned(
    db: Database, mailbox: Mailbox, claimed: int
) -> None:
    clock = Clock()

    def later() -> datetime:
        clock.wait(CLAIM_LASTS / 2)
        return clock.now

    by_hand = worker(clock=later)
    assert send_letters(db, mailbox.post(), by_hand, only_due=False) == SendTally(sent=1)


def test_a_worker_that_is_asked_to_stop_begins_no_new_letter(db: Database, mailbox: Mailbox, kari: int) -> None:
    make_case(db, received_on=DUE_TODAY, handler_id=kari)
    result = make_pass(db, mailbox.post(), by=worker(is_stopping=lambda: True))
    assert result.sent == 0
    assert states(db) == ["waiting"]


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


def test_the_demo_shows_letters_until_a_mail_server_is_named(db: Database, kari: int) -> None:
    real = post_to(free_port())
    assert post_for(db, real, mail_server_named=False) is real
    with db.writing() as session:
        job_runs.note_first_start(session, NOW)
        job_runs.mark_demo(session)
    assert isinstance(post_for(db, real, mail_server_named=False), ShowingPost)
    assert post_for(db, real, mail_server_named=True) is real
    make_case(db, received_on=DUE_TODAY, handler_id=kari)
    assert make_pass(db, ShowingPost()).sent == 1
    assert states(db) == ["shown"]


def test_everybody_sees_their_own_letters_and_an_administrator_all(
    db: Database, mailbox: Mailbox, unit: int, kari: int, leder: int
) -> None:
    make_case(db, received_on=DUE_TODAY, unit_id=unit, handler_id=kari)
    mailbox.refuse = lambda recipient: "451 try later" if recipient == LEDER else None
    make_pass(db, mailbox.post())
    (own,) = letters_for(db, by=standing(kari, (Role.HANDLER, unit)))
    assert (own.to_address, own.state, own.next_try_at, own.finished_at) == (KARI, LetterState.SENT, None, NOW)
    admin = standing(99, (Role.ADMIN, "-"))
    assert letters_for(db, by=admin) == []
    newest, oldest = letters_for(db, by=admin, everybody=True)
    assert [newest.to_address, oldest.to_address] == [LEDER, KARI]
    assert newest.next_try_at == NOW + PAUSES[0]
    assert letters_for(db, by=admin, everybody=True, limit=1) == [newest]
    assert letters_for(db, by=admin, everybody=True, before=newest.id) == [oldest]
    with pytest.raises(NotAllowed):
        letters_for(db, by=standing(kari, (Role.MANAGER, "*")), everybody=True)
