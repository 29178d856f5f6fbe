"""Reading changes nothing: every page is looked at, and every table stays as it was, but for the log of looks."""

from flask import Flask
from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import AccessEntry, Base
from dialogen.domain.accounts import Role
from tests.web.addresses import addresses_of_all_pages
from tests.web.conftest import SignIn


def _everything(db: Database) -> dict[str, list[tuple[object, ...]]]:
    with db.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))]
            for table in Base.metadata.sorted_tables
            if table.name != AccessEntry.__tablename__
        }


def test_looking_at_every_page_changes_nothing(app: Flask, db: Database, signed_in: SignIn) -> None:
    addresses = addresses_of_all_pages(app, db)
    reader = signed_in(*((role, "*") for role in Role))
    before = _everything(db)
    for path in addresses:
        answer = reader.client.get(path)
        # Nobody signs in elsewhere in this installation.
        assert answer.status_code in (200, 303, 401, 409, 503) or "/oidc" in path, path
    assert len(set(addresses)) > 25
    assert _everything(db) == before
