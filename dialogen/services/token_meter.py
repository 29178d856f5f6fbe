"""Counts the requests of each token in one process, on top of what all processes have written to the token's row."""

import threading
from dataclasses import dataclass
from datetime import datetime

from dialogen.domain.tokens import NOTED_AGAIN_AFTER, WINDOW, Allowance, brought_over, seconds_to_wait

TOKENS_MOST = 10_000  # counted at once in one process


@dataclass(frozen=True)
class Kept:
    """What a token's row says of its use, as just read."""

    token_id: int
    last_used_at: datetime | None
    window_began_at: datetime | None
    window_count: int


@dataclass(frozen=True)
class Use:
    """What is to be written to a token's row, unless another process has since `seen` written there."""

    token_id: int
    seen: datetime | None
    at: datetime
    window_began_at: datetime
    window_count: int
    own: int  # how many of the count this writing brings


@dataclass
class _Count:
    began: datetime
    known: int = 0  # requests in the row, by whichever process, and what was brought over
    own: int = 0  # of this process, not yet in the row
    tried_at: datetime | None = None


class Meter:
    """Lets each token make `limit` requests a minute (0: any number), and says when to write that it was used.

    Within one process the limit is exact. Counts go to the row at most every ten seconds a token, whichever process
    writes them; until then other processes do not know of them. Of a sudden burst spread over *n* processes so up
    to *n* times the limit can pass. What was written beyond the limit is taken from the minutes that follow, so that
    a program that goes on does not get more than its limit on the whole, but for what a process had not yet written
    when a minute ended. Requests that are refused do not count. Safe to ask from several threads.
    """

    def __init__(self, limit: int, *, tokens_most: int = TOKENS_MOST) -> None:
        self.limit = limit
        self._most = tokens_most
        self._counts: dict[int, _Count] = {}
        self._lock = threading.Lock()

    def ask(self, kept: Kept, *, now: datetime) -> tuple[bool, Allowance, Use | None]:
        """Count one request; says whether it may be made, how the token stands, and what is to be written, if it is time."""
        with self._lock:
            count = self._count_of(kept, now)
            allowed = not self.limit or count.known + count.own < self.limit
            count.own += 1 if allowed and self.limit else 0
            return allowed, self._allowance(count, now), self._use(count, kept, now)

    def unwritten(self, use: Use) -> None:
        """Take note that a use could not be written, or that another process was there first: it is kept for later."""
        with self._lock:
            count = self._counts.get(use.token_id)
            if count is not None and count.began == use.window_began_at:
                count.known -= use.own
                count.own += use.own

    def _count_of(self, kept: Kept, now: datetime) -> _Count:
        count = self._counts.get(kept.token_id)
        if count is None:
            count = _Count(began=kept.window_began_at or now, known=kept.window_count)
            self._add(kept.token_id, count)
        elif kept.window_began_at is not None:
            _catch_up(count, kept.window_began_at, kept.window_count)
        if not count.began - WINDOW <= now < count.began + WINDOW:
            used = count.known + count.own
            count.known = brought_over(used=used, limit=self.limit, began=count.began, now=now)
            count.began, count.own = now, 0
        return count

    def _add(self, token_id: int, count: _Count) -> None:
        if len(self._counts) >= self._most:
            del self._counts[next(iter(self._counts))]  # the one counted longest: its row still knows most of it
        self._counts[token_id] = count

    def _allowance(self, count: _Count, now: datetime) -> Allowance:
        if not self.limit:
            return Allowance(0, 0, 0)
        used = count.known + count.own
        return Allowance(self.limit, used, seconds_to_wait(used=used, limit=self.limit, began=count.began, now=now))

    def _use(self, count: _Count, kept: Kept, now: datetime) -> Use | None:
        if not (_is_time(kept.last_used_at, now) and _is_time(count.tried_at, now)):
            return None
        use = Use(kept.token_id, kept.last_used_at, now, count.began, count.known + count.own, count.own)
        # As if written already: whoever reads the row from now on may find it there.
        count.tried_at, count.known, count.own = now, use.window_count, 0
        return use


def _catch_up(count: _Count, began: datetime, written: int) -> None:
    """Follow the row: another process may have counted in this minute, or begun a new one."""
    if began == count.began:
        count.known = max(count.known, written)
    elif began > count.began - WINDOW:  # an older one was read before this process began its own
        if began >= count.began + WINDOW:
            count.own = 0  # counted in a minute that is over
        count.began, count.known = began, written


def _is_time(before: datetime | None, now: datetime) -> bool:
    # A clock that was put back must not keep a token from being noted.
    return before is None or abs(now - before) >= NOTED_AGAIN_AFTER
