"""Queries for a person's right of access: every personal value and text in turn, and what is told of a case found."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from dialogen.database.models import (
    AccessEntry,
    Account,
    Case,
    CaseLetter,
    CasePersonal,
    Disposal,
    EventText,
    MembershipRow,
    Unit,
)
from dialogen.domain.accounts import Role
from dialogen.domain.retention import Keepsake

_AT_ONCE = 1000  # numbers named in one query


class PersonalRow(NamedTuple):
    """What is personal about a case."""

    case_id: int
    subject: str | None
    text: str | None
    sender_name: str | None
    sender_email: str | None
    sender_phone: str | None


class TextRow(NamedTuple):
    """A free text of a case's history: a reason, a note, or the earlier value of a personal field."""

    id: int
    case_id: int
    field: str
    text: str


class LetterRow(NamedTuple):
    """What is personal about a letter to the sender of a case."""

    id: int
    case_id: int
    to_address: str | None
    subject: str | None
    text: str | None
    reason: str | None


class LookRow(NamedTuple):
    """A look at a case, with the number of the account."""

    at: datetime
    action: str
    door: str
    account_id: int | None


def personal_rows(session: Session, *, batch: int) -> Iterator[PersonalRow]:
    """Yield what is personal about every case of which anything is left, without holding more than a batch.

    How a name or a number is compared is said in the domain alone, so that no filter here can leave anybody out.
    """
    columns = (
        *(CasePersonal.subject, CasePersonal.text),
        *(CasePersonal.sender_name, CasePersonal.sender_email, CasePersonal.sender_phone),
    )
    something = or_(*(column.is_not(None) for column in columns))
    query = select(CasePersonal.case_id, *columns).where(something).order_by(CasePersonal.case_id).limit(batch)
    after = 0
    while rows := [PersonalRow(*row) for row in session.execute(query.where(CasePersonal.case_id > after))]:
        yield from rows
        after = rows[-1].case_id


def text_rows(session: Session, *, batch: int) -> Iterator[TextRow]:
    """Yield every free text of every history, without holding more than a batch."""
    query = select(EventText.id, EventText.case_id, EventText.field, EventText.text).order_by(EventText.id).limit(batch)
    after = 0
    while rows := [TextRow(*row) for row in session.execute(query.where(EventText.id > after))]:
        yield from rows
        after = rows[-1].id


def letter_rows(session: Session, *, batch: int) -> Iterator[LetterRow]:
    """Yield what is personal about every letter to a sender, without holding more than a batch."""
    columns = (CaseLetter.to_address, CaseLetter.subject, CaseLetter.text, CaseLetter.reason)
    something = or_(*(column.is_not(None) for column in columns))
    query = select(CaseLetter.id, CaseLetter.case_id, *columns).where(something).order_by(CaseLetter.id).limit(batch)
    after = 0
    while rows := [LetterRow(*row) for row in session.execute(query.where(CaseLetter.id > after))]:
        yield from rows
        after = rows[-1].id


def letters_of(session: Session, case_id: int) -> list[CaseLetter]:
    """Return the letters to the sender of a case, oldest first."""
    return list(session.scalars(select(CaseLetter).where(CaseLetter.case_id == case_id).order_by(CaseLetter.id)))


def references_of(session: Session, case_ids: Sequence[int]) -> list[str]:
    """Return the references of some cases, in the order of their numbers."""
    found: list[str] = []
    for first in range(0, len(case_ids), _AT_ONCE):
        some = case_ids[first : first + _AT_ONCE]
        found += session.scalars(select(Case.reference).where(Case.id.in_(some)).order_by(Case.id))
    return found


def disposals_of(session: Session, case_id: int) -> list[tuple[Keepsake, datetime]]:
    """Return which types of a case's data were disposed of, and when."""
    query = select(Disposal.keepsake, Disposal.at).where(Disposal.case_id == case_id).order_by(Disposal.id)
    return [(keepsake, at) for keepsake, at in session.execute(query)]


def looks_at_case(session: Session, reference: str) -> list[LookRow]:
    """Return who looked at a case, oldest first."""
    query = (
        select(AccessEntry.at, AccessEntry.action, AccessEntry.door, AccessEntry.account_id)
        .where(AccessEntry.reference == reference, AccessEntry.subject == "case")
        .order_by(AccessEntry.at, AccessEntry.id)
    )
    return [LookRow(*row) for row in session.execute(query)]


def places_of(session: Session) -> dict[int, tuple[tuple[Role, str | None], ...]]:
    """Return the roles of every account, each with the name of its unit (None for all units, or none)."""
    query = (
        select(Account.id, MembershipRow.role, Unit.name)
        .join(MembershipRow, MembershipRow.account_id == Account.id)
        .outerjoin(Unit, Unit.id == MembershipRow.unit_id)
        .order_by(Account.id, MembershipRow.id)
    )
    found: dict[int, tuple[tuple[Role, str | None], ...]] = {}
    for account_id, role, unit in session.execute(query):
        found[account_id] = (*found.get(account_id, ()), (role, unit))
    return found
