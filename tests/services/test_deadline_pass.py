"""The pass as a whole: what it comes to, its trace, twice, two at once, and killed anywhere."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from itertools import count

import pytest
from sqlalchemy import Connection, event

from dialogen.database.engine import Database
from dialogen.database.job_runs import LONGEST_PASS, first_started_at
from dialogen.domain.accounts import Role
from dialogen.domain.errors import InvalidInput
from dialogen.mail.post import Carrier, Post
from dialogen.pings import Ping
from dialogen.services import deadline_pass
from dialogen.services.deadline_pass import NO_PING, PassOrder, PassResult, check_today
from dialogen.services.worker import Worker
from tests.factories import NOW, TODAY, make_account, make_case, make_unit
from tests.mailbox import Mailbox, free_port, post_to
from tests.passes import STATIONERY, Clock, alerts, change, letters, make_pass, raise_on, runs, worker

DUE_TODAY = TODAY - timedelta(days=14)
ONE_DAY = timedelta(days=1)
SLOT = "2026-02-11 06:30"


def of_slot(
    db: Database, post: Post, by: Worker | None = None, *, slot: str = SLOT, ping: Ping = NO_PING
) -> PassResult | None:
    """Make the pass of a slot in the timetable."""
    by = by or worker("scheduler/1/1")
    return deadline_pass.pass_of_slot(db, post, slot=slot, today=TODAY, stationery=STATIONERY, worker=by, ping=ping)


def an_office(db: Database, number: int = 1, *, cases: int = 3) -> list[str]:
    """Add a unit with a handler and a manager, and cases due today; returns the two addresses."""
    unit = make_unit(db, f"Virksomheten {number}")
    addresses = [f"{who}{number}@asker.example" for who in ("kari", "leder")]
    handler = make_account(db, addresses[0], roles=((Role.HANDLER, unit),))
    make_account(db, addresses[1], roles=((Role.MANAGER, unit),))
    for _ in range(cases):
        make_case(db, received_on=DUE_TODAY, unit_id=unit, handler_id=handler)
    return addresses


def test_a_pass_says_what_it_saw_and_did_and_leaves_a_trace(db: Database, mailbox: Mailbox) -> None:
    handler = make_account(db, "kari@asker.example", roles=((Role.HANDLER, "*"),))
    for days in (3, 9, 12, 14, 15):
        make_case(db, received_on=TODAY - timedelta(days=days), handler_id=handler)
    gone = make_case(db, received_on=DUE_TODAY, handler_id=handler)
    raise_on(db)
    change(db, gone, answered_on=TODAY)
    result = make_pass(db, mailbox.post(), by=worker("desk/1/1"))
    counts = result.counts
    assert (counts.open, counts.nearing, counts.due_today, counts.overdue) == (5, 2, 1, 1)
    assert (result.seen, result.raised, result.sent, result.dropped, result.failed) == (4, 0, 1, 1, 0)
    (run,) = runs(db)
    assert (run.job, run.worker, run.for_day, run.present_day) == ("deadline_pass", "desk/1/1", TODAY, True)
    assert (run.seen, run.raised, run.sent, run.dropped, run.failed) == (4, 0, 1, 1, 0)
    assert (run.started_at, run.finished_at, run.failure) == (NOW, NOW, None)


def test_a_letter_that_fails_is_counted_and_traced(db: Database) -> None:
    an_office(db)
    assert make_pass(db, post_to(free_port())).failed == 2
    assert [(each.raised, each.sent, each.failed) for each in runs(db)] == [(6, 0, 2)]


def test_a_second_and_a_third_pass_send_nothing(db: Database, mailbox: Mailbox) -> None:
    addresses = an_office(db)
    first = make_pass(db, mailbox.post())
    assert (first.raised, first.sent) == (6, 2)
    for _ in range(2):
        again = make_pass(db, mailbox.post())
        assert (again.raised, again.sent, again.dropped, again.failed) == (0, 0, 0, 0)
    assert mailbox.addresses() == addresses


def test_without_sending_no_letter_is_written(db: Database, mailbox: Mailbox) -> None:
    an_office(db)
    result = make_pass(db, mailbox.post(), send=False)
    assert (result.raised, result.sent) == (6, 0)
    assert letters(db) == []
    assert mailbox.letters == []
    assert make_pass(db, mailbox.post()).sent == 2


def test_alerts_to_nobody_are_raised_and_are_no_failure(db: Database, mailbox: Mailbox) -> None:
    make_case(db, received_on=DUE_TODAY)
    result = make_pass(db, mailbox.post())
    assert (result.raised, result.sent, result.failed) == (1, 0, 0)


def test_only_a_pass_of_the_present_day_that_sends_counts_as_one(db: Database, mailbox: Mailbox) -> None:
    make_pass(db, mailbox.post())
    make_pass(db, mailbox.post(), send=False)
    make_pass(db, mailbox.post(), present_day=False)
    assert [each.present_day for each in runs(db)] == [True, False, False]


def test_a_day_to_come_is_refused() -> None:
    check_today(TODAY, TODAY)
    with pytest.raises(InvalidInput):
        check_today(TODAY + ONE_DAY, TODAY)


def test_an_earlier_day_writes_of_no_case_received_after_it(db: Database, mailbox: Mailbox) -> None:
    handler = make_account(db, "kari@asker.example")
    make_case(db, received_on=DUE_TODAY, handler_id=handler)
    raise_on(db)
    early = make_pass(db, mailbox.post(), today=DUE_TODAY - ONE_DAY, present_day=False)
    assert (early.counts.open, early.sent, early.dropped) == (0, 0, 0)
    assert make_pass(db, mailbox.post()).sent == 1


def test_the_pass_of_a_slot_is_made_once(db: Database, mailbox: Mailbox) -> None:
    an_office(db)
    first = of_slot(db, mailbox.post())
    assert first is not None
    assert first.sent == 2
    assert of_slot(db, mailbox.post(), worker("other/2/2")) is None
    assert of_slot(db, mailbox.post(), slot="2026-02-12 06:30") is not None
    assert [each.slot for each in runs(db)] == [SLOT, "2026-02-12 06:30"]


def test_the_pass_of_a_slot_leaves_letters_alone_that_wait_for_a_later_retry(db: Database, mailbox: Mailbox) -> None:
    an_office(db)
    make_pass(db, post_to(free_port()))
    later = of_slot(db, mailbox.post())
    assert later is not None
    assert (later.sent, later.failed) == (0, 0)
    assert mailbox.letters == []


class _BrokenPost:
    """A fault of our own, in the middle of a pass."""

    def round(self, *, in_a_hurry: bool = False) -> AbstractContextManager[Carrier]:
        raise RuntimeError("Hemmelig: kari@asker.example")

    def check_server(self) -> str | None:
        return None


def test_a_pass_that_fails_says_so_without_telling_more_and_is_made_again(db: Database, mailbox: Mailbox) -> None:
    an_office(db)
    with pytest.raises(RuntimeError):
        of_slot(db, _BrokenPost())
    (run,) = runs(db)
    assert (run.failure, run.raised, run.sent) == ("RuntimeError", 6, 0)
    assert run.finished_at is not None
    again = of_slot(db, mailbox.post())
    assert again is not None
    assert again.sent == 2
    (run,) = runs(db)
    assert run.failure is None


@pytest.fixture
def cut_short(db: Database) -> None:
    """A slot whose pass was begun on another host and never ended."""
    an_office(db)
    with killed_at_commit(db, 2), pytest.raises(Killed):
        of_slot(db, post_to(free_port()), worker("other/2/2"))


def test_a_slot_in_a_living_workers_hand_is_left_alone(db: Database, mailbox: Mailbox, cut_short: None) -> None:
    assert of_slot(db, mailbox.post(), worker(clock=Clock(NOW + LONGEST_PASS))) is None


def test_a_slot_whose_worker_is_gone_is_taken_over(db: Database, mailbox: Mailbox, cut_short: None) -> None:
    taken = of_slot(db, mailbox.post(), worker("here/1/1", gone=["other/2/2"]))
    assert taken is not None
    assert taken.sent == 2
    (run,) = runs(db)
    assert (run.worker, run.failure, run.sent) == ("here/1/1", None, 2)


def test_a_slot_that_never_ends_is_taken_over(db: Database, mailbox: Mailbox, cut_short: None) -> None:
    clock = Clock(NOW + LONGEST_PASS + timedelta(seconds=1))
    assert of_slot(db, mailbox.post(), worker("here/1/1", clock=clock)) is not None


class Killed(BaseException):
    """The process ends here."""


@contextmanager
def killed_at_commit(db: Database, number: int) -> Iterator[None]:
    """Let the process die just before it keeps its work for the nth time (from 0)."""
    commits = count()

    def die(_connection: Connection) -> None:
        if next(commits) == number:
            raise Killed

    event.listen(db.engine, "commit", die)
    try:
        yield
    finally:
        event.remove(db.engine, "commit", die)


def test_wherever_a_pass_is_killed_the_next_one_sends_each_letter_once(db: Database, mailbox: Mailbox) -> None:
    killed: list[str] = []
    for number in count():
        addresses = an_office(db, number)
        by = worker(f"dead/{number}/1", gone=killed)
        try:
            with killed_at_commit(db, number):
                make_pass(db, mailbox.post(), by=by)
            break
        except Killed:
            killed.append(by.name)
        make_pass(db, mailbox.post(), by=worker(f"alive/{number}/1", gone=killed))
        for address in addresses:
            # A letter in doubt may come twice, but it is the same letter.
            assert len({each.id for each in mailbox.to(address)}) == 1, (number, address)
    assert len(killed) > 8
    assert {each.state for each in alerts(db)} == {"in_letter", "superseded"}
    assert {each.state.value for each in letters(db)} == {"sent"}
    assert len(mailbox.letters) - len(letters(db)) == 2  # killed after the server took each of the two


def test_two_passes_at_once_send_each_letter_once(db: Database, mailbox: Mailbox) -> None:
    addresses = [address for number in range(3) for address in an_office(db, number)]
    mailbox.seconds_to_think = 0.2
    others = [Database(db.url) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        results = list(
            pool.map(lambda each: make_pass(each[1], mailbox.post(), by=worker(f"desk/{each[0]}/1")), enumerate(others))
        )
    for other in others:
        other.dispose()
    assert mailbox.addresses() == sorted(addresses)
    assert sum(each.raised for each in results) == 18
    assert [sum(each.sent for each in results), sum(each.failed for each in results)] == [6, 0]
    assert {each.state.value for each in letters(db)} == {"sent"}


def test_a_pass_by_hand_does_not_show_that_a_scheduler_was_ever_started(db: Database, mailbox: Mailbox) -> None:
    make_pass(db, mailbox.post())
    with db.reading() as session:
        assert first_started_at(session) is None


def test_a_pass_so_early_that_the_calendar_does_not_know_the_day_before_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"^today: "):
        check_today(date(1901, 12, 31), TODAY)
    check_today(date(1902, 1, 1), TODAY)


class _Heard(Ping):
    """A watchman who is called in the same process."""

    def __init__(self) -> None:
        super().__init__("https://ping.asker.example/hemmelig")
        self.calls: list[str] = []

    def _call(self, what: str) -> None:
        self.calls.append(what)


def test_a_watchman_is_called_before_and_after_each_pass(db: Database, mailbox: Mailbox) -> None:
    an_office(db)
    heard = _Heard()
    with pytest.raises(RuntimeError):
        of_slot(db, _BrokenPost(), ping=heard)
    assert heard.calls == ["/start", "/fail"]
    of_slot(db, mailbox.post(), ping=heard)
    assert heard.calls[2:] == ["/start", ""]
    of_slot(db, mailbox.post(), ping=heard)
    assert len(heard.calls) == 4, "the pass of the slot was made already"


@pytest.mark.parametrize(
    ("order", "calls"),
    [
        (PassOrder(TODAY, present_day=True), ["/start", ""]),
        (PassOrder(TODAY, present_day=True, send=False), []),
        (PassOrder(TODAY - ONE_DAY, present_day=False), []),
    ],
)
def test_a_pass_by_hand_that_tells_nobody_of_today_calls_no_watchman(
    db: Database, mailbox: Mailbox, order: PassOrder, calls: list[str]
) -> None:
    heard = _Heard()
    deadline_pass.pass_by_hand(db, mailbox.post(), order=order, stationery=STATIONERY, worker=worker(), ping=heard)
    assert heard.calls == calls
