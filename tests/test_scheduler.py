"""The timetable as data, its jobs called one by one, and the days on which the clocks change."""

import json
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import select

from config import Config
from dialogen import scheduler
from dialogen.database.engine import Database
from dialogen.database.models import Alert, IdempotencyKey, JobRun, Letter, SignInLink, Throttle
from dialogen.domain.accounts import Role, Scope
from dialogen.domain.letters import LetterState
from dialogen.domain.throttling import Kind
from dialogen.extensions import Office
from dialogen.mail.post import Post
from dialogen.scheduler import BEATS, TIMETABLE, Beat, Entry
from dialogen.services import sessions, throttling, tokens
from dialogen.services.forgotten_passwords import ask_for_link
from dialogen.services.leadership import BELIEVED, USUAL, Leadership, Terms
from dialogen.services.second_steps import LENIENT
from dialogen.services.worker import Worker
from tests.factories import BY_HAND, CALLER, make_account, make_case, make_unit
from tests.mailbox import Mailbox, free_port, post_to
from tests.passes import Clock, worker
from tests.statements import counted

OSLO = ZoneInfo("Europe/Oslo")
WEDNESDAY = date(2026, 2, 11)
MORNING = datetime(2026, 2, 11, 6, 30, tzinfo=OSLO)
A_DAY = timedelta(days=1)
EVERY_SECOND = Terms(renewed_every=timedelta(seconds=1))


def firings(entry: Entry, first: date, last: date) -> list[datetime]:
    """Return when an entry's job would be started from one day until another, in local time."""
    trigger = CronTrigger(timezone=OSLO, **entry.when)
    found: list[datetime] = []
    now = datetime.combine(first, time(), OSLO)
    while True:
        at = trigger.get_next_fire_time(found[-1] if found else None, now)
        if at is None or at.date() > last:
            return found
        found.append(at)
        # As the scheduler reckons: the next one after this, told by the instant.
        now = (at.astimezone(UTC) + timedelta(microseconds=1)).astimezone(OSLO)


@pytest.fixture
def office(db: Database, tmp_path: Path) -> Iterator[Office]:
    """An installation with a mail server of its own."""
    with Mailbox() as mailbox:
        yield office_with(db, tmp_path, mailbox.post())


def office_with(db: Database, folder: Path, post: Post) -> Office:
    """Return an installation on a database, with a way to send letters."""
    config = Config.from_env({"DIALOGEN_DATA_DIR": str(folder), "DIALOGEN_MAIL_SENDER": "dialogen@asker.example"})
    return Office(config, db, post)


def add_overdue_case(db: Database) -> None:
    """Add a case that was due yesterday, with a handler to tell."""
    unit = make_unit(db)
    kari = make_account(db, roles=((Role.HANDLER, unit),))
    make_case(db, received_on=WEDNESDAY - 15 * A_DAY, unit_id=unit, handler_id=kari)


def at(local: datetime, name: str = "desk/1/1", gone: tuple[str, ...] = ()) -> Worker:
    """Return a worker at a moment."""
    return worker(name, clock=Clock(local.astimezone(UTC)), gone=gone)


def runs(db: Database) -> list[tuple[str, str, str | None]]:
    """Return the trace of passes: slot, worker, failure."""
    with db.reading() as session:
        return [(run.slot, run.worker, run.failure) for run in session.scalars(select(JobRun).order_by(JobRun.id))]


def letters(db: Database) -> list[LetterState]:
    """Return the states of all letters."""
    with db.reading() as session:
        return list(session.scalars(select(Letter.state).order_by(Letter.id)))


def test_no_two_entries_have_the_same_name() -> None:
    assert len({entry.id for entry in TIMETABLE}) == len(TIMETABLE)


@pytest.mark.parametrize("entry", TIMETABLE, ids=lambda entry: entry.id)
def test_an_entry_comes_every_day_of_the_year(entry: Entry) -> None:
    trigger = CronTrigger(timezone=OSLO, **entry.when)
    for number in range(365):
        midnight = datetime.combine(date(2026, 1, 1) + number * A_DAY, time(), OSLO)
        assert trigger.get_next_fire_time(None, midnight).date() == midnight.date()


