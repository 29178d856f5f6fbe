"""Plain functions that put made-up rows into a database: keyword defaults, no magic."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from dialogen.database.engine import Database
from dialogen.database.models import Account, Case, CasePersonal, DisposalList, MembershipRow, Unit
from dialogen.domain.accounts import Membership, Role, Standing
from dialogen.domain.cases import Channel, ExclusionReason, Stream
from dialogen.domain.history import Author, Door
from dialogen.services.throttling import Caller

TODAY = date(2026, 2, 11)  # a Wednesday with no holiday near
NOW = datetime(2026, 2, 11, 5, 30, tzinfo=UTC)
CALLER = Caller("k" * 32, "192.0.2.7", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
BY_HAND = Author(None, Door.COMMAND_LINE)
#: What is personal about every made-up case, so that it is noticed wherever it should not be told.
PERSONAL = {
    "text": "Hemmelig tekst om gjerdet",
    "sender_name": "Innsender Hemmeligsen",
    "sender_email": "innsender.hemmeligsen@asker.example",
    "sender_phone": "+47 99 88 77 66",
}
_numbers = count(1)


def make_unit(db: Database, name: str = "", *, email: str | None = None) -> int:
    """Add a unit; returns its number."""
    name = name or f"Virksomhet {next(_numbers)}"
    with db.writing() as session:
        unit = Unit(name=name, name_key=name.casefold(), email=email)
        session.add(unit)
        session.flush()
        return unit.id


def make_account(
    db: Database,
    email: str = "",
    *,
    name: str = "Prøve Prøvesen",
    roles: tuple[tuple[Role, int | str], ...] = (),
    disabled: bool = False,
) -> int:
    """Add an account with roles as (role, unit number or "*" or "-"); returns its number."""
    email = email or f"person{next(_numbers)}@asker.example"
    with db.writing() as session:
        account = Account(email=email, name=name, created_at=NOW, disabled_at=NOW if disabled else None)
        account.memberships = [
            MembershipRow(role=role, scope=str(where), unit_id=where if isinstance(where, int) else None)
            for role, where in roles
        ]
        session.add(account)
        session.flush()
        return account.id


def standing(account_id: int, *roles: tuple[Role, int | str]) -> Standing:
    """Return an account's rights without asking a database."""
    return Standing(
        account_id,
        frozenset(
            Membership(role, where if isinstance(where, int) else None, everywhere=where == "*")
            for role, where in roles
        ),
    )


def make_case(
    db: Database,
    *,
    received_on: date = TODAY - timedelta(days=3),
    due_on: date | None = None,
    extended_to: date | None = None,
    answered_on: date | None = None,
    stream: Stream = Stream.EXTERNAL,
    channel: Channel = Channel.WEB,
    exclusion: ExclusionReason | None = None,
    unit_id: int | None = None,
    handler_id: int | None = None,
    kind_id: int | None = None,
    registered_on: date | None = None,
    external_reference: str | None = None,
    subject: str | None = None,
    rule_version: int = 1,
) -> int:
    """Add a case; returns its number. Its due date is 14 days after reception unless given."""
    due = due_on or received_on + timedelta(days=14)
    with db.writing() as session:
        case = Case(
            reference=f"2025-{next(_numbers):06d}",
            source="import" if external_reference else None,
            external_reference=external_reference,
            stream=stream,
            channel=channel,
            kind_id=kind_id,
            unit_id=unit_id,
            handler_id=handler_id,
            received_on=received_on,
            rule_version=rule_version,
            due_on=due,
            extended_to=extended_to,
            deadline=extended_to or due,
            answered_on=answered_on,
            exclusion=exclusion,
            registered_on=registered_on or received_on,
            created_at=NOW,
        )
        session.add(case)
        session.flush()
        session.add(CasePersonal(case_id=case.id, subject=subject, **PERSONAL))
        return case.id


def make_disposal_list(db: Database) -> int:
    """Add a list of what is due, with nothing on it, that waits for approval; returns its number."""
    with db.writing() as session:
        row = DisposalList(for_day=TODAY, made_at=NOW, digest="0" * 64)
        session.add(row)
        session.flush()
        return row.id
