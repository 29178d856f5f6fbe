"""The timetable, as data, and the scheduler that follows it in a process of its own. Jobs contain no thought."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from dialogen.extensions import Office
from dialogen.pings import Ping
from dialogen.services import (
    attachments,
    deadline_pass,
    errand_runner,
    errands,
    forgotten_passwords,
    history_seals,
    installation,
    kept_forms,
    letter_delivery,
    letters,
    running_counts,
    sessions,
    throttling,
    uploads,
)
from dialogen.services.attachments import Cabinet
from dialogen.services.errand_performers import PERFORMERS
from dialogen.services.leadership import Leadership, Sight
from dialogen.services.letters import Stationery
from dialogen.services.private_files import Folders
from dialogen.services.worker import Worker

logger = logging.getLogger(__name__)

Job = Callable[[Office, Worker], None]

MORNING = time(6, 30)  # local; outside 02-03, which some days have twice and one not at all


def make_pass(office: Office, worker: Worker) -> None:
    """Make the pass of the newest slot, unless it is made: the same job serves the morning and the catching up."""
    local = worker.clock().astimezone(office.config.timezone)
    result = deadline_pass.pass_of_slot(
        office.db,
        letters.post_for(office.db, office.post, mail_server_named=office.config.mail_server_named),
        slot=newest_slot(local),
        today=local.date(),
        stationery=stationery(office),
        worker=worker,
        ping=Ping(office.config.ping_url),
    )
    if result is not None:
        logger.info("deadline pass for %s: raised %s, sent %s, failed %s", *_of(result))


def send_waiting(office: Office, worker: Worker) -> None:
    """Send letters whose pause is over."""
    post = letters.post_for(office.db, office.post, mail_server_named=office.config.mail_server_named)
    letters.send_letters(office.db, post, worker, only_due=True)


def send_links(office: Office, worker: Worker) -> None:
    """Send the links to new passwords that were asked for: somebody is waiting for each."""
    post = letters.post_for(office.db, office.post, mail_server_named=office.config.mail_server_named)
    forgotten_passwords.send_links(office.db, post, worker)


def deliver(office: Office, worker: Worker) -> None:
    """Send the letters to senders whose time has come."""
    post = letters.post_for(office.db, office.post, mail_server_named=office.config.mail_server_named)
    letter_delivery.deliver_waiting(office.db, letter_delivery.Round(post, worker, office.config.timezone))


def forget_old_requests(office: Office, worker: Worker) -> None:
    """Forget the keys of requests that no program repeats any more."""
    installation.forget_old_requests(office.db, now=worker.clock())


def forget_old_entries(office: Office, worker: Worker) -> None:
    """Forget attempts to come in that slow nobody down any more, and sessions and links that were over long ago."""
    throttling.forget_old_attempts(office.db, now=worker.clock())
    sessions.forget_over(office.db, now=worker.clock())


def seal_history(office: Office, worker: Worker) -> None:
    """Seal what is told of the cases, so that none can disappear unseen."""
    seal = history_seals.seal_history(office.db, now=worker.clock())
    if seal is not None:
        logger.info("sealed %s lines of history, up to %s", seal.lines, seal.last)


def run_errands(office: Office, worker: Worker) -> None:
    """Do the long work that people have ordered and wait for."""
    folders = Folders(results=office.config.errands_dir, uploads=office.config.uploads_dir)
    zone = office.config.timezone
    errand_runner.run_errands(office.db, PERFORMERS, worker=worker, folders=folders, zone=zone)


def forget_old_errands(office: Office, worker: Worker) -> None:
    """Erase what long work has made, and files that were uploaded, a day after; and forms that nobody came back to."""
    kept_forms.forget_old(office.db, now=worker.clock())
    uploads.forget_old(office.db, folder=office.config.uploads_dir, now=worker.clock())
    errands.forget_old(office.db, folder=office.config.errands_dir, now=worker.clock())


def sweep_attachments(office: Office, worker: Worker) -> None:
    """Erase the attached files that no case has any longer."""
    config = office.config
    cabinet = Cabinet.of(config.attachments_dir, megabytes=config.attachment_mb, most_files=config.attachments_a_case)
    erased = attachments.sweep(office.db, cabinet, now=worker.clock())
    if erased:
        logger.info("erased %s attached files that no case has any longer", erased)


def bring_counts_together(office: Office, worker: Worker) -> None:
    """Keep the running counts few, so that a page reads them at once."""
    running_counts.bring_together(office.db, today=worker.clock().astimezone(office.config.timezone).date())


@dataclass(frozen=True)
class Entry:
    """One line of the timetable: what is done when, in the office's time zone."""

    id: str
    when: Mapping[str, str | int]  # fields of APScheduler's CronTrigger; days of the week by name alone
    job: Job
    at_start: bool = False  # also once when the scheduler begins to lead: nobody may have led before
    waits: Callable[[Sight], bool] = lambda _sight: True  # whether there is anything to do, by the last beat


