"""Shows the office's own log to administrators: who changed what about people, units, rules and keys."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from dialogen.database import office_events
from dialogen.database.models import OfficeEvent
from dialogen.database.office_events import Wanted as Wanted  # doors know it by this module
from dialogen.domain.accounts import Standing, check_may_administer
from dialogen.domain.history import Change, Door
from dialogen.domain.office_events import OfficeAction, Subject

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database


@dataclass(frozen=True)
class OfficeChange:
    """One line of the log. `name` is what it was done to, by its name of today; None where it has none."""

    id: int
    at: datetime
    action: OfficeAction
    door: Door
    by: str | None
    subject: Subject
    subject_id: str | None
    name: str | None
    changes: tuple[Change, ...]


def list_changes(
    db: "Database", *, by: Standing, wanted: Wanted, before: int | None = None, limit: int = 50
) -> list[OfficeChange]:
    """Return lines of the log, newest first, older than the one numbered `before`; raises NotAllowed."""
    check_may_administer(by)
    with db.reading() as session:
        rows = office_events.events(session, wanted, before=before, limit=limit)
        names = _Names(session, [event for event, _ in rows])
        return [_view(event, author, names) for event, author in rows]


class _Names:
    """The names of what some lines are about."""

    def __init__(self, session: "Session", events: list[OfficeEvent]) -> None:
        about = {(event.subject, event.subject_id) for event in events if event.subject_id is not None}
        self._names = {
            subject.value: office_events.names_of(session, subject, [id for kind, id in about if kind == subject])
            for subject in (Subject.ACCOUNT, Subject.UNIT, Subject.LADDER, Subject.KIND)
        }
        places = [
            change["before"] or change["after"] for each in events for change in each.changes if _is_place(change)
        ]
        self._places = office_events.names_of(session, Subject.UNIT, [place for place in places if place])

    def of(self, event: OfficeEvent) -> str | None:
        """Return the name of what a line is about, as it is called today."""
        return self._names.get(event.subject, {}).get(event.subject_id or "")

    def place(self, change: Change) -> Change:
        """Return where a role was given or taken with the unit's name for its number."""
        if change.field != "where":
            return change
        return replace(change, before=self._place(change.before), after=self._place(change.after))

    def _place(self, scope: str | None) -> str | None:
        return None if scope is None else self._places.get(scope, scope)


def _is_place(change: dict[str, str | None]) -> bool:
    return change["field"] == "where"


def _view(event: OfficeEvent, author: str | None, names: _Names) -> OfficeChange:
    return OfficeChange(
        id=event.id,
        at=event.at,
        action=OfficeAction(event.action),
        door=Door(event.door),
        by=author,
        subject=Subject(event.subject),
        subject_id=event.subject_id,
        name=names.of(event),
        changes=tuple(names.place(Change(**change)) for change in event.changes),
    )