@pytest.mark.parametrize("entry", TIMETABLE, ids=lambda entry: entry.id)
@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28)], ids=str)
def test_an_entry_comes_as_often_on_the_day_the_clocks_change(entry: Entry, day: date) -> None:
    plain = [at.time() for at in firings(entry, WEDNESDAY, WEDNESDAY)]
    assert [at.time() for at in firings(entry, day, day)] == plain


@pytest.mark.parametrize("entry", TIMETABLE, ids=lambda entry: entry.id)
def test_nothing_is_planned_in_the_hour_that_some_days_have_twice(entry: Entry) -> None:
    assert not [at for at in firings(entry, WEDNESDAY, WEDNESDAY) if at.hour == 2]


def test_days_of_the_week_are_named_and_not_numbered() -> None:
    assert not any(str(entry.when.get("day_of_week", "mon"))[0].isdigit() for entry in TIMETABLE)


def test_the_pass_is_made_in_the_morning() -> None:
    times = [at.time() for at in firings(TIMETABLE[0], WEDNESDAY, WEDNESDAY)]
    assert times == [scheduler.MORNING]


@pytest.mark.parametrize(
    ("local", "slot"),
    [
        ("2026-02-11T06:30:00", "2026-02-11 06:30"),
        ("2026-02-11T06:29:59", "2026-02-10 06:30"),
        ("2026-02-11T23:59:00", "2026-02-11 06:30"),
        ("2026-02-12T00:00:00", "2026-02-11 06:30"),
        ("2026-01-01T01:00:00", "2025-12-31 06:30"),
        ("2026-03-29T03:30:00", "2026-03-28 06:30"),
        ("2026-10-25T06:30:00", "2026-10-25 06:30"),
    ],
)
def test_the_newest_slot_is_the_last_morning_that_has_come(local: str, slot: str) -> None:
    assert scheduler.newest_slot(datetime.fromisoformat(local).replace(tzinfo=OSLO)) == slot


def built(
    office: Office, by: Worker, timetable: Sequence[Entry] = TIMETABLE, beats: Sequence[Beat] = BEATS
) -> BackgroundScheduler:
    """Build a scheduler that leads as soon as its beat is called."""
    leadership = Leadership(office.db, by, seconds=lambda: 0.0, terms=EVERY_SECOND)
    return scheduler.build(office, by, leadership, timetable=timetable, beats=beats)


def call(plan: BackgroundScheduler, name: str) -> None:
    """Do one of a scheduler's jobs here and now."""
    job = plan.get_job(name)
    job.func(*job.args)


def jobs(plan: BackgroundScheduler) -> set[str]:
    """Return the names of what a scheduler is to do."""
    return {job.id for job in plan.get_jobs()}


def test_the_scheduler_is_built_from_the_timetable_and_looks_at_once_when_it_leads(
    db: Database, office: Office
) -> None:
    plan = built(office, at(MORNING))
    planned = {entry.id for entry in TIMETABLE} | {"beat", "first beat"}
    assert jobs(plan) == planned
    call(plan, "first beat")
    assert jobs(plan) == planned | {"deadline pass at start", "bring counts together at start"}


def test_a_scheduler_that_does_not_lead_does_nothing(db: Database, office: Office) -> None:
    add_overdue_case(db)
    first, second = built(office, at(MORNING)), built(office, at(MORNING, "other/2/2"))
    for plan in (first, second):
        call(plan, "beat")
        call(plan, "deadline pass")
    assert "deadline pass at start" not in jobs(second)
    assert runs(db) == [("2026-02-11 06:30", "desk/1/1", None)]


def test_an_idle_scheduler_asks_one_thing_with_each_beat_and_else_nothing(db: Database, office: Office) -> None:
    first, second = built(office, at(MORNING)), built(office, at(MORNING, "other/2/2"))
    call(first, "beat")
    call(first, "deadline pass")
    known = jobs(first)
    with counted(db) as said:
        for number in range(1, 4):
            call(first, "beat")
            call(first, "catch up")
            call(first, "send waiting letters")
            assert len(said) == number, said
        for number in range(4, 7):
            call(second, "beat")
            call(second, "catch up")
            call(second, "send waiting letters")
            assert len(said) == number, said
    assert jobs(first) == known
    assert USUAL.renewed_every >= timedelta(seconds=5)


