"""From a right password to a full session: the code of the second step, or setting up the one that is demanded."""

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from dialogen.database import accounts, second_steps, sessions
from dialogen.domain.accounts import Stage
from dialogen.domain.errors import NotSignedIn, Problem
from dialogen.domain.history import Author, Door
from dialogen.domain.throttling import Kind
from dialogen.services import throttling
from dialogen.services.second_step_setup import put
from dialogen.services.second_steps import takes_code
from dialogen.services.secrets import secret_hash
from dialogen.services.sessions import SESSION_IDLE, open_session, visitor_of_session

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database
    from dialogen.database.models import Account
    from dialogen.services.sealing import SecretKeys

security_log = logging.getLogger("dialogen.security")


def take_second_step(
    db: "Database", *, secret: str, code: str, keys: "SecretKeys", now: datetime, browser: str | None = None
) -> str:
    """Return the secret of a full session in place of one that waits for its second step, which ends.

    `code` is one of the app or a recovery code. Raises NotSignedIn for a wrong one, for one that was taken before, and
    when the session waits no longer; TooManyAttempts before the code is looked at.
    """
    account_id = _waiting(db, secret, Stage.SECOND_STEP, now)
    counted_as = str(account_id)
    throttling.count_attempt(db, kind=Kind.SECOND_STEP, name=counted_as, now=now, secret_key=keys.present)
    with db.writing() as session:
        account = _still_waiting(session, account_id, secret, Stage.SECOND_STEP, now)
        author = Author(account.id, Door.WEB)
        if not takes_code(session, account.id, code, keys=keys, author=author, now=now):
            security_log.warning("account %s: a wrong code of the second step", account.id)
            raise NotSignedIn(Problem.WRONG_CODE)
        throttling.forget_attempts(session, kind=Kind.SECOND_STEP, name=counted_as, secret_key=keys.present)
        return _replaced(session, account, secret, now, browser)


def enrol(
    db: "Database",
    *,
    secret: str,
    offered: str,
    code: str,
    keys: "SecretKeys",
    now: datetime,
    browser: str | None = None,
) -> tuple[str, tuple[str, ...]]:
    """Set up the second step that a session waits for; returns the secret of a full session and the recovery codes.

    Raises InvalidInput for a wrong `code`, WrongState when the offer is too old, and NotSignedIn when the session
    waits no longer, or a second step was set up elsewhere meanwhile: that one must be taken.
    """
    account_id = _waiting(db, secret, Stage.ENROLMENT, now)
    with db.writing() as session:
        account = _still_waiting(session, account_id, secret, Stage.ENROLMENT, now)
        if second_steps.is_confirmed(session, account.id):
            raise NotSignedIn(Problem.SIGN_IN_OVER)
        codes = put(
            session, account, offered=offered, code=code, keys=keys, author=Author(account.id, Door.WEB), now=now
        )
        sessions.end_sessions(session, account.id, now=now)
        return _replaced(session, account, secret, now, browser), codes


def _waiting(db: "Database", secret: str, stage: Stage, now: datetime) -> int:
    visitor = visitor_of_session(db, secret=secret, now=now)
    if visitor is None or visitor.stage is not stage:
        raise NotSignedIn(Problem.SIGN_IN_OVER)
    return visitor.account.id


def _still_waiting(session: "Session", account_id: int, secret: str, stage: Stage, now: datetime) -> "Account":
    """Return the account, locked, while its session still waits: of two who use it at once one is told no."""
    account = accounts.lock_account(session, account_id)
    found = sessions.find_open_session(session, secret_hash(secret), now=now, seen_after=now - SESSION_IDLE)
    if found is None or found.stage is not stage:
        raise NotSignedIn(Problem.SIGN_IN_OVER)
    return account


def _replaced(session: "Session", account: "Account", secret: str, now: datetime, browser: str | None) -> str:
    sessions.end_session(session, secret_hash(secret), now=now)
    return open_session(session, account, now, browser=browser, stage=Stage.FULL)
