"""The story of a case as one line of time: what happened, in the order in which it was written down."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SHOWN_AT_FIRST = 50
SHOWN_MOST = 2_000


class Strand(StrEnum):
    """What kind of thing an entry tells of."""

    HISTORY = "history"  # a line of the case's history: its steps, notes, corrections, links, attachments
    ALERTS = "alerts"  # who was told of a deadline one morning, and what became of it
    LETTER = "letter"  # a letter to the sender


@dataclass(frozen=True)
class Entry:
    """One thing that happened: when it was written down, by whom (None: by itself), and the rest of it by its strand."""

    at: datetime
    strand: Strand
    by: str | None
    details: object


@dataclass(frozen=True)
class Thread:
    """The newest entries of one kind, oldest first, and whether there are older ones than these."""

    entries: Sequence[Entry]
    is_cut: bool = False


@dataclass(frozen=True)
class Timeline:
    """The newest entries of a case, and whether there are older ones that were left out."""

    entries: tuple[Entry, ...]
    has_more: bool
    newest_first: bool = True


def woven(threads: Iterable[Thread], *, limit: int, newest_first: bool) -> Timeline:
    """Weave threads into one timeline of the `limit` newest entries; each must bring as many where it has them.

    Of two entries of one instant that of the earlier thread is the older: what a person did comes before what it
    brought about.
    """
    threads = list(threads)
    entries = sorted((entry for thread in threads for entry in thread.entries), key=lambda entry: entry.at)
    has_more = len(entries) > limit or any(thread.is_cut for thread in threads)
    kept = entries[-limit:]
    return Timeline(tuple(reversed(kept)) if newest_first else tuple(kept), has_more, newest_first)
