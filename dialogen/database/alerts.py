"""Queries about alerts: the open cases a pass looks at, what was told already, raising, arming again, filling in."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, not_, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dialogen.database import open_cases
from dialogen.database.models import IS_CLOSED_UNTOLD, IS_OPEN, IS_UNADDRESSED, Alert, Case
from dialogen.domain.alerts import NOBODY, AlertState, FollowedCase, OwedAlert, parse_recipient
from dialogen.domain.deadlines import State


@dataclass(frozen=True)
class OpenCase:
    """An open case in a pass."""

    id: int
    followed: FollowedCase


def open_cases_due_until(
    session: Session, last: date, *, received_until: date, after: tuple[date, int] | None, limit: int
) -> list[OpenCase]:
    """Return a batch of open cases by deadline, those due until a day; reads nothing but the index of open cases."""
    query = (
        select(Case.id, Case.unit_id, Case.handler_id, Case.deadline, Case.registered_on)
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


def count_open(session: Session, ranges: open_cases.Ranges, *, received_until: date) -> dict[State, int]:
    """Count the open cases received until a day by state, in one look at their index."""
    return open_cases.count_open(session, ranges, Case.received_on <= received_until)


def told(session: Session, cases: Sequence[OpenCase]) -> dict[int, dict[str, int]]:
    """Return, by case and recipient, the latest step alerted for the present deadline.

    Those closed untold do not count, and to nobody only those that wait for somebody to appear.
    """
    counts = and_(not_(IS_CLOSED_UNTOLD), or_(Alert.recipient != NOBODY, IS_UNADDRESSED))
    query = (
        select(Alert.case_id, Alert.recipient, Alert.deadline, func.max(Alert.step))
        .where(Alert.case_id.in_([each.id for each in cases]), counts)
        .group_by(Alert.case_id, Alert.recipient, Alert.deadline)
    )
    present = {each.id: each.followed.deadline for each in cases}
    latest: dict[int, dict[str, int]] = defaultdict(dict)
    for case_id, recipient, deadline, step in session.execute(query):
        if deadline == present[case_id]:
            latest[case_id][recipient] = step
    return latest


def add_alerts(
    session: Session, owed: Sequence[tuple[OpenCase, OwedAlert]], *, raised_on: date, raised_at: datetime
) -> int:
    """Raise alerts and record what they pass over; returns how many were raised. One that is there already stays.

    One that was closed untold is armed again: the case was answered or moved, and is back; or whoever had appeared
    is gone.
    """
    raised = [_raised_row(each, alert, raised_on, raised_at) for each, alert in owed]
    passed = [_passed_row(each, alert, raised_on, raised_at) for each, alert in owed if alert.passed_over]
    dialect: Any = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    # Not DO UPDATE: that would lock the rows already there, in another order than those who write letters.
    insert = dialect.insert(Alert.__table__).on_conflict_do_nothing()
    if passed:
        session.execute(insert, passed)
    if not raised:
        return 0
    table = Alert.__table__.c
    added = session.execute(insert.returning(table.case_id, table.step, table.recipient, table.deadline), raised)
    there = {tuple(key) for key in added}
    return len(there) + _arm_again(session, [row for row in raised if _key(row) not in there])


def _arm_again(session: Session, rows: list[dict[str, Any]]) -> int:
    if not rows:
        return 0
    closed = (
        select(Alert.id, Alert.case_id, Alert.step, Alert.recipient, Alert.deadline)
        .where(Alert.case_id.in_({row["case_id"] for row in rows}), IS_CLOSED_UNTOLD)
        .order_by(Alert.id)
        .with_for_update()
    )
    numbers = {tuple(key): number for number, *key in session.execute(closed)}
    again = [{"number": numbers[_key(row)], **row} for row in rows if _key(row) in numbers]
    if again:
        names = ("state", "comes_late", "others", "raised_on", "raised_at")
        table = Alert.__table__
        arm = update(table).where(table.c.id == bindparam("number"))  # type: ignore[arg-type]
        arm = arm.values({name: bindparam(name) for name in names} | {"drop_reason": None, "letter_id": None})
        session.execute(arm, [{name: row[name] for name in ("number", *names)} for row in again])
    return len(again)


def fill_in(session: Session, case_ids: Sequence[int]) -> None:
    """Close the alerts to nobody of cases for which somebody has appeared."""
    theirs = select(Alert.id).where(Alert.case_id.in_(case_ids), IS_UNADDRESSED).order_by(Alert.id).with_for_update()
    filled = update(Alert).where(Alert.id.in_(session.scalars(theirs).all()))
    session.execute(filled.values(state=AlertState.FILLED_IN))


def _raised_row(each: OpenCase, alert: OwedAlert, raised_on: date, raised_at: datetime) -> dict[str, Any]:
    state = AlertState.UNADDRESSED if alert.recipient == NOBODY else AlertState.OWED
    row = _row(each, alert.recipient, alert.step, raised_on, raised_at)
    return row | {"state": state, "comes_late": alert.comes_late, "others": 0}


def _passed_row(each: OpenCase, alert: OwedAlert, raised_on: date, raised_at: datetime) -> dict[str, Any]:
    row = _row(each, alert.recipient, alert.passed_over[-1], raised_on, raised_at)
    return row | {"state": AlertState.SUPERSEDED, "comes_late": False, "others": len(alert.passed_over) - 1}


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


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["case_id"], row["step"], row["recipient"], row["deadline"]
