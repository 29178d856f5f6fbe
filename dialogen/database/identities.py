"""Queries about who accounts are elsewhere, the roles they have from there, and the accounts for when that is away."""

from datetime import datetime

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from dialogen.database.attempts import added, changed
from dialogen.database.models import Account, AccountIdentity, MembershipRow, SecondStep
from dialogen.domain.accounts import Origin
from dialogen.domain.outside import Identity


def find_identity(session: Session, identity: Identity) -> AccountIdentity | None:
    """Return what links an identity to its account. Both parts are compared letter by letter."""
    return session.scalar(
        select(AccountIdentity).where(
            AccountIdentity.issuer == identity.issuer, AccountIdentity.subject == identity.subject
        )
    )


def identities_of(session: Session, account_id: int) -> list[AccountIdentity]:
    """Return who an account is elsewhere."""
    return list(
        session.scalars(
            select(AccountIdentity).where(AccountIdentity.account_id == account_id).order_by(AccountIdentity.id)
        )
    )


def add_identity(session: Session, account_id: int, identity: Identity, *, now: datetime) -> bool:
    """Link an identity to an account; says no when it is linked already."""
    row = AccountIdentity(
        account_id=account_id, issuer=identity.issuer, subject=identity.subject, created_at=now, last_used_at=now
    )
    return added(session, row)


def outside_memberships(session: Session, account_id: int) -> list[MembershipRow]:
    """Return the roles that an account has from elsewhere."""
    query = select(MembershipRow).where(MembershipRow.account_id == account_id, MembershipRow.origin == Origin.OIDC)
    return list(session.scalars(query.order_by(MembershipRow.id)))


def has_membership(session: Session, account_id: int) -> bool:
    """Say whether an account has any role, wherever it is from."""
    query = select(MembershipRow.id).where(MembershipRow.account_id == account_id).limit(1)
    return session.scalar(query) is not None


def change_email(session: Session, account_id: int, email: str) -> bool:
    """Give an account another address, in lower case; says no when another account has it."""
    return changed(session, update(Account).where(Account.id == account_id).values(email=email))


def count_break_glass(session: Session, *, with_second_step: bool) -> int:
    """Count the accounts that can sign in with a password while people sign in elsewhere."""
    query = select(func.count(Account.id)).where(
        Account.break_glass, Account.disabled_at.is_(None), Account.password_hash.is_not(None)
    )
    if with_second_step:
        has_step = exists().where(SecondStep.account_id == Account.id)
        query = query.where(has_step)
    return session.scalars(query).one()
