"""Who leads: taking the lease, keeping it, losing it, giving it back; and what the one who lost it may no longer do."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import update

from dialogen.database.engine import Database
from dialogen.database.leases import Sight, find_lease
from dialogen.database.models import Lease, Letter
from dialogen.domain.accounts import Role
from dialogen.domain.letters import LetterState
from dialogen.services import deadline_pass, letters
from dialogen.services.leadership import USUAL, Leadership
from dialogen.services.worker import Deposed, Worker
from tests.factories import TODAY, make_account, make_case, make_unit
from tests.mailbox import Mailbox
from tests.passes import STATIONERY, raise_on, runs, states, worker, write

SLOT = "2026-02-11 06:30"


class Process:
    """One scheduler: its worker, its own count of seconds, and its share in leading."""

    def __init__(self, db: Database, name: str, *, gone: tuple[str, ...] = ()) -> None:
        self.seconds = 0.0
        self.worker = worker(name, gone=gone)
        self.leadership = Leadership(db, self.worker, seconds=lambda: self.seconds)

    def leads(self) -> bool:
        """Ask for the lease, or renew it."""
        return self.leadership.beat(slot=SLOT) is not None

    def do(self, job: Callable[[Worker], None]) -> bool:
        """Do a job if it leads; says whether it was begun."""
        begun: list[bool] = []

        def begin(by: Worker) -> None:
            begun.append(True)
            job(by)

        self.leadership.do(begin)
        return bool(begun)


def expire(db: Database, *, seconds: float = 0.001) -> None:
    """Let the lease have ended a moment ago."""
    with db.writing() as session:
        session.execute(update(Lease).values(expires_at=Lease.renewed_at - seconds))


def nothing(_worker: Worker) -> None:
    """Do nothing."""


def test_one_leads_until_its_lease_ends(db: Database) -> None:
    first, second = Process(db, "here/1/1"), Process(db, "there/1/1")
    assert [first.leads(), second.leads(), first.leads(), second.leads()] == [True, False, True, False]
    expire(db)
    assert second.leads()
    assert not first.leads()
    with db.reading() as session:
        lease = find_lease(session)
    assert lease is not None
    assert (lease.holder, lease.epoch, lease.is_held) == ("there/1/1", 2, True)


def test_a_lease_that_ended_is_renewed_by_its_holder_if_nobody_has_taken_it(db: Database) -> None:
    first = Process(db, "here/1/1")
    first.leads()
    expire(db)
    assert first.leads()
    assert not Process(db, "there/1/1").leads()


def test_a_leader_known_to_be_gone_is_followed_at_once(db: Database) -> None:
    assert Process(db, "here/1/1").leads()
    assert Process(db, "here/2/2", gone=("here/1/1",)).leads()


def test_a_lease_that_is_given_back_is_free_at_once_and_never_asked_for_again(db: Database) -> None:
    first, second = Process(db, "here/1/1"), Process(db, "there/1/1")
    first.leads()
    first.leadership.give_back()
    assert second.leads()
    second.leadership.give_back()
    assert not first.leads()


def test_giving_back_takes_nothing_from_a_successor(db: Database) -> None:
    first, second = Process(db, "here/1/1"), Process(db, "there/1/1")
    first.leads()
    expire(db)
    assert second.leads()
    first.leadership.give_back()
    assert not Process(db, "third/1/1").leads()


def test_a_lease_far_ahead_of_the_clock_is_nobodys_since_the_clock_was_set_back(db: Database) -> None:
    Process(db, "here/1/1").leads()
    with db.writing() as session:
        session.execute(update(Lease).values(expires_at=Lease.expires_at + 3600))
    assert Process(db, "there/1/1").leads()


def test_a_leader_believes_in_itself_for_three_quarters_of_its_lease(db: Database) -> None:
    process = Process(db, "here/1/1")
    process.leads()
    process.seconds = 0.74 * USUAL.lasts.total_seconds()
    assert process.do(nothing)
    process.seconds = 0.75 * USUAL.lasts.total_seconds()
    assert not process.do(nothing)
    process.leads()
    assert process.do(nothing)


def test_the_leader_sees_in_one_look_what_waits(db: Database, mailbox: Mailbox) -> None:
    process = Process(db, "here/1/1")
    assert process.leads()
    seen = process.leadership.beat(slot=SLOT)
    assert seen is not None
    assert seen == Sight(1, *[False] * 5)
    an_office(db)
    raise_on(db)
    write(db)
    process.do(lambda by: a_pass(db, mailbox, by))
    with db.writing() as session:
        session.execute(update(Letter).values(state=LetterState.WAITING))
    seen = process.leadership.beat(slot=SLOT)
    assert seen is not None
    assert (seen.is_pass_made, seen.letters, seen.links) == (True, True, False)


def an_office(db: Database) -> None:
    """Add a case that is due today, with a handler to tell."""
    unit = make_unit(db)
    kari = make_account(db, "kari@asker.example", roles=((Role.HANDLER, unit),))
    make_case(db, received_on=TODAY - timedelta(days=14), unit_id=unit, handler_id=kari)


def a_pass(db: Database, mailbox: Mailbox, by: Worker) -> None:
    """Make the pass of the morning."""
    deadline_pass.pass_of_slot(db, mailbox.post(), slot=SLOT, today=TODAY, stationery=STATIONERY, worker=by)


@pytest.fixture
def deposed(db: Database) -> Worker:
    """A worker that led, was frozen, and does not know yet that another leads; its own clock tells it nothing."""
    an_office(db)
    first, second = Process(db, "here/1/1"), Process(db, "there/1/1")
    kept: list[Worker] = []
    first.leads()
    first.do(kept.append)
    expire(db)
    assert second.leads()
    assert kept[0].leads()
    return kept[0]


def test_who_was_deposed_starts_no_pass(db: Database, mailbox: Mailbox, deposed: Worker) -> None:
    with pytest.raises(Deposed):
        a_pass(db, mailbox, deposed)
    assert runs(db) == []


def test_who_was_deposed_claims_no_letter(db: Database, mailbox: Mailbox, deposed: Worker) -> None:
    raise_on(db)
    write(db)
    with pytest.raises(Deposed):
        letters.send_letters(db, mailbox.post(), deposed, only_due=True)
    assert states(db) == ["waiting"]
    assert not mailbox.letters


def test_who_is_deposed_in_the_middle_of_a_pass_leaves_it_to_the_successor(db: Database, mailbox: Mailbox) -> None:
    an_office(db)
    first, second = Process(db, "here/1/1"), Process(db, "there/1/1")
    first.leads()

    def depose() -> None:
        expire(db)
        assert second.leads()

    mailbox.on_text = depose  # while the mail server has the letter
    first.do(lambda by: a_pass(db, mailbox, by))
    mailbox.on_text = lambda: None
    (run,) = runs(db)
    assert (run.worker, run.epoch, run.finished_at, run.failure) == ("here/1/1", 1, None, None)
    assert states(db) == ["sent"]  # what was heard of it is true
    second.do(lambda by: a_pass(db, mailbox, by))
    (run,) = runs(db)
    assert (run.worker, run.epoch, run.failure) == ("there/1/1", 2, None)
    assert run.finished_at is not None
    assert len(mailbox.letters) == 1


def test_a_letter_half_written_by_who_was_deposed_is_written_anew_at_once(db: Database, mailbox: Mailbox) -> None:
    an_office(db)
    first, second = Process(db, "here/1/1"), Process(db, "there/1/1")
    first.leads()

    def half(by: Worker) -> None:
        with suppress(Deposed):
            a_pass(db, mailbox, by)

    raise_on(db)
    first.do(half)
    mailbox.letters.clear()
    with db.writing() as session:
        session.execute(update(Letter).values(state=LetterState.DRAFT, claimed_by="here/1/1", finished_at=None))
    (run,) = runs(db)
    with db.writing() as session:
        session.merge(run).finished_at = None
    expire(db)
    assert second.leads()
    second.do(lambda by: a_pass(db, mailbox, by))
    assert mailbox.addresses() == ["kari@asker.example"]
    assert states(db) == ["sent"]


def test_a_letter_claimed_before_a_freeze_is_put_back_and_not_sent(db: Database, mailbox: Mailbox) -> None:
    an_office(db)
    raise_on(db)
    write(db)
    process = Process(db, "here/1/1")
    process.leads()

    def frozen_after_the_claim(by: Worker) -> None:
        believes = iter([True])  # before the claim, and not any more after it
        letters.send_letters(
            db,
            mailbox.post(),
            Worker(by.name, by.clock, by.is_gone, leads=lambda: next(believes, False), epoch=by.epoch),
            only_due=True,
        )

    process.do(frozen_after_the_claim)
    assert states(db) == ["waiting"]
    assert not mailbox.letters
