"""Schedulers in processes of their own, as an office starts them, but with a lease that lasts two seconds."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from config import Config
from dialogen.app import create_app
from dialogen.cli import alerts
from dialogen.database import leases
from dialogen.database.engine import Database
from dialogen.database.leases import LeaseSeen
from dialogen.extensions import office
from dialogen.services.leadership import Terms
from tests.forks import Fork, fork

QUICK = Terms(lasts=timedelta(seconds=2), renewed_every=timedelta(seconds=0.4))
PROGRAM = "from tests.schedulers import follow; follow()"
PATIENCE = 60  # seconds for what takes three


def follow() -> None:
    """Follow the timetable as `dialogen scheduler` does."""
    with create_app(Config.from_env()).app_context():
        alerts.follow_timetable(office(), alerts.requests_to_stop(), terms=QUICK)


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    ends_at = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < ends_at, "it never came"
        time.sleep(0.05)


@dataclass
class Schedulers:
    """Schedulers that run on one database."""

    db: Database
    settings: dict[str, str]
    running: list[Fork] = field(default_factory=list)

    def start(self) -> Fork:
        """Start one more."""
        self.running.append(fork(PROGRAM, settings=self.settings))
        return self.running[-1]

    def lease(self) -> LeaseSeen | None:
        """Return who leads."""
        with self.db.reading() as session:
            return leases.find_lease(session)

    def leader(self, epoch: int) -> Fork:
        """Wait until one leads under a number, and return it."""

        def is_led() -> bool:
            lease = self.lease()
            return lease is not None and lease.is_held and lease.epoch == epoch

        until(is_led)
        return next(each for each in self.running if f"/{each.process.pid}/" in self.holder)

    @property
    def holder(self) -> str:
        """The name of the process that has, or had, the lease."""
        lease = self.lease()
        assert lease is not None
        return lease.holder

    def send(self, each: Fork, what: signal.Signals) -> None:
        """Send a process a signal."""
        assert each.process.pid is not None
        os.kill(each.process.pid, what)

    def end(self, each: Fork, what: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """End one, and return its exit code and what it printed."""
        self.send(each, what)
        self.running.remove(each)
        return each.ended()


@contextmanager
def schedulers(db: Database, folder: Path, *, mail_host: str, mail_port: int) -> Iterator[Schedulers]:
    """Give schedulers that end with the block."""
    settings = {
        "DIALOGEN_DATABASE_URL": db.url,
        "DIALOGEN_DATA_DIR": str(folder),
        "DIALOGEN_MAIL_SERVER": mail_host,
        "DIALOGEN_MAIL_PORT": str(mail_port),
        "DIALOGEN_MAIL_SENDER": "dialogen@asker.example",
    }
    some = Schedulers(db, settings)
    try:
        yield some
    finally:
        for each in list(some.running):
            some.end(each, signal.SIGKILL)
