"""Setting up a second step, taking it off, new recovery codes, and an administrator's reset of a lost one."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

import pyotp

from dialogen.database import accounts, second_steps, sessions
from dialogen.domain.accounts import Standing, check_may_administer
from dialogen.domain.errors import InvalidInput, Problem, WrongState
from dialogen.domain.history import Author
from dialogen.domain.office_events import OfficeAction
from dialogen.domain.second_steps import ALPHABET, RECOVERY_CODES, RECOVERY_SIGNS, as_code, in_groups
from dialogen.domain.throttling import Kind
from dialogen.services import throttling
from dialogen.services.account_views import AccountView, view_of
from dialogen.services.passwords import STANDARD, Hasher
from dialogen.services.sealing import BrokenSeal, SecretKeys, seal, unseal_young
from dialogen.services.second_steps import EntryRules, is_demanded, purpose_of, step_of_code, takes_code, tell
from dialogen.services.secrets import secret_hash

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database
    from dialogen.database.models import Account

T = TypeVar("T")
OFFER_LIFETIME = timedelta(minutes=30)
security_log = logging.getLogger("dialogen.security")


@dataclass(frozen=True)
class Offer:
    """A secret that is not in use yet: to be typed, as the address in a QR code, and sealed, to be handed back."""

    key: str
    address: str
    sealed: str


@dataclass(frozen=True)
class Owner:
    """Who changes their own second step: from which session, and the password or code that shows who they are."""

    account_id: int
    session_id: int
    proof: str
    author: Author


def make_offer(keys: SecretKeys, *, account: AccountView, issuer: str, now: datetime) -> Offer:
    """Return a new secret for an account. Nothing of it is stored until a first right code comes with it."""
    secret = pyotp.random_base32()
    return _offer(secret, seal(keys, secret, purpose=_offer_to(account.id), now=now), account, issuer)


def same_offer(keys: SecretKeys, sealed: str, *, account: AccountView, issuer: str, now: datetime) -> Offer:
    """Return the offer that was handed back; raises WrongState when it is none of the account's, or too old."""
    return _offer(_secret_of(keys, account.id, sealed, now), sealed, account, issuer)


def set_up(
    db: "Database",
    *,
    owner: Owner,
    offered: str,
    code: str,
    keys: SecretKeys,
    now: datetime,
    hasher: Hasher = STANDARD,
) -> tuple[str, ...]:
    """Give an account a second step in place of the one it may have; returns its recovery codes.

    Its other sessions end. Raises InvalidInput for a `proof` that is neither the password nor a code, and for a
    `code` that is not the first one of the offer; WrongState when the offer is too old; TooManyAttempts.
    """

    def change(session: "Session", account: "Account") -> tuple[str, ...]:
        sessions.end_sessions(session, account.id, now=now, but=owner.session_id)
        return put(session, account, offered=offered, code=code, keys=keys, author=owner.author, now=now)

    return _as_owner(db, owner, change, keys=keys, now=now, hasher=hasher)


def put(
    session: "Session", account: "Account", *, offered: str, code: str, keys: SecretKeys, author: Author, now: datetime
) -> tuple[str, ...]:
    """Give an account a second step within a transaction; returns its recovery codes. Raises as `set_up`."""
    secret, digits = _secret_of(keys, account.id, offered, now), as_code(code)
    step = None if digits is None else step_of_code(secret, digits, now=now)
    if step is None:
        raise InvalidInput.of("code", Problem.WRONG_CODE)
    sealed = seal(keys, secret, purpose=purpose_of(account.id), now=now)
    second_steps.put_second_step(session, account.id, sealed_secret=sealed, step=step, now=now)
    codes = _new_recovery_codes(session, account.id)
    tell(session, OfficeAction.SECOND_STEP_SET, account.id, author=author, now=now)
    return codes


def renew_recovery_codes(
    db: "Database", *, owner: Owner, keys: SecretKeys, now: datetime, hasher: Hasher = STANDARD
) -> tuple[str, ...]:
    """Return new recovery codes in place of those an account had; raises as `set_up`, WrongState without a step."""

    def change(session: "Session", account: "Account") -> tuple[str, ...]:
        if not second_steps.is_confirmed(session, account.id):
            raise WrongState(Problem.NO_SECOND_STEP)
        codes = _new_recovery_codes(session, account.id)
        tell(session, OfficeAction.RECOVERY_CODES_MADE, account.id, author=owner.author, now=now)
        return codes

    return _as_owner(db, owner, change, keys=keys, now=now, hasher=hasher)


