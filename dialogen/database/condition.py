"""The condition of an installation's database: its kind, its schema, and what waits in it for a person."""

from dataclasses import dataclass

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session

from dialogen.database import schema
from dialogen.database.engine import Database
from dialogen.database.models import IS_OPEN, Account, Alert, Case, MembershipRow
from dialogen.database.trouble import TROUBLES, address_of, words_of
from dialogen.domain.accounts import Role
from dialogen.domain.alerts import AlertState


@dataclass(frozen=True)
class Condition:
    """How a database is. `trouble` says why it cannot be used at all; `kind_fault` what is wrong with its set-up."""

    address: str
    trouble: str | None = None
    kind: str = ""
    kind_fault: str | None = None
    revision: str | None = None
    is_current: bool = False
    is_newer: bool = False  # made by a later version of the product


def condition_of(db: Database) -> Condition:
    """Look at a database. Never raises for what a database can be."""
    try:
        with db.reading() as session:
            kind, fault = _sqlite(session) if db.is_sqlite else _postgresql(session)
        revision = schema.present_revision(db)
    except TROUBLES as trouble:
        return Condition(address_of(db), words_of(trouble))
    return Condition(
        address=address_of(db),
        kind=kind,
        kind_fault=fault,
        revision=revision,
        is_current=revision == schema.newest_revision(),
        is_newer=revision is not None and not schema.is_known(revision),
    )


def _sqlite(session: Session) -> tuple[str, str | None]:
    mode = str(session.scalar(text("PRAGMA journal_mode")))
    version = session.scalar(text("SELECT sqlite_version()"))
    fault = None if mode == "wal" else f"its journal is {mode}, not WAL; put the file on a local disk"
    return f"SQLite {version} with {mode.upper()}", fault


def _postgresql(session: Session) -> tuple[str, str | None]:
    version = str(session.scalar(text("SHOW server_version"))).split()[0]
    encoding = session.scalar(text("SHOW server_encoding"))
    fault = None if encoding == "UTF8" else f"its encoding is {encoding}; make it with ENCODING 'UTF8'"
    return f"PostgreSQL {version}", fault


def count_unaddressed(session: Session) -> int:
    """Count the open cases with an alert that nobody was there to get."""
    has_nobody = exists().where(
        Alert.case_id == Case.id, Alert.deadline == Case.deadline, Alert.state == AlertState.UNADDRESSED.value
    )
    return session.scalar(select(func.count()).select_from(Case).where(IS_OPEN, has_nobody)) or 0


def count_administrators(session: Session) -> int:
    """Count the enabled accounts that may administer."""
    is_admin = exists().where(MembershipRow.account_id == Account.id, MembershipRow.role == Role.ADMIN)
    return session.scalar(select(func.count()).select_from(Account).where(Account.disabled_at.is_(None), is_admin)) or 0
