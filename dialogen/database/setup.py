"""Queries about what an administrator sets up: units, kinds, and new rows of rules and closed days."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from dialogen.database.attempts import added, changed
from dialogen.database.models import ClosedDay, DeadlineRuleRow, Kind, Unit
from dialogen.database.numbers import is_storable
from dialogen.domain.deadlines import Roll
from dialogen.domain.errors import NotFound, Problem
from dialogen.domain.other_laws import Law
from dialogen.domain.texts import name_key, word_key


def units(session: Session) -> list[Unit]:
    """Return every unit."""
    return list(session.scalars(select(Unit).order_by(Unit.id)))


def find_unit_by_name(session: Session, name: str) -> Unit | None:
    """Return the unit of a name, whatever its case."""
    return session.scalar(select(Unit).where(Unit.name_key == name_key(name)))


def find_unit(session: Session, unit_id: int) -> Unit | None:
    """Return a unit by its number."""
    return session.get(Unit, unit_id) if is_storable(unit_id) else None


def get_unit(session: Session, unit_id: int) -> Unit:
    """Return a unit by its number; raises NotFound."""
    unit = find_unit(session, unit_id)
    if unit is None:
        raise NotFound(Problem.NO_SUCH, what="unit", value=unit_id)
    return unit


def add_unit(session: Session, *, name: str, email: str | None) -> Unit | None:
    """Add a unit; None when another has the name."""
    unit = Unit(name=name, name_key=name_key(name), email=email)
    return unit if find_unit_by_name(session, name) is None and added(session, unit) else None


def change_unit(session: Session, unit_id: int, *, name: str, email: str | None) -> bool:
    """Give a unit a name and an address; says no when another has the name."""
    other = find_unit_by_name(session, name)
    if other is not None and other.id != unit_id:
        return False
    values = {"name": name, "name_key": name_key(name), "email": email}
    return changed(session, update(Unit).where(Unit.id == unit_id).values(values))


def kinds(session: Session, *, in_use_only: bool) -> list[Kind]:
    """Return the kinds of inquiry."""
    query = select(Kind).order_by(Kind.id)
    return list(session.scalars(query.where(Kind.in_use) if in_use_only else query))


def kinds_called(session: Session, texts: Collection[str]) -> list[Kind]:
    """Return the kinds that have one of the texts as their word or name, whatever its case."""
    keys = [word_key(text) for text in texts]
    query = select(Kind).where(or_(Kind.word_key.in_(keys), Kind.name_key.in_(keys)))
    return list(session.scalars(query.order_by(Kind.id)))


def get_kind(session: Session, kind_id: int) -> Kind:
    """Return a kind by its number; raises NotFound."""
    kind = session.get(Kind, kind_id) if is_storable(kind_id) else None
    if kind is None:
        raise NotFound(Problem.NO_SUCH, what="kind", value=kind_id)
    return kind


def add_kind(session: Session, *, word: str, name: str, law: Law | None = None) -> Kind | None:
    """Add a kind that is in use; None when another has the word or the name."""
    kind = Kind(word=word, word_key=word_key(word), name=name, name_key=word_key(name), in_use=True, law=law)
    return kind if not kinds_called(session, [word, name]) and added(session, kind) else None


def change_kind(session: Session, kind_id: int, *, name: str, in_use: bool, law: Law | None) -> bool:
    """Give a kind a name, say whether it can be chosen and which law it falls under; says no for another kind's name."""
    if any(kind.id != kind_id for kind in kinds_called(session, [name])):
        return False
    values = {"name": name, "name_key": word_key(name), "in_use": in_use, "law": law}
    return changed(session, update(Kind).where(Kind.id == kind_id).values(values))


def add_rule(
    session: Session, *, valid_from: date, days: int, roll: Roll, created_by: int | None, now: datetime
) -> int | None:
    """Add a version of the deadline rule and return its number; None when somebody else adds one at this moment."""
    newest = session.scalar(select(func.max(DeadlineRuleRow.version))) or 0
    row = DeadlineRuleRow(
        version=newest + 1, valid_from=valid_from, days=days, roll=roll, created_by=created_by, created_at=now
    )
    return row.version if added(session, row) else None


def add_closed_day(session: Session, *, day: date, name: str) -> bool:
    """Add a closed day; says no when it is one already."""
    return session.get(ClosedDay, day) is None and added(session, ClosedDay(day=day, name=name))


def remove_closed_day(session: Session, day: date) -> None:
    """Take a closed day away; raises NotFound."""
    taken = delete(ClosedDay).where(ClosedDay.day == day).returning(ClosedDay.day)
    if session.scalar(taken) is None:
        raise NotFound(Problem.NO_SUCH, what="closed day", value=day)
