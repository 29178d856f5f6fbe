"""What programs send stays data on both databases: stored letter by letter, searched for literally, and never run."""

import base64
import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import Config
from dialogen.app import create_app
from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.domain.national_ids import holds_national_id
from tests.api.conftest import Program, program
from tests.security.attacks import ATTACKS, effects

CASES = "/api/v1/cases"
NEW = {"received_on": "2026-01-02"}
#: Any text that JSON and both databases can hold, and more often what means something to somebody.
SIGNS = st.characters(codec="utf-8", exclude_characters="\x00")
TEXTS = st.text(SIGNS | st.sampled_from("'\"%_\\;-<>{}$&=\r\n"), max_size=60).filter(
    lambda text: not holds_national_id(text)
)
QUICKLY = settings(
    max_examples=25, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@pytest.fixture
def app(db: Database, tmp_path: Path) -> Flask:
    """The application on the test's database, which counts no requests."""
    settings = {"DIALOGEN_DATA_DIR": str(tmp_path), "DIALOGEN_DATABASE_URL": db.url}
    return create_app(Config.from_env({**settings, "DIALOGEN_API_REQUESTS_A_MINUTE": "0"}), db=db)


@pytest.fixture
def manager(app: Flask, db: Database) -> Program:
    """A program that acts for a manager of all units."""
    return program(app, db, (Role.MANAGER, "*"))


def registered(manager: Program, **fields: Any) -> dict[str, Any]:
    """Register a case and return it."""
    answer = manager.post(CASES, NEW | fields)
    assert answer.status_code == 201, answer.text
    return dict(answer.get_json())


def found(manager: Program, **asked: str) -> list[str]:
    """Return the references of the cases that a list finds."""
    answer = manager.get(CASES, query_string={"limit": "200", **asked})
    assert answer.status_code == 200, answer.text
    return [each["reference"] for each in answer.get_json()["items"]]


def test_every_text_comes_back_as_it_was_sent(manager: Program) -> None:
    @QUICKLY
    @given(subject=TEXTS, text=TEXTS, name=TEXTS)
    def comes_back(subject: str, text: str, name: str) -> None:
        case = registered(manager, subject=subject, text=text, sender={"name": name})
        assert (case["subject"] or "", case["text"] or "") == (subject.strip(), text.strip())
        assert ((case["sender"] or {}).get("name") or "") == name.strip()
        assert manager.get(f"{CASES}/{case['reference']}").get_json()["text"] == case["text"]

    comes_back()


def test_a_search_takes_no_sign_for_more_than_a_sign(manager: Program) -> None:
    signs = ("%", "_", "\\", "'", '"', ";", "--", "%' OR '1'='1", "{{7*7}}", "*", "?", "[a-z]")
    holders = {sign: registered(manager, subject=f"før {sign} etter")["reference"] for sign in signs}
    for sign in signs:
        # Signs stand between words, and are none: what holds words finds them, in their order, and the rest nothing.
        has_words = any(each.isalnum() for each in sign)
        assert found(manager, q=sign) == ([holders[sign]] if has_words else []), sign


@pytest.mark.parametrize(
    "name", ["unit", "handler", "state", "stream", "received_from", "limit", "cursor", "sort", "q;--"]
)
def test_a_filter_is_no_part_of_a_statement(manager: Program, name: str) -> None:
    registered(manager)
    for attack in (*ATTACKS, "1 OR 1=1", "'; DROP TABLE cases; --", "id DESC", "(SELECT 1)"):
        answer = manager.get(CASES, query_string={name: attack[:200]})
        assert (answer.status_code, list(effects(answer))) == (422, [])
    assert len(found(manager)) == 1


@pytest.mark.parametrize(
    "place",
    [
        ["number", "1 OR 1=1", None],
        ["number", 1.5, None],
        ["number", True, None],
        ["deadline", 1, "2026-01-01'; --"],
        ["number", 2**63, None],
        ["number", [1], None],
        {"number": 1},
        ["id; --", 1, None],
    ],
    ids=str,
)
def test_a_forged_cursor_is_refused(manager: Program, place: object) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")
    answer = manager.get(CASES, query_string={"cursor": cursor})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad_cursor")


@pytest.mark.parametrize(
    "name", ["__class__", "__init__", "__proto__", "constructor", "model_config", "{0}", "$where", "a.b"]
)
def test_a_field_of_any_other_name_is_refused(manager: Program, name: str) -> None:
    answer = manager.post(CASES, {**NEW, name: {"$gt": ""}})
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [name])
    assert not found(manager)


def test_a_key_of_a_request_is_compared_and_nothing_else(manager: Program) -> None:
    keys = ("'||'1'='1", "%", "_", "{0}", "../x", "<inj-x>")
    references = set()
    for key in keys:
        first, again = (manager.post(CASES, NEW, headers={"Idempotency-Key": key}) for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.get_json()["reference"] == again.get_json()["reference"]
        references.add(first.get_json()["reference"])
    assert len(references) == len(keys)


def test_values_with_braces_are_told_back_as_they_are(manager: Program) -> None:
    for field, value in product(("unit", "kind"), ("{0.__class__}", "{value}", "{missing}", "{", "%s%n", "{{7*7}}")):
        answer = manager.post(CASES, {**NEW, field: value})
        assert answer.status_code == 422
        assert answer.get_json()["errors"] == {field: [f"there is no {field} {value}"]}


def test_an_external_reference_is_unique_to_the_letter(manager: Program) -> None:
    for reference in ("A", "a", "A ", "A%", "'A'"):
        answer = manager.post(CASES, {**NEW, "external_reference": reference, "source": "x' OR '1'='1"})
        assert answer.status_code == (409 if reference == "A " else 201)
    assert len(found(manager, external_reference="A%")) == 1
