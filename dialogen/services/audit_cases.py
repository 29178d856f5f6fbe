"""Audits the histories of cases: each line's digest, each case's newest, and that a case is what its history says."""

import json
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from dialogen.database import audit
from dialogen.domain.audit import Replay, gaps
from dialogen.domain.cases import format_reference
from dialogen.domain.chains import BEGINNING, canonical, case_digest, stamp
from dialogen.domain.office_events import OfficeAction

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NAMED = 10  # so many missing references or stray lines are named; their number is told whatever it is


@dataclass(frozen=True)
class Called:
    """What histories may call each unit and each handler, by number; None for one whose former names no log tells."""

    units: Mapping[int | None, Container[str | None]]
    people: Mapping[int | None, Container[str | None] | None]


def called(session: "Session") -> Called:
    """Return what units and people are called, and what units were called before by the office's own log.

    That an address changed is told, and never which it was.
    """
    units: dict[int | None, set[str | None]] = {None: {None}}
    units |= {number: {name} for number, name in audit.units(session)}
    for number, change in _told(session, OfficeAction.UNIT_CHANGED):
        if change["field"] == "name":
            units.setdefault(number, set()).add(change["before"])
    people: dict[int | None, Container[str | None] | None] = {None: {None}}
    people |= {number: {email} for number, email in audit.accounts(session)}
    for number, change in _told(session, OfficeAction.ACCOUNT_CHANGED):
        if change["field"] == "email":
            people[number] = None
    return Called(units, people)


def _told(session: "Session", action: OfficeAction) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Yield each change of a kind with the number of what was changed; what cannot be read is told elsewhere."""
    for number, text in audit.changes_told(session, action):
        if number is not None and number.isdecimal():
            yield from ((int(number), change) for change in changes_in(text) or ())


def cases_of(session: "Session", numbers: Sequence[int], called: "Called") -> Iterator[tuple[str, str]]:
    """Yield what is wrong with some cases, each as the case it is about and the words."""
    try:
        facts = audit.facts_of_cases(session, numbers[0], numbers[-1])
        lines = audit.lines_of_cases(session, numbers[0], numbers[-1])
    except audit.UNREADABLE:
        if len(numbers) == 1:
            yield f"case number {numbers[0]}", "holds a value that no version wrote and that cannot be read"
        else:
            for number in numbers:
                yield from cases_of(session, [number], called)
        return
    histories: dict[int, list[Any]] = defaultdict(list)
    for line in lines:
        histories[line.case_id].append(line)
    for case in facts:
        yield from ((f"case {case.reference}", words) for words in _wrong(case, histories[case.id], called))


def _wrong(case: Any, lines: Sequence[Any], called: "Called") -> Iterator[str]:
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
    names = {"unit": called.units.get(case.unit_id, ()), "handler": called.people.get(case.handler_id, ())}
    yield from replay.compare(case._mapping, names)


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
