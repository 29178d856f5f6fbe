"""Queries about what lets a person in: sessions of browsers, and one-time links."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session, lazyload

from dialogen.database.accounts import RoleRow
from dialogen.database.base import UtcDateTime
from dialogen.database.models import Account, AccountSession, MembershipRow, SignInLink, Unit
from dialogen.database.numbers import is_storable
from dialogen.database.plain_rows import PlainRows
from dialogen.domain.accounts import Stage

#: Asked on every page, and so built once.
_VISITOR = (
    select(
        *(AccountSession.id, AccountSession.stage, AccountSession.last_seen_at),
        *(Account, MembershipRow, Unit.name),
    )
    .join(Account, Account.id == AccountSession.account_id)
    .outerjoin(MembershipRow, MembershipRow.account_id == Account.id)
    .outerjoin(Unit, Unit.id == MembershipRow.unit_id)
    .where(
        AccountSession.secret_hash == bindparam("secret_hash"),
        AccountSession.ended_at.is_(None),
        AccountSession.expires_at > bindparam("now", type_=UtcDateTime()),
        AccountSession.last_seen_at > bindparam("seen_after", type_=UtcDateTime()),
        Account.disabled_at.is_(None),
    )
    .order_by(MembershipRow.id)
)
_ROWS = PlainRows(None, None, None, Account, MembershipRow, None)


class OpenSession(NamedTuple):
    """What a page must know of the session that it is asked in."""

    id: int
    stage: Stage
    last_seen_at: datetime


def add_session(
    session: Session,
    account_id: int,
    *,
    secret_hash: str,
    now: datetime,
    expires_at: datetime,
    stage: Stage = Stage.FULL,
    browser: str | None = None,
) -> None:
    """Add a session of an account."""
    session.add(
        AccountSession(
            account_id=account_id,
            secret_hash=secret_hash,
            created_at=now,
            last_seen_at=now,
            expires_at=expires_at,
            stage=stage,
            browser=browser,
        )
    )


def add_link(session: Session, account_id: int, *, secret_hash: str, now: datetime, expires_at: datetime) -> None:
    """Add a one-time link of an account."""
    session.add(SignInLink(account_id=account_id, secret_hash=secret_hash, created_at=now, expires_at=expires_at))


def end_sessions(session: Session, account_id: int, *, now: datetime, but: int | None = None) -> None:
    """End every session of an account, all but the one with this number when one is named."""
    ending = update(AccountSession).where(AccountSession.account_id == account_id, AccountSession.ended_at.is_(None))
    if but is not None:
        ending = ending.where(AccountSession.id != but)
    session.execute(ending.values(ended_at=now))


def spend_links(session: Session, account_id: int, *, now: datetime) -> None:
    """Use up every one-time link of an account."""
    session.execute(
        update(SignInLink).where(SignInLink.account_id == account_id, SignInLink.used_at.is_(None)).values(used_at=now)
    )


def find_open_session(session: Session, secret_hash: str, *, now: datetime, seen_after: datetime) -> OpenSession | None:
    """Return a session that still holds, and whose account is enabled."""
    found = find_visitor(session, secret_hash, now=now, seen_after=seen_after)
    return None if found is None else found[0]


def find_visitor(
    session: Session, secret_hash: str, *, now: datetime, seen_after: datetime
) -> tuple[OpenSession, Account, list[RoleRow]] | None:
    """Return a session that still holds, with its enabled account and the roles of that: one query for every page."""
    asked = {"secret_hash": secret_hash, "now": now, "seen_after": seen_after}
    rows = _ROWS.read(session, _VISITOR, asked)
    if not rows:
        return None
    number, stage, last_seen_at, account, *_ = rows[0]
    roles = [(role, unit) for *_, role, unit in rows if role is not None]
    return OpenSession(number, stage, last_seen_at), account, roles


def open_sessions(session: Session, account_id: int, *, now: datetime, seen_after: datetime) -> list[AccountSession]:
    """Return the sessions of an account that are signed in all the way and still hold, the last used first."""
    query = (
        select(AccountSession)
        .where(
            AccountSession.account_id == account_id,
            AccountSession.stage == Stage.FULL,
            AccountSession.ended_at.is_(None),
            AccountSession.expires_at > now,
            AccountSession.last_seen_at > seen_after,
        )
        .order_by(AccountSession.last_seen_at.desc(), AccountSession.id.desc())
    )
    return list(session.scalars(query))


def end_session_of(session: Session, account_id: int, session_id: int, *, now: datetime) -> None:
    """End a session by its number; nothing happens when it is not an open one of the account."""
    if is_storable(session_id):
        session.execute(
            update(AccountSession)
            .where(
                AccountSession.id == session_id,
                AccountSession.account_id == account_id,
                AccountSession.ended_at.is_(None),
            )
            .values(ended_at=now)
        )


def forget_over(session: Session, *, before: datetime) -> None:
    """Forget sessions and links that ended, were used up, or ran out, before an instant."""
    session.execute(
        delete(AccountSession).where(or_(AccountSession.ended_at < before, AccountSession.expires_at < before))
    )
    session.execute(delete(SignInLink).where(or_(SignInLink.used_at < before, SignInLink.expires_at < before)))


def note_seen(connection: Connection, session_id: int, *, now: datetime) -> None:
    """Note that a session was used."""
    connection.execute(update(AccountSession).where(AccountSession.id == session_id).values(last_seen_at=now))


def end_session(session: Session, secret_hash: str, *, now: datetime) -> None:
    """End one session; nothing happens when there is none."""
    session.execute(
        update(AccountSession)
        .where(AccountSession.secret_hash == secret_hash, AccountSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def find_usable_link(session: Session, secret_hash: str, *, now: datetime) -> Account | None:
    """Return the enabled account whose one-time link this is, while the link can be used."""
    return session.scalar(
        select(Account)
        .options(lazyload(Account.memberships))
        .join(SignInLink, SignInLink.account_id == Account.id)
        .where(
            SignInLink.secret_hash == secret_hash,
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
            Account.disabled_at.is_(None),
        )
    )
