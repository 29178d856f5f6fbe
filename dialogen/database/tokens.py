"""Queries about the keys of programs."""

from datetime import date, datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, lazyload

from dialogen.database.models import Account, ApiToken
from dialogen.database.numbers import is_storable
from dialogen.domain.errors import NotFound, Problem


def tokens(session: Session) -> list[tuple[ApiToken, str]]:
    """Return every token with its account's address, also the revoked ones."""
    query = select(ApiToken, Account.email).join(Account, Account.id == ApiToken.account_id).order_by(ApiToken.id)
    return [(token, email) for token, email in session.execute(query)]


def get_token(session: Session, token_id: int) -> ApiToken:
    """Return a token; raises NotFound."""
    token = session.get(ApiToken, token_id) if is_storable(token_id) else None
    if token is None:
        raise NotFound(Problem.NO_SUCH, what="token", value=token_id)
    return token


def add_token(
    session: Session, account_id: int, *, secret_hash: str, scopes: str, expires_on: date | None, now: datetime
) -> ApiToken:
    """Add a token of an account."""
    token = ApiToken(
        account_id=account_id, secret_hash=secret_hash, scopes=scopes, expires_on=expires_on, created_at=now
    )
    session.add(token)
    session.flush()  # it is named by its number
    return token


def find_working_token(session: Session, secret_hash: str, *, today: date) -> tuple[ApiToken, Account] | None:
    """Return the token of a secret and its account, unless it is revoked, expired or its account disabled."""
    row = session.execute(
        select(ApiToken, Account)
        .join(Account, Account.id == ApiToken.account_id)
        .options(lazyload(Account.memberships))
        .where(
            ApiToken.secret_hash == secret_hash,
            ApiToken.revoked_at.is_(None),
            or_(ApiToken.expires_on.is_(None), ApiToken.expires_on >= today),
            Account.disabled_at.is_(None),
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def note_use(session: Session, token_id: int, *, now: datetime) -> None:
    """Note that a token was used."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))