def take_off(
    db: "Database", *, owner: Owner, entry: EntryRules, keys: SecretKeys, now: datetime, hasher: Hasher = STANDARD
) -> None:
    """Take the own second step away and end the account's other sessions.

    Raises as `set_up`, and WrongState where there is none, or where the account must have one.
    """

    def change(session: "Session", account: "Account") -> None:
        if is_demanded(view_of(session, account), entry):
            raise WrongState(Problem.SECOND_STEP_DEMANDED)
        sessions.end_sessions(session, account.id, now=now, but=owner.session_id)
        _remove(session, account.id, author=owner.author, now=now)

    _as_owner(db, owner, change, keys=keys, now=now, hasher=hasher)


def reset(db: "Database", *, by: Standing | None, account_id: int, author: Author, now: datetime) -> None:
    """Take a second step away that somebody else has lost, and end the account's sessions.

    `by` is None for the command line. Raises NotFound, and WrongState where there is none, or for one's own.
    """
    if by is not None:
        check_may_administer(by)
        if by.account_id == account_id:
            raise WrongState(Problem.OWN_SECOND_STEP)
    with db.writing() as session:
        account = accounts.lock_account(session, account_id)
        sessions.end_sessions(session, account.id, now=now)
        _remove(session, account.id, author=author, now=now)


def _as_owner(
    db: "Database",
    owner: Owner,
    change: "Callable[[Session, Account], T]",
    *,
    keys: SecretKeys,
    now: datetime,
    hasher: Hasher,
) -> T:
    """Change an account whose owner shows the password or a code, in one transaction."""
    counted_as = str(owner.account_id)
    throttling.count_attempt(db, kind=Kind.SECOND_STEP, name=counted_as, now=now, secret_key=keys.present)
    shown = _password_shown(db, owner, hasher)
    with db.writing() as session:
        account = accounts.lock_account(session, owner.account_id)
        is_password = shown is not None and account.password_hash == shown
        if not is_password and not takes_code(
            session, account.id, owner.proof, keys=keys, author=owner.author, now=now
        ):
            security_log.warning("account %s: neither the password nor a code of the second step", account.id)
            raise InvalidInput.of("proof", Problem.WRONG_PROOF)
        done = change(session, account)
        throttling.forget_attempts(session, kind=Kind.SECOND_STEP, name=counted_as, secret_key=keys.present)
        return done


def _password_shown(db: "Database", owner: Owner, hasher: Hasher) -> str | None:
    """Return the hash that the proof is the password of, None when it is not: outside any transaction, it takes long."""
    with db.reading() as session:
        account = accounts.find_account(session, owner.account_id)
        kept = None if account is None else account.password_hash
    return kept if hasher.is_right(owner.proof, kept) else None


def _offer(secret: str, sealed: str, account: AccountView, issuer: str) -> Offer:
    address = pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name=issuer)
    return Offer(in_groups(secret, between=" "), address, sealed)


def _offer_to(account_id: int) -> str:
    return f"offer of a second step {account_id}"


def _secret_of(keys: SecretKeys, account_id: int, sealed: str, now: datetime) -> str:
    try:
        return unseal_young(keys, sealed, purpose=_offer_to(account_id), within=OFFER_LIFETIME, now=now)
    except BrokenSeal:
        raise WrongState(Problem.OFFER_TOO_OLD) from None


def _new_recovery_codes(session: "Session", account_id: int) -> tuple[str, ...]:
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_SIGNS)) for _ in range(RECOVERY_CODES)]
    second_steps.replace_recovery_codes(session, account_id, code_hashes=map(secret_hash, codes))
    return tuple(map(in_groups, codes))


def _remove(session: "Session", account_id: int, *, author: Author, now: datetime) -> None:
    if not second_steps.remove_second_step(session, account_id):
        raise WrongState(Problem.NO_SECOND_STEP)
    tell(session, OfficeAction.SECOND_STEP_RESET, account_id, author=author, now=now)
