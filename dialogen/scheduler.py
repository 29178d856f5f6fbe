"""The timetable, as data, and the scheduler that follows it in a process of its own. Jobs contain no thought."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from dialogen.extensions import Office
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
from dialogen.services.letters import Stationery
from dialogen.services.private_files import Folders
from dialogen.services.worker import Worker

logger = logging.getLogger(__name__)

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
    job: Callable[[Office, Worker], None]
    at_start: bool = False  # also once when the scheduler starts: it may have been down


TIMETABLE = (
    Entry("deadline pass", {"hour": MORNING.hour, "minute": MORNING.minute}, make_pass, at_start=True),
    # Mostly finds the morning's pass made, and does nothing; makes it when it failed or was cut short.
    Entry("catch up", {"hour": "6-21", "minute": "*/15"}, make_pass),
    Entry("send waiting letters", {"hour": "6-21", "minute": "*/5"}, send_waiting),
    Entry("forget old requests", {"hour": 5, "minute": 45}, forget_old_requests),
    Entry("forget old entries", {"hour": 5, "minute": 50}, forget_old_entries),
    Entry("forget old errands", {"hour": "0,1,3-23", "minute": 35}, forget_old_errands),
    Entry("sweep attachments", {"hour": 3, "minute": 40}, sweep_attachments),
    Entry("bring counts together", {"hour": "0,1,3-23", "minute": 20}, bring_counts_together, at_start=True),
    Entry("seal history", {"hour": 4, "minute": 15}, seal_history),
)


@dataclass(frozen=True)
class Beat:
    """What is done again and again at any hour, and so has no hour that could be missing or doubled."""

    id: str
    every: timedelta
    job: Callable[[Office, Worker], None]
    at_once: int = 1  # how many of it may be under way: one long errand must not keep a short one waiting


BEATS = (
    Beat("send links", timedelta(seconds=20), send_links),
    Beat("letters to senders", timedelta(seconds=20), deliver),
    Beat("run errands", timedelta(seconds=2), run_errands, at_once=2),
)


def newest_slot(local: datetime) -> str:
    """Return the name of the newest morning that has come: today's, or before it yesterday's."""
    day = local.date() if local.time() >= MORNING else local.date() - timedelta(days=1)
    return f"{day.isoformat()} {MORNING:%H:%M}"


def build(office: Office, worker: Worker) -> BackgroundScheduler:
    """Build the scheduler of an installation; the caller starts it.

    Jobs lie in memory: what a scheduler missed while it was down is found in the data, not in a job store.
    """
    zone = office.config.timezone
    scheduler = BackgroundScheduler(
        timezone=zone, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
    )
    for entry in TIMETABLE:
        scheduler.add_job(entry.job, CronTrigger(timezone=zone, **entry.when), args=[office, worker], id=entry.id)
        if entry.at_start:
            scheduler.add_job(entry.job, args=[office, worker], id=f"{entry.id} at start")
    for beat in BEATS:
        trigger = IntervalTrigger(seconds=int(beat.every.total_seconds()), timezone=zone)
        # One more than may work at once: it finds no seat and goes, where APScheduler would warn at every beat.
        job, instances = _seated(beat.job, beat.at_once), beat.at_once + 1
        scheduler.add_job(job, trigger, args=[office, worker], id=beat.id, max_instances=instances)
    return scheduler


def _seated(job: Callable[[Office, Worker], None], seats: int) -> Callable[[Office, Worker], None]:
    """Return a job that does nothing while so many of it are under way."""
    free = threading.Semaphore(seats)

    def take_seat(office: Office, worker: Worker) -> None:
        if free.acquire(blocking=False):
            try:
                job(office, worker)
            finally:
                free.release()

    return take_seat


def stationery(office: Office) -> Stationery:
    """Return what the installation's letters bear."""
    return letters.stationery_of(office.config)


def _of(result: deadline_pass.PassResult) -> tuple[object, ...]:
    return result.today, result.raised, result.sent, result.failed
