"""Links between accounts and who people are elsewhere. One identity belongs to one account; none is joined by address."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dialogen.database import accounts, identities, sessions
from dialogen.database.models import Account, AccountIdentity
from dialogen.domain.accounts import Standing, check_may_administer
from dialogen.domain.errors import Conflict, NotFound, NotSignedIn, Problem, WrongState
from dialogen.domain.history import Author, Change, Door
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.domain.outside import Identity
from dialogen.services import office_log
from dialogen.services.outside_roles import follow_roles
from dialogen.services.secrets import secret_hash

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database


@dataclass(frozen=True)
class IdentityView:
    """A link to somebody elsewhere. Who it is there is not shown: it says nothing to people."""

    id: int
    issuer: str
    created_at: datetime
    last_used_at: datetime


def identities_of(db: "Database", account_id: int) -> list[IdentityView]:
    """Return what an account is linked to."""
    with db.reading() as session:
        rows = identities.identities_of(session, account_id)
        return [IdentityView(row.id, row.issuer, row.created_at, row.last_used_at) for row in rows]


def link_identity(db: "Database", *, account_id: int, identity: Identity, now: datetime) -> None:
    """Link the account of who is signed in to who has just signed in elsewhere; again is harmless.

    Raises Conflict when the identity belongs to another account, or the account to another identity of the service.
    """
    with db.writing() as session:
        _link(session, accounts.lock_account(session, account_id), identity, now)


def link_by_secret(db: "Database", *, secret: str, identity: Identity, now: datetime) -> None:
    """Link the account of a one-time link to who has just signed in elsewhere, and use the link up.

    Ends the account's sessions: whoever came in before need not be the same person. Raises NotSignedIn when the link
    cannot be used, Conflict as `link_identity`; both leave everything as it was.
    """
    with db.writing() as session:
        holder = sessions.find_usable_link(session, secret_hash(secret), now=now)
        if holder is None:
            raise NotSignedIn(Problem.LINK_SPENT)
        account = accounts.lock_account(session, holder.id)
        if sessions.find_usable_link(session, secret_hash(secret), now=now) is None:
            raise NotSignedIn(Problem.LINK_SPENT)  # used meanwhile
        sessions.end_sessions(session, account.id, now=now)
        sessions.spend_links(session, account.id, now=now)
        _link(session, account, identity, now)


def unlink_identity(
    db: "Database", *, by: Standing, author: Author, account_id: int, identity_id: int, now: datetime
) -> None:
    """Take a link away, and with it the roles that came by it and the sessions of the account.

    Raises NotFound, or WrongState when no administrator would be left.
    """
    check_may_administer(by)
    with db.writing() as session:
        administrators = accounts.lock_administrators(session)
        account = accounts.lock_account(session, account_id)
        row = _link_of(session, account, identity_id)
        session.delete(row)
        follow_roles(session, account.id, [], now=now)
        sessions.end_sessions(session, account.id, now=now)
        if administrators and not accounts.lock_administrators(session):
            raise WrongState(Problem.LAST_ADMINISTRATOR)
        _tell(session, OfficeAction.IDENTITY_UNLINKED, account, author, now)


def _link_of(session: "Session", account: Account, identity_id: int) -> AccountIdentity:
    for row in identities.identities_of(session, account.id):
        if row.id == identity_id:
            return row
    raise NotFound(Problem.NO_SUCH, what="identity", value=identity_id)


def _link(session: "Session", account: Account, identity: Identity, now: datetime) -> None:
    if account.disabled_at is not None:
        raise NotSignedIn(Problem.OUTSIDE_DISABLED)
    present = identities.find_identity(session, identity)
    if present is not None and present.account_id == account.id:
        return
    if present is not None:
        raise Conflict(Problem.OUTSIDE_TAKEN)
    if any(row.issuer == identity.issuer for row in identities.identities_of(session, account.id)):
        raise Conflict(Problem.OUTSIDE_LINKED)
    if not identities.add_identity(session, account.id, identity, now=now):
        raise Conflict(Problem.OUTSIDE_TAKEN)  # somebody was quicker
    _tell(session, OfficeAction.IDENTITY_LINKED, account, Author(account.id, Door.WEB), now)


def _tell(session: "Session", action: OfficeAction, account: Account, author: Author, now: datetime) -> None:
    office_log.tell(
        session,
        at=now,
        action=action,
        author=author,
        subject=Subject.ACCOUNT,
        subject_id=account.id,
        changes=[Change("subject", None, None)],
    )
