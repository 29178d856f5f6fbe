"""What people do with their own way in: another password, and the sessions that are open; and ending those of others."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dialogen.database import accounts, sessions
from dialogen.domain.accounts import Stage, Standing, check_may_administer
from dialogen.domain.errors import InvalidInput, NotSignedIn, Problem
from dialogen.domain.history import Author
from dialogen.domain.languages import Language
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.services import office_log, throttling
from dialogen.services.account_views import AccountView, view_of
from dialogen.services.accounts import replace_password
from dialogen.services.passwords import STANDARD, Hasher, check_new_password
from dialogen.services.second_steps import EntryRules
from dialogen.services.sessions import idle_limit, open_session
from dialogen.services.throttling import Caller

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database

security_log = logging.getLogger("dialogen.security")


@dataclass(frozen=True)
class SessionView:
    """An open session as its owner sees it."""

    id: int
    browser: str | None  # what the browser called itself
    began_at: datetime
    last_seen_at: datetime
    is_this: bool  # the one that asks


def change_password(
    db: "Database",
    *,
    account: AccountView,
    present: str,
    password: str,
    now: datetime,
    caller: Caller,
    author: Author,
    place: str = "",
    hasher: Hasher = STANDARD,
) -> str:
    """Give the account that is signed in another password; returns the secret of the only session that is left.

    Raises InvalidInput for a new password that will not do, or when `present` is not the present one, and
    TooManyAttempts as a sign-in does, with which its attempts are counted. `place` as in `accounts.add_account`.
    """
    check_new_password(password, about=(account.name, account.email, place), year=now.year)
    kept = _proved(db, account, present, caller, now, hasher)
    renewed = hasher.hash(password)
    with db.writing() as session:
        locked = accounts.lock_account(session, account.id)
        if locked.disabled_at is not None or locked.password_hash != kept:
            raise NotSignedIn(Problem.SIGN_IN_OVER)  # shut out, or changed elsewhere, while this was being checked
        replace_password(session, locked, renewed, now=now)
        throttling.note_success(session, caller, locked.email)
        opened = open_session(session, locked, now, browser=caller.browser, stage=Stage.FULL)
        _tell(session, OfficeAction.PASSWORD_SET, account.id, author=author, now=now)
    return opened


def choose_language(db: "Database", *, account_id: int, language: Language | None) -> None:
    """Let an account's pages and letters be written in a language; None: as the browser, or the installation, says."""
    with db.writing() as session:
        accounts.lock_account(session, account_id).language = language


def uses_password(account: AccountView, entry: EntryRules) -> bool:
    """Say whether an account has a password that opens something."""
    return account.has_password and (account.break_glass or not entry.only_break_glass)


def prove_password(
    db: "Database", *, account: AccountView, present: str, now: datetime, caller: Caller, hasher: Hasher = STANDARD
) -> None:
    """Let the account that is signed in show that it knows its password; raises as `change_password` does."""
    _proved(db, account, present, caller, now, hasher)
    with db.writing() as session:
        throttling.note_success(session, caller, account.email)


def _proved(
    db: "Database", account: AccountView, present: str, caller: Caller, now: datetime, hasher: Hasher
) -> str | None:
    """Return the hash of the present password, which this is."""
    counts = throttling.password_counts(caller, account.email)
    throttling.count_attempts(db, counts, now=now, secret_key=caller.secret_key)
    with db.reading() as session:
        found = accounts.find_account(session, account.id)
        kept = None if found is None else found.password_hash
    if not hasher.is_right(present, kept):
        security_log.warning("a wrong present password on the account page")
        raise InvalidInput.of("present", Problem.PASSWORD_WRONG)
    return kept


def open_sessions(db: "Database", *, account: AccountView, this: int | None, now: datetime) -> list[SessionView]:
    """Return the sessions of an account that let it in now, the last used first; `this` is the one that asks."""
    with db.reading() as session:
        rows = sessions.open_sessions(session, account.id, now=now, seen_after=now - idle_limit(account.standing))
        return [SessionView(row.id, row.browser, row.created_at, row.last_seen_at, row.id == this) for row in rows]


def end_own_session(db: "Database", *, account_id: int, session_id: int, now: datetime) -> None:
    """End one session of an account; nothing happens when it is not an open one of its own."""
    with db.writing() as session:
        sessions.end_session_of(session, account_id, session_id, now=now)


def end_other_sessions(db: "Database", *, account_id: int, this: int, now: datetime) -> None:
    """End every session of an account but the one that asks."""
    with db.writing() as session:
        sessions.end_sessions(session, account_id, now=now, but=this)


def end_sessions_of(db: "Database", *, by: Standing, account_id: int, now: datetime, author: Author) -> AccountView:
    """Let an administrator end every session of a person at once; raises NotFound for nobody."""
    check_may_administer(by)
    with db.writing() as session:
        account = accounts.lock_account(session, account_id)
        sessions.end_sessions(session, account.id, now=now)
        view = view_of(session, account)
        _tell(session, OfficeAction.SESSIONS_ENDED, account.id, author=author, now=now)
    return view


def _tell(session: "Session", action: OfficeAction, account_id: int, *, author: Author, now: datetime) -> None:
    office_log.tell(session, at=now, action=action, author=author, subject=Subject.ACCOUNT, subject_id=account_id)
