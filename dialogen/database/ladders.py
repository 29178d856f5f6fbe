"""Queries about the ladders of alerts: those in force, every version of one, and the cases that one is tried on."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from dialogen.database.alerts import OpenCase
from dialogen.database.attempts import added
from dialogen.database.models import IS_OPEN, Account, Case, LadderRow, Unit
from dialogen.domain.alerts import FollowedCase, Ladder, parse_recipient
from dialogen.domain.ladders import Ladders, Medium

EVERYBODYS = "*"


def ladders_in_force(session: Session) -> Ladders:
    """Return the ladder of everybody, and those of the units that have one of their own."""
    ladders = {row.unit_id: ladder_of(row) for row in newest(session)}
    own = {unit_id: ladder for unit_id, ladder in ladders.items() if unit_id is not None and ladder is not None}
    return Ladders(ladders.get(None) or Ladder(), own)


def newest(session: Session) -> list[LadderRow]:
    """Return the newest version of every scope that has one."""
    last = select(LadderRow.scope, func.max(LadderRow.version).label("version")).group_by(LadderRow.scope).subquery()
    there = and_(LadderRow.scope == last.c.scope, LadderRow.version == last.c.version)
    return list(session.scalars(select(LadderRow).join(last, there).order_by(LadderRow.id)))


def ladder_of(row: LadderRow) -> Ladder | None:
    """Return the ladder that a row holds; None for a row by which a unit follows the default."""
    if row.handler is None or row.manager is None or row.again_from is None or row.again_every is None:
        return None
    return Ladder(_steps(row.handler), _steps(row.manager), row.again_from, row.again_every)


def _steps(words: str) -> frozenset[int]:
    return frozenset(int(word) for word in words.split())


def as_words(steps: Collection[int]) -> str:
    """Return steps as they are stored and told."""
    return " ".join(str(step) for step in sorted(steps))


def scope_of(unit_id: int | None) -> str:
    """Return what a unit, or everybody (None), is called in a ladder's key."""
    return EVERYBODYS if unit_id is None else str(unit_id)


def versions(session: Session, unit_id: int | None, *, limit: int) -> list[tuple[LadderRow, str | None]]:
    """Return the newest versions of a unit's ladder, or of everybody's, with the names of who made them."""
    query = select(LadderRow, Account.name).outerjoin(Account, Account.id == LadderRow.created_by)
    query = query.where(LadderRow.scope == scope_of(unit_id)).order_by(LadderRow.version.desc()).limit(limit)
    return [(row, name) for row, name in session.execute(query)]


def add_version(
    session: Session, unit_id: int | None, ladder: Ladder | None, *, version: int, created_by: int, now: datetime
) -> bool:
    """Add a version of a unit's ladder, or of everybody's; says no when there is that version already."""
    row = LadderRow(
        scope=scope_of(unit_id),
        unit_id=unit_id,
        version=version,
        handler=as_words(ladder.handler) if ladder else None,
        manager=as_words(ladder.manager) if ladder else None,
        again_from=ladder.manager_again_from if ladder else None,
        again_every=ladder.manager_again_every if ladder else None,
        medium=Medium.EMAIL,
        created_by=created_by,
        created_at=now,
    )
    return added(session, row)


def cases_followed(
    session: Session, unit_id: int | None, own: Collection[int], *, last: date, limit: int
) -> tuple[list[tuple[OpenCase, str]], int]:
    """Return open cases due until a day that a ladder follows, with their references, and how many there are.

    Of everybody's ladder (None) those of units that have none of their own, and those without a unit.
    """
    wanted = (IS_OPEN, Case.deadline <= last, _is_followed(unit_id, own))
    query = (
        select(Case.id, Case.reference, Case.unit_id, Case.handler_id, Case.deadline, Case.registered_on)
        .where(*wanted)
        .order_by(Case.deadline, Case.id)
        .limit(limit)
    )
    rows = session.execute(query).all()
    total = len(rows) if len(rows) < limit else session.scalar(select(func.count()).select_from(Case).where(*wanted))
    followed = [
        (OpenCase(number, FollowedCase(unit, handler, deadline, registered_on)), reference)
        for number, reference, unit, handler, deadline, registered_on in rows
    ]
    return followed, total or 0


def _is_followed(unit_id: int | None, own: Collection[int]) -> ColumnElement[bool]:
    if unit_id is not None:
        return Case.unit_id == unit_id
    return or_(Case.unit_id.is_(None), Case.unit_id.not_in(sorted(own)))


def names_of_recipients(session: Session, recipients: Collection[str]) -> dict[str, str]:
    """Return what accounts and units among some recipients are called."""
    numbers: dict[str, list[int]] = {"account": [], "unit": []}
    for recipient in recipients:
        kind, number = parse_recipient(recipient)
        if number is not None:
            numbers[kind].append(number)
    accounts = session.execute(select(Account.id, Account.name).where(Account.id.in_(sorted(numbers["account"]))))
    units = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(sorted(numbers["unit"]))))
    names = {f"account:{number}": name for number, name in accounts}
    return names | {f"unit:{number}": name for number, name in units}
