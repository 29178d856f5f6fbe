"""The second step of a sign-in: who must take it, what an account has of it, and whether a code is right."""

import hmac
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import pyotp

from dialogen.database import second_steps
from dialogen.domain.accounts import Role, Stage
from dialogen.domain.history import Author
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.domain.second_steps import as_code, as_recovery_code, steps_around
from dialogen.services import office_log
from dialogen.services.sealing import BrokenSeal, SecretKeys, is_sealed_with_present_key, seal, unseal
from dialogen.services.secrets import secret_hash

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database
    from dialogen.database.models import Account, SecondStep
    from dialogen.services.account_views import AccountView

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class EntryRules:
    """What the installation demands of whoever signs in with a password."""

    second_step_of_administrators: bool
    only_break_glass: bool = False  # people sign in elsewhere (OIDC), and here only when that is away


LENIENT = EntryRules(second_step_of_administrators=False)


@dataclass(frozen=True)
class SecondStepView:
    """What an account has of a second step: None and 0 when it has none."""

    set_up_at: datetime | None
    recovery_codes_left: int


def stage_for(session: "Session", account: "Account", entry: EntryRules) -> Stage:
    """Return how far the right password brings an account, within a transaction."""
    if second_steps.is_confirmed(session, account.id):
        return Stage.SECOND_STEP
    administers = any(row.role is Role.ADMIN for row in account.memberships)
    return Stage.ENROLMENT if administers and entry.second_step_of_administrators else Stage.FULL


def opens_with_password(account: "Account", entry: EntryRules) -> bool:
    """Say whether an account may sign in with a password, and be given one by a link."""
    return account.break_glass or not entry.only_break_glass


def is_demanded(account: "AccountView", entry: EntryRules) -> bool:
    """Say whether an account may not be without a second step."""
    return entry.second_step_of_administrators and account.standing.has_role(Role.ADMIN)


def second_step_of(db: "Database", account_id: int) -> SecondStepView:
    """Return what an account has of a second step."""
    with db.reading() as session:
        found = second_steps.find_second_step(session, account_id)
        left = second_steps.count_recovery_codes(session, account_id)
        return SecondStepView(None if found is None else found.set_up_at, left)


def purpose_of(account_id: int) -> str:
    """Return for what the secret of an account is sealed: it opens as no other account's."""
    return f"second step {account_id}"


def step_of_code(secret: str, digits: str, *, now: datetime) -> int | None:
    """Return the time step that a code is of, among those that are good now; None when it is of none.

    Every code is made and compared in constant time, whether or not an earlier one was right.
    """
    steps = steps_around(now)
    codes = pyotp.TOTP(secret)
    right = [step for step in steps if hmac.compare_digest(codes.generate_otp(step), digits)]
    return right[0] if right else None


def takes_code(
    session: "Session", account_id: int, text: str, *, keys: SecretKeys, author: Author, now: datetime
) -> bool:
    """Take a time-based code of an account, or use up a recovery code, within a transaction.

    Says no when it is neither, is wrong, or was taken before.
    """
    digits, signs = as_code(text), as_recovery_code(text)
    if digits is not None:
        return _takes_digits(session, account_id, digits, keys=keys, now=now)
    if signs is None:
        return False
    used = second_steps.spend_recovery_code(session, account_id, code_hash=secret_hash(signs), now=now)
    if used:
        tell(session, OfficeAction.RECOVERY_CODE_USED, account_id, author=author, now=now)
    return used


def tell(session: "Session", action: OfficeAction, account_id: int, *, author: Author, now: datetime) -> None:
    """Tell the office's log what was done with the second step of an account."""
    office_log.tell(session, at=now, action=action, author=author, subject=Subject.ACCOUNT, subject_id=account_id)


def _takes_digits(session: "Session", account_id: int, digits: str, *, keys: SecretKeys, now: datetime) -> bool:
    found = second_steps.find_second_step(session, account_id)
    secret = None if found is None else _opened(found, keys)
    if found is None or secret is None:
        return False
    step = step_of_code(secret, digits, now=now)
    if step is None or not second_steps.take_step(session, account_id, step=step):
        return False
    _seal_with_present_key(session, found, secret, keys=keys, now=now)
    return True


def reseal_all(db: "Database", *, keys: SecretKeys, now: datetime) -> tuple[int, int]:
    """Seal anew whatever a former key sealed; returns how many were, and how many no key opens."""
    resealed = unreadable = 0
    with db.writing() as session:
        for found in second_steps.second_steps(session):
            secret = _opened(found, keys)
            if secret is None:
                unreadable += 1
            else:
                resealed += _seal_with_present_key(session, found, secret, keys=keys, now=now)
    return resealed, unreadable


def _opened(found: "SecondStep", keys: SecretKeys) -> str | None:
    try:
        return unseal(keys, found.sealed_secret, purpose=purpose_of(found.account_id))
    except BrokenSeal:
        logger.error(
            "no secret key opens the second step of account %s: was the key changed without a fallback?",
            found.account_id,
        )
        return None


def _seal_with_present_key(
    session: "Session", found: "SecondStep", secret: str, *, keys: SecretKeys, now: datetime
) -> bool:
    purpose = purpose_of(found.account_id)
    if is_sealed_with_present_key(keys, found.sealed_secret, purpose=purpose):
        return False
    sealed = seal(keys, secret, purpose=purpose, now=now)
    second_steps.reseal(session, found.account_id, sealed_secret=sealed)
    return True
