"""Queries about the keys of programs."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, CursorResult, Select, or_, select, update
from sqlalchemy.orm import Session, lazyload

from dialogen.database.models import Account, ApiToken, MembershipRow
from dialogen.database.numbers import is_storable
from dialogen.domain.accounts import Role
from dialogen.domain.errors import NotFound, Problem


class WorkingToken(NamedTuple):
    """What a request by a token must know, once for each membership of its account; without any, the last three are
    None."""

    id: int
    secret_hash: str
    scopes: str
    last_used_at: datetime | None
    window_began_at: datetime | None
    window_count: int
    account_id: int
    role: Role | None
    scope: str | None
    unit_id: int | None


def _with_account() -> "Select[ApiToken, Account]":
    return (
        select(ApiToken, Account)
        .join(Account, Account.id == ApiToken.account_id)
        .options(lazyload(Account.memberships))
        .order_by(ApiToken.id)
    )


def tokens(session: Session, *, account_id: int | None = None) -> list[tuple[ApiToken, Account]]:
    """Return every token with its account, or those of one account, also the revoked ones."""
    query = _with_account()
    if account_id is not None:
        query = query.where(ApiToken.account_id == account_id)
    return [(token, account) for token, account in session.execute(query)]


def get_token(session: Session, token_id: int) -> tuple[ApiToken, Account]:
    """Return a token, locked, with its account; raises NotFound."""
    query = _with_account().where(ApiToken.id == token_id).with_for_update(of=ApiToken, key_share=True)
    row = session.execute(query).one_or_none() if is_storable(token_id) else None
    if row is None:
        raise NotFound(Problem.NO_SUCH, what="token", value=token_id)
    return row[0], row[1]


def add_token(
    session: Session,
    account_id: int,
    *,
    secret_hash: str,
    scopes: str,
    expires_on: date,
    now: datetime,
    name: str | None = None,
) -> ApiToken:
    """Add a token of an account."""
    token = ApiToken(
        account_id=account_id, secret_hash=secret_hash, scopes=scopes, expires_on=expires_on, created_at=now, name=name
    )
    session.add(token)
    session.flush()  # it is named by its number
    return token


def find_working_token(session: Session, secret_hash: str, *, today: date) -> list[WorkingToken]:
    """Return the token of a secret with its account's memberships, in one query.

    Nothing when it is unknown, revoked or expired, or its account disabled.
    """
    query = (
        select(
            *(ApiToken.id, ApiToken.secret_hash, ApiToken.scopes),
            *(ApiToken.last_used_at, ApiToken.window_began_at, ApiToken.window_count),
            *(Account.id, MembershipRow.role, MembershipRow.scope, MembershipRow.unit_id),
        )
        .join(Account, Account.id == ApiToken.account_id)
        .outerjoin(MembershipRow, MembershipRow.account_id == Account.id)
        .where(ApiToken.secret_hash == secret_hash, *_works(today))
        .order_by(MembershipRow.id)
    )
    return [WorkingToken._make(row) for row in session.execute(query)]


def _works(today: date) -> tuple[ColumnElement[bool], ...]:
    in_time = or_(ApiToken.expires_on.is_(None), ApiToken.expires_on >= today)
    return ApiToken.revoked_at.is_(None), in_time, Account.disabled_at.is_(None)


def note_use(
    connection: Connection,
    token_id: int,
    *,
    seen: datetime | None,
    now: datetime,
    window_began_at: datetime | None = None,
    window_count: int = 0,
) -> bool:
    """Note that a token was used, unless somebody else has noted it since it was `seen`; says whether it was noted."""
    noted: CursorResult[Any] = connection.execute(
        update(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.last_used_at.is_not_distinct_from(seen))
        .values(last_used_at=now, window_began_at=window_began_at, window_count=window_count)
    )
    return noted.rowcount == 1
