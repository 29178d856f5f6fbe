"""No route of any door forgot its guard, and nothing that changes something passes without the token of a form."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.routing import Rule

from dialogen.guards import PUBLIC, guard_of
from dialogen.web.access import ADMINISTRATOR, HALFWAY, SIGNED_IN

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
#: What anybody may fetch or send, and nothing else: the contract names them.
OPEN_TO_ALL = {
    "static",
    "accounts.sign_in",
    "accounts.sign_out",
    "accounts.link",
    "forgotten_passwords.ask",
    "privacy.statement",
    "reader_language.choose",
    "oidc.start",
    "oidc.claim",
    "accessibility.statement",
    "appearance.show",
    "appearance.choose",
    "appearance.style_sheet",
    "appearance.logo",
    "calendar_feeds.fetch",
    "oidc.come_back",
    "oidc.leave",
    "api_health.live",
    "api_health.ready",
}
API_GUARDS = {"cases:read", "cases:write", "stats:read", "session or token"}


def _rules(app: Flask) -> Iterator[tuple[Rule, str | None]]:
    for rule in app.url_map.iter_rules():
        yield rule, guard_of(app.view_functions[rule.endpoint])


def test_every_route_states_its_guard(bare_app: Flask) -> None:
    assert not [rule.rule for rule, guard in _rules(bare_app) if guard is None]


def test_a_route_that_is_open_to_all_says_why_and_is_one_of_the_few(bare_app: Flask) -> None:
    found = {rule.endpoint: guard for rule, guard in _rules(bare_app) if guard and guard.startswith(PUBLIC)}
    assert set(found) == OPEN_TO_ALL
    assert all(len(guard) > len(f"{PUBLIC}: ") for guard in found.values())


def test_every_guard_is_one_that_somebody_stands_at(bare_app: Flask) -> None:
    known = {SIGNED_IN, ADMINISTRATOR, HALFWAY, *API_GUARDS}
    assert {guard for _, guard in _rules(bare_app) if guard and not guard.startswith(PUBLIC)} == known


def test_every_page_of_the_setup_is_the_administrators(bare_app: Flask) -> None:
    guards = {guard for rule, guard in _rules(bare_app) if rule.rule.startswith("/admin")}
    assert guards == {ADMINISTRATOR}


def test_the_api_asks_for_a_token_on_every_route(bare_app: Flask) -> None:
    guards = {guard for rule, guard in _rules(bare_app) if rule.rule.startswith("/api/")}
    assert guards <= API_GUARDS


def test_without_a_session_no_guarded_page_answers(bare_app: Flask) -> None:
    client = bare_app.test_client()
    for rule, guard in _rules(bare_app):
        if guard in (SIGNED_IN, ADMINISTRATOR, HALFWAY) and "GET" in (rule.methods or set()):
            answer = client.get(_address(rule))
            assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in"), rule.rule


def test_whatever_changes_something_demands_the_token_of_a_form(bare_app: Flask) -> None:
    client = bare_app.test_client()
    exempt: CSRFProtect = bare_app.extensions["csrf"]
    checked = 0
    for rule, _ in _rules(bare_app):
        for method in UNSAFE & (rule.methods or set()):
            blueprint = rule.endpoint.split(".")[0]
            if any(getattr(each, "name", each) == blueprint for each in exempt._exempt_blueprints):
                assert blueprint.startswith("api"), "only a bearer token may stand in for the token of a form"
                continue
            assert client.open(_address(rule), method=method).status_code == 400, rule.rule
            checked += 1
    assert checked > 20


def _address(rule: Rule) -> str:
    values = {name: _value(rule, name) for name in rule.arguments}
    _, path = rule.build(values) or ("", "")
    assert path, rule.rule
    return path.removeprefix("|")


def _value(rule: Rule, name: str) -> object:
    if type(rule._converters[name]).__name__ == "IntegerConverter":
        return 1
    return "csv" if name in ("kind", "file") else "2026-000001"


@pytest.fixture(autouse=True)
def _no_database(bare_app: Flask) -> Iterator[None]:
    """Guards stand before anything is asked of the database."""
    yield
    assert bare_app.extensions["dialogen"].db._engine is None
