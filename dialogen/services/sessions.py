"""Signing in and out: sessions of browsers, and the one-time links by which new people set their first password."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dialogen.database import accounts, sessions
from dialogen.database.engine import Database
from dialogen.database.models import Account
from dialogen.domain.accounts import check_password
from dialogen.domain.errors import NotSignedIn, Problem, WrongState
from dialogen.services.account_views import AccountView, view_of
from dialogen.services.accounts import find_by_address, replace_password
from dialogen.services.passwords import STANDARD, Hasher
from dialogen.services.secrets import new_secret, secret_hash

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SESSION_LIFETIME = timedelta(hours=12)  # a working day and its evening, however busy
SESSION_IDLE = timedelta(hours=2)
SEEN_AGAIN_AFTER = timedelta(minutes=1)  # reading a page must not always write
LINK_LIFETIME = timedelta(days=7)


def sign_in(db: Database, *, email: str, password: str, now: datetime, hasher: Hasher = STANDARD) -> str:
    """Open a session and return its secret, of which only a hash is kept.

    Raises NotSignedIn alike, and after as long, for a wrong password, an unknown address, a disabled account and
    one that has no password yet. A password hashed in an older way is hashed anew.
    """
    with db.reading() as session:
        account = find_by_address(session, email)
        account_id, kept = (None, None) if account is None else (account.id, account.password_hash)
    # Outside any transaction: hashing takes long, and would keep other writers waiting.
    is_right = hasher.is_right(password, kept)
    if account_id is None or kept is None or not is_right:
        raise NotSignedIn(Problem.WRONG_SIGN_IN)
    renewed = hasher.hash(password) if hasher.is_outdated(kept) else kept
    with db.writing() as session:
        present = accounts.lock_account(session, account_id)
        if present.password_hash == kept:
            present.password_hash = renewed
        elif not hasher.is_right(password, present.password_hash):
            raise NotSignedIn(Problem.WRONG_SIGN_IN)
        if present.disabled_at is not None:
            raise NotSignedIn(Problem.WRONG_SIGN_IN)
        return _open_session(session, present, now)


def account_of_session(db: Database, *, secret: str, now: datetime) -> AccountView | None:
    """Return who is signed in; None when the session is unknown, ended, too old, idle, or its account disabled."""
    with db.reading() as session:
        found = sessions.find_open_session(session, secret_hash(secret), now=now, seen_after=now - SESSION_IDLE)
        if found is None:
            return None
        row, account = found
        session_id, last_seen_at, view = row.id, row.last_seen_at, view_of(session, account)
    if now - last_seen_at >= SEEN_AGAIN_AFTER:
        db.note(lambda session: sessions.note_seen(session, session_id, now=now))
    return view


def end_session(db: Database, *, secret: str, now: datetime) -> None:
    """Sign out; nothing happens when nobody was signed in."""
    with db.writing() as session:
        sessions.end_session(session, secret_hash(secret), now=now)


def make_sign_in_link(db: Database, *, account_id: int, now: datetime) -> str:
    """Return the secret of a new one-time link, good for setting a password within 7 days; raises NotFound.

    Earlier links keep working until one of them is used. A disabled account gets none (WrongState).
    """
    secret = new_secret()
    with db.writing() as session:
        account = accounts.lock_account(session, account_id)
        if account.disabled_at is not None:
            raise WrongState(Problem.ACCOUNT_DISABLED, value=account.email)
        sessions.add_link(session, account.id, secret_hash=secret_hash(secret), now=now, expires_at=now + LINK_LIFETIME)
    return secret


def account_of_link(db: Database, *, secret: str, now: datetime) -> AccountView:
    """Return whose one-time link this is, without using it up; raises NotSignedIn when it cannot be used."""
    with db.reading() as session:
        return view_of(session, _link_holder(session, secret, now))


def set_first_password(db: Database, *, secret: str, password: str, now: datetime, hasher: Hasher = STANDARD) -> str:
    """Set the password of a one-time link's account and sign in; returns the secret of the session.

    Uses up every link of the account, and ends its sessions. Raises InvalidInput for a bad password, which leaves
    the link as it was, and NotSignedIn when the link cannot be used; of two at once exactly one succeeds.
    """
    check_password(password)
    account_id = account_of_link(db, secret=secret, now=now).id
    kept = hasher.hash(password)
    with db.writing() as session:
        account = accounts.lock_account(session, account_id)
        _link_holder(session, secret, now)  # again, now that nobody else can use it
        replace_password(session, account, kept, now=now)
        return _open_session(session, account, now)


def _link_holder(session: "Session", secret: str, now: datetime) -> Account:
    account = sessions.find_usable_link(session, secret_hash(secret), now=now)
    if account is None:
        raise NotSignedIn(Problem.LINK_SPENT)
    return account


def _open_session(session: "Session", account: Account, now: datetime) -> str:
    secret = new_secret()
    sessions.add_session(
        session, account.id, secret_hash=secret_hash(secret), now=now, expires_at=now + SESSION_LIFETIME
    )
    return secret
