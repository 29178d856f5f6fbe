"""Letters on their way: sent once, tried again, given up, dropped; and who may see them."""

from datetime import datetime, timedelta

import pytest

from dialogen.database import job_runs
from dialogen.database.engine import Database
from dialogen.database.models import Account, Alert, Letter
from dialogen.domain.accounts import Role
from dialogen.domain.cases import ExclusionReason
from dialogen.domain.errors import NotAllowed, NotFound, WrongState
from dialogen.domain.letters import CLAIM_LASTS, PAUSES, LetterState
from dialogen.mail.post import Post, ShowingPost
from dialogen.services.letters import SendTally, letters_for, post_for, send_again, send_letters
from tests.factories import NOW, TODAY, make_account, make_case, standing
from tests.mailbox import Mailbox, free_port, post_to
from tests.passes import (
    AlertSeen,
    Clock,
    alerts,
    change,
    letters,
    make_pass,
    raise_on,
    states,
    worker,
    write,
)

DUE_TODAY = TODAY - timedelta(days=14)
ONE_DAY = timedelta(days=1)
KARI, LEDER = "kari@asker.example", "leder@asker.example"


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
        tally = sent_when_due(db, away, clock)
        assert tally == SendTally(failed=1, given_up=int(states(db) == ["dead"]))
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


def test_a_refusal_for_good_is_believed_sooner_than_one_for_now(
    db: Database, mailbox: Mailbox, unit: int, kari: int, leder: int
) -> None:
    make_case(db, received_on=DUE_TODAY, unit_id=unit, handler_id=kari)
    mailbox.refuse = lambda recipient: {KARI: "451 try later", LEDER: "550 no such user"}.get(recipient)
    result = make_pass(db, mailbox.post())
    assert (result.sent, result.failed) == (0, 2)
    assert [(each.to_address, each.state, each.last_answer) for each in letters(db)] == [
        (KARI, LetterState.WAITING, "451 try later"),
        (LEDER, LetterState.WAITING, "550 no such user"),
    ]
    given_up = [make_pass(db, mailbox.post()).given_up for _ in range(2)]
    assert given_up == [0, 1]
    assert [(each.to_address, each.state) for each in letters(db)] == [
        (KARI, LetterState.WAITING),
        (LEDER, LetterState.DEAD),
    ]


def test_a_letter_that_was_given_up_is_sent_again_by_an_administrator_as_the_same_letter(
    db: Database, mailbox: Mailbox, kari: int
) -> None:
    make_case(db, received_on=DUE_TODAY, handler_id=kari)
    mailbox.refuse = lambda recipient: "550 no such user"
    while states(db) != ["dead"]:
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
    assert states(db) == ["waiting", "sent"]


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
