"""Audits the office's own log: its one chain, the head that is kept apart from it, and the seals that it tells."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from dialogen.database import audit
from dialogen.domain import seals
from dialogen.domain.audit import gaps
from dialogen.domain.chains import BEGINNING, office_digest
from dialogen.domain.office_events import OfficeAction
from dialogen.domain.seals import Seal, Wax
from dialogen.services.audit_cases import DOES_NOT_FIT, changes_in

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LOG = "office log"
RANGES = 5  # so many ranges of missing numbers are named


@dataclass
class OfficeChain:
    """The chain as far as it has been gone through: what is wrong comes as it is found.

    `known` are digests that were written down elsewhere and must be met on the way.
    """

    session: "Session"
    known: frozenset[bytes]
    lines: int = 0
    digest: bytes = BEGINNING
    sealed_to: int = 0

    def wrong(self) -> Iterator[tuple[str, str]]:
        """Go through the whole chain; yields what it is about and the words."""
        met: set[bytes] = set()
        try:
            for line in audit.office_lines(self.session):
                yield from self._line(line)
                met |= {self.digest} & self.known
        except audit.UNREADABLE:
            words = f"a line after the first {self.lines} holds a value that cannot be read; the rest was not examined"
            yield LOG, words
            return
        head = audit.office_head(self.session) or (0, BEGINNING)
        if head != (self.lines, self.digest):
            yield LOG, f"it has {self.lines} lines, its head tells of {head[0]}: lines were cut off, put in or changed"
        for digest in sorted(self.known - met - {BEGINNING}):
            yield LOG, f"the head {digest.hex()} is not in it: lines that it covered were cut off or changed"

    def _line(self, line: Any) -> Iterator[tuple[str, str]]:
        self.lines += 1
        changes = changes_in(line.changes)
        if changes is None:
            yield f"{LOG}, line {line.id}", "its changes cannot be read"
            self.digest = line.digest
            return
        if line.digest != self._expected(line, changes):
            yield f"{LOG}, line {line.id}", DOES_NOT_FIT
        self.digest = line.digest
        if line.action == OfficeAction.HISTORY_SEALED:
            yield from self._seal(line, changes)

    def _expected(self, line: Any, changes: object) -> bytes:
        return office_digest(
            self.digest,
            at=line.at,
            action=line.action,
            door=line.door,
            actor_id=line.actor_id,
            subject=line.subject,
            subject_id=line.subject_id,
            changes=changes,
        )

    def _seal(self, line: Any, changes: list[dict[str, str | None]]) -> Iterator[tuple[str, str]]:
        where = f"{LOG}, line {line.id}"
        try:
            seal = seals.read(changes)
        except (KeyError, ValueError):
            yield where, "it seals nothing that can be read"
            return
        wax = Wax()
        for number, digest in audit.lines_between(self.session, self.sealed_to, seal.last):
            wax.add(number, digest)
        if wax.seal() != seal:
            yield where, self._broken(seal, wax.lines)
        self.sealed_to = max(self.sealed_to, seal.last)

    def _broken(self, seal: Seal, lines: int) -> str:
        words = (
            f"lines {seal.first} to {seal.last} of the cases' histories are not those that it sealed: "
            f"{seal.lines} were there, {lines} are"
        )
        if lines >= seal.lines:
            return words
        numbers = (number for number, _ in audit.lines_between(self.session, self.sealed_to, seal.last))
        missing = [
            str(first) if first == last else f"{first} to {last}"
            for first, last in islice(gaps(numbers, after=seal.first - 1, to=seal.last), RANGES)
        ]
        return f"{words}; no line has the numbers {', '.join(missing)}"
