"""The deadline pass: raise the alerts a day owes, write the letters, send them, and leave a trace."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from dialogen import calendar
from dialogen.database import job_runs
from dialogen.domain.errors import InvalidInput, Problem
from dialogen.domain.staleness import silence_before
from dialogen.mail.post import Post
from dialogen.pings import Ping
from dialogen.services import alerts
from dialogen.services.alerts import Morning, OpenCounts
from dialogen.services.letter_writing import write_letters
from dialogen.services.letters import Stationery, send_letters
from dialogen.services.worker import Deposed, Worker

if TYPE_CHECKING:
    from dialogen.database.engine import Database
    from dialogen.database.models import JobRun

NO_PING = Ping(None)


@dataclass(frozen=True)
class PassResult:
    """What a pass saw and did. `raised` and `dropped` count alerts, `sent` and `failed` letters."""

    today: date
    counts: OpenCounts
    seen: int
    raised: int
    sent: int
    dropped: int
    failed: int
    given_up: int = 0  # of the failed: a person must look at them


@dataclass(frozen=True)
class PassOrder:
    """Which pass to make: for which day, whether that is the present one, and what to send.

    `only_due` leaves letters alone that wait for a later retry.
    """

    today: date
    present_day: bool
    send: bool = True
    only_due: bool = False


def check_today(today: date, real_today: date) -> None:
    """Refuse a pass for a day to come, and for one so early that the calendar does not know the day before it."""
    if today.year <= calendar.FIRST_YEAR:
        years = {"first": calendar.FIRST_YEAR + 1, "last": calendar.LAST_YEAR}
        raise InvalidInput.of("today", Problem.BEYOND_CALENDAR, value=today, **years)
    if today > real_today:
        raise InvalidInput.of("today", Problem.TODAY_IN_FUTURE, value=today)


def pass_by_hand(
    db: "Database", post: Post, *, order: PassOrder, stationery: Stationery, worker: Worker, ping: Ping = NO_PING
) -> PassResult:
    """Make a pass now, at any hour of any day, sending all that waits, also what waits for a later retry."""
    run_id = _start(db, slot=f"by hand {uuid.uuid4()}", order=order, worker=worker)
    if run_id is None:
        raise AssertionError("a slot of its own is free")
    heard = ping if order.present_day and order.send else NO_PING
    return _watched(heard, lambda: _traced_pass(db, post, run_id, order, stationery, worker))


def pass_of_slot(
    db: "Database",
    post: Post,
    *,
    slot: str,
    today: date,
    stationery: Stationery,
    worker: Worker,
    ping: Ping = NO_PING,
) -> PassResult | None:
    """Make the pass of a slot in the timetable, unless it is made, or being made by a worker that lives."""
    order = PassOrder(today, present_day=True, only_due=True)
    run_id = _start(db, slot=slot, order=order, worker=worker)
    if run_id is None:
        taken = _take_over(db, slot=slot, worker=worker)
        if taken is None:
            return None
        run_id, former = taken
        worker = replace(worker, deposed=worker.deposed | {former})
    begun = run_id
    return _watched(ping, lambda: _traced_pass(db, post, begun, order, stationery, worker))


def _watched(ping: Ping, make: Callable[[], PassResult]) -> PassResult:
    ping.begun()
    try:
        result = make()
    except Deposed:
        raise  # whoever leads now tells how it ended
    except Exception:
        ping.failed()
        raise
    ping.done()
    return result


def _start(db: "Database", *, slot: str, order: PassOrder, worker: Worker) -> int | None:
    now = worker.clock()
    with db.writing() as session:
        worker.check_leads(session)
        return job_runs.start_run(
            session,
            job=job_runs.DEADLINE_PASS,
            slot=slot,
            worker=worker.name,
            epoch=worker.epoch,
            for_day=order.today,
            # A pass that sends nothing told nobody: it does not show that the alerts work.
            present_day=order.present_day and order.send,
            now=now,
        )


def _take_over(db: "Database", *, slot: str, worker: Worker) -> tuple[int, str] | None:
    """Take over a slot whose pass failed or whose worker is gone; returns the run and who had it before."""
    with db.writing() as session:
        worker.check_leads(session)
        run = job_runs.find_run(session, job=job_runs.DEADLINE_PASS, slot=slot)
        if run is None or (run.finished_at is not None and run.failure is None):
            return None
        if run.finished_at is None and not _is_abandoned(run, worker):
            return None
        former = run.worker
        run.worker, run.epoch, run.started_at = worker.name, worker.epoch, worker.clock()
        run.finished_at, run.failure = None, None
        return run.id, former


def _is_abandoned(run: "JobRun", worker: Worker) -> bool:
    is_deposed = run.epoch is not None and worker.epoch is not None and run.epoch < worker.epoch
    return is_deposed or worker.is_gone(run.worker) or worker.clock() - run.started_at > job_runs.LONGEST_PASS


def _traced_pass(
    db: "Database", post: Post, run_id: int, order: PassOrder, stationery: Stationery, worker: Worker
) -> PassResult:
    done = _Done()
    try:
        counts = _pass(db, post, order, stationery, worker, done)
    except Deposed:
        raise  # the run is whoever's leads now
    except Exception as error:
        _end(db, run_id, done, worker, failure=type(error).__name__)
        raise
    _end(db, run_id, done, worker, failure=None)
    return PassResult(order.today, counts, done.seen, done.raised, done.sent, done.dropped, done.failed, done.given_up)


@dataclass
class _Done:
    """What a pass has come to so far, so that one that fails leaves a trace of it."""

    seen: int = 0
    raised: int = 0
    sent: int = 0
    dropped: int = 0
    failed: int = 0
    given_up: int = 0


def _end(db: "Database", run_id: int, done: _Done, worker: Worker, *, failure: str | None) -> None:
    with db.writing() as session:
        worker.check_leads(session)
        run = job_runs.get_run(session, run_id)
        if (run.worker, run.epoch) != (worker.name, worker.epoch):
            raise Deposed
        run.finished_at, run.failure = worker.clock(), failure
        run.seen, run.raised, run.sent = done.seen, done.raised, done.sent
        run.dropped, run.failed = done.dropped, done.failed


def _pass(
    db: "Database", post: Post, order: PassOrder, stationery: Stationery, worker: Worker, done: _Done
) -> OpenCounts:
    morning = _morning(db, order)
    counts = alerts.count_open(db, order.today)
    raised = alerts.raise_alerts(db, morning, now=worker.clock())
    done.seen, done.raised = raised.seen, raised.raised
    if order.send:
        done.dropped = write_letters(db, morning, stationery, worker)
        tally = send_letters(db, post, worker, only_due=order.only_due)
        done.sent, done.failed, done.given_up = tally.sent, tally.failed, tally.given_up
        done.dropped += tally.dropped
    return counts


def _morning(db: "Database", order: PassOrder) -> Morning:
    morning = alerts.morning_of(db, order.today)
    if not order.present_day:
        return morning
    with db.reading() as session:
        last = job_runs.last_day_passed(session)
    return replace(morning, silence=silence_before(order.today, last_pass_on=last, calendar=morning.calendar))
