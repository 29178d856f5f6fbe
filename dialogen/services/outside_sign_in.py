"""Signing in elsewhere (OIDC): the way there and back, and who the person who comes back is here.

People are known by issuer and subject. An e-mail address says where to write to somebody and never who it is.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from dialogen.database import accounts, identities, sessions
from dialogen.database.models import Account
from dialogen.domain.accounts import Stage
from dialogen.domain.errors import InvalidInput, NotSignedIn, Problem
from dialogen.domain.history import Change
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.domain.outside import Asked, Grant, OutsidePerson, granted
from dialogen.domain.texts import required_name
from dialogen.services import office_log
from dialogen.services.addresses import checked_email
from dialogen.services.outside_roles import NOBODY_HERE, Place, follow_roles, places_of
from dialogen.services.secrets import new_secret
from dialogen.services.sessions import open_session

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database
    from dialogen.oidc.provider import Provider

security_log = logging.getLogger("dialogen.security")


def begin(provider: "Provider", *, now: datetime, fresh: bool = False) -> tuple[str, Asked]:
    """Return where the browser goes to sign in, and the secrets of this attempt; raises NotSignedIn.

    With `fresh` whoever is signed in there must sign in again.
    """
    asked = Asked(state=new_secret(), nonce=new_secret(), verifier=new_secret())
    return provider.way_in(asked, now=now, fresh=fresh), asked


def who_came(
    provider: "Provider", *, code: str, asked: Asked, now: datetime, signed_in_after: datetime | None = None
) -> OutsidePerson:
    """Return who came back with a code; raises NotSignedIn for a false answer, and logs what is false about it.

    With `signed_in_after` a service that tells when somebody signed in must tell a later time.
    """
    try:
        return provider.person_of(code, asked, now=now, signed_in_after=signed_in_after)
    except NotSignedIn as refusal:
        security_log.warning("sign-in elsewhere refused: %s", refusal)
        raise


def said_no(provider: "Provider", *, error: str | None) -> NotSignedIn:
    """Return what it means that the service answered with an error instead of a code, and log it."""
    refusal = provider.refusal_of(error)
    security_log.warning("sign-in elsewhere refused: %s", refusal)
    return refusal


def trouble_of(provider: "Provider") -> str | None:
    """Ask the service for its addresses and keys; returns what is wrong, None when it answers as it should."""
    try:
        provider.check()
    except NotSignedIn as refusal:
        return str(refusal)
    return None


def way_out(provider: "Provider", *, now: datetime) -> str | None:
    """Return where the browser goes to sign out there too, None when there is no such place; raises NotSignedIn."""
    return provider.way_out(now=now)


def come_in(
    db: "Database", *, person: OutsidePerson, table: Iterable[Grant], now: datetime, browser: str | None
) -> str:
    """Let in who has signed in elsewhere; returns the secret of the session.

    An account is made for somebody unknown to whom the table gives a role. Roles from elsewhere become what the table
    says, also when that is none; roles given here stay. Raises NotSignedIn for who has no role at all, whose account is
    disabled, and who is unknown but has the address of an account: that one must be linked.
    """
    grants = granted(table, person.app_roles)
    with db.writing() as session:
        places = places_of(session, grants)
        account = _known(session, person, now) or _new(session, person, places, now)
        if account.disabled_at is not None:
            raise _refused(Problem.OUTSIDE_DISABLED)
        follow_roles(session, account.id, places, now=now)
        if identities.has_membership(session, account.id):
            return open_session(session, account, now, browser=browser, stage=Stage.FULL)
        sessions.end_sessions(session, account.id, now=now)
    raise _refused(Problem.OUTSIDE_NO_ROLE)


def _known(session: "Session", person: OutsidePerson, now: datetime) -> Account | None:
    found = identities.find_identity(session, person.identity)
    if found is None:
        return None
    found.last_used_at = now
    account = accounts.lock_account(session, found.account_id)
    if account.password_hash is None and account.disabled_at is None:
        _follow_profile(session, account, person, now)
    return account


def _new(session: "Session", person: OutsidePerson, places: list[Place], now: datetime) -> Account:
    if not places:
        raise _refused(Problem.OUTSIDE_NO_ROLE)
    try:
        name, email = _profile(person)
    except InvalidInput:
        raise _refused(Problem.OUTSIDE_NO_PROFILE) from None
    account = None
    if accounts.find_account_by_email(session, email) is None:
        account = accounts.add_account(session, email=email, name=name, now=now)
    if account is None:
        quicker = _known(session, person, now)  # the same person, from another window
        if quicker is None:
            raise _refused(Problem.OUTSIDE_ADDRESS_TAKEN)
        return quicker
    identities.add_identity(session, account.id, person.identity, now=now)
    _tell(session, OfficeAction.ACCOUNT_ADDED, account, ["email", "name"], now)
    _tell(session, OfficeAction.IDENTITY_LINKED, account, ["subject"], now)
    return account


def _profile(person: OutsidePerson) -> tuple[str, str]:
    email = checked_email("email", person.email or "")
    return required_name("name", person.name or email), email


def _follow_profile(session: "Session", account: Account, person: OutsidePerson, now: datetime) -> None:
    """Take over a new name, and a new address that nobody has; of an account with a password an administrator does it."""
    try:
        name, email = _profile(person)
    except InvalidInput:
        return
    changed = []
    if name != account.name and person.name is not None:
        account.name = name
        changed.append("name")
    if email != account.email and accounts.find_account_by_email(session, email) is None:
        changed.extend(["email"] if identities.change_email(session, account.id, email) else [])
    if changed:
        _tell(session, OfficeAction.ACCOUNT_CHANGED, account, changed, now)


def _tell(session: "Session", action: OfficeAction, account: Account, fields: list[str], now: datetime) -> None:
    office_log.tell(
        session,
        at=now,
        action=action,
        author=NOBODY_HERE,
        subject=Subject.ACCOUNT,
        subject_id=account.id,
        changes=[Change(field, None, None) for field in fields],
    )


def _refused(problem: Problem) -> NotSignedIn:
    security_log.warning("sign-in elsewhere refused: %s", problem)
    return NotSignedIn(problem)
