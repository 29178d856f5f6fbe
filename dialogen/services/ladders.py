"""The ladders of alerts: which hold, what a change would come to, and who changes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from dialogen.database import ladders as rows
from dialogen.database import setup as unit_rows
from dialogen.domain.accounts import Act, Standing, may_administer, reach
from dialogen.domain.alerts import Ladder
from dialogen.domain.errors import Conflict, NotAllowed, Problem
from dialogen.domain.history import Change
from dialogen.domain.ladders import ManagersAlerts, check_reaches_somebody, checked_ladder, managers_alerts
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.domain.texts import norwegian_key
from dialogen.services import office_log
from dialogen.services.alerts import Morning, morning_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database
    from dialogen.database.models import LadderRow

VERSIONS_SHOWN = 50


@dataclass(frozen=True)
class LadderView:
    """The steps that hold for a unit, or for everybody (None)."""

    unit_id: int | None
    unit: str | None
    ladder: Ladder
    is_own: bool  # else it follows the default
    managers_alerts: ManagersAlerts


@dataclass(frozen=True)
class VersionView:
    """One version of a ladder; `ladder` None: from then on the unit followed the default."""

    version: int
    ladder: Ladder | None
    by: str | None
    at: datetime


@dataclass(frozen=True)
class LadderPage:
    """What holds for a unit, or for everybody, and what has held, the newest first."""

    now: LadderView
    versions: list[VersionView]
    units_without_manager: list[str]  # of those that follow the default

    @property
    def version(self) -> int:
        """The number of the newest version; 0 when nothing was ever changed."""
        return self.versions[0].version if self.versions else 0


@dataclass(frozen=True)
class Draft:
    """A ladder as somebody wants it. One that follows the default has no steps of its own."""

    follows_default: bool
    handler: Sequence[int] = ()
    manager: Sequence[int] = ()
    again_from: int | None = None
    again_every: int | None = None


def may_set(by: Standing, unit_id: int | None) -> bool:
    """Say whether somebody sets a unit's ladder: its managers and administrators; everybody's: administrators."""
    return may_administer(by) if unit_id is None else reach(by, Act.SET_UP_ALERTS).all_of_unit(unit_id)


def may_set_any(by: Standing) -> bool:
    """Say whether there is a unit whose ladder somebody sets."""
    return not reach(by, Act.SET_UP_ALERTS).is_empty


def check_may_set(by: Standing, unit_id: int | None) -> None:
    """Refuse whoever does not set a unit's ladder."""
    if not may_set(by, unit_id):
        raise NotAllowed(Problem.NOT_ALLOWED)


def list_ladders(db: "Database", *, by: Standing, today: date) -> list[LadderView]:
    """Return everybody's ladder, and those of the units whose ladders the reader sets, by name; raises NotAllowed."""
    if not may_set_any(by):
        raise NotAllowed(Problem.NOT_ALLOWED)
    morning = morning_of(db, today)
    with db.reading() as session:
        units = [(unit.id, unit.name) for unit in unit_rows.units(session) if may_set(by, unit.id)]
    named = sorted(units, key=lambda unit: norwegian_key(unit[1]))
    return [_view(morning, None, None), *(_view(morning, unit_id, name) for unit_id, name in named)]


def show_ladder(db: "Database", *, by: Standing, unit_id: int | None, today: date) -> LadderPage:
    """Show the ladder of a unit, or everybody's, with its versions; raises NotAllowed, NotFound."""
    check_may_set(by, unit_id)
    morning = morning_of(db, today)
    with db.reading() as session:
        unit = None if unit_id is None else unit_rows.get_unit(session, unit_id).name
        versions = [_version(*each) for each in rows.versions(session, unit_id, limit=VERSIONS_SHOWN)]
        followers = [] if unit_id is not None else _followers(session, morning)
    without = [name for number, name in followers if not _has_manager(number, morning)]
    return LadderPage(_view(morning, unit_id, unit), versions, sorted(without, key=norwegian_key))


def save_ladder(
    db: "Database", *, by: Standing, unit_id: int | None, draft: Draft, version: int, today: date, now: datetime
) -> None:
    """Let a ladder hold from now on, as a version after the one that was seen; the same again changes nothing.

    Raises NotAllowed, NotFound, InvalidInput for an unusable one, and Conflict when there is a newer version.
    """
    check_may_set(by, unit_id)
    morning = morning_of(db, today)
    ladder = checked_draft(draft, unit_id, morning)
    with db.writing() as session:
        if unit_id is not None:
            unit_rows.get_unit(session, unit_id)
        newest = next(iter(rows.versions(session, unit_id, limit=1)), None)
        before = rows.ladder_of(newest[0]) if newest else (Ladder() if unit_id is None else None)
        if (newest[0].version if newest else 0) != version:
            raise Conflict(Problem.LADDER_CHANGED)
        if ladder == before:
            return
        if not rows.add_version(session, unit_id, ladder, version=version + 1, created_by=by.account_id, now=now):
            raise Conflict(Problem.LADDER_CHANGED)
        office_log.tell(
            session,
            at=now,
            action=OfficeAction.LADDER_CHANGED,
            author=office_log.administrator(by),
            subject=Subject.LADDER,
            subject_id=rows.scope_of(unit_id),
            changes=_changes(before, ladder),
        )


def checked_draft(draft: Draft, unit_id: int | None, morning: Morning) -> Ladder | None:
    """Return the ladder of a draft, None for one that follows the default; raises InvalidInput."""
    ladder = None
    if unit_id is None or not draft.follows_default:
        ladder = checked_ladder(
            handler=draft.handler,
            manager=draft.manager,
            again_from=draft.again_from,
            again_every=draft.again_every,
        )
    check_reaches_somebody(unit_id, morning.staff)
    return ladder


def _changes(before: Ladder | None, after: Ladder | None) -> list[Change]:
    was, now_is = _told(before), _told(after)
    return [Change(field, was[field], now_is[field]) for field in was if was[field] != now_is[field]]


def _told(ladder: Ladder | None) -> dict[str, str | None]:
    return {
        "follows_default": "no" if ladder else "yes",
        "handler_steps": rows.as_words(ladder.handler) if ladder else None,
        "manager_steps": rows.as_words(ladder.manager) if ladder else None,
        "again_from": str(ladder.manager_again_from) if ladder else None,
        "again_every": str(ladder.manager_again_every) if ladder else None,
    }


def _view(morning: Morning, unit_id: int | None, unit: str | None) -> LadderView:
    return LadderView(
        unit_id=unit_id,
        unit=unit,
        ladder=morning.ladders.of(unit_id),
        is_own=unit_id in morning.ladders.by_unit,
        managers_alerts=managers_alerts(unit_id, morning.staff),
    )


def _version(row: "LadderRow", by: str | None) -> VersionView:
    return VersionView(row.version, rows.ladder_of(row), by, row.created_at)


def _followers(session: "Session", morning: Morning) -> list[tuple[int, str]]:
    return [(unit.id, unit.name) for unit in unit_rows.units(session) if unit.id not in morning.ladders.by_unit]


def _has_manager(unit_id: int, morning: Morning) -> bool:
    return managers_alerts(unit_id, morning.staff) in (ManagersAlerts.UNIT_MANAGERS, ManagersAlerts.MANAGERS_OF_ALL)
