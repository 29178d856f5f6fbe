"""What an errand's performer is handed: who ordered it and what, where its result goes, and a way to tell how far it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialogen.database import errands as rows
from dialogen.domain.errands import CLAIM_LASTS, FILE_KEPT, Doing, ErrandState
from dialogen.services.account_views import AccountView
from dialogen.services.errands import end, new_result
from dialogen.services.private_files import Folders
from dialogen.services.worker import Worker

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database

BETWEEN_NOTES = timedelta(seconds=1)


class Interrupted(Exception):
    """The errand must not go on: somebody stopped it, the process stops, or another process has it now."""


@dataclass(frozen=True)
class Outcome:
    """What an errand came to: counts and names in words of its kind; and its result, a path that `Work.result` gave."""

    told: Mapping[str, Any] = field(default_factory=dict)
    file: Path | None = None
    file_as: str | None = None
    state: ErrandState = ErrandState.DONE


@dataclass(frozen=True)
class Hand:
    """Who has an errand in hand, and for the how manieth time it was begun."""

    errand_id: int
    attempt: int
    worker: Worker

    def end(self, session: "Session", outcome: Outcome) -> None:
        """End the errand within a transaction; raises Interrupted when another process has it now."""
        row = rows.find_in_hand(session, self.errand_id, worker=self.worker.name, attempt=self.attempt)
        if row is None:
            raise Interrupted
        now = self.worker.clock()
        end(row, outcome.state, told=outcome.told, now=now)
        if outcome.file is not None:
            row.file, row.file_as, row.file_until = outcome.file.name, outcome.file_as, now + FILE_KEPT


@dataclass
class Work:
    """One errand, as it is handed to its performer."""

    db: "Database"
    hand: Hand
    asked: Mapping[str, Any]
    account: AccountView  # of whoever ordered it, as it is now: with rights that they have lost it may not be done
    folders: Folders
    zone: tzinfo
    _last_note: datetime | None = None
    _at: Doing | None = None

    def now(self) -> datetime:
        """Return the instant."""
        return self.hand.worker.clock()

    def today(self) -> date:
        """Return the day, in the office's time zone."""
        return self.now().astimezone(self.zone).date()

    def result(self, suffix: str) -> Path:
        """Return a path to write a result to. It is handed over in the outcome, or else erased in time."""
        return new_result(self.folders.results, suffix)

    def tell(self, doing: Doing, done: int, total: int | None = None) -> None:
        """Tell how far the errand is, at most once a second; raises Interrupted when it must not go on.

        May be called as often as one likes, also inside a transaction: it has one of its own, and waits for nobody.
        """
        now = self.now()
        if self._last_note is not None and now - self._last_note < BETWEEN_NOTES and doing is self._at:
            return
        self._last_note, self._at = now, doing
        self.check()
        is_mine = [True]

        def note(connection: "Connection") -> None:
            is_mine[0] = rows.note_progress(
                connection,
                self.hand.errand_id,
                worker=self.hand.worker.name,
                attempt=self.hand.attempt,
                doing=doing.value,
                done=done,
                total=total,
                until=now + CLAIM_LASTS,
            )

        self.db.note(note)
        if not is_mine[0]:
            raise Interrupted

    def check(self) -> None:
        """Raise Interrupted when somebody has stopped the errand, or the process stops."""
        if self.hand.worker.is_stopping():
            raise Interrupted
        with self.db.reading() as session:
            if rows.is_stop_asked(session, self.hand.errand_id):
                raise Interrupted

    def end_within(self, session: "Session", outcome: Outcome) -> None:
        """End the errand in the transaction that does its work, so that neither is kept without the other.

        Raises Interrupted when another process has it now, and the transaction is then undone.
        """
        self.hand.end(session, outcome)


Performer = Callable[[Work], Outcome | None]
"""Does one kind of errand. None: it has ended it already, within its own transaction."""
