"""Writes and reads the append-only history of cases, and the free text that lies apart from it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogen.database.models import Account, CaseEvent, EventText
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
    """Add one line to a case's history; `texts` are its reason, its note and earlier personal values, by field."""
    event = CaseEvent(
        case_id=case_id,
        at=at,
        action=action.value,
        door=author.door.value,
        actor_id=author.account_id,
        changes=[asdict(change) for change in changes],
    )
    session.add(event)
    session.flush()
    for field, text in (texts or {}).items():
        session.add(EventText(event_id=event.id, case_id=case_id, field=field, text=text))
    return event


def events_of(session: Session, case_id: int) -> list[tuple[CaseEvent, str | None]]:
    """Return a case's history, oldest first, each line with its author's name."""
    query = (
        select(CaseEvent, Account.name)
        .outerjoin(Account, Account.id == CaseEvent.actor_id)
        .where(CaseEvent.case_id == case_id)
        .order_by(CaseEvent.id)
    )
    return [(event, name) for event, name in session.execute(query)]


def texts_of(session: Session, case_id: int) -> dict[int, dict[str, str]]:
    """Return the free texts of a case's history by event and field."""
    texts: dict[int, dict[str, str]] = {}
    query = select(EventText).where(EventText.case_id == case_id).order_by(EventText.id)
    for each in session.scalars(query):
        texts.setdefault(each.event_id, {})[each.field] = each.text
    return texts