TIMETABLE = (
    Entry("deadline pass", {"hour": MORNING.hour, "minute": MORNING.minute}, make_pass, at_start=True),
    # Mostly finds the morning's pass made, and does nothing; makes it when it failed or was cut short.
    Entry("catch up", {"hour": "6-21", "minute": "*/15"}, make_pass, waits=lambda sight: not sight.is_pass_made),
    Entry("send waiting letters", {"hour": "6-21", "minute": "*/5"}, send_waiting, waits=lambda sight: sight.letters),
    Entry("forget old requests", {"hour": 5, "minute": 45}, forget_old_requests),
    Entry("forget old entries", {"hour": 5, "minute": 50}, forget_old_entries),
    Entry("forget old errands", {"hour": "0,1,3-23", "minute": 35}, forget_old_errands),
    Entry("sweep attachments", {"hour": 3, "minute": 40}, sweep_attachments),
    Entry("bring counts together", {"hour": "0,1,3-23", "minute": 20}, bring_counts_together, at_start=True),
    Entry("seal history", {"hour": 4, "minute": 15}, seal_history),
)


@dataclass(frozen=True)
class Beat:
    """What is done at any hour as soon as it waits, and so has no hour that could be missing or doubled.

    Whether it waits is seen with every renewal of the lease: nothing else asks the database while there is nothing to do.
    """

    id: str
    waits: Callable[[Sight], bool]
    job: Job
    at_once: int = 1  # how many of it may be under way: one long errand must not keep a short one waiting


BEATS = (
    Beat("send links", lambda sight: sight.links, send_links),
    Beat("letters to senders", lambda sight: sight.letters_to_senders, deliver),
    Beat("run errands", lambda sight: sight.errands, run_errands, at_once=2),
)


def newest_slot(local: datetime) -> str:
    """Return the name of the newest morning that has come: today's, or before it yesterday's."""
    day = local.date() if local.time() >= MORNING else local.date() - timedelta(days=1)
    return f"{day.isoformat()} {MORNING:%H:%M}"


def build(
    office: Office,
    worker: Worker,
    leadership: Leadership,
    *,
    timetable: Sequence[Entry] = TIMETABLE,
    beats: Sequence[Beat] = BEATS,
) -> BackgroundScheduler:
    """Build the scheduler of an installation; the caller starts it. It works while it leads, and else only looks.

    Jobs lie in memory: what was missed while nobody led is found in the data, not in a job store.
    """
    zone = office.config.timezone
    scheduler = BackgroundScheduler(
        timezone=zone, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
    )
    follower = _Follower(office, worker, leadership, scheduler, timetable, beats)
    for entry in timetable:
        trigger = CronTrigger(timezone=zone, **entry.when)
        scheduler.add_job(follower.follow, trigger, args=[entry], id=entry.id)
    every = IntervalTrigger(seconds=leadership.terms.renewed_every.total_seconds(), timezone=zone)
    scheduler.add_job(follower.beat, every, id="beat")
    scheduler.add_job(follower.beat, id="first beat")
    return scheduler


class _Follower:
    """Follows the timetable while its process leads, and does what waits."""

    def __init__(
        self,
        office: Office,
        worker: Worker,
        leadership: Leadership,
        scheduler: BackgroundScheduler,
        timetable: Sequence[Entry],
        beats: Sequence[Beat],
    ) -> None:
        self._office, self._worker, self._leadership, self._scheduler = office, worker, leadership, scheduler
        self._timetable = timetable
        self._beats = [(beat, threading.Semaphore(beat.at_once)) for beat in beats]
        self._seen: Sight | None = None

    def beat(self) -> None:
        """Renew the lease or ask for it, and begin what waits."""
        local = self._worker.clock().astimezone(self._office.config.timezone)
        seen, before = self._leadership.beat(slot=newest_slot(local)), self._seen
        if seen is None:
            return
        self._seen = seen
        if before is None or before.epoch != seen.epoch:
            for entry in self._timetable:
                if entry.at_start:
                    self._scheduler.add_job(
                        self._do, args=[entry.job], id=f"{entry.id} at start", replace_existing=True
                    )
        for beat, seats in self._beats:
            if beat.waits(seen):
                self._scheduler.add_job(self._take_seat, args=[beat.job, seats])

    def follow(self, entry: Entry) -> None:
        """Do what the timetable says, if this process leads and there is anything to do."""
        if self._seen is not None and entry.waits(self._seen):
            self._do(entry.job)

    def _do(self, job: Job) -> None:
        self._leadership.do(lambda worker: job(self._office, worker))

    def _take_seat(self, job: Job, seats: threading.Semaphore) -> None:
        """Do a job, unless as many of it are under way as may be."""
        if seats.acquire(blocking=False):
            try:
                self._do(job)
            finally:
                seats.release()


def stationery(office: Office) -> Stationery:
    """Return what the installation's letters bear."""
    return letters.stationery_of(office.config)


def _of(result: deadline_pass.PassResult) -> tuple[object, ...]:
    return result.today, result.raised, result.sent, result.failed
