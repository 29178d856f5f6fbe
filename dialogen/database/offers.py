"""What lists are filtered by: the names of units, people and kinds. Asked with every list, as plain values."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogen.database.models import Account, Kind, MembershipRow, Unit
from dialogen.domain.accounts import HANDLING_ROLES, Reach

# Built once.
_UNITS = select(Unit.id, Unit.name).order_by(Unit.id)
_KINDS = select(Kind.id, Kind.name).order_by(Kind.id)
_ROLES = (
    select(Account.id, Account.email, Account.name, MembershipRow.role, MembershipRow.scope, MembershipRow.unit_id)
    .join(MembershipRow, MembershipRow.account_id == Account.id)
    .where(Account.disabled_at.is_(None))
    .order_by(Account.id, MembershipRow.id)
)


@dataclass(frozen=True)
class Named:
    """A unit, a kind or a person by number and name; of a person the address, too."""

    id: int
    name: str
    email: str = ""


def units(session: Session) -> list[Named]:
    """Return every unit."""
    return [Named(*row) for row in session.connection().execute(_UNITS)]


def kinds(session: Session) -> list[Named]:
    """Return every kind of inquiry, also those that are not in use any more."""
    return [Named(*row) for row in session.connection().execute(_KINDS)]


def handlers(session: Session, reach: Reach) -> list[Named]:
    """Return the enabled accounts that handle cases somewhere and have a role in a unit within reach."""
    named: dict[int, Named] = {}
    handle, near = set(), set()
    for number, email, name, role, scope, unit_id in session.connection().execute(_ROLES):
        named[number] = Named(number, name, email)
        if role in HANDLING_ROLES:
            handle.add(number)
        if reach.everything or scope == "*" or unit_id in reach.units:
            near.add(number)
    return [each for number, each in named.items() if number in handle and number in near]
