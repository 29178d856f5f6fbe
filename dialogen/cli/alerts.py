"""The commands `check-deadlines` and `scheduler`: one pass by hand, or all of them by the timetable."""

import json
import logging
import os
import signal
import sys
import threading
from datetime import date
from queue import SimpleQueue
from time import monotonic
from types import FrameType

import click
from flask.cli import with_appcontext

from dialogen import clock, processes, scheduler
from dialogen.cli.dates import DATE
from dialogen.extensions import Office, office
from dialogen.pings import Ping
from dialogen.services import deadline_pass, installation, letters
from dialogen.services.deadline_pass import PassOrder, PassResult
from dialogen.services.leadership import USUAL, Leadership, Terms
from dialogen.services.worker import Worker

SECONDS_TO_STOP = 5  # for the letter in hand when the scheduler is asked to stop


def this_worker(stopping: threading.Event | None = None) -> Worker:
    """Return this process as a worker."""
    stop = stopping or threading.Event()
    return Worker(processes.this_process(), clock.now, processes.is_gone, stop.is_set)


@click.command("check-deadlines")
@click.option("--today", "day", type=DATE, help="Make the pass of an earlier day.")
@click.option("--no-send", is_flag=True, help="Raise the alerts, but write and send no letters.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@with_appcontext
def check_deadlines(day: date | None, no_send: bool, form: str) -> None:
    """Raise the alerts that are due and send all letters that wait, at any hour of any day."""
    here = office()
    real_today = clock.today(here.config.timezone)
    today = day or real_today
    deadline_pass.check_today(today, real_today)
    result = deadline_pass.pass_by_hand(
        here.db,
        letters.post_for(here.db, here.post, mail_server_named=here.config.mail_server_named),
        order=PassOrder(today, present_day=today == real_today, send=not no_send),
        stationery=scheduler.stationery(here),
        worker=this_worker(),
        ping=Ping(here.config.ping_url),
    )
    click.echo(json.dumps(_numbers(result)) if form == "json" else _words(result))
    if result.failed:
        waiting = result.failed - result.given_up
        click.echo(
            f"dialogen: letters that could not be sent: {waiting} wait for another try,"
            f" {result.given_up} were given up and stay on the letters' page",
            err=True,
        )
        sys.exit(1)


def _numbers(result: PassResult) -> dict[str, object]:
    return {
        "today": result.today.isoformat(),
        "open": result.counts.open,
        "nearing": result.counts.nearing,
        "due_today": result.counts.due_today,
        "overdue": result.counts.overdue,
        "raised": result.raised,
        "sent": result.sent,
        "dropped": result.dropped,
        "failed": result.failed,
    }


def _words(result: PassResult) -> str:
    counts = result.counts
    return (
        f"{result.today}: {counts.open} open cases, of which {counts.overdue} overdue, {counts.due_today} due today, "
        f"{counts.nearing} nearing\n"
        f"alerts: {result.raised} raised, {result.dropped} dropped\n"
        f"letters: {result.sent} sent, {result.failed} failed"
    )


@click.command("scheduler")
@click.option("--until-stdin-closes", is_flag=True, hidden=True, help="Stop when the parent process is gone.")
@with_appcontext
def run_scheduler(until_stdin_closes: bool) -> None:
    """Follow the timetable: a deadline pass every morning, and letters that wait.

    Of several, on one host or more, one leads; another takes over within half a minute when it is gone or frozen.
    """
    here = office()
    installation.note_start(here.db, now=clock.now())
    logging.getLogger("dialogen").setLevel(logging.INFO)
    asked_to_stop = requests_to_stop()
    if until_stdin_closes:
        threading.Thread(target=_stop_with_parent, args=[asked_to_stop], daemon=True).start()
    follow_timetable(here, asked_to_stop)


def requests_to_stop() -> SimpleQueue[None]:
    """Return where a signal to stop arrives: the one thing of its kind that a signal may be put into at any moment."""
    asked: SimpleQueue[None] = SimpleQueue()

    def ask(_number: int, _frame: FrameType | None) -> None:
        asked.put(None)

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return asked


def follow_timetable(here: Office, asked_to_stop: SimpleQueue[None], *, terms: Terms = USUAL) -> None:
    """Follow the timetable while this process leads, until it is asked to stop; ends the process."""
    stopping = threading.Event()
    worker = this_worker(stopping)
    leadership = Leadership(here.db, worker, seconds=clock.seconds, terms=terms)
    timetable = scheduler.build(here, worker, leadership)
    timetable.start()
    asked_to_stop.get()
    stopping.set()
    # A shutdown in the middle of a round ends in a traceback: no new one, and the end of this one, which get_jobs awaits.
    timetable.pause()
    timetable.get_jobs()
    timetable.shutdown(wait=False)
    # A pass may be killed anywhere without harm; waiting for the letter in hand only spares sending it twice.
    ends_at = monotonic() + SECONDS_TO_STOP
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(0, ends_at - monotonic()))
    leadership.give_back()
    os._exit(0)


def _stop_with_parent(asked_to_stop: SimpleQueue[None]) -> None:
    sys.stdin.read()
    asked_to_stop.put(None)
