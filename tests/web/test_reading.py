"""Reading changes nothing: every page is looked at, and every table stays as it was, but for the log of looks."""

from flask import Flask
from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import AccessEntry, Base
from dialogen.domain.accounts import Role
from dialogen.services import sessions
from tests.factories import BY_HAND, NOW, make_account, make_case, make_disposal_list, make_unit
from tests.web.conftest import SignIn, reference_of


def _everything(db: Database) -> dict[str, list[tuple[object, ...]]]:
    with db.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))]
            for table in Base.metadata.sorted_tables
            if table.name != AccessEntry.__tablename__
        }


def test_looking_at_every_page_changes_nothing(app: Flask, db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db)
    reader = signed_in(*((role, "*") for role in Role))
    values = {
        "reference": reference_of(db, make_case(db, unit_id=unit)),
        "account_id": make_account(db),
        "unit_id": unit,
        "kind_id": 1,
        "year": 2025,
        "kind": "csv",
        "session_id": 1,
        "list_id": make_disposal_list(db),
        "secret": sessions.make_sign_in_link(db, by=None, account_id=make_account(db), now=NOW, author=BY_HAND),
    }
    before = _everything(db)
    seen = set()
    with app.test_request_context():
        addresses = [
            rule.build({name: values[name] for name in rule.arguments})
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or set()) and not rule.rule.startswith(("/api", "/static", "/sign-out"))
        ]
        # Nobody signs in elsewhere in this installation.
        elsewhere = {rule[1] for rule in addresses if rule and "/oidc" in rule[1]}
    for _, path in filter(None, addresses):
        answer = reader.client.get(path)
        assert answer.status_code in (200, 303, 401, 409, 503) or path in elsewhere, path
        seen.add(path)
    assert len(seen) > 25
    assert _everything(db) == before
