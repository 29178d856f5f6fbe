"""Somebody who has just signed in elsewhere, before the office's own door."""

from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import Account, AccountIdentity, MembershipRow, OfficeEvent
from dialogen.domain.outside import Identity, OutsidePerson, read_table
from dialogen.services import outside_sign_in, sessions
from dialogen.services.account_views import AccountView
from tests.factories import NOW

ISSUER = "https://login.asker.example/tenant/v2.0"
TABLE = read_table(
    "D.Admin=admin; D.Leder.Skole=manager:skole; D.Leder.Skole=handler:Skole; D.Senter=handler:*; D.Skranke=handler:*; D.Borte=handler:Borte"
)


def person(
    *app_roles: str,
    subject: str = "q1w2e3",
    email: str | None = "kari@asker.example",
    name: str | None = "Kari Nordmann",
    issuer: str = ISSUER,
) -> OutsidePerson:
    """Return somebody who has these app roles."""
    return OutsidePerson(Identity(issuer, subject), name, email, frozenset(app_roles))


def come_in(db: Database, who: OutsidePerson) -> AccountView:
    """Come in at the tests' moment; returns the account that is signed in."""
    secret = outside_sign_in.come_in(db, person=who, table=TABLE, now=NOW, browser="Firefox")
    account = sessions.account_of_session(db, secret=secret, now=NOW)
    assert account is not None
    return account


def roles_of(db: Database, account_id: int) -> set[tuple[str, str, str]]:
    """Return role, scope and origin of each membership."""
    with db.reading() as session:
        rows = session.scalars(select(MembershipRow).where(MembershipRow.account_id == account_id))
        return {(row.role.value, row.scope, row.origin.value) for row in rows}


def told(db: Database) -> list[tuple[str, list[str]]]:
    """Return what the office's log says: each deed, and the values after it."""
    with db.reading() as session:
        events = session.scalars(select(OfficeEvent).order_by(OfficeEvent.id))
        return [(event.action, [str(each["after"]) for each in event.changes]) for event in events]


def counts(db: Database) -> tuple[int, int]:
    """Return how many accounts and links there are."""
    with db.reading() as session:
        return len(list(session.scalars(select(Account.id)))), len(list(session.scalars(select(AccountIdentity.id))))
