"""Writes the cases of the demo, many at once, each with its history. Never used on an installation of real cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from dialogen.database import ties
from dialogen.database.cases import reserve_numbers
from dialogen.database.models import IS_OPEN, Account, Case, CaseEvent, CasePersonal, EventText, Kind, Unit
from dialogen.domain.cases import Channel, ExclusionReason, Stream, format_reference
from dialogen.domain.chains import BEGINNING, canonical, case_digest, stamp, stored
from dialogen.domain.history import Action, Change, Door
from dialogen.domain.likeness import Mark, marks_of


@dataclass(frozen=True)
class MadeUpEvent:
    """A line of a made-up case's history; `by` is an account's address, `texts` are free texts by field."""

    at: datetime
    action: Action
    by: str | None
    changes: tuple[Change, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class MadeUpCase:
    """A made-up case: its kind by word, its unit by name, its handler by address."""

    stream: Stream
    channel: Channel
    kind: str
    unit: str | None
    handler: str | None
    received_on: date
    registered_on: date
    created_at: datetime
    rule_version: int
    due_on: date
    extended_to: date | None
    answered_on: date | None
    exclusion: ExclusionReason | None
    subject: str
    text: str
    sender_name: str
    sender_email: str | None
    events: tuple[MadeUpEvent, ...]


def holds_anything(session: Session) -> bool:
    """Say whether anybody has put a case, an account or a unit into the database."""
    return any(session.scalars(select(key).limit(1)).first() is not None for key in (Case.id, Account.id, Unit.id))


def overdue_case_of(session: Session, email: str, *, today: date) -> Case:
    """Return a case of a handler that is open past its deadlines, one that counts if there is one."""
    query = (
        select(Case)
        .join(Account, Account.id == Case.handler_id)
        .where(Account.email == email, IS_OPEN, Case.deadline < today)
        .order_by(Case.stream, Case.id)
    )
    return session.scalars(query.limit(1)).one()


def add_cases(session: Session, cases: Sequence[MadeUpCase]) -> None:
    """Add cases in the order of their registration, numbered within its year, with their history."""
    cases = sorted(cases, key=lambda each: (each.registered_on, each.created_at))
    rows = _case_rows(session, cases)
    accounts = _numbers(session, Account.email, Account.id)
    told = [_told(row, each.events, accounts) for row, each in zip(rows, cases, strict=True)]
    ids = _add_numbered(session, Case, rows)
    numbered = list(zip(ids, cases, strict=True))
    _add(session, CasePersonal, [_personal_row(case_id, each) for case_id, each in numbered])
    ties.add_marks(session, [(case_id, each.received_on, _marks_of(each)) for case_id, each in numbered])
    events = [(case_id, event) for case_id, each in numbered for event in each.events]
    lines = [{"case_id": case_id, **line} for case_id, of_case in zip(ids, told, strict=True) for line in of_case]
    event_ids = _add_numbered(session, CaseEvent, lines)
    texts = [
        {"event_id": event_id, "case_id": case_id, "field": field, "text": text}
        for event_id, (case_id, event) in zip(event_ids, events, strict=True)
        for field, text in event.texts
    ]
    _add(session, EventText, texts)


def _marks_of(each: MadeUpCase) -> dict[Mark, str]:
    return marks_of(email=each.sender_email, phone=None, subject=each.subject)


def _add(session: Session, model: Any, rows: list[dict[str, Any]]) -> None:
    # The table, not the model: as objects the rows would be grouped by which of their values are missing.
    session.connection().execute(insert(model.__table__), rows)


def _add_numbered(session: Session, model: Any, rows: list[dict[str, Any]]) -> list[int]:
    query = insert(model.__table__).returning(model.__table__.c.id, sort_by_parameter_order=True)
    return list(session.connection().execute(query, rows).scalars())


def _numbers(session: Session, name: Any, number: Any) -> dict[str, int]:
    return {str(text): int(found) for text, found in session.execute(select(name, number).order_by(number))}


def _case_rows(session: Session, cases: Sequence[MadeUpCase]) -> list[dict[str, Any]]:
    kinds = _numbers(session, Kind.word, Kind.id)
    units = _numbers(session, Unit.name, Unit.id)
    accounts = _numbers(session, Account.email, Account.id)
    return [
        {
            "reference": reference,
            "stream": each.stream,
            "channel": each.channel,
            "kind_id": kinds.get(each.kind),
            "unit_id": units[each.unit] if each.unit else None,
            "handler_id": accounts[each.handler] if each.handler else None,
            "received_on": each.received_on,
            "rule_version": each.rule_version,
            "due_on": each.due_on,
            "extended_to": each.extended_to,
            "deadline": each.extended_to or each.due_on,
            "answered_on": each.answered_on,
            "exclusion": each.exclusion,
            "registered_on": each.registered_on,
            "created_at": each.created_at,
            "version": len(each.events),
        }
        for each, reference in zip(cases, _references(session, cases), strict=True)
    ]


def _references(session: Session, cases: Sequence[MadeUpCase]) -> list[str]:
    first_days: dict[int, date] = {}
    counts: dict[int, int] = {}
    for each in cases:
        first_days.setdefault(each.registered_on.year, each.registered_on)
        counts[each.registered_on.year] = counts.get(each.registered_on.year, 0) + 1
    references = []
    for year, day in first_days.items():
        first = reserve_numbers(session, registered_on=day, count=counts[year])
        references += [format_reference(year, number) for number in range(first, first + counts[year])]
    return references


def _personal_row(case_id: int, each: MadeUpCase) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "subject": each.subject,
        "text": each.text,
        "sender_name": each.sender_name,
        "sender_email": each.sender_email,
    }


def _told(case: dict[str, Any], events: Sequence[MadeUpEvent], accounts: dict[str, int]) -> list[dict[str, Any]]:
    """Return the lines of a case's history, each chained to the one before, and give the case the last digest."""
    lines = [_event_row(event, accounts) for event in events]
    digest = BEGINNING
    for line in lines:
        content = line | {"at": stamp(line["at"]), "changes": canonical(line["changes"])}
        line["digest"] = digest = case_digest(digest, reference=case["reference"], **content)
    case["history_digest"] = digest
    return lines


def _event_row(event: MadeUpEvent, accounts: dict[str, int]) -> dict[str, Any]:
    return {
        "at": event.at,
        "action": event.action.value,
        "door": Door.DEMO.value,
        "actor_id": accounts[event.by] if event.by else None,
        "changes": stored(event.changes),
    }
