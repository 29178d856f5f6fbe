"""Letters to senders on their way: what the mail server has accepted answers a case, and nothing else does."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from dialogen.database.engine import Database
from dialogen.domain.answers import AnswerManner
from dialogen.domain.cases import ExclusionReason
from dialogen.domain.letters import CLAIM_LASTS, PAUSES
from dialogen.mail.post import ShowingPost
from dialogen.services import cases
from dialogen.services.letters_to_sender import try_again, withdraw
from tests.factories import NOW, TODAY, make_case
from tests.letter_desk import SENDER, answer, case_letters, deliver, interim_reply, queue, send, states
from tests.mailbox import Mailbox, free_port, post_to
from tests.services.desk import Desk, case_of, deed, events_of, furnish, reference_of, texts_of

LATER = TODAY + timedelta(days=30)


@pytest.fixture
def desk(db: Database) -> Desk:
    return furnish(db)


@pytest.fixture
def case_id(db: Database, desk: Desk) -> int:
    return make_case(db, unit_id=desk.unit, handler_id=desk.handler.account_id, subject="Gjerdet")


@pytest.fixture
def reference(db: Database, case_id: int) -> str:
    return reference_of(db, case_id)


def nobody_there(_: str) -> str:
    return "550 5.1.1 no such user"


def test_an_accepted_answer_answers_the_case_at_once(
    db: Database, mailbox: Mailbox, desk: Desk, case_id: int, reference: str
) -> None:
    send(db, reference, answer(), deed(desk.handler), mailbox.post())
    case = case_of(db, case_id)
    assert (case.answered_on, case.answer_manner) == (TODAY, AnswerManner.EMAIL)
    (letter,) = mailbox.to(SENDER)
    assert letter.message["Subject"] == f"Svar på {reference}"
    assert letter.text.splitlines() == ["Hei!", "", "Gjerdet er meldt til Vei og park.", "Hilsen Kari"]
    assert states(db) == ["sent"]
    assert events_of(db, case_id) == [
        ("letter_queued", [("letter", None, "answer")]),
        ("answered", [("answered_on", None, TODAY.isoformat()), ("manner", None, "email")]),
    ]


def test_the_day_of_the_answer_is_oslos_at_the_moment_it_was_accepted(
    db: Database, mailbox: Mailbox, desk: Desk, case_id: int, reference: str
) -> None:
    queue(db, reference, answer(), deed(desk.handler))
    deliver(db, mailbox.post(), at=datetime(2026, 2, 12, 23, 30, tzinfo=UTC))
    assert case_of(db, case_id).answered_on == date(2026, 2, 13)


def test_until_the_mail_server_takes_it_the_case_stays_open_and_it_is_tried_again_under_one_message_id(
    db: Database, mailbox: Mailbox, desk: Desk, case_id: int, reference: str
) -> None:
    send(db, reference, answer(), deed(desk.handler), post_to(free_port()))
    assert case_of(db, case_id).answered_on is None
    (waiting,) = case_letters(db)
    assert (waiting.state.value, waiting.attempts, waiting.next_try_at) == ("waiting", 1, NOW + PAUSES[0])
    deliver(db, mailbox.post(), at=NOW + PAUSES[0] - timedelta(seconds=1))
    assert mailbox.letters == []
    deliver(db, mailbox.post(), at=NOW + PAUSES[0])
    assert [each.id for each in mailbox.letters] == [waiting.message_id]
    assert case_of(db, case_id).answered_on == TODAY
    assert [name for name, _ in events_of(db, case_id)] == ["letter_queued", "answered"]


def test_a_letter_in_doubt_is_sent_again_and_answers_once(
    db: Database, mailbox: Mailbox, desk: Desk, case_id: int, reference: str
) -> None:
    mailbox.lose_after_text = True
    send(db, reference, answer(), deed(desk.handler), mailbox.post())
    assert case_of(db, case_id).answered_on is None
    mailbox.lose_after_text = False
    deliver(db, mailbox.post(), at=NOW + PAUSES[0])
    assert len(mailbox.letters) == 2
    assert len({each.id for each in mailbox.letters}) == 1
    assert [name for name, _ in events_of(db, case_id)] == ["letter_queued", "answered"]


def test_a_refused_recipient_stops_the_letter_at_once_and_leaves_the_case_open(
    db: Database, mailbox: Mailbox, desk: Desk, case_id: int, reference: str
) -> None:
    mailbox.refuse = nobody_there
    letter_id = send(db, reference, answer(), deed(desk.handler), mailbox.post())
    (stopped,) = case_letters(db)
    assert (stopped.state.value, stopped.last_answer) == ("dead", "550 5.1.1 no such user")
    assert case_of(db, case_id).answered_on is None
    assert events_of(db, case_id)[-1] == ("letter_stopped", [("letter", None, "answer")])
    mailbox.refuse = lambda _: None
    try_again(db, reference=reference, letter_id=letter_id, deed=deed(desk.handler))
    deliver(db, mailbox.post())
    assert case_of(db, case_id).answered_on == TODAY
    assert [each.id for each in mailbox.letters] == [stopped.message_id]


def test_a_server_that_refuses_us_is_tried_again(db: Database, mailbox: Mailbox, desk: Desk, reference: str) -> None:
    mailbox.refuse_sender = "550 who are you"
    send(db, reference, answer(), deed(desk.handler), mailbox.post())
    assert states(db) == ["waiting"]


def test_after_a_good_week_a_letter_is_given_up(db: Database, desk: Desk, reference: str) -> None:
    at = NOW
    queue(db, reference, answer(), deed(desk.handler))
    away = post_to(free_port())
    for pause in PAUSES:
        deliver(db, away, at=at)
        at += pause
    assert states(db) == ["waiting"]
    assert deliver(db, away, at=at).given_up == 1
    assert states(db) == ["dead"]


def test_a_case_answered_elsewhere_meanwhile_keeps_its_answer_and_the_letter_is_dropped(
    db: Database, mailbox: Mailbox, desk: Desk, case_id: int, reference: str
) -> None:
    send(db, reference, answer(), deed(desk.handler), post_to(free_port()))
    yesterday = TODAY - timedelta(days=1)
    cases.answer_case(
        db, reference=reference, answered_on=yesterday, manner=AnswerManner.PHONE, deed=deed(desk.manager)
    )
    deliver(db, mailbox.post())  # long before its next attempt
    case = case_of(db, case_id)
    assert (case.answered_on, case.answer_manner) == (yesterday, AnswerManner.PHONE)
    assert mailbox.letters == []
    assert [(each.state.value, each.dropped_for) for each in case_letters(db)] == [("dropped", "answered")]
    assert events_of(db, case_id)[-1] == ("letter_dropped", [("letter", None, "answer")])


def test_a_case_answered_while_its_letter_is_being_sent_keeps_that_answer_and_tells_of_both(
    db: Database, mailbox: Mailbox, desk: Desk, case_id: int, reference: str
) -> None:
    yesterday = TODAY - timedelta(days=1)
    mailbox.on_text = lambda: cases.answer_case(  # type: ignore[assignment]
        db, reference=reference, answered_on=yesterday, deed=deed(desk.manager)
    )
    send(db, reference, answer(), deed(desk.handler), mailbox.post())
    assert case_of(db, case_id).answered_on == yesterday
    assert [name for name, _ in events_of(db, case_id)] == ["letter_queued", "answered", "letter_sent"]


def test_a_case_excluded_meanwhile_is_not_answered(
    db: Database, mailbox: Mailbox, desk: Desk, case_id: int, reference: str
) -> None:
    queue(db, reference, answer(), deed(desk.handler))
    cases.exclude_case(db, reference=reference, reason=ExclusionReason.SPAM, note=None, deed=deed(desk.manager))
    deliver(db, mailbox.post())
    assert mailbox.letters == []
    assert case_of(db, case_id).answered_on is None
    assert case_letters(db)[0].dropped_for == "excluded"


def test_two_workers_at_once_send_a_letter_once(db: Database, mailbox: Mailbox, desk: Desk, reference: str) -> None:
    mailbox.seconds_to_think = 0.3
    queue(db, reference, answer(), deed(desk.handler))
    threads = [
        threading.Thread(target=deliver, args=(db, mailbox.post()), kwargs={"name": f"desk/{number}/1"})
        for number in (1, 2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(mailbox.letters) == 1
    assert states(db) == ["sent"]


def test_what_a_dead_worker_had_in_hand_is_sent_by_another(
    db: Database, mailbox: Mailbox, desk: Desk, case_id: int, reference: str
) -> None:
    class Killed(BaseException):
        pass

    class DyingPost(ShowingPost):
        def carry(self, envelope: object) -> None:  # type: ignore[override]
            raise Killed

    queue(db, reference, answer(), deed(desk.handler))
    with pytest.raises(Killed):
        deliver(db, DyingPost(), name="desk/9/9")
    deliver(db, mailbox.post())
    assert mailbox.letters == []  # for all we know it is still being sent
    deliver(db, mailbox.post(), gone=("desk/9/9",))
    assert len(mailbox.letters) == 1
    assert case_of(db, case_id).answered_on == TODAY


def test_a_claim_ends_by_itself(db: Database, mailbox: Mailbox, desk: Desk, reference: str) -> None:
    queue(db, reference, answer(), deed(desk.handler))

    class Killed(BaseException):
        pass

    class DyingPost(ShowingPost):
        def carry(self, envelope: object) -> None:  # type: ignore[override]
            raise Killed

    with pytest.raises(Killed):
        deliver(db, DyingPost(), name="desk/9/9")
    deliver(db, mailbox.post(), at=NOW + CLAIM_LASTS + timedelta(seconds=1))
    assert len(mailbox.letters) == 1


def test_a_letter_can_be_withdrawn_while_it_waits(
    db: Database, mailbox: Mailbox, desk: Desk, case_id: int, reference: str
) -> None:
    letter_id = send(db, reference, answer(), deed(desk.handler), post_to(free_port()))
    withdraw(db, reference=reference, letter_id=letter_id, deed=deed(desk.handler))
    deliver(db, mailbox.post(), at=NOW + timedelta(days=1))
    assert mailbox.letters == []
    assert case_of(db, case_id).answered_on is None
    queue(db, reference, answer(), deed(desk.handler))
    assert states(db) == ["dropped", "waiting"]


def test_an_interim_reply_is_told_when_it_is_accepted_and_never_stops_the_clock(
    db: Database, mailbox: Mailbox, desk: Desk, case_id: int, reference: str
) -> None:
    send(db, reference, interim_reply(LATER), deed(desk.handler), post_to(free_port()))
    assert [name for name, _ in events_of(db, case_id)] == ["letter_queued"]
    deliver(db, mailbox.post(), at=NOW + PAUSES[0])
    assert events_of(db, case_id)[1:] == [
        ("interim_reply", [("replied_on", None, TODAY.isoformat()), ("expected_on", None, LATER.isoformat())])
    ]
    assert mailbox.letters[0].text.strip() == "Du får svar innen 13. mars 2026."
    case = case_of(db, case_id)
    assert (case.answered_on, case.extended_to) == (None, None)


def test_an_interim_reply_may_move_the_deadline_to_the_day_it_tells_of(
    db: Database, mailbox: Mailbox, desk: Desk, case_id: int, reference: str
) -> None:
    draft = interim_reply(LATER, extends=True, reason="Vi venter på befaring.")
    send(db, reference, draft, deed(desk.handler), mailbox.post())
    case = case_of(db, case_id)
    assert (case.extended_to, case.deadline) == (LATER, LATER)
    assert [name for name, _ in events_of(db, case_id)] == ["letter_queued", "interim_reply", "extended"]
    assert texts_of(db, case_id) == [("reason", "Vi venter på befaring.")]


def test_a_demo_shows_the_letter_and_counts_it_as_sent(db: Database, desk: Desk, case_id: int, reference: str) -> None:
    send(db, reference, answer(), deed(desk.handler), ShowingPost())
    assert states(db) == ["shown"]
    assert case_of(db, case_id).answered_on == TODAY


def test_an_answer_looks_as_if_a_person_wrote_it_for_the_unit(
    db: Database, mailbox: Mailbox, desk: Desk, reference: str
) -> None:
    send(db, reference, answer(body="<b>Hei</b>\n\nÆ Ø Å " + "lang linje " * 200), deed(desk.handler), mailbox.post())
    message = mailbox.letters[0].message
    assert message["From"] == '"Vei og park, Asker kommune" <dialogen@asker.example>'
    assert message["Reply-To"] is None
    assert message["Auto-Submitted"] is None
    assert max(len(line) for line in mailbox.letters[0].data.splitlines()) <= 998
    page = message.get_body(("html",))
    assert page is not None
    assert "<p>&lt;b&gt;Hei&lt;/b&gt;</p>" in page.get_content()
