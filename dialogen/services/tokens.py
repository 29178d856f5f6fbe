"""Keys with which programs act for an account: issuing, listing, revoking, and asking whose one is."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from dialogen.database import tokens
from dialogen.database.engine import Database
from dialogen.database.models import Account, ApiToken
from dialogen.domain.accounts import Membership, Scope, Standing, may_administer
from dialogen.domain.errors import InvalidInput, NotAllowed, NotFound, Problem, WrongState
from dialogen.domain.history import Author, Change, Door
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.domain.texts import required_name
from dialogen.domain.tokens import NAME_MOST, Allowance, TokenState, last_day_unless_given
from dialogen.services import office_log
from dialogen.services.account_views import EVERYWHERE
from dialogen.services.accounts import get_by_address
from dialogen.services.secrets import new_secret, secret_hash
from dialogen.services.token_meter import Kept, Meter, Use

if TYPE_CHECKING:
    from sqlalchemy import Connection

PREFIX = "dlg_"  # lets a secret that strayed into a log or a repository be recognised
BY_HAND = Author(None, Door.COMMAND_LINE)


@dataclass(frozen=True)
class TokenView:
    """A token as doors see it; its secret is not kept anywhere."""

    id: int
    account_id: int
    account_email: str
    account_name: str
    account_disabled: bool
    name: str | None  # what it is for
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_on: date | None  # the last local date on which it works; None only on tokens of old
    last_used_at: datetime | None  # up to ten seconds before the last use
    revoked_at: datetime | None

    def state(self, today: date) -> TokenState:
        """Say whether it works on a day, and if not, why."""
        if self.revoked_at is not None:
            return TokenState.REVOKED
        if self.expires_on is not None and self.expires_on < today:
            return TokenState.EXPIRED
        return TokenState.ACCOUNT_DISABLED if self.account_disabled else TokenState.WORKING


@dataclass(frozen=True)
class Bearer:
    """Who asks by a token: it may do what its scopes and its account may, and only when it is `allowed` to ask now."""

    token_id: int
    standing: Standing
    scopes: frozenset[Scope]
    allowed: bool
    allowance: Allowance


def issue_token(
    db: Database,
    *,
    email: str,
    scopes: Iterable[Scope],
    expires_on: date | None,
    today: date,
    now: datetime,
    name: str | None = None,
    by: Standing | None = None,
    author: Author = BY_HAND,
) -> tuple[TokenView, str]:
    """Make a token for the account of an address; returns it and its secret, which cannot be shown again.

    Without a last day it works for a year. Raises NotFound for an unknown account, WrongState for a disabled one,
    InvalidInput without a scope or when the last day is before today. `by` is None for the command line; anybody else
    makes tokens for the own account alone (NotAllowed), since a token may do what its account may.
    """
    words = sorted(set(scopes))
    if not words:
        raise InvalidInput.of("scope", Problem.REQUIRED)
    last_day = expires_on or last_day_unless_given(today)
    if last_day < today:
        raise InvalidInput.of("expires_on", Problem.EXPIRED_ALREADY, value=last_day)
    named = None if name is None else required_name("name", name, most=NAME_MOST)
    secret = PREFIX + new_secret()
    with db.writing() as session:
        account = get_by_address(session, email)
        if account.disabled_at is not None:
            raise WrongState(Problem.ACCOUNT_DISABLED, value=account.email)
        if by is not None and by.account_id != account.id:
            raise NotAllowed(Problem.NOT_ALLOWED)
        row = tokens.add_token(
            session,
            account.id,
            secret_hash=secret_hash(secret),
            scopes=" ".join(words),
            expires_on=last_day,
            now=now,
            name=named,
        )
        made = [
            Change("account", None, str(account.id)),
            Change("scopes", None, row.scopes),
            Change("expires_on", None, last_day.isoformat()),
        ]
        office_log.tell(
            session,
            at=now,
            action=OfficeAction.TOKEN_MADE,
            author=author,
            subject=Subject.TOKEN,
            subject_id=row.id,
            changes=made,
        )
        return _view(row, account), secret


def list_tokens(db: Database, *, account_id: int | None = None) -> list[TokenView]:
    """Return every token, or those of one account, the oldest first, also those that no longer work."""
    with db.reading() as session:
        return [_view(row, account) for row, account in tokens.tokens(session, account_id=account_id)]


def revoke_token(
    db: Database, *, token_id: int, now: datetime, by: Standing | None = None, author: Author = BY_HAND
) -> TokenView:
    """Take a token's force away at once; again is harmless. `by` is None for the command line.

    Raises NotFound when there is none, also for another account's unless `by` administers.
    """
    with db.writing() as session:
        row, account = tokens.get_token(session, token_id)
        if by is not None and by.account_id != row.account_id and not may_administer(by):
            raise NotFound(Problem.NO_SUCH, what="token", value=token_id)
        if row.revoked_at is None:
            row.revoked_at = now
            office_log.tell(
                session,
                at=now,
                action=OfficeAction.TOKEN_REVOKED,
                author=author,
                subject=Subject.TOKEN,
                subject_id=row.id,
                changes=[Change("account", str(row.account_id), str(row.account_id))],
            )
        return _view(row, account)


def bearer(db: Database, *, secret: str, today: date, now: datetime, meter: Meter | None = None) -> Bearer | None:
    """Return who asks by this secret, by one query; None when it is unknown, revoked, expired, or its account disabled.

    The request is counted by the meter. That the token was used is written at most every ten seconds, and not at
    all while somebody else is writing.
    """
    digest = secret_hash(secret)
    with db.reading() as session:
        rows = tokens.find_working_token(session, digest, today=today)
    # The index has compared it already; what it tells by its time is about a hash, of which nobody can choose the bytes.
    if not rows or not hmac.compare_digest(rows[0].secret_hash, digest):
        return None
    found, meter = rows[0], meter or Meter(0)
    kept = Kept(found.id, found.last_used_at, found.window_began_at, found.window_count)
    allowed, allowance, use = meter.ask(kept, now=now)
    if use is not None and not _noted(db, use):
        meter.unwritten(use)
    memberships = frozenset(
        Membership(row.role, row.unit_id, everywhere=row.scope == EVERYWHERE) for row in rows if row.role is not None
    )
    scopes = frozenset(_scopes(found.scopes))
    return Bearer(found.id, Standing(found.account_id, memberships), scopes, allowed, allowance)


def _noted(db: Database, use: Use) -> bool:
    answers: list[bool] = []

    def note(connection: "Connection") -> None:
        answers.append(
            tokens.note_use(
                connection,
                use.token_id,
                seen=use.seen,
                now=use.at,
                window_began_at=use.window_began_at,
                window_count=use.window_count,
            )
        )

    return db.note(note) and answers == [True]


def _scopes(words: str) -> tuple[Scope, ...]:
    return tuple(Scope(word) for word in words.split())


def _view(row: ApiToken, account: Account) -> TokenView:
    return TokenView(
        id=row.id,
        account_id=row.account_id,
        account_email=account.email,
        account_name=account.name,
        account_disabled=account.disabled_at is not None,
        name=row.name,
        scopes=_scopes(row.scopes),
        created_at=row.created_at,
        expires_on=row.expires_on,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
