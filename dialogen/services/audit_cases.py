"""Audits the histories of cases: each line's digest, each case's newest, and that a case is what its history says."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from dialogen.database import audit
from dialogen.domain.audit import Replay, gaps
from dialogen.domain.cases import format_reference
from dialogen.domain.chains import BEGINNING, canonical, case_digest, stamp

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NAMED = 10  # so many missing references or stray lines are named; their number is told whatever it is


def cases_of(session: "Session", numbers: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with some cases, each as the case it is about and the words."""
    try:
        facts = audit.facts_of_cases(session, numbers[0], numbers[-1])
        lines = audit.lines_of_cases(session, numbers[0], numbers[-1])
    except audit.UNREADABLE:
        if len(numbers) == 1:
            yield f"case number {numbers[0]}", "holds a value that no version wrote and that cannot be read"
        else:
            for number in numbers:
                yield from cases_of(session, [number])
        return
    histories: dict[int, list[Any]] = defaultdict(list)
    for line in lines:
        histories[line.case_id].append(line)
    for case in facts:
        yield from ((f"case {case.reference}", words) for words in _wrong(case, histories[case.id]))


def _wrong(case: Any, lines: Sequence[Any]) -> Iterator[str]:
    """Yield what is wrong with one case."""
    if not lines:
        yield "has no history"
        return
    digest, replay = BEGINNING, Replay()
    for line in lines:
        changes = changes_in(line.changes)
        if changes is None:
            yield f"line {line.id}: its changes cannot be read"
            continue
        if line.digest != _digest(digest, case.reference, line, changes):
            yield f"line {line.id}: {DOES_NOT_FIT}"
        digest = line.digest or digest
        replay.tell(line.id, line.action, changes)
    if case.history_digest != digest:
        yield f"line {lines[-1].id} is not the last one it was left with: lines were cut off, put in or changed"
    yield from replay.compare(case._mapping)


#: A digest covers its line and the one before, so that this is all it can tell.
DOES_NOT_FIT = "its digest does not fit: it was changed, or lines before it were changed, taken out or put in"


def _digest(previous: bytes, reference: str, line: Any, changes: object) -> bytes:
    return case_digest(
        previous,
        reference=reference,
        at=stamp(line.at),
        action=line.action,
        door=line.door,
        actor_id=line.actor_id,
        changes=canonical(changes),
    )


def changes_in(text: str) -> list[dict[str, str | None]] | None:
    """Return the changes that a line of a log tells; None when they are not told as a log tells them."""
    try:
        changes = json.loads(text)
    except ValueError:
        return None
    is_told = isinstance(changes, list) and all(
        isinstance(each, dict) and each.keys() == {"field", "before", "after"} for each in changes
    )
    return changes if is_told else None


def stray_lines(session: "Session") -> Iterator[tuple[str, str]]:
    """Yield the lines of history that belong to no case."""
    for number in audit.lines_without_case(session, limit=NAMED):
        yield f"line {number}", "its case is gone"


def missing_references(session: "Session") -> tuple[int, list[str]]:
    """Return how many references were given and have no case, and the first of them."""
    missing = 0
    first: list[str] = []
    for year, last in audit.counters(session):
        numbers = (int(number) for number in _numbers(session, year) if number.isdecimal())
        for start, end in gaps(numbers, after=0, to=last):
            missing += end - start + 1
            room = max(0, NAMED - len(first))
            first += [format_reference(year, number) for number in islice(range(start, end + 1), room)]
    return missing, first


def _numbers(session: "Session", year: int) -> Iterator[str]:
    return (reference.partition("-")[2] for reference in audit.references_of(session, year))
