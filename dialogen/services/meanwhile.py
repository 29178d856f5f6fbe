"""What became of a case since somebody saw it: told to the later of two people instead of writing over the earlier."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from dialogen.database import cases as case_rows
from dialogen.database import history
from dialogen.domain import meanwhile as rules
from dialogen.domain.accounts import Act, Standing, reach
from dialogen.domain.cases import Channel, Stream
from dialogen.domain.errors import Conflict, Problem
from dialogen.domain.history import OUTLINE, PERSONAL_FIELDS, Action
from dialogen.domain.meanwhile import Part
from dialogen.services.case_views import (
    CaseView,
    HistoryEntry,
    KindView,
    check_reference,
    entries_of,
    view_of,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database
    from dialogen.database.models import Case


@dataclass(frozen=True)
class Meanwhile:
    """A case as its reader saw it and as it is now, and the lines of its history in between, oldest first.

    The lines are those that the reader may see; without `is_known` nobody can tell what was seen.
    """

    case: CaseView
    seen: CaseView
    lines: tuple[HistoryEntry, ...]
    is_known: bool


class ChangedMeanwhile(Conflict):
    """Somebody changed the case since its reader saw it."""

    def __init__(self, found: Meanwhile) -> None:
        self.found = found
        super().__init__(Problem.CHANGED_MEANWHILE, version=found.case.version)


def check_not_changed(
    session: "Session",
    case: "Case",
    *,
    seen_version: int,
    about: frozenset[Part] | None,
    by: Standing,
    today: date,
) -> None:
    """Refuse a deed on a case that was changed since its author saw it.

    With `about` only what touches that stands in the way; None: whatever was changed.
    """
    if seen_version == case.version:
        return
    events = _events_since(session, case, seen_version)
    lines = [(Action(event.action), [change["field"] for change in event.changes]) for event, _ in events]
    if about is not None and lines and not rules.is_in_the_way(about, lines):
        return
    raise ChangedMeanwhile(_found(session, case, events, by=by, today=today))


def case_as_seen(db: "Database", *, reference: str, version: int, by: Standing, today: date) -> CaseView:
    """Show a case in the fields that can be corrected as it was at a version; raises NotFound out of reach.

    A version that the case never had shows it as it is.
    """
    check_reference(reference)
    with db.reading() as session:
        row = case_rows.get_case_row(session, reference, reach(by, Act.SEE))
        found = _found(session, row[0], _events_since(session, row[0], version), by=by, today=today)
        return found.seen


def _events_since(session: "Session", case: "Case", version: int) -> Sequence[Any]:
    """Return the lines since a version: each version of a case is one line of its history."""
    count = case.version - version if version > 0 else 0
    return history.last_events(session, case.id, count=count) if count > 0 else ()


def _found(session: "Session", case: "Case", events: Sequence[Any], *, by: Standing, today: date) -> Meanwhile:
    view = view_of(case_rows.get_case_row_by_id(session, case.id), by=by, today=today)
    lines = entries_of(session, view, events, by=by)
    if not view.may_see_details:
        return Meanwhile(view, view, in_outline(lines), is_known=bool(events))
    return Meanwhile(view, as_seen(view, lines), lines, is_known=bool(events))


def in_outline(lines: Sequence[HistoryEntry]) -> tuple[HistoryEntry, ...]:
    """Return what a reader may know of lines who sees reference, unit, dates and handler of a case alone."""
    shown = (replace(line, changes=tuple(each for each in line.changes if each.field in OUTLINE)) for line in lines)
    return tuple(
        replace(line, reason=None, note=None, earlier={}, attachment=None)
        for line in shown
        if line.changes and line.action is not Action.PROPOSED
    )


def as_seen(view: CaseView, lines: Sequence[HistoryEntry]) -> CaseView:
    """Return a case, in the fields that can be corrected, as it was before the lines."""
    was: dict[str, str | None] = {}
    for line in reversed(lines):
        if line.action is not Action.PROPOSED:  # what is only proposed changed nothing
            for change in line.changes:
                is_personal = change.field in PERSONAL_FIELDS
                was[change.field] = line.earlier.get(change.field) if is_personal else change.before
    fields = {name: _READ[name](value) for name, value in was.items() if name in _READ}
    personal: dict[str, Any] = {name: value for name, value in was.items() if name in PERSONAL_FIELDS}
    if view.personal is not None and personal:
        fields["personal"] = replace(view.personal, **personal)
    return replace(view, **fields)


_READ: dict[str, Any] = {
    "received_on": lambda text: text and date.fromisoformat(text),
    "answered_on": lambda text: text and date.fromisoformat(text),
    "stream": lambda word: word and Stream(word),
    "channel": lambda word: word and Channel(word),
    "kind": lambda word: word and KindView(word, word),
    "unit": lambda name: name,
}
