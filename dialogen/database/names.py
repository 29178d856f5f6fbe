"""Turns the names people use - a unit's, a kind's, a handler's address - into numbers. `find_` returns None."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from dialogen.database.models import Account, Kind, MembershipRow, Unit
from dialogen.domain.accounts import HANDLING_ROLES
from dialogen.domain.texts import name_key, word_key


def find_unit_number(session: Session, name: str) -> int | None:
    """Return the number of the unit of this name, whatever its case."""
    return session.scalars(select(Unit.id).where(Unit.name_key == name_key(name))).one_or_none()


def find_kind_number(session: Session, word_or_name: str) -> int | None:
    """Return the number of the kind in use that has this word or name, whatever its case."""
    key = word_key(word_or_name)
    query = select(Kind.id).where(or_(Kind.word_key == key, Kind.name_key == key), Kind.in_use).order_by(Kind.id)
    return session.scalars(query).first()


def find_handler_number(session: Session, email: str) -> int | None:
    """Return the number of the enabled account of this address, if it handles cases anywhere."""
    query = (
        select(Account.id)
        .join(MembershipRow, MembershipRow.account_id == Account.id)
        .where(
            Account.email == email.strip().lower(),
            Account.disabled_at.is_(None),
            MembershipRow.role.in_(sorted(HANDLING_ROLES)),
        )
        .distinct()
    )
    return session.scalars(query).one_or_none()


def find_account_number(session: Session, email: str) -> int | None:
    """Return the number of the account of this address, enabled or not."""
    return session.scalars(select(Account.id).where(Account.email == email.strip().lower())).one_or_none()


def find_unit_name(session: Session, unit_id: int | None) -> str | None:
    """Return the name of a unit, or None for none."""
    return None if unit_id is None else session.scalars(select(Unit.name).where(Unit.id == unit_id)).one_or_none()


def find_account_email(session: Session, account_id: int | None) -> str | None:
    """Return the address of an account, or None for none."""
    if account_id is None:
        return None
    return session.scalars(select(Account.email).where(Account.id == account_id)).one_or_none()


def find_kind_word(session: Session, kind_id: int | None) -> str | None:
    """Return the word of a kind, or None for none."""
    return None if kind_id is None else session.scalars(select(Kind.word).where(Kind.id == kind_id)).one_or_none()


def handles_in(session: Session, account_id: int, unit_id: int | None) -> bool:
    """Say whether the account handles or manages cases of this unit, or of all units."""
    query = select(MembershipRow.id).where(
        MembershipRow.account_id == account_id,
        MembershipRow.role.in_(sorted(HANDLING_ROLES)),
        or_(MembershipRow.scope == "*", MembershipRow.unit_id == unit_id),
    )
    return session.scalars(query.limit(1)).first() is not None
