"""Accounts as doors see them: plain values, put together from rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialogen.database import accounts
from dialogen.database.models import Account
from dialogen.domain.accounts import Membership, Origin, Role, Standing, standing_of
from dialogen.domain.languages import Language
from dialogen.domain.texts import norwegian_key

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

EVERYWHERE = "*"  # the scope of a role in all units


@dataclass(frozen=True)
class RoleView:
    """A role in one unit, in all of them (`everywhere`), or in none."""

    role: Role
    unit_id: int | None
    unit_name: str | None
    everywhere: bool
    origin: Origin = Origin.LOCAL


@dataclass(frozen=True)
class AccountView:
    """An account as doors see it."""

    id: int
    email: str
    name: str
    disabled: bool
    has_password: bool
    break_glass: bool
    language: Language | None  # None: as the browser says
    standing: Standing
    roles: tuple[RoleView, ...]


def view_of(session: "Session", account: Account) -> AccountView:
    """Return an account as doors see it, within a transaction."""
    return _views([account], accounts.roles_of(session, [account.id]))[0]


def views_by_name(found: Iterable[Account], rows: Iterable[accounts.RoleRow]) -> list[AccountView]:
    """Return accounts in the order of a Norwegian list of names, within a transaction."""
    return sorted(_views(found, rows), key=lambda view: (norwegian_key(view.name), view.email))


def _views(found: Iterable[Account], rows: Iterable[accounts.RoleRow]) -> list[AccountView]:
    roles: dict[int, list[RoleView]] = {}
    for row, unit_name in rows:
        view = RoleView(row.role, row.unit_id, unit_name, everywhere=row.scope == EVERYWHERE, origin=row.origin)
        roles.setdefault(row.account_id, []).append(view)
    return [_view(account, roles.get(account.id, [])) for account in found]


def _view(account: Account, roles: list[RoleView]) -> AccountView:
    memberships = frozenset(Membership(each.role, each.unit_id, everywhere=each.everywhere) for each in roles)
    return AccountView(
        id=account.id,
        email=account.email,
        name=account.name,
        disabled=account.disabled_at is not None,
        has_password=account.password_hash is not None,
        break_glass=account.break_glass,
        language=account.language,
        standing=standing_of(account.id, memberships),
        roles=tuple(roles),
    )
