"""What the tests of deeds on cases have in common: an office with its people, and looks at what a deed left."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import Account, Case, CaseEvent, CasePersonal, EventText
from dialogen.domain.accounts import Role, Standing
from dialogen.domain.history import Author, Door
from dialogen.services.cases import Deed
from tests.factories import NOW, TODAY, make_account, make_unit, standing


@dataclass(frozen=True)
class Desk:
    """Two units; of the first a handler and a manager; a manager of all units, a statistician, an administrator."""

    unit: int
    other_unit: int
    handler: Standing
    manager: Standing
    chief: Standing
    statistician: Standing
    admin: Standing


def furnish(db: Database) -> Desk:
    """Set an office up."""
    unit, other = make_unit(db, "Vei og park"), make_unit(db, "Skole")

    def person(email: str, role: Role, where: int | str) -> Standing:
        return standing(
            make_account(db, email, name=email.split("@")[0].title(), roles=((role, where),)), (role, where)
        )

    return Desk(
        unit=unit,
        other_unit=other,
        handler=person("kari@asker.example", Role.HANDLER, unit),
        manager=person("leder@asker.example", Role.MANAGER, unit),
        chief=person("sjef@asker.example", Role.MANAGER, "*"),
        statistician=person("tall@asker.example", Role.STATISTICIAN, "*"),
        admin=person("admin@asker.example", Role.ADMIN, "*"),
    )


def deed(by: Standing, *, today: date = TODAY, seen_version: int | None = None) -> Deed:
    """Return a deed of an account through the pages."""
    return Deed(by=by, author=Author(by.account_id, Door.WEB), today=today, now=NOW, seen_version=seen_version)


def case_of(db: Database, case_id: int) -> Case:
    """Return the row of a case."""
    with db.writing() as session:  # a committed session leaves its rows readable
        return session.get_one(Case, case_id)


def reference_of(db: Database, case_id: int) -> str:
    """Return the reference of a case."""
    return case_of(db, case_id).reference


def personal_of(db: Database, case_id: int) -> CasePersonal | None:
    """Return what is personal about a case."""
    with db.writing() as session:
        return session.get(CasePersonal, case_id)


def email_of(db: Database, account_id: int) -> str:
    """Return an account's address."""
    with db.writing() as session:
        return session.get_one(Account, account_id).email


def events_of(db: Database, case_id: int) -> list[tuple[str, list[tuple[str, str | None, str | None]]]]:
    """Return the history of a case as (action, [(field, before, after)]), oldest first."""
    with db.reading() as session:
        found = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id))
        return [
            (each.action, [(change["field"], change["before"], change["after"]) for change in each.changes])
            for each in found
        ]


def texts_of(db: Database, case_id: int) -> list[tuple[str, str]]:
    """Return the erasable texts of a case's history as (field, text), oldest first."""
    with db.reading() as session:
        found = session.scalars(select(EventText).where(EventText.case_id == case_id).order_by(EventText.id))
        return [(each.field, each.text) for each in found]
