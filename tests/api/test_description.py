"""The API's description: OpenAPI 3.1 that holds for what the API does, and a page that loads nothing from elsewhere."""

import re
from datetime import UTC, datetime
from typing import Any

import html5lib
import pytest
from flask import Flask

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role, Scope
from dialogen.guards import PUBLIC, guard_of
from dialogen.services import accounts, sessions
from dialogen.services.passwords import Hasher
from tests.api.conftest import Program, program
from tests.factories import CALLER

CHEAP = Hasher(memory_kib=8, passes=1)
PASSWORD = "riktig hest batteri stift"
NOW = datetime.now(UTC)
PATHS = {
    "/api/v1/cases": {"get", "post"},
    "/api/v1/cases/{reference}": {"get", "patch"},
    "/api/v1/cases/{reference}/answer": {"post"},
    "/api/v1/cases/{reference}/extension": {"post"},
    "/api/v1/cases/{reference}/exclusion": {"post"},
    "/api/v1/cases/{reference}/links": {"post", "delete"},
    "/api/v1/cases/{reference}/pending": {"delete"},
    "/api/v1/cases/{reference}/pending/approval": {"post"},
    "/api/v1/cases/{reference}/pending/refusal": {"post"},
    "/api/v1/pending": {"get"},
    "/api/v1/reports/mv-1.1/{year}": {"get"},
    "/api/v1/openapi.json": {"get"},
}


@pytest.fixture
def spec(manager: Program) -> dict[str, Any]:
    """The description as a program gets it."""
    answer = manager.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return dict(answer.json or {})


def test_the_description_names_every_path_of_the_contract(spec: dict[str, Any]) -> None:
    assert spec["openapi"].startswith("3.1")
    assert {path: set(item) for path, item in spec["paths"].items()} == PATHS


def test_every_operation_says_how_it_is_guarded_and_how_it_refuses(spec: dict[str, Any]) -> None:
    assert spec["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for item in spec["paths"].values():
        for operation in item.values():
            assert operation["security"] == [{"token": []}]
            for status, answer in operation["responses"].items():
                kinds = set(answer.get("content", ()))
                assert (kinds == {"application/problem+json"}) is (status >= "400")
                assert ("application/json" in kinds) is (status < "300")
            if "requestBody" in operation:
                assert operation["requestBody"]["required"] is True


def test_every_answer_is_described_with_what_its_headers_tell(spec: dict[str, Any]) -> None:
    asked = {"401": "WWW-Authenticate", "405": "Allow", "429": "Retry-After"}
    for item in spec["paths"].values():
        for operation in item.values():
            for status, answer in operation["responses"].items():
                needed = {name for name, header in answer["headers"].items() if header["required"]}
                assert needed >= ({asked[status]} if status in asked else set())
                assert ("RateLimit-Remaining" in answer["headers"]) is (status != "401")
            assert asked.keys() | {"400", "403", "422"} <= operation["responses"].keys()


def test_what_may_follow_an_answer_is_an_operation_of_the_description(spec: dict[str, Any]) -> None:
    operations = [operation for item in spec["paths"].values() for operation in item.values()]
    answers = [answer for operation in operations for answer in operation["responses"].values()]
    links = [link["operationId"] for answer in answers for link in answer.get("links", {}).values()]
    assert {"showCase", "answerCase", "approveChange"} <= set(links) <= {each["operationId"] for each in operations}


def test_every_reference_in_the_description_leads_somewhere(spec: dict[str, Any]) -> None:
    names = re.findall(r"'#/components/schemas/([^']+)'", str(spec))
    assert names
    assert set(names) <= set(spec["components"]["schemas"])


def test_any_token_may_read_the_description(app: Flask, db: Database) -> None:
    reader = program(app, db, scopes=(Scope.STATS_READ,))
    assert reader.get("/api/v1/openapi.json").status_code == 200
    assert reader.get("/api/v1/docs").status_code == 200


def test_the_page_shows_every_operation_and_loads_nothing_from_elsewhere(
    manager: Program, spec: dict[str, Any]
) -> None:
    answer = manager.get("/api/v1/docs")
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(answer.text)
    text = "".join(page.itertext())
    for path, item in spec["paths"].items():
        for method in item:
            assert f"{method.upper()} {path}" in text
    loaded = [each.get("src") or each.get("href") for each in page.iter() if each.tag in ("link", "script", "img")]
    assert all(address.startswith("/static/") for address in loaded)
    assert "<script" not in answer.text
    assert "style=" not in answer.text


def test_no_route_of_the_api_forgot_its_guard(app: Flask) -> None:
    guards = {
        rule.rule: guard_of(app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api_")
    }
    scopes = {scope.value for scope in Scope}
    assert all(guards.values())
    assert {rule for rule, guard in guards.items() if str(guard).startswith(PUBLIC)} == {"/healthz", "/readyz"}
    assert {rule for rule, guard in guards.items() if guard == "session or token"} == {
        "/api/v1/openapi.json",
        "/api/v1/docs",
    }
    assert {guard for guard in guards.values() if guard in scopes} == scopes


def test_a_session_opens_the_description_and_no_case(app: Flask, db: Database) -> None:
    browser = signed_in(app, db)
    assert browser.get("/api/v1/docs").status_code == 200
    assert browser.get("/api/v1/openapi.json").status_code == 200
    for path in ("/api/v1/cases", "/api/v1/reports/mv-1.1/2014", "/metrics"):
        assert browser.get(path).status_code == 401


def signed_in(app: Flask, db: Database) -> Program:
    """Return a browser in which a manager is signed in, and that shows no token."""
    secret = sign_in_somebody(db)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = secret
    return Program(client)


def sign_in_somebody(db: Database) -> str:
    """Open a session."""
    accounts.add_account(
        db,
        by=None,
        email="leder@asker.example",
        name="Leder",
        roles=[(Role.MANAGER, "*")],
        password=PASSWORD,
        now=NOW,
        hasher=CHEAP,
    )
    return sessions.sign_in(db, email="leder@asker.example", password=PASSWORD, now=NOW, caller=CALLER, hasher=CHEAP)


def test_every_answer_that_is_a_case_has_its_tag_and_every_change_of_one_can_ask_for_it(spec: dict[str, Any]) -> None:
    shown = {"$ref": "#/components/schemas/ShownCase"}
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            for answer in operation["responses"].values():
                if answer.get("content", {}).get("application/json", {}).get("schema") == shown:
                    assert answer["headers"]["ETag"]["required"] is True
            if "{reference}" in path:
                names = {parameter["name"] for parameter in operation["parameters"]}
                assert names >= {"if-none-match" if method == "get" else "if-match"}
                assert ("304" if method == "get" else "412") in operation["responses"]
