"""Signing in and out: sessions of browsers, and the one-time links by which new people set their first password."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dialogen.database import accounts, sessions
from dialogen.database.engine import Database
from dialogen.database.models import Account
from dialogen.domain.accounts import Stage, Standing, check_may_administer, may_administer
from dialogen.domain.errors import NotSignedIn, Problem, WrongState
from dialogen.domain.history import Author, Door
from dialogen.domain.national_ids import without_national_ids
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.domain.throttling import Kind
from dialogen.services import office_log, throttling
from dialogen.services.account_views import AccountView, view_of, views_by_name
from dialogen.services.accounts import find_by_address, replace_password
from dialogen.services.passwords import STANDARD, Hasher, check_new_password
from dialogen.services.second_steps import LENIENT, EntryRules, opens_with_password, stage_for
from dialogen.services.secrets import new_secret, secret_hash
from dialogen.services.throttling import Caller

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

security_log = logging.getLogger("dialogen.security")

SESSION_LIFETIME = timedelta(hours=12)  # a working day and its evening, however busy
SESSION_IDLE = timedelta(hours=2)
ADMINISTRATOR_IDLE = timedelta(minutes=30)  # who can let others in must not leave the door ajar
SEEN_AGAIN_AFTER = timedelta(minutes=1)  # reading a page must not always write
HALFWAY_LIFETIME = timedelta(minutes=10)  # between the password and the second step
LINK_LIFETIME = timedelta(days=7)
BROWSER_MOST = 200
OVER_KEPT = timedelta(days=90)  # how long it can be seen when somebody was signed in


@dataclass(frozen=True)
class Visitor:
    """Who a session lets in, and how far: only a full session opens the pages."""

    account: AccountView
    session_id: int
    stage: Stage


def sign_in(
    db: Database,
    *,
    email: str,
    password: str,
    now: datetime,
    caller: Caller,
    entry: EntryRules = LENIENT,
    hasher: Hasher = STANDARD,
) -> str:
    """Open a session and return its secret, of which only a hash is kept.

    Where a second step is set up, or demanded by `entry`, the session stops before it until that is done. Where people
    sign in elsewhere (`only_break_glass`), each use is told.

    Raises NotSignedIn alike, and after as long, for a wrong password, an unknown address, a disabled account, one that
    has no password yet and one that may not use it; TooManyAttempts, for all of these alike, before the password is
    looked at. A password hashed in an older way is hashed anew.
    """
    counts = throttling.password_counts(caller, email)
    throttling.count_attempts(db, counts, now=now, secret_key=caller.secret_key)
    with db.reading() as session:
        account = find_by_address(session, email)
        account_id, kept = (None, None) if account is None else (account.id, account.password_hash)
    # Outside any transaction: hashing takes long, and would keep other writers waiting.
    is_right = hasher.is_right(password, kept)
    if account_id is None or kept is None or not is_right:
        raise _refused(_why(account_id, kept))
    renewed = hasher.hash(password) if hasher.is_outdated(kept) else kept
    with db.writing() as session:
        present = accounts.lock_account(session, account_id)
        if present.password_hash == kept:
            present.password_hash = renewed
        elif not hasher.is_right(password, present.password_hash):
            raise _refused("the password was changed meanwhile")
        if present.disabled_at is not None:
            raise _refused("the account is disabled")
        if not opens_with_password(present, entry):
            raise _refused("people sign in elsewhere, and this is no break-glass account")
        throttling.note_success(session, caller, email)
        opened = open_session(session, present, now, browser=caller.browser, stage=stage_for(session, present, entry))
        if entry.only_break_glass:
            security_log.warning("break-glass account %s signed in with its password", present.id)
            author = Author(present.id, Door.WEB)
            _tell(session, OfficeAction.BREAK_GLASS_USED, present.id, author=author, now=now)
        return opened


def _why(account_id: int | None, kept: str | None) -> str:
    if account_id is None:
        return "no such account"
    return "no password yet" if kept is None else "wrong password"


def _refused(why: str) -> NotSignedIn:
    """Return the refusal, which says nothing of why; the security log says it, and nothing of whom."""
    security_log.warning("sign-in refused: %s", why)
    return NotSignedIn(Problem.WRONG_SIGN_IN)


def account_of_session(db: Database, *, secret: str, now: datetime) -> AccountView | None:
    """Return who is fully signed in; None when the session is unknown, ended, too old, idle, or its account disabled."""
    visitor = visitor_of_session(db, secret=secret, now=now)
    return visitor.account if visitor is not None and visitor.stage is Stage.FULL else None


def visitor_of_session(db: Database, *, secret: str, now: datetime) -> Visitor | None:
    """Return whose session this is and how far it has come; None as `account_of_session`."""
    with db.reading() as session:
        found = sessions.find_visitor(session, secret_hash(secret), now=now, seen_after=now - SESSION_IDLE)
        if found is None:
            return None
        row, account, roles = found
        last_seen_at, visitor = row.last_seen_at, Visitor(views_by_name([account], roles)[0], row.id, row.stage)
    if now - last_seen_at >= idle_limit(visitor.account.standing):
        return None
    if now - last_seen_at >= SEEN_AGAIN_AFTER:
        db.note(lambda connection: sessions.note_seen(connection, visitor.session_id, now=now))
    return visitor


def idle_limit(standing: Standing) -> timedelta:
    """Return how long a session of an account may lie unused."""
    return ADMINISTRATOR_IDLE if may_administer(standing) else SESSION_IDLE


def end_session(db: Database, *, secret: str, now: datetime) -> None:
    """Sign out; nothing happens when nobody was signed in."""
    with db.writing() as session:
        sessions.end_session(session, secret_hash(secret), now=now)


def forget_over(db: Database, *, now: datetime) -> None:
    """Forget sessions and links that let nobody in any more, three months after they did."""
    with db.writing() as session:
        sessions.forget_over(session, before=now - OVER_KEPT)


def make_sign_in_link(db: Database, *, by: Standing | None, account_id: int, now: datetime, author: Author) -> str:
    """Return the secret of a new one-time link, good for setting a password within 7 days; raises NotFound.

    Earlier links keep working until one of them is used. A disabled account gets none (WrongState). `by` is None for
    the command line, whose user owns the installation; anybody else must administer (NotAllowed).
    """
    if by is not None:
        check_may_administer(by)
    secret = new_secret()
    with db.writing() as session:
        account = accounts.lock_account(session, account_id)
        if account.disabled_at is not None:
            raise WrongState(Problem.ACCOUNT_DISABLED, value=account.email)
        sessions.add_link(session, account.id, secret_hash=secret_hash(secret), now=now, expires_at=now + LINK_LIFETIME)
        _tell(session, OfficeAction.LINK_MADE, account.id, author=author, now=now)
    return secret


def account_of_link(db: Database, *, secret: str, now: datetime) -> AccountView:
    """Return whose one-time link this is, without using it up; raises NotSignedIn when it cannot be used."""
    with db.reading() as session:
        return view_of(session, _link_holder(session, secret, now))


def set_first_password(
    db: Database,
    *,
    secret: str,
    password: str,
    now: datetime,
    caller: Caller,
    place: str = "",
    entry: EntryRules = LENIENT,
    hasher: Hasher = STANDARD,
) -> str:
    """Set the password of a one-time link's account and sign in; returns the secret of the session.

    Uses up every link of the account, and ends its sessions. Raises InvalidInput for a bad password, which leaves
    the link as it was, and NotSignedIn when the link cannot be used; of two at once exactly one succeeds. Raises
    TooManyAttempts before anything is looked at. `place` as in `accounts.add_account`.
    """
    throttling.count_attempt(db, kind=Kind.LINK, name=caller.name, now=now, secret_key=caller.secret_key)
    holder = account_of_link(db, secret=secret, now=now)
    check_new_password(password, about=(holder.name, holder.email, place), year=now.year)
    kept = hasher.hash(password)
    with db.writing() as session:
        account = accounts.lock_account(session, holder.id)
        _link_holder(session, secret, now)  # again, now that nobody else can use it
        if not opens_with_password(account, entry):
            raise NotSignedIn(Problem.LINK_SPENT)
        replace_password(session, account, kept, now=now)
        throttling.forget_attempts(session, kind=Kind.ACCOUNT, name=account.email, secret_key=caller.secret_key)
        throttling.take_attempt_back(session, kind=Kind.LINK, name=caller.name, secret_key=caller.secret_key)
        opened = open_session(session, account, now, browser=caller.browser, stage=stage_for(session, account, entry))
        _tell(session, OfficeAction.PASSWORD_SET, account.id, author=Author(account.id, Door.WEB), now=now)
    return opened


def _tell(session: "Session", action: OfficeAction, account_id: int, *, author: Author, now: datetime) -> None:
    office_log.tell(session, at=now, action=action, author=author, subject=Subject.ACCOUNT, subject_id=account_id)


def _link_holder(session: "Session", secret: str, now: datetime) -> Account:
    account = sessions.find_usable_link(session, secret_hash(secret), now=now)
    if account is None:
        raise NotSignedIn(Problem.LINK_SPENT)
    return account


def open_session(session: "Session", account: Account, now: datetime, *, browser: str | None, stage: Stage) -> str:
    """Open a session within a transaction and return its secret; one that is not full yet lasts ten minutes."""
    secret = new_secret()
    sessions.add_session(
        session,
        account.id,
        secret_hash=secret_hash(secret),
        now=now,
        expires_at=now + (SESSION_LIFETIME if stage is Stage.FULL else HALFWAY_LIFETIME),
        stage=stage,
        browser=browser and without_national_ids(browser)[:BROWSER_MOST],
    )
    return secret
