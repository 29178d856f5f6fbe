"""Slows guessing down: attempts are counted, across processes, before anything is checked."""

import hashlib
import hmac
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dialogen.database import throttles
from dialogen.domain.errors import TooManyAttempts
from dialogen.domain.throttling import LIMITS, LONGEST, Kind, client_name, wait_after
from dialogen.services.addresses import comparable_email

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database

security_log = logging.getLogger("dialogen.security")

#: What is counted: a kind, and the name it is counted for.
Count = tuple[Kind, str]


@dataclass(frozen=True)
class Caller:
    """Whoever tries to come in: from which client address, with which browser, and the key of what is counted."""

    secret_key: str
    address: str | None = None
    browser: str | None = None

    @property
    def name(self) -> str:
        """What the client address is counted as."""
        return client_name(self.address)


def password_counts(caller: Caller, email: str) -> list[Count]:
    """Return what a password tried for an e-mail address, as somebody typed it, counts for."""
    return [(Kind.ADDRESS, caller.name), (Kind.ACCOUNT, comparable_email(email))]


def count_attempt(db: "Database", *, kind: Kind, name: str, now: datetime, secret_key: str) -> None:
    """Count an attempt, kept before this returns; raises TooManyAttempts when there were too many.

    To be called before the password or code is looked at, so that of attempts at once, in however many processes, no
    more than the limit are looked at. `name` is the same for whatever is the same to an attacker: an address in its
    stored form, an account's number. Only a keyed digest of it is kept.
    """
    count_attempts(db, [(kind, name)], now=now, secret_key=secret_key)


def count_attempts(db: "Database", counts: Sequence[Count], *, now: datetime, secret_key: str) -> None:
    """Count an attempt for several names as `count_attempt` does; the first refusal leaves those after it uncounted.

    So a client address that is refused cannot use up the attempts of accounts.
    """
    keys = [(kind, _key(kind, name, secret_key)) for kind, name in counts]
    with db.reading() as session:
        refusal = _first_refusal(session, keys, now)
    if refusal is None:
        with db.writing() as session:
            refusal = _count(session, keys, now)
    if refusal is not None:
        raise refusal


def count_within(
    session: "Session", *, kind: Kind, name: str, now: datetime, secret_key: str
) -> TooManyAttempts | None:
    """Count an attempt within a transaction that must be kept whatever comes of it; returns the refusal, if any."""
    return _count(session, [(kind, _key(kind, name, secret_key))], now)


def note_success(session: "Session", caller: Caller, email: str) -> None:
    """Let the right password of an account take its count away, within the transaction it opens something in.

    Of the client address only this attempt is taken back: those that failed from there stay counted.
    """
    for kind, name in password_counts(caller, email):
        if kind is Kind.ADDRESS:
            take_attempt_back(session, kind=kind, name=name, secret_key=caller.secret_key)
        else:
            forget_attempts(session, kind=kind, name=name, secret_key=caller.secret_key)


def forget_attempts(session: "Session", *, kind: Kind, name: str, secret_key: str) -> None:
    """Forget the attempts of a name after one that succeeded, within its transaction."""
    throttles.forget(session, kind=kind, key=_key(kind, name, secret_key))


def take_attempt_back(session: "Session", *, kind: Kind, name: str, secret_key: str) -> None:
    """Count one attempt less after it succeeded, within its transaction: those of others from there stay counted."""
    throttles.take_back(session, kind=kind, key=_key(kind, name, secret_key))


def forget_old_attempts(db: "Database", *, now: datetime) -> None:
    """Forget attempts that slow nobody down any more."""
    with db.writing() as session:
        throttles.forget_all(session, began_before=now - LONGEST)


def _first_refusal(session: "Session", keys: Sequence[tuple[Kind, str]], now: datetime) -> TooManyAttempts | None:
    """Say no by reading alone where the limit was reached before: a flood of attempts must not make others wait."""
    for kind, key in keys:
        found = throttles.find_window(session, kind=kind, key=key)
        refusal = None if found is None else _refusal(kind, found[0] + 1, found[1], now)
        if refusal is not None:
            return refusal
    return None


def _count(session: "Session", keys: Sequence[tuple[Kind, str]], now: datetime) -> TooManyAttempts | None:
    for kind, key in keys:
        window_after = now - LIMITS[kind].within
        attempts, began_at = throttles.count(session, kind=kind, key=key, now=now, window_after=window_after)
        refusal = _refusal(kind, attempts, began_at, now)
        if refusal is not None:
            return refusal
    return None


def _refusal(kind: Kind, attempts: int, began_at: datetime, now: datetime) -> TooManyAttempts | None:
    wait = wait_after(kind, attempts=attempts, began_at=began_at, now=now)
    if wait is None:
        return None
    security_log.warning("too many attempts: %s", kind)
    return TooManyAttempts(wait)


def _key(kind: Kind, name: str, secret_key: str) -> str:
    text = f"throttle {kind} {name}".encode("utf-8", "surrogatepass")
    return hmac.new(secret_key.encode(), text, hashlib.sha256).hexdigest()
