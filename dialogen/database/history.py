"""Writes and reads the append-only history of cases, and the free text that lies apart from it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from dialogen.database.models import Account, Base, Case, CaseEvent, EventText
from dialogen.domain.chains import BEGINNING, canonical, case_digest, stamp, stored
from dialogen.domain.history import Action, Author, Change


def add_event(
    session: Session,
    case_id: int,
    *,
    at: datetime,
    action: Action,
    author: Author,
    changes: Iterable[Change] = (),
    texts: Mapping[str, str] | None = None,
) -> CaseEvent:
    """Add one line to a case's history; `texts` are its reason, its note and earlier personal values, by field.

    The case must be new or locked by the caller: the line is chained to the one before it.
    """
    case = session.get_one(Case, case_id)
    event = CaseEvent(**_next_line(case, at=at, action=action, author=author, changes=changes))
    session.add(event)
    session.flush()
    for field, text in (texts or {}).items():
        session.add(EventText(event_id=event.id, case_id=case_id, field=field, text=text))
    return event


def add_events(
    session: Session, told: Iterable[tuple[Case, Iterable[Change]]], *, at: datetime, action: Action, author: Author
) -> None:
    """Add a line to the history of each of many cases, which the caller has locked; together, not one by one."""
    lines = [_next_line(case, at=at, action=action, author=author, changes=changes) for case, changes in told]
    if lines:
        session.execute(insert(Base.metadata.tables[CaseEvent.__tablename__]), lines)


def _next_line(
    case: Case, *, at: datetime, action: Action, author: Author, changes: Iterable[Change]
) -> dict[str, Any]:
    """Return a case's next line of history; from now on it is the case's newest."""
    line: dict[str, Any] = {
        "case_id": case.id,
        "at": at,
        "action": action.value,
        "door": author.door.value,
        "actor_id": author.account_id,
        "changes": stored(changes),
    }
    line["digest"] = case.history_digest = case_digest(
        case.history_digest or BEGINNING,
        reference=case.reference,
        at=stamp(at),
        action=line["action"],
        door=line["door"],
        actor_id=line["actor_id"],
        changes=canonical(line["changes"]),
    )
    return line


def events_of(session: Session, case_id: int) -> list[tuple[CaseEvent, str | None]]:
    """Return a case's history, oldest first, each line with its author's name."""
    query = (
        select(CaseEvent, Account.name)
        .outerjoin(Account, Account.id == CaseEvent.actor_id)
        .where(CaseEvent.case_id == case_id)
        .order_by(CaseEvent.id)
    )
    return [(event, name) for event, name in session.execute(query)]


def last_events(session: Session, case_id: int, *, count: int) -> list[tuple[CaseEvent, str | None]]:
    """Return the last so many lines of a case's history, oldest first, each with its author's name."""
    query = (
        select(CaseEvent, Account.name)
        .outerjoin(Account, Account.id == CaseEvent.actor_id)
        .where(CaseEvent.case_id == case_id)
        .order_by(CaseEvent.id.desc())
        .limit(count)
    )
    return [(event, name) for event, name in reversed(session.execute(query).all())]


def extensions_of(session: Session, case_id: int) -> list[tuple[CaseEvent, str | None]]:
    """Return the lines of a case's history that tell of extensions, oldest first, each with its author's name."""
    query = (
        select(CaseEvent, Account.name)
        .outerjoin(Account, Account.id == CaseEvent.actor_id)
        .where(CaseEvent.case_id == case_id, CaseEvent.action == Action.EXTENDED.value)
        .order_by(CaseEvent.id)
    )
    return [(event, name) for event, name in session.execute(query)]


def notes_of(session: Session, case_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the notes on some cases, by case, the newest first."""
    query = select(EventText.case_id, EventText.text).where(EventText.case_id.in_(case_ids), EventText.field == "note")
    notes: dict[int, list[str]] = {}
    for case_id, note in session.execute(query.order_by(EventText.id.desc())):
        notes.setdefault(case_id, []).append(note)
    return notes


def texts_of(session: Session, case_id: int, *, since: int) -> dict[int, dict[str, str]]:
    """Return the free texts of a case's history, from the line of some number on, by event and field."""
    texts: dict[int, dict[str, str]] = {}
    query = select(EventText).where(EventText.case_id == case_id, EventText.event_id >= since).order_by(EventText.id)
    for each in session.scalars(query):
        texts.setdefault(each.event_id, {})[each.field] = each.text
    return texts
