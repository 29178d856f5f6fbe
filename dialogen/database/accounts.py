"""Queries about accounts and their roles in units."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, lazyload

from dialogen.database.attempts import added
from dialogen.database.models import Account, MembershipRow, Unit
from dialogen.database.numbers import is_storable
from dialogen.domain.accounts import HANDLING_ROLES, Origin, Role
from dialogen.domain.errors import NotFound, Problem

#: An account's membership and the name of its unit.
RoleRow = tuple[MembershipRow, str | None]


def _accounts() -> Select[Account]:
    # Roles are asked for by `roles_of`, with the names of their units and for all accounts at once.
    return select(Account).options(lazyload(Account.memberships)).order_by(Account.id)


def accounts_with_roles(session: Session) -> tuple[list[Account], list[RoleRow]]:
    """Return every account, and every membership with the name of its unit: one query."""
    query = (
        select(Account, MembershipRow, Unit.name)
        .options(lazyload(Account.memberships))
        .outerjoin(MembershipRow, MembershipRow.account_id == Account.id)
        .outerjoin(Unit, Unit.id == MembershipRow.unit_id)
        .order_by(Account.id, MembershipRow.id)
    )
    rows: Any = session.execute(query).all()
    return list(dict.fromkeys(row[0] for row in rows)), [(row[1], row[2]) for row in rows if row[1] is not None]


def find_account(session: Session, account_id: int) -> Account | None:
    """Return an account by its number."""
    return session.scalar(_accounts().where(Account.id == account_id)) if is_storable(account_id) else None


def find_account_by_email(session: Session, email: str) -> Account | None:
    """Return the account of an address in lower case."""
    return session.scalar(_accounts().where(Account.email == email))


def lock_account(session: Session, account_id: int) -> Account:
    """Return an account as it is now, and keep others from changing it meanwhile; raises NotFound."""
    if not is_storable(account_id):
        raise NotFound(Problem.NO_SUCH, what="account", value=account_id)
    query = _accounts().where(Account.id == account_id).with_for_update(key_share=True)
    account = session.scalar(query.execution_options(populate_existing=True))
    if account is None:
        raise NotFound(Problem.NO_SUCH, what="account", value=account_id)
    return account


def add_account(session: Session, *, email: str, name: str, now: datetime) -> Account | None:
    """Add an account without roles or password; None when somebody else has just added the address."""
    account = Account(email=email, name=name, created_at=now)
    return account if added(session, account) else None


def handling_accounts(session: Session, unit_id: int | None) -> list[Account]:
    """Return the enabled accounts that handle or manage cases of a unit, or of all units."""
    scopes = ["*"] if unit_id is None else ["*", str(unit_id)]
    handles = exists().where(
        MembershipRow.account_id == Account.id,
        MembershipRow.role.in_(sorted(HANDLING_ROLES)),
        MembershipRow.scope.in_(scopes),
    )
    return list(session.scalars(_accounts().where(Account.disabled_at.is_(None), handles)))


def roles_of(session: Session, account_ids: Collection[int] | None = None) -> list[RoleRow]:
    """Return the memberships of some accounts, or of all, each with the name of its unit."""
    query = (
        select(MembershipRow, Unit.name)
        .outerjoin(Unit, Unit.id == MembershipRow.unit_id)
        .order_by(MembershipRow.account_id, MembershipRow.id)
    )
    if account_ids is not None:
        query = query.where(MembershipRow.account_id.in_(account_ids))
    return [(row, unit_name) for row, unit_name in session.execute(query)]


def add_membership(session: Session, account_id: int, *, role: Role, scope: str, unit_id: int | None) -> bool:
    """Give an account a role; says whether it is new, or was from elsewhere only and stays from now on."""
    present = find_membership(session, account_id, role=role, scope=scope)
    if present is not None:
        was_outside, present.origin = present.origin is Origin.OIDC, Origin.LOCAL
        return was_outside
    return added(session, MembershipRow(account_id=account_id, role=role, scope=scope, unit_id=unit_id))


def add_outside_membership(
    session: Session, account_id: int, *, role: Role, scope: str, unit_id: int | None
) -> MembershipRow:
    """Give an account that is locked a role that it has from elsewhere and not from here."""
    row = MembershipRow(account_id=account_id, role=role, scope=scope, unit_id=unit_id, origin=Origin.OIDC)
    session.add(row)
    session.flush()
    return row


def find_membership(session: Session, account_id: int, *, role: Role, scope: str) -> MembershipRow | None:
    """Return a role of an account in a unit's number, `*` or `-`."""
    return session.scalar(
        select(MembershipRow).where(
            MembershipRow.account_id == account_id, MembershipRow.role == role, MembershipRow.scope == scope
        )
    )


def lock_administrators(session: Session) -> list[int]:
    """Return the numbers of the enabled administrators, and keep others from changing these accounts meanwhile."""
    is_admin = exists().where(MembershipRow.account_id == Account.id, MembershipRow.role == Role.ADMIN)
    query = (
        select(Account.id)
        .where(is_admin, Account.disabled_at.is_(None))
        .order_by(Account.id)
        .with_for_update(key_share=True)
    )
    locked = list(session.scalars(query))
    # Whoever held the lock before may have taken the role away; the accounts alone do not show it.
    still = select(MembershipRow.account_id).where(
        MembershipRow.account_id.in_(locked), MembershipRow.role == Role.ADMIN
    )
    return sorted(set(session.scalars(still)))


def local_administrators(session: Session) -> list[int]:
    """Return the numbers of the enabled accounts that were made administrators here, not by a sign-in elsewhere."""
    is_local = exists().where(
        MembershipRow.account_id == Account.id, MembershipRow.role == Role.ADMIN, MembershipRow.origin == Origin.LOCAL
    )
    return list(session.scalars(select(Account.id).where(is_local, Account.disabled_at.is_(None)).order_by(Account.id)))
