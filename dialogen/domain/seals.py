"""The nightly seal: one digest over a range of lines of all cases' histories, told in the office's own chain.

A case that disappears with its whole history leaves no broken chain of its own; the seal that covered it shows it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from dialogen.domain.history import Change

#: Lines younger than this are not sealed yet: some may be on their way into the database, with smaller numbers.
SETTLED_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Seal:
    """What was sealed: the numbers of the first and last line, how many there were, and the digest over them."""

    first: int
    last: int
    lines: int
    digest: str


@dataclass
class Wax:
    """A seal in the making: lines are added in the order of their numbers."""

    first: int = 0
    last: int = 0
    lines: int = 0
    _hash: Any = field(default_factory=hashlib.sha256)

    def add(self, number: int, digest: bytes | None) -> None:
        """Add a line of history by its number and digest."""
        self.first = self.first or number
        self.last = number
        self.lines += 1
        self._hash.update(f"{number}:".encode() + (digest or b""))

    def seal(self) -> Seal:
        """Return the seal over all that was added."""
        return Seal(self.first, self.last, self.lines, self._hash.hexdigest())


def told(seal: Seal) -> list[Change]:
    """Return a seal as the log tells it."""
    values = {"first_line": seal.first, "last_line": seal.last, "lines": seal.lines, "digest": seal.digest}
    return [Change(name, None, str(value)) for name, value in values.items()]


def read(changes: Iterable[Mapping[str, str | None]]) -> Seal:
    """Return a seal that the log tells; raises KeyError or ValueError for what is none."""
    kept = {change["field"]: change["after"] for change in changes}
    return Seal(int(str(kept["first_line"])), int(str(kept["last_line"])), int(str(kept["lines"])), str(kept["digest"]))
