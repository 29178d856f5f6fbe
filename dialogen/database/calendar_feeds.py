"""Queries about calendar feeds: whose each is, and the deadlines that it shows."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, CursorResult, Select, func, select, update
from sqlalchemy.orm import Session

from dialogen.database.cases import within
from dialogen.database.models import (
    IS_OPEN,
    Account,
    CalendarFeed,
    Case,
    CaseEvent,
    DeadlineRuleRow,
    MembershipRow,
    Unit,
)
from dialogen.database.numbers import is_storable
from dialogen.database.plain_rows import flat
from dialogen.domain.accounts import Reach, Role
from dialogen.domain.errors import NotFound, Problem
from dialogen.domain.languages import Language

FIRST_RULE = 1


class FeedOwner(NamedTuple):
    """What a fetch must know, once for each membership of the feed's account; without any, the last three are None."""

    id: int
    secret_hash: str
    unit_id: int | None
    unit: str | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    window_began_at: datetime | None
    window_count: int
    account_id: int
    disabled_at: datetime | None
    language: Language | None
    role: Role | None
    scope: str | None
    role_unit_id: int | None


class DeadlineRow(NamedTuple):
    """An open case as a calendar shows it. `installed_at` is when the installation was made, the same in every row."""

    reference: str
    unit: str | None
    deadline: date
    version: int
    changed_at: datetime
    installed_at: datetime


def add_feed(
    session: Session, account_id: int, *, unit_id: int | None, name: str, secret_hash: str, now: datetime
) -> CalendarFeed:
    """Add a feed of an account."""
    feed = CalendarFeed(account_id=account_id, unit_id=unit_id, name=name, secret_hash=secret_hash, created_at=now)
    session.add(feed)
    session.flush()  # it is named by its number
    return feed


def feeds(session: Session, account_id: int) -> list[tuple[CalendarFeed, str | None]]:
    """Return the feeds of an account with the names of their units, also the revoked ones."""
    query = _with_unit().where(CalendarFeed.account_id == account_id).order_by(CalendarFeed.id)
    return [(feed, unit) for feed, unit in session.execute(query)]


def get_feed(session: Session, feed_id: int) -> tuple[CalendarFeed, str | None]:
    """Return a feed, locked, with the name of its unit; raises NotFound."""
    query = _with_unit().where(CalendarFeed.id == feed_id).with_for_update(of=CalendarFeed, key_share=True)
    row = session.execute(query).one_or_none() if is_storable(feed_id) else None
    if row is None:
        raise NotFound(Problem.NO_SUCH, what="calendar feed", value=feed_id)
    return row[0], row[1]


def _with_unit() -> "Select[CalendarFeed, str]":
    return select(CalendarFeed, Unit.name).outerjoin(Unit, Unit.id == CalendarFeed.unit_id)


def find_owner(session: Session, secret_hash: str) -> list[FeedOwner]:
    """Return the feed of a secret with its account and the account's memberships, in one query; nothing for none."""
    query = (
        select(
            *(CalendarFeed.id, CalendarFeed.secret_hash, CalendarFeed.unit_id, Unit.name),
            *(CalendarFeed.revoked_at, CalendarFeed.last_used_at),
            *(CalendarFeed.window_began_at, CalendarFeed.window_count),
            *(Account.id, Account.disabled_at, Account.language),
            *(MembershipRow.role, MembershipRow.scope, MembershipRow.unit_id),
        )
        .join(Account, Account.id == CalendarFeed.account_id)
        .outerjoin(Unit, Unit.id == CalendarFeed.unit_id)
        .outerjoin(MembershipRow, MembershipRow.account_id == Account.id)
        .where(CalendarFeed.secret_hash == secret_hash)
        .order_by(MembershipRow.id)
    )
    return [FeedOwner._make(row) for row in session.execute(query)]


def deadlines(session: Session, reach: Reach, *, unit_id: int | None, limit: int) -> list[DeadlineRow]:
    """Return the open cases within reach of a unit, or (None) of the account itself: one query, the earliest first."""
    whose = Case.handler_id == reach.account_id if unit_id is None else Case.unit_id == unit_id
    told_last = select(func.max(CaseEvent.id)).where(CaseEvent.case_id == Case.id).correlate(Case).scalar_subquery()
    # Every installation has this row from the day it was made, and nothing ever changes it.
    installed_at = select(DeadlineRuleRow.created_at).where(DeadlineRuleRow.version == FIRST_RULE).scalar_subquery()
    query = (
        select(
            *(Case.reference, Unit.name, Case.deadline, Case.version),
            *(func.coalesce(CaseEvent.at, Case.created_at), installed_at),
        )
        .outerjoin(Unit, Unit.id == Case.unit_id)
        .outerjoin(CaseEvent, CaseEvent.id == told_last)
        .where(IS_OPEN, whose, within(reach))
        .order_by(Case.deadline, Case.id)
        .limit(limit)
    )
    return [DeadlineRow._make(row) for row in flat(session, query)]


def note_fetch(
    connection: Connection,
    feed_id: int,
    *,
    seen: datetime | None,
    now: datetime,
    window_began_at: datetime,
    window_count: int,
) -> bool:
    """Note that a feed was fetched, unless somebody else has noted it since it was `seen`; says whether it was noted."""
    noted: CursorResult[Any] = connection.execute(
        update(CalendarFeed)
        .where(CalendarFeed.id == feed_id, CalendarFeed.last_used_at.is_not_distinct_from(seen))
        .values(last_used_at=now, window_began_at=window_began_at, window_count=window_count)
    )
    return noted.rowcount == 1
