"""Several schedulers at once, as on several hosts: one leads; killed, frozen or stopped, another goes on from there."""

import signal
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dialogen import clock
from dialogen.database.engine import Database
from dialogen.database.models import JobRun
from dialogen.domain.accounts import Role
from tests.factories import make_account, make_case, make_unit
from tests.mailbox import HOST, Mailbox
from tests.passes import alerts, letters, runs
from tests.schedulers import Schedulers, schedulers, until
from tests.test_scheduler import OSLO

HANDLERS = [f"saksbehandler{number}@asker.example" for number in range(6)]


@pytest.fixture
def some(db: Database, mailbox: Mailbox, tmp_path: Path) -> Iterator[Schedulers]:
    """Schedulers on an office in which six handlers are each owed a letter."""
    unit = make_unit(db)
    for address in HANDLERS:
        handler = make_account(db, address, roles=((Role.HANDLER, unit),))
        make_case(db, received_on=clock.today(OSLO) - timedelta(days=14), unit_id=unit, handler_id=handler)
    with schedulers(db, tmp_path, mail_host=HOST, mail_port=mailbox.port) as started:
        yield started


def the_pass(db: Database) -> JobRun:
    """Wait until the pass is made, and return its trace: there is one."""
    until(lambda: all(each.finished_at is not None for each in runs(db)))
    (run,) = runs(db)
    assert run.failure is None
    return run


class _Third:
    """The moment in which the mail server has the third letter, and has not said so yet."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._letters, self.has_come, self.is_over = mailbox.letters, threading.Event(), threading.Event()
        mailbox.on_text = self._wait

    def _wait(self) -> None:
        if len(self._letters) == 3:
            self.has_come.set()
            self.is_over.wait(60)


def test_of_three_at_once_one_makes_the_pass_and_another_leads_as_soon_as_it_is_stopped(
    db: Database, mailbox: Mailbox, some: Schedulers
) -> None:
    for _ in range(3):
        some.start()
    first = some.leader(1)
    until(lambda: len(runs(db)) == 1)
    run = the_pass(db)
    assert mailbox.addresses() == HANDLERS
    assert (run.worker, run.epoch) == (some.holder, 1)
    code, _, err = some.end(first)
    assert (code, "Traceback" in err) == (0, False)
    lease = some.lease()
    assert lease is not None
    assert lease.epoch == 2 or not lease.is_held, "what is stopped gives the lease back at once"
    second = some.leader(2)
    assert second is not first
    assert len(mailbox.letters) == 6
    assert the_pass(db).epoch == 1


def test_when_the_leader_is_killed_another_takes_its_pass_over_and_sends_the_rest(
    db: Database, mailbox: Mailbox, some: Schedulers
) -> None:
    third = _Third(mailbox)
    some.start()
    first = some.leader(1)
    some.start()
    assert third.has_come.wait(60)
    some.end(first, signal.SIGKILL)
    third.is_over.set()
    some.leader(2)
    run = the_pass(db)
    assert (run.worker, run.epoch) == (some.holder, 2)
    assert sorted(set(mailbox.addresses())) == HANDLERS
    assert len({each.id for each in mailbox.letters}) == 6
    assert len(mailbox.letters) == 7  # the one in doubt again, under its own Message-ID
    assert {each.state.value for each in letters(db)} == {"sent"}
    assert {each.state for each in alerts(db)} == {"in_letter", "superseded"}


def test_a_leader_that_was_frozen_begins_nothing_when_it_wakes_up(
    db: Database, mailbox: Mailbox, some: Schedulers
) -> None:
    third = _Third(mailbox)
    some.start()
    first = some.leader(1)
    assert third.has_come.wait(60)
    some.send(first, signal.SIGSTOP)
    third.is_over.set()
    some.start()
    some.leader(2)
    until(lambda: len(mailbox.letters) == 6)
    before = the_pass(db)
    assert (before.worker, before.epoch) == (some.holder, 2)
    assert sorted(each.state.value for each in letters(db)) == ["claimed", *["sent"] * 5]
    some.send(first, signal.SIGCONT)
    until(lambda: {each.state.value for each in letters(db)} == {"sent"})  # what it heard of the third one is true
    code, _, err = some.end(first)
    assert (code, "another scheduler leads now" in err) == (0, True)
    assert mailbox.addresses() == HANDLERS
    after = the_pass(db)
    assert (after.worker, after.epoch, after.finished_at) == (before.worker, 2, before.finished_at)
