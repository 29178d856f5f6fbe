"""Keys with which programs act for an account: issuing, listing, revoking, and asking whose one is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dialogen.database import tokens
from dialogen.database.engine import Database
from dialogen.database.models import ApiToken
from dialogen.domain.accounts import Scope
from dialogen.domain.errors import InvalidInput, Problem, WrongState
from dialogen.services.account_views import AccountView, view_of
from dialogen.services.accounts import get_by_address
from dialogen.services.secrets import new_secret, secret_hash

PREFIX = "dlg_"  # lets a secret that strayed into a log or a repository be recognised
USED_AGAIN_AFTER = timedelta(minutes=1)  # reading through the API must not always write


@dataclass(frozen=True)
class TokenView:
    """A token as doors see it; its secret is not kept anywhere."""

    id: int
    account_email: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_on: date | None  # the last local date on which it works
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class Bearer:
    """Who asks by a token: it may do what its scopes and its account may."""

    token_id: int
    account: AccountView
    scopes: frozenset[Scope]


def issue_token(
    db: Database, *, email: str, scopes: Iterable[Scope], expires_on: date | None, today: date, now: datetime
) -> tuple[TokenView, str]:
    """Make a token for the account of an address; returns it and its secret, which cannot be shown again.

    Raises NotFound for an unknown account, WrongState for a disabled one, InvalidInput without a scope or when the
    last day is before today.
    """
    words = sorted(set(scopes))
    if not words:
        raise InvalidInput.of("scope", Problem.REQUIRED)
    if expires_on is not None and expires_on < today:
        raise InvalidInput.of("expires_on", Problem.EXPIRED_ALREADY, value=expires_on)
    secret = PREFIX + new_secret()
    with db.writing() as session:
        account = get_by_address(session, email)
        if account.disabled_at is not None:
            raise WrongState(Problem.ACCOUNT_DISABLED, value=account.email)
        row = tokens.add_token(
            session,
            account.id,
            secret_hash=secret_hash(secret),
            scopes=" ".join(words),
            expires_on=expires_on,
            now=now,
        )
        return _view(row, account.email), secret


def list_tokens(db: Database) -> list[TokenView]:
    """Return every token, the oldest first, also those that no longer work."""
    with db.reading() as session:
        return [_view(row, email) for row, email in tokens.tokens(session)]


def revoke_token(db: Database, *, token_id: int, now: datetime) -> None:
    """Take a token's force away at once; raises NotFound. Again is harmless."""
    with db.writing() as session:
        row = tokens.get_token(session, token_id)
        row.revoked_at = row.revoked_at or now


def bearer(db: Database, *, secret: str, today: date, now: datetime) -> Bearer | None:
    """Return who asks by this secret; None when it is unknown, revoked, expired, or its account disabled."""
    with db.reading() as session:
        found = tokens.find_working_token(session, secret_hash(secret), today=today)
        if found is None:
            return None
        row, account = found
        last_used_at = row.last_used_at
        asking = Bearer(row.id, view_of(session, account), frozenset(_scopes(row)))
    if last_used_at is None or now - last_used_at >= USED_AGAIN_AFTER:
        db.note(lambda session: tokens.note_use(session, asking.token_id, now=now))
    return asking


def _scopes(row: ApiToken) -> tuple[Scope, ...]:
    return tuple(Scope(word) for word in row.scopes.split())


def _view(row: ApiToken, email: str) -> TokenView:
    return TokenView(
        id=row.id,
        account_email=email,
        scopes=_scopes(row),
        created_at=row.created_at,
        expires_on=row.expires_on,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
