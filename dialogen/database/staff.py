"""Who works where, as alerts ask; and the addresses their letters go to."""

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogen.database.models import Account, MembershipRow, Unit
from dialogen.domain.accounts import Role
from dialogen.domain.alerts import Staff, parse_recipient
from dialogen.domain.languages import Language


def staff(session: Session) -> Staff:
    """Return the enabled accounts, the managers by unit, and the units that have an address of their own."""
    managers: dict[int, list[int]] = defaultdict(list)
    of_all: list[int] = []
    administrators: list[int] = []
    query = (
        select(MembershipRow.role, MembershipRow.scope, MembershipRow.unit_id, MembershipRow.account_id)
        .join(Account, Account.id == MembershipRow.account_id)
        .where(Account.disabled_at.is_(None), MembershipRow.role.in_([Role.MANAGER, Role.ADMIN]))
        .order_by(MembershipRow.account_id, MembershipRow.id)
    )
    for role, scope, unit_id, account_id in session.execute(query):
        if role is Role.ADMIN:
            administrators.append(account_id)
        elif unit_id is not None:
            managers[unit_id].append(account_id)
        elif scope == "*":
            of_all.append(account_id)
    enabled = session.scalars(select(Account.id).where(Account.disabled_at.is_(None)).order_by(Account.id))
    with_address = session.scalars(select(Unit.id).where(Unit.email.is_not(None)).order_by(Unit.id))
    return Staff(
        enabled=frozenset(enabled),
        managers={unit_id: tuple(ids) for unit_id, ids in managers.items()},
        managers_of_all=tuple(of_all),
        administrators=tuple(dict.fromkeys(administrators)),
        units_with_address=frozenset(with_address),
    )


def find_address(session: Session, recipient: str) -> str | None:
    """Return the e-mail address of a recipient, locked against a second letter being begun meanwhile.

    None when there is none any more: a disabled account, a unit whose address was taken away.
    """
    kind, number = parse_recipient(recipient)
    # key_share: rows that refer to this one may be added meanwhile; those who raise alerts need not wait.
    if kind == "account":
        query = select(Account.email).where(Account.id == number, Account.disabled_at.is_(None))
        return session.scalars(query.with_for_update(key_share=True)).one_or_none()
    units = select(Unit.email).where(Unit.id == number)
    return session.scalars(units.with_for_update(key_share=True)).one_or_none()


def find_language(session: Session, recipient: str) -> Language | None:
    """Return the language that a recipient has chosen; None when none was, as a unit does not."""
    kind, number = parse_recipient(recipient)
    if kind != "account":
        return None
    return session.scalars(select(Account.language).where(Account.id == number)).one_or_none()
