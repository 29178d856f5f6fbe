"""What lists are filtered by: the names of units, people and kinds. Asked with every list, as plain values."""

from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Integer, String, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from dialogen.database.models import Account, Kind, MembershipRow, Unit


class Of(StrEnum):
    """What a name is of."""

    UNIT = "unit"
    KIND = "kind"
    PERSON = "person"


class NameRow(NamedTuple):
    """A name with its number. A person has one row a role, with the address and where the role is."""

    of: str
    id: int
    name: str
    email: str | None
    role: str | None
    scope: str | None
    unit_id: int | None


_NO_TEXT, _NO_NUMBER = cast(null(), String), cast(null(), Integer)
_NOTHING_MORE = (_NO_TEXT.label("email"), _NO_TEXT.label("role"), _NO_TEXT.label("scope"), _NO_NUMBER.label("unit_id"))
# Built once.
_NAMES: CompoundSelect[*tuple[Any, ...]] = union_all(
    select(literal(Of.UNIT.value).label("of"), Unit.id, Unit.name, *_NOTHING_MORE),
    select(literal(Of.KIND.value), Kind.id, Kind.name, *_NOTHING_MORE),
    select(
        literal(Of.PERSON.value),
        *(Account.id, Account.name, Account.email),
        *(cast(MembershipRow.role, String), MembershipRow.scope, MembershipRow.unit_id),
    )
    .join(MembershipRow, MembershipRow.account_id == Account.id)
    .where(Account.disabled_at.is_(None)),
)


def names(session: Session) -> tuple[NameRow, ...]:
    """Return every unit, every kind, also those that are not in use any more, and the roles of every enabled account."""
    return tuple([NameRow._make(row) for row in session.connection().execute(_NAMES).all()])
