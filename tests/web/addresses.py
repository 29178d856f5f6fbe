"""The address of every page, with something there to show on each."""

from flask import Flask

from dialogen.database.engine import Database
from dialogen.services import sessions
from tests.factories import BY_HAND, NOW, make_account, make_case, make_disposal_list, make_unit
from tests.web.conftest import reference_of

_NO_PAGES = ("/api", "/static", "/brand.css", "/logo", "/sign-out")


def addresses_of_all_pages(app: Flask, db: Database) -> list[str]:
    """Return the addresses, but for those of programs, of files that are the same for all, and of signing out."""
    unit = make_unit(db)
    values = {
        "reference": reference_of(db, make_case(db, unit_id=unit)),
        "account_id": make_account(db),
        "unit_id": unit,
        "kind_id": 1,
        "year": 2025,
        "kind": "csv",
        "role": "manager",
        "session_id": 1,
        **dict.fromkeys(("errand_id", "number", "run_id", "template_id", "upload_id", "view_id"), 1),
        "file": "csv",
        "list_id": make_disposal_list(db),
        "secret": sessions.make_sign_in_link(db, by=None, account_id=make_account(db), now=NOW, author=BY_HAND),
    }
    with app.test_request_context():
        built = [
            rule.build({name: values[name] for name in rule.arguments})
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or set()) and not rule.rule.startswith(_NO_PAGES)
        ]
    return [path for _, path in filter(None, built)]