def test_another_takes_over_within_half_a_minute_and_a_leader_doubts_itself_before() -> None:
    assert USUAL.lasts + USUAL.renewed_every < timedelta(seconds=30)
    assert BELIEVED * USUAL.lasts > 2 * USUAL.renewed_every  # one beat that is missed does no harm


def test_a_letter_that_waits_for_a_later_try_is_no_work_until_then(db: Database, tmp_path: Path) -> None:
    add_overdue_case(db)
    away = office_with(db, tmp_path, post_to(free_port()))
    by = at(MORNING)
    plan = built(away, by)
    call(plan, "beat")
    call(plan, "deadline pass")
    call(plan, "beat")
    with counted(db) as said:
        call(plan, "send waiting letters")
    assert not said
    assert isinstance(by.clock, Clock)
    by.clock.wait(timedelta(minutes=5))
    call(plan, "beat")
    with counted(db) as said:
        call(plan, "send waiting letters")
    assert said


def test_a_job_that_fails_is_done_again_at_its_next_time(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []
    again = threading.Event()

    def fail(_office: Office, _worker: Worker) -> None:
        done.append("failed")
        if len(done) == 3:
            again.set()
        raise RuntimeError("a fault of our own")

    timetable = (Entry("at each second", {"second": "*"}, fail, at_start=True),)
    plan = built(office, at(MORNING), timetable)
    plan.start()
    assert again.wait(60)
    plan.shutdown()
    assert "a fault of our own" in caplog.text


def test_a_pass_of_the_morning_raises_alerts_and_sends_letters(db: Database, office: Office) -> None:
    add_overdue_case(db)
    scheduler.make_pass(office, at(MORNING))
    assert runs(db) == [("2026-02-11 06:30", "desk/1/1", None)]
    assert letters(db) == [LetterState.SENT]


def test_the_same_morning_makes_one_pass(db: Database, office: Office) -> None:
    add_overdue_case(db)
    scheduler.make_pass(office, at(MORNING))
    scheduler.make_pass(office, at(MORNING + timedelta(hours=3), "other/2/2"))
    assert runs(db) == [("2026-02-11 06:30", "desk/1/1", None)]
    assert letters(db) == [LetterState.SENT]


def test_the_next_morning_makes_another(db: Database, office: Office) -> None:
    scheduler.make_pass(office, at(MORNING))
    scheduler.make_pass(office, at(MORNING + A_DAY))
    assert [slot for slot, _, _ in runs(db)] == ["2026-02-11 06:30", "2026-02-12 06:30"]


def test_a_pass_that_failed_is_made_again(db: Database, office: Office, tmp_path: Path) -> None:
    add_overdue_case(db)
    with db.writing() as session:
        session.add(made_run(worker="desk/1/1", finished_at=MORNING, failure="OperationalError"))
    scheduler.make_pass(office, at(MORNING + timedelta(minutes=15)))
    assert runs(db) == [("2026-02-11 06:30", "desk/1/1", None)]
    assert letters(db) == [LetterState.SENT]


def test_a_pass_whose_worker_is_gone_is_taken_over(db: Database, office: Office) -> None:
    add_overdue_case(db)
    with db.writing() as session:
        session.add(made_run(worker="dead/3/3"))
    scheduler.make_pass(office, at(MORNING + timedelta(minutes=15), gone=("dead/3/3",)))
    assert runs(db) == [("2026-02-11 06:30", "desk/1/1", None)]
    assert letters(db) == [LetterState.SENT]


def test_a_pass_that_another_host_is_making_is_left_to_it_for_an_hour(db: Database, office: Office) -> None:
    with db.writing() as session:
        session.add(made_run(worker="elsewhere/3/3"))
    scheduler.make_pass(office, at(MORNING + timedelta(minutes=45)))
    assert runs(db) == [("2026-02-11 06:30", "elsewhere/3/3", None)]
    scheduler.make_pass(office, at(MORNING + timedelta(minutes=75)))
    assert runs(db) == [("2026-02-11 06:30", "desk/1/1", None)]


def made_run(*, worker: str, finished_at: datetime | None = None, failure: str | None = None) -> JobRun:
    """Return the trace of a run of Wednesday's slot."""
    return JobRun(
        job="deadline_pass",
        slot="2026-02-11 06:30",
        worker=worker,
        for_day=WEDNESDAY,
        present_day=True,
        started_at=MORNING,
        finished_at=finished_at,
        failure=failure,
    )


def test_a_pass_missed_at_night_is_made_for_the_day_it_is_made_on(db: Database, office: Office) -> None:
    scheduler.make_pass(office, at(datetime(2026, 2, 12, 0, 5, tzinfo=OSLO)))
    with db.reading() as session:
        slot, day = session.execute(select(JobRun.slot, JobRun.for_day)).one()
    assert (slot, day) == ("2026-02-11 06:30", date(2026, 2, 12))


def test_a_letter_that_waits_is_sent_when_its_pause_is_over(db: Database, tmp_path: Path) -> None:
    add_overdue_case(db)
    away = office_with(db, tmp_path, post_to(free_port()))
    scheduler.make_pass(away, at(MORNING))
    assert letters(db) == [LetterState.WAITING]
    with Mailbox() as mailbox:
        office = office_with(db, tmp_path, mailbox.post())
        scheduler.send_waiting(office, at(MORNING + timedelta(minutes=2)))
        assert letters(db) == [LetterState.WAITING]
        scheduler.send_waiting(office, at(MORNING + timedelta(minutes=10)))
        assert letters(db) == [LetterState.SENT]
        assert len(mailbox.letters) == 1


def test_keys_of_old_requests_are_forgotten(db: Database, office: Office) -> None:
    make_account(db, "api@asker.example", roles=((Role.HANDLER, "*"),))
    token, _ = tokens.issue_token(
        db, email="api@asker.example", scopes=[Scope.CASES_WRITE], expires_on=None, today=WEDNESDAY, now=MORNING
    )
    case = make_case(db)
    with db.writing() as session:
        for age in (29, 31):
            values = {"token_id": token.id, "case_id": case, "body_digest": "", "created_at": MORNING - age * A_DAY}
            session.add(IdempotencyKey(key=json.dumps(age), **values))
    scheduler.forget_old_requests(office, at(MORNING))
    with db.reading() as session:
        assert session.scalars(select(IdempotencyKey.key)).all() == ["29"]


def test_a_worker_that_is_stopping_begins_no_letter(db: Database, office: Office) -> None:
    add_overdue_case(db)
    clock = Clock(MORNING.astimezone(UTC))
    scheduler.make_pass(office, worker(clock=clock, is_stopping=lambda: True))
    with db.reading() as session:
        assert session.scalars(select(Alert)).all()
    assert LetterState.SENT not in letters(db)
    scheduler.send_waiting(office, worker("next/4/4", clock=clock))
    assert letters(db) == [LetterState.SENT]


@pytest.mark.parametrize("hour", [0, 2, 3, 23])
def test_a_link_to_a_new_password_goes_out_at_any_hour_and_within_a_minute(
    db: Database, office: Office, hour: int
) -> None:
    make_account(db, "kari@asker.example")
    asked = MORNING.replace(hour=hour)
    ask_for_link(
        db,
        email="kari@asker.example",
        now=asked,
        today=WEDNESDAY,
        caller=CALLER,
        entry=LENIENT,
        stationery=scheduler.stationery(office),
    )
    plan = built(office, at(asked + USUAL.renewed_every))
    call(plan, "beat")
    (begun,) = [job for job in plan.get_jobs() if scheduler.send_links in job.args]
    begun.func(*begun.args)
    assert letters(db) == [LetterState.SENT]
    assert USUAL.renewed_every <= timedelta(minutes=1)


def test_attempts_and_sessions_that_are_long_over_are_forgotten(db: Database, office: Office) -> None:
    throttling.count_attempt(db, kind=Kind.ADDRESS, name="192.0.2.7", now=MORNING, secret_key="k" * 32)
    link = sessions.make_sign_in_link(db, by=None, account_id=make_account(db), now=MORNING, author=BY_HAND)
    entry = next(each for each in TIMETABLE if each.job is scheduler.forget_old_entries)
    entry.job(office, at(MORNING + A_DAY))
    with db.reading() as session:
        assert session.scalars(select(Throttle)).all() == []
    assert sessions.account_of_link(db, secret=link, now=MORNING + A_DAY).has_password is False
    entry.job(office, at(MORNING + 100 * A_DAY))
    with db.reading() as session:
        assert session.scalars(select(SignInLink)).all() == []
