"""Which scheduler leads, of all that run: a lease in the database, renewed every few seconds, that expires by itself.

A leader that was frozen, or cut off from the database, stops believing in itself before another can take over; and what
it should write down all the same is refused by the number of the leadership (`Worker.check_leads`).
"""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from dialogen.database import leases
from dialogen.database.leases import LeaseSeen, Sight
from dialogen.services.worker import Deposed, Worker

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from dialogen.database.engine import Database

__all__ = ["USUAL", "Leadership", "Sight", "Terms"]

logger = logging.getLogger(__name__)

BELIEVED = 0.75  # of the time a lease lasts, by the leader's own clock: well before anybody else may take it
SECONDS_TO_GIVE_BACK = 1


@dataclass(frozen=True)
class Terms:
    """How long a lease lasts without a sign of life, and how often there is one: also how often others look."""

    lasts: timedelta = timedelta(seconds=20)
    renewed_every: timedelta = timedelta(seconds=5)


USUAL = Terms()


@dataclass(frozen=True)
class _Term:
    epoch: int
    believed_until: float


class Leadership:
    """One process's share in leading: a beat every few seconds asks for the lease, or renews it and looks for work."""

    def __init__(self, db: "Database", worker: Worker, *, seconds: Callable[[], float], terms: Terms = USUAL) -> None:
        self.terms = terms
        self._db, self._worker, self._seconds = db, worker, seconds
        self._term: _Term | None = None
        self._is_over = False
        self._one_at_a_time = threading.Lock()

    def beat(self, *, slot: str) -> Sight | None:
        """Renew the lease, or take it when it is free; returns what waits, or None when this process does not lead."""
        with self._one_at_a_time:
            if self._is_over:
                return None
            if self._term is None:
                self._take_if_free()
            return None if self._term is None else self._renew(self._term, slot)

    def leads(self, epoch: int) -> bool:
        """Say whether this process leads, in that very leadership, by its own clock alone."""
        term = self._term
        return term is not None and term.epoch == epoch and self._seconds() < term.believed_until

    def do(self, job: Callable[[Worker], None]) -> None:
        """Do a job as the leader; nothing when this process does not lead, or stops doing so on the way."""
        term = self._term
        if term is None or not self.leads(term.epoch):
            return
        with suppress(Deposed):
            job(replace(self._worker, epoch=term.epoch, leads=lambda: self.leads(term.epoch)))

    def give_back(self) -> None:
        """End the leadership for good, so that another can begin at once."""
        if not self._one_at_a_time.acquire(timeout=SECONDS_TO_GIVE_BACK):
            return  # a beat hangs at the database; the lease expires by itself
        try:
            self._is_over = True
            term, self._term = self._term, None
            if term is not None:
                self._db.note(lambda asked: leases.give_back(asked, worker=self._worker.name, epoch=term.epoch))
        finally:
            self._one_at_a_time.release()

    def _take_if_free(self) -> None:
        with self._db.reading() as session:
            seen = leases.find_lease(session, lasts=self.terms.lasts)
        is_gone = seen is not None and seen.is_held and self._worker.is_gone(seen.holder)
        if seen is None or not seen.is_held or is_gone:
            self._take(seen, is_gone=is_gone)

    def _take(self, seen: LeaseSeen | None, *, is_gone: bool) -> None:
        taken: list[int | None] = []
        asked_at = self._seconds()

        def take(asked: "Connection") -> None:
            worker, lasts = self._worker.name, self.terms.lasts
            taken.append(leases.take(asked, worker=worker, lasts=lasts, seen=seen, is_gone=is_gone))

        if self._db.note(take, patient=True) and taken[0] is not None:
            logger.info("this scheduler leads now, as number %s", taken[0])
            self._term = self._believing(taken[0], asked_at)

    def _renew(self, term: _Term, slot: str) -> Sight | None:
        found: list[Sight | None] = []
        asked_at = self._seconds()

        def renew(asked: "Connection") -> None:
            worker, lasts, now = self._worker.name, self.terms.lasts, self._worker.clock()
            found.append(leases.renew(asked, worker=worker, epoch=term.epoch, lasts=lasts, now=now, slot=slot))

        if not self._db.note(renew, patient=True):
            return None  # the database is away or busy: the leader believes in itself for a while
        if found[0] is None:
            logger.warning("another scheduler leads now")
            self._term = None
        else:
            self._term = self._believing(term.epoch, asked_at)
        return found[0]

    def _believing(self, epoch: int, asked_at: float) -> _Term:
        return _Term(epoch, asked_at + BELIEVED * self.terms.lasts.total_seconds())
