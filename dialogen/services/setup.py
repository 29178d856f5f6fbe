"""What an administrator sets up: units, kinds of inquiry, versions of the deadline rule, and closed days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from dialogen import calendar
from dialogen.database import rules, setup
from dialogen.database.engine import Database
from dialogen.domain.accounts import Standing, check_may_administer
from dialogen.domain.deadlines import DeadlineRule, Roll
from dialogen.domain.errors import Conflict, InvalidInput, Problem
from dialogen.domain.history import Change
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.domain.other_laws import Law
from dialogen.domain.texts import NAME_MOST, name_key, norwegian_key, required_name
from dialogen.services import office_log
from dialogen.services.addresses import optional_email

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.models import Kind, Unit

KIND_MOST = 100
RULE_DAYS = range(1, 366)
#: Words that stand for something else wherever a unit is named: all units, and cases without one.
NOT_UNITS = ("*", "none")


@dataclass(frozen=True)
class UnitView:
    """A unit as doors see it."""

    id: int
    name: str
    email: str | None


@dataclass(frozen=True)
class KindView:
    """A kind of inquiry as doors see it: `word` is for programs and never changes, `name` for people."""

    id: int
    word: str
    name: str
    in_use: bool
    law: Law | None


def list_units(db: Database) -> list[UnitView]:
    """Return every unit, by name."""
    with db.reading() as session:
        views = [_unit_view(row) for row in setup.units(session)]
    return sorted(views, key=lambda view: norwegian_key(view.name))


def find_unit_by_name(db: Database, name: str) -> UnitView | None:
    """Return the unit of a name, whatever its case, or None."""
    try:
        name = required_name("unit", name)
    except InvalidInput:
        return None
    with db.reading() as session:
        row = setup.find_unit_by_name(session, name)
        return None if row is None else _unit_view(row)


def add_unit(db: Database, *, by: Standing | None, name: str, email: str | None, now: datetime) -> UnitView:
    """Add a unit; raises Conflict when one has the name already, whatever its case.

    Here and below `by` is None for the command line, whose user owns the installation.
    """
    _check(by)
    name, email = _unit_name(name), optional_email("email", email)
    with db.writing() as session:
        row = setup.add_unit(session, name=name, email=email)
        if row is None:
            raise Conflict(Problem.TAKEN, value=name)
        added = [Change("name", None, name)] + ([Change("email", None, None)] if email else [])
        _tell(session, OfficeAction.UNIT_ADDED, (Subject.UNIT, row.id), added, by=by, now=now)
        return _unit_view(row)


def change_unit(
    db: Database, *, by: Standing | None, unit_id: int, name: str, email: str | None, now: datetime
) -> UnitView:
    """Give a unit a name and an address, or none; raises NotFound, or Conflict when another unit has the name."""
    _check(by)
    name, email = _unit_name(name), optional_email("email", email)
    with db.writing() as session:
        unit = setup.get_unit(session, unit_id)
        name_before, email_before = unit.name, unit.email
        if not setup.change_unit(session, unit_id, name=name, email=email):
            raise Conflict(Problem.TAKEN, value=name)
        changed = [Change("name", name_before, name)] if name != name_before else []
        changed += [Change("email", None, None)] if email != email_before else []
        if changed:
            _tell(session, OfficeAction.UNIT_CHANGED, (Subject.UNIT, unit_id), changed, by=by, now=now)
    return UnitView(unit_id, name, email)


def list_kinds(db: Database, *, in_use_only: bool) -> list[KindView]:
    """Return the kinds of inquiry, by name."""
    with db.reading() as session:
        views = [_kind_view(row) for row in setup.kinds(session, in_use_only=in_use_only)]
    return sorted(views, key=lambda view: norwegian_key(view.name))


def add_kind(
    db: Database, *, by: Standing | None, name: str, word: str | None = None, law: Law | None = None, now: datetime
) -> KindView:
    """Add a kind; its word is its name unless given. Raises Conflict when another kind goes by either."""
    _check(by)
    name = required_name("name", name, most=KIND_MOST)
    word = required_name("word", word, most=KIND_MOST) if word else name
    with db.writing() as session:
        row = setup.add_kind(session, word=word, name=name, law=law)
        if row is None:
            raise Conflict(Problem.TAKEN, value=name)
        added = [Change("word", None, word), Change("name", None, name)]
        added += [Change("law", None, law.value)] if law else []
        _tell(session, OfficeAction.KIND_ADDED, (Subject.KIND, row.id), added, by=by, now=now)
        return _kind_view(row)


def change_kind(
    db: Database,
    *,
    by: Standing | None,
    kind_id: int,
    name: str,
    in_use: bool,
    law: Law | None,
    now: datetime,
) -> KindView:
    """Rename a kind, say whether new cases can have it and which law has a deadline of its own for it.

    Raises NotFound, or Conflict for another kind's name.

    Cases keep the kind they have.
    """
    _check(by)
    name = required_name("name", name, most=KIND_MOST)
    with db.writing() as session:
        kind = setup.get_kind(session, kind_id)
        word = kind.word
        before = {"name": kind.name, "in_use": _yes_or_no(kind.in_use), "law": kind.law and kind.law.value}
        if not setup.change_kind(session, kind_id, name=name, in_use=in_use, law=law):
            raise Conflict(Problem.TAKEN, value=name)
        after = {"name": name, "in_use": _yes_or_no(in_use), "law": law and law.value}
        changed = [Change(field, before[field], after[field]) for field in after if after[field] != before[field]]
        if changed:
            _tell(session, OfficeAction.KIND_CHANGED, (Subject.KIND, kind_id), changed, by=by, now=now)
    return KindView(kind_id, word, name, in_use, law)


def list_rules(db: Database) -> list[DeadlineRule]:
    """Return every version of the deadline rule, the first one first."""
    with db.reading() as session:
        return rules.deadline_rules(session)


def add_rule(
    db: Database, *, by: Standing | None, valid_from: date, days: int, roll: Roll, now: datetime
) -> DeadlineRule:
    """Add a version of the deadline rule; no deadline that was given moves by it.

    Raises InvalidInput unless the first day is after the newest rule's and one that the calendar knows, and the days
    are 1 to 365.
    """
    _check(by)
    if days not in RULE_DAYS:
        raise InvalidInput.of("days", Problem.RULE_DAYS, value=days)
    _check_is_in_calendar("valid_from", valid_from)
    with db.writing() as session:
        newest = max(rule.valid_from or date.min for rule in rules.deadline_rules(session))
        if valid_from <= newest:
            raise InvalidInput.of("valid_from", Problem.RULE_NOT_AFTER, value=valid_from, newest=newest)
        author = None if by is None else by.account_id
        version = setup.add_rule(session, valid_from=valid_from, days=days, roll=roll, created_by=author, now=now)
        if version is None:
            raise Conflict(Problem.TAKEN, value=valid_from)
        told = {"valid_from": valid_from.isoformat(), "days": str(days), "roll": roll.value}
        added = [Change(field, None, value) for field, value in told.items()]
        _tell(session, OfficeAction.RULE_ADDED, (Subject.RULE, version), added, by=by, now=now)
    return DeadlineRule(version, valid_from, days, roll)


def list_closed_days(db: Database) -> dict[date, str]:
    """Return the days on which the office is closed besides the public holidays, in order, with their names."""
    with db.reading() as session:
        return rules.closed_days(session)


def add_closed_day(db: Database, *, by: Standing | None, day: date, name: str, now: datetime) -> None:
    """Add a day on which the office is closed; raises Conflict when it is one already.

    Raises InvalidInput for a day outside the years that the calendar knows.
    """
    _check(by)
    _check_is_in_calendar("day", day)
    name = required_name("name", name, most=NAME_MOST)
    with db.writing() as session:
        if not setup.add_closed_day(session, day=day, name=name):
            raise Conflict(Problem.TAKEN, value=day)
        _tell(session, OfficeAction.CLOSED_DAY_ADDED, (Subject.CLOSED_DAY, day.isoformat()), [], by=by, now=now)


def remove_closed_day(db: Database, *, by: Standing | None, day: date, now: datetime) -> None:
    """Take a closed day away; raises NotFound."""
    _check(by)
    with db.writing() as session:
        setup.remove_closed_day(session, day)
        _tell(session, OfficeAction.CLOSED_DAY_REMOVED, (Subject.CLOSED_DAY, day.isoformat()), [], by=by, now=now)


def _tell(
    session: "Session",
    action: OfficeAction,
    about: tuple[Subject, int | str],
    changes: Iterable[Change],
    *,
    by: Standing | None,
    now: datetime,
) -> None:
    subject, subject_id = about
    office_log.tell(
        session,
        at=now,
        action=action,
        author=office_log.administrator(by),
        subject=subject,
        subject_id=subject_id,
        changes=changes,
    )


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def _check(by: Standing | None) -> None:
    if by is not None:
        check_may_administer(by)


def _check_is_in_calendar(field: str, day: date) -> None:
    if not calendar.FIRST_YEAR <= day.year <= calendar.LAST_YEAR:
        years = {"first": calendar.FIRST_YEAR, "last": calendar.LAST_YEAR}
        raise InvalidInput.of(field, Problem.BEYOND_CALENDAR, value=day, **years)


def _unit_name(name: str) -> str:
    checked = required_name("name", name)
    if name_key(checked) in NOT_UNITS:
        raise Conflict(Problem.TAKEN, value=checked)
    return checked


def _unit_view(row: "Unit") -> UnitView:
    return UnitView(row.id, row.name, row.email)


def _kind_view(row: "Kind") -> KindView:
    return KindView(row.id, row.word, row.name, row.in_use, row.law)
