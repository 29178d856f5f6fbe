"""Writes the looks of one process to the access log, so that no page waits for it or fails by it."""

import atexit
import logging
import threading
from collections import deque
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dialogen.database import access_entries
from dialogen.domain.access_log import Look, Manner, Sight

if TYPE_CHECKING:
    from dialogen.database.engine import Database

logger = logging.getLogger(__name__)

KEPT_MOST = 10_000  # looks that wait in one process while something else is writing
WRITTEN_AT_ONCE = 1_000
PAUSE = timedelta(seconds=2)  # after the database was busy, so that not every page waits for it in turn
TRIES_AT_EXIT = 20


class Trail:
    """One process's way to the log: a look is written at once, or kept and written with the next ones or at the exit.

    Waits a tenth of a second at most, and never raises. What a process that is killed had kept is lost; when more is
    kept than fits, the log tells how many looks it lacks.
    """

    def __init__(self, *, most: int = KEPT_MOST) -> None:
        self._most = most
        self._kept: deque[Look] = deque()
        self._lost = 0
        self._busy_at: datetime | None = None
        self._awaits_exit = False
        self._lock = threading.Lock()

    def add(self, db: "Database", look: Look) -> None:
        """Write a look down, with those that were kept."""
        with self._lock:
            if len(self._kept) < self._most:
                self._kept.append(look)
            else:
                self._lost += 1
            pauses = self._busy_at is not None and self._busy_at <= look.at < self._busy_at + PAUSE
        if not pauses:
            self._write(db, look.at)

    def close(self, db: "Database") -> None:
        """Write what is kept, trying for some seconds at most."""
        for _ in range(TRIES_AT_EXIT):
            if not self._kept:
                return
            self._write(db, self._kept[-1].at)
        logger.error("%s looks could not be written to the access log", len(self._kept))

    def _write(self, db: "Database", now: datetime) -> None:
        batch, lost = self._taken()
        if not batch:
            return
        rows = [*batch, _gap(batch[-1], lost)] if lost else batch
        try:
            written = db.note(lambda connection: access_entries.add_looks(connection, rows))
        except Exception as error:
            # Whatever it is, the page is not to blame. Not tried again: it could stand in the way of all others.
            logger.error("looks could not be written to the access log: %s", type(error).__name__)
            self._put_back([], lost + len(batch))
            return
        self._busy_at = None if written else now
        if not written:
            self._put_back(batch, lost)
            self._write_at_exit(db)

    def _taken(self) -> tuple[list[Look], int]:
        with self._lock:
            batch = [self._kept.popleft() for _ in range(min(len(self._kept), WRITTEN_AT_ONCE))]
            lost = self._lost if batch else 0
            self._lost -= lost
            return batch, lost

    def _put_back(self, batch: list[Look], lost: int) -> None:
        with self._lock:
            self._kept.extendleft(reversed(batch))
            self._lost += lost

    def _write_at_exit(self, db: "Database") -> None:
        with self._lock:
            awaited, self._awaits_exit = self._awaits_exit, True
        if not awaited:
            atexit.register(self.close, db)


def _gap(last: Look, lost: int) -> Look:
    return Look(at=last.at, action=Manner.LOST, subject=Sight.ACCESS_LOG, door=last.door, account_id=None, shown=lost)
