"""Verifies the logs: that nothing was changed, cut off, put in or taken out behind the product's back.

It finds what somebody did who could write to the database. Whoever could also reckon every digest anew is found by a
head of the office's own chain that was written down elsewhere.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from dialogen.database import audit as rows
from dialogen.database import condition as conditions
from dialogen.database.triggers import broken_triggers
from dialogen.services import audit_cases
from dialogen.services.audit_office import OfficeChain
from dialogen.services.doctor import Finding

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database

#: Hears how many cases have been gone through.
Progress = Callable[[int], object]


def audit(db: "Database", *, known_heads: frozenset[bytes], progress: Progress) -> Iterator[Finding]:
    """Verify both logs as they are at one moment; a finding for each thing that is wrong, and one at the end.

    `known_heads` are heads of the office's own chain that were written down earlier.
    """
    if not conditions.condition_of(db).is_current:
        yield Finding("database", False, "it cannot be read, or its schema is not current; run: dialogen doctor")
        return
    with db.reading() as session:
        wrong = 0
        for trigger in broken_triggers(session):
            wrong += 1
            words = f"the trigger {trigger.name} is missing, switched off or another; see docs/audit.md"
            yield Finding(f"table {trigger.table}", False, words)
        cases = _Cases(session, progress)
        for finding in cases.findings(is_sqlite=db.is_sqlite):
            wrong += not finding.is_well
            yield finding
        chain = OfficeChain(session, known_heads)
        for subject, words in chain.wrong():
            wrong += 1
            yield Finding(subject, False, words)
        yield _summary(session, cases.count, chain, wrong)


class _Cases:
    """The audit of all cases, and how many there were."""

    def __init__(self, session: "Session", progress: Progress) -> None:
        self.count = 0
        self._session, self._progress = session, progress

    def findings(self, *, is_sqlite: bool) -> Iterator[Finding]:
        """Yield what is wrong with any case, and which references have none."""
        called = audit_cases.called(self._session)
        for numbers in rows.batches_of_cases(self._session):
            for subject, words in audit_cases.cases_of(self._session, numbers, called):
                yield Finding(subject, False, words)
            self.count += len(numbers)
            self._progress(self.count)
        for subject, words in audit_cases.stray_lines(self._session):
            yield Finding(subject, False, words)
        missing, first = audit_cases.missing_references(self._session)
        if missing:
            # Only PostgreSQL gives an import its numbers in transactions of their own.
            why = "the cases are gone" if is_sqlite else "the cases are gone, or an import that was undone had them"
            yield Finding("references", not is_sqlite, f"{missing} have no case ({', '.join(first)}): {why}")


def _summary(session: "Session", cases: int, chain: OfficeChain, wrong: int) -> Finding:
    unsealed = rows.count_lines_after(session, chain.sealed_to)
    words = (
        f"{cases} cases, {rows.count_lines_after(session, 0)} lines of history ({unsealed} not sealed yet), "
        f"{chain.lines} lines of the office log, head {chain.digest.hex()}"
    )
    return Finding("audit", not wrong, words if not wrong else f"{wrong} findings; {words}")
