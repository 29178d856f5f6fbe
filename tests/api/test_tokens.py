"""Programs at the door: whose token opens it, how often, and what that costs the database."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from dialogen.api.reading import BODY_MOST
from dialogen.database.engine import Database
from dialogen.database.models import ApiToken, Case
from dialogen.domain.accounts import Role, Scope
from dialogen.domain.case_changes import CaseFilter
from dialogen.services import case_lists, case_views, tokens
from tests.api.conftest import PROBLEM_JSON, Program, limited_app, program
from tests.factories import NOW, TODAY, make_case, standing
from tests.statements import counted

CASES = "/api/v1/cases"


def reference_of(db: Database, case_id: int) -> str:
    with db.reading() as session:
        return session.get_one(Case, case_id).reference


def test_a_revoked_token_and_that_of_a_disabled_account_open_nothing_from_the_next_request_on(
    db: Database, manager: Program
) -> None:
    assert manager.get(CASES).status_code == 200
    tokens.revoke_token(db, token_id=1, now=NOW)
    answer = manager.get(CASES)
    assert (answer.status_code, answer.mimetype) == (401, PROBLEM_JSON)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="dialogen", error="invalid_token"'


def test_a_token_expires_after_its_last_day_in_oslo(db: Database, manager: Program) -> None:
    with db.writing() as session:
        session.scalars(select(ApiToken)).one().expires_on = TODAY
    with time_machine.travel(NOW.replace(hour=22, minute=59), tick=False):
        assert manager.get(CASES).status_code == 200
    with time_machine.travel(NOW.replace(hour=23, minute=1), tick=False):
        assert manager.get(CASES).status_code == 401


def test_scopes_beyond_the_accounts_rights_open_nothing_more(db: Database, app: Flask, unit_id: int) -> None:
    reference = reference_of(db, make_case(db, unit_id=unit_id, subject="Lys"))
    counting = program(app, db, (Role.STATISTICIAN, "*"), scopes=tuple(Scope))
    nobody = program(app, db, scopes=tuple(Scope))
    assert counting.get(f"{CASES}/{reference}").json["subject"] is None  # type: ignore[index]
    assert counting.post(f"{CASES}/{reference}/answer", {"answered_on": str(TODAY)}).status_code == 403
    assert nobody.get(f"{CASES}/{reference}").status_code == 404
    assert nobody.get(CASES).json == {"items": [], "next": None}


@pytest.mark.parametrize("path", [CASES, f"{CASES}/{{reference}}"])
def test_a_guarded_read_takes_one_query_more_than_its_service(
    db: Database, manager: Program, unit_id: int, path: str
) -> None:
    reference = reference_of(db, make_case(db, unit_id=unit_id, subject="Lys"))
    address = path.format(reference=reference)
    manager.get(address)  # notes that the token is used, which is not done again for ten seconds
    by = standing(1, (Role.MANAGER, "*"))
    with counted(db) as alone:
        if path == CASES:
            case_lists.list_cases(db, wanted=CaseFilter(), by=by, today=TODAY)
        else:
            case_views.tell_story(db, reference=reference, by=by, today=TODAY)
    with counted(db) as guarded:
        assert manager.get(address).status_code == 200
    reads = [statement for statement in guarded if statement.startswith("SELECT")]
    assert len(reads) == len(alone) + 1
    assert [statement.split()[:3] for statement in guarded if statement not in reads] == [
        ["INSERT", "INTO", "access_entries"]
    ]


def test_a_token_that_asks_too_often_is_told_to_wait(db: Database, tmp_path: Path) -> None:
    asking = program(limited_app(db, tmp_path, 3), db, (Role.HANDLER, "*"))
    other = Program(asking.client, program(asking.client.application, db, (Role.HANDLER, "*")).secret)
    with time_machine.travel(NOW, tick=False) as clock:
        answers = [asking.get(CASES) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200] * 3
        assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0"]
        assert {answer.headers["RateLimit-Limit"] for answer in answers} == {"3"}
        clock.shift(timedelta(seconds=20))
        refused = asking.get(CASES)
        assert (refused.status_code, refused.mimetype) == (429, PROBLEM_JSON)
        assert refused.json == {
            "title": "Too Many Requests",
            "status": 429,
            "detail": "the token has made its 3 requests of this minute",
        }
        waits = {name: refused.headers[name] for name in ("Retry-After", "RateLimit-Remaining", "RateLimit-Reset")}
        assert waits == {"Retry-After": "40", "RateLimit-Remaining": "0", "RateLimit-Reset": "40"}
        assert asking.post(CASES, {"received_on": str(TODAY)}).status_code == 429
        assert other.get(CASES).status_code == 200, "each token has a limit of its own"
        assert Program(asking.client, "dlg_x").get(CASES).status_code == 401
        clock.shift(timedelta(seconds=40))
        assert asking.get(CASES).status_code == 200


def test_a_limit_of_nought_is_none(manager: Program) -> None:
    answers = [manager.get(CASES) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    assert not any(name.startswith("RateLimit") for answer in answers for name, _ in answer.headers)


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_body_that_is_too_large_is_refused_saying_how_large_it_may_be(manager: Program, method: str) -> None:
    path = CASES if method == "POST" else f"{CASES}/2026-000001"
    headers = {"Content-Type": "application/json"}
    answer = manager(method, path, data=b" " * (BODY_MOST + 1), headers=headers)
    assert (answer.status_code, answer.mimetype) == (413, PROBLEM_JSON)
    assert answer.json is not None
    assert answer.json["detail"] == "the body is larger than 1 MB"
