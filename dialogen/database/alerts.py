"""Queries about alerts: the open cases a pass looks at, what was told already, raising, dropping, filling in."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dialogen.database.models import IS_OPEN, Alert, Case
from dialogen.domain.alerts import NOBODY, AlertState, DropReason, FollowedCase, OwedAlert, parse_recipient
from dialogen.domain.deadlines import State


@dataclass(frozen=True)
class OpenCase:
    """An open case in a pass."""

    id: int
    followed: FollowedCase


@dataclass(frozen=True)
class OwedRow:
    """An alert that waits for its letter, with how its case stands now."""

    id: int
    case_id: int
    step: int
    deadline: date
    answered: bool
    excluded: bool
    followed: FollowedCase


_FOLLOWED = (Case.unit_id, Case.handler_id, Case.deadline, Case.registered_on)


def open_cases_due_until(
    session: Session, last: date, *, received_until: date, after: tuple[date, int] | None, limit: int
) -> list[OpenCase]:
    """Return a batch of open cases by deadline, those due until a day; reads nothing but the index of open cases."""
    query = (
        select(Case.id, *_FOLLOWED)
        .where(IS_OPEN, Case.deadline <= last, Case.received_on <= received_until)
        .order_by(Case.deadline, Case.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(Case.deadline, Case.id) > tuple_(*after))
    return [
        OpenCase(case_id, FollowedCase(unit_id, handler_id, deadline, registered_on))
        for case_id, unit_id, handler_id, deadline, registered_on in session.execute(query)
    ]


def count_open(
    session: Session, ranges: dict[State, tuple[date | None, date | None]], *, received_until: date
) -> dict[State, int]:
    """Count the open cases by state, given the deadlines that make each state, in one look at their index."""

    def within(first: date | None, last: date | None) -> Any:
        return (Case.deadline >= (first or date.min)) & (Case.deadline <= (last or date.max))

    sums = [func.coalesce(func.sum(case((within(*ranges[state]), 1), else_=0)), 0) for state in ranges]
    row = session.execute(select(*sums).where(IS_OPEN, Case.received_on <= received_until)).one()
    return {state: int(count) for state, count in zip(ranges, row, strict=True)}


def told(session: Session, cases: Sequence[OpenCase]) -> dict[int, dict[str, int]]:
    """Return, by case and recipient, the latest step alerted for the present deadline. Dropped ones do not count."""
    latest: dict[int, dict[str, int]] = defaultdict(dict)
    query = (
        select(Alert.case_id, Alert.recipient, func.max(Alert.step))
        .join(Case, Case.id == Alert.case_id)
        .where(
            Alert.case_id.in_([each.id for each in cases]),
            Alert.deadline == Case.deadline,
            Alert.state != AlertState.DROPPED.value,
        )
        .group_by(Alert.case_id, Alert.recipient)
    )
    for case_id, recipient, step in session.execute(query):
        latest[case_id][recipient] = step
    return latest


def add_alerts(
    session: Session, owed: Iterable[tuple[OpenCase, OwedAlert]], *, raised_on: date, raised_at: datetime
) -> int:
    """Raise alerts and record what they pass over; returns how many were raised. One that is there already stays.

    One that was dropped is armed again: the case was answered or moved, and is back.
    """
    raised, passed = [], []
    for each, alert in owed:
        row = _row(each, alert.recipient, alert.step, raised_on, raised_at)
        state = AlertState.UNADDRESSED if alert.recipient == NOBODY else AlertState.OWED
        raised.append(row | {"state": state, "comes_late": alert.comes_late, "others": 0})
        if alert.passed_over:
            row = _row(each, alert.recipient, alert.passed_over[-1], raised_on, raised_at)
            others = len(alert.passed_over) - 1
            passed.append(row | {"state": AlertState.SUPERSEDED, "comes_late": False, "others": others})
    if passed:
        session.execute(_insert(session).on_conflict_do_nothing(), passed)
    if not raised:
        return 0
    insert = _insert(session)
    again = {name: insert.excluded[name] for name in ("state", "comes_late", "others", "raised_on", "raised_at")}
    arm = insert.on_conflict_do_update(
        index_elements=[Alert.case_id, Alert.step, Alert.recipient, Alert.deadline],
        set_=again | {"drop_reason": None, "letter_id": None},
        where=Alert.state == AlertState.DROPPED.value,
    )
    return len(session.execute(arm.returning(Alert.id), raised).all())


def fill_in(session: Session, case_ids: Sequence[int]) -> None:
    """Close the alerts to nobody of cases for which somebody has appeared."""
    session.execute(
        update(Alert)
        .where(Alert.case_id.in_(case_ids), Alert.state == AlertState.UNADDRESSED.value)
        .values(state=AlertState.FILLED_IN)
    )


def recipients_owed(session: Session) -> list[str]:
    """Return everybody for whom an alert waits to be put in a letter."""
    query = select(Alert.recipient).where(Alert.state == AlertState.OWED.value).distinct().order_by(Alert.recipient)
    return list(session.scalars(query))


def owed_to(session: Session, recipient: str, *, after: int, limit: int) -> list[OwedRow]:
    """Return a batch of a recipient's waiting alerts by number, each with how its case stands now."""
    query = (
        select(Alert.id, Alert.case_id, Alert.step, Alert.deadline, Case.answered_on, Case.exclusion, *_FOLLOWED)
        .join(Case, Case.id == Alert.case_id)
        .where(Alert.state == AlertState.OWED.value, Alert.recipient == recipient, Alert.id > after)
        .order_by(Alert.id)
        .limit(limit)
    )
    return [
        OwedRow(number, case_id, step, deadline, answered is not None, exclusion is not None, FollowedCase(*facts))
        for number, case_id, step, deadline, answered, exclusion, *facts in session.execute(query)
    ]


def drop(session: Session, reasons: dict[int, DropReason]) -> int:
    """Drop waiting alerts, each with its reason; returns how many still waited."""
    dropped = 0
    for reason in sorted(set(reasons.values())):
        numbers = [number for number, why in reasons.items() if why is reason]
        query = update(Alert).where(Alert.id.in_(numbers), Alert.state.in_([AlertState.OWED, AlertState.IN_LETTER]))
        query = query.values(state=AlertState.DROPPED, drop_reason=reason)
        dropped += len(session.execute(query.returning(Alert.id)).all())
    return dropped


def supersede(session: Session, alert_ids: Sequence[int]) -> None:
    """Let waiting alerts rest whose case has a later step waiting for the same person."""
    query = update(Alert).where(Alert.id.in_(alert_ids), Alert.state == AlertState.OWED.value)
    session.execute(query.values(state=AlertState.SUPERSEDED))


def _row(each: OpenCase, recipient: str, step: int, raised_on: date, raised_at: datetime) -> dict[str, Any]:
    kind, number = parse_recipient(recipient)
    return {
        "case_id": each.id,
        "step": step,
        "recipient": recipient,
        "account_id": number if kind == "account" else None,
        "unit_id": number if kind == "unit" else None,
        "deadline": each.followed.deadline,
        "raised_on": raised_on,
        "raised_at": raised_at,
    }


def _insert(session: Session) -> Any:
    dialect: Any = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    return dialect.insert(Alert)
