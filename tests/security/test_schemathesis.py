"""Requests made up from the API's own description, by programs of every role, pass every check that schemathesis has.

A few of each in every run; DIALOGEN_TEST_EXAMPLES says how many for each operation, role and kind, and from 50 on they
are others every time. One role is tried on both databases, since only there a value can be refused by one alone; who
may do what is decided before a database is asked, and so the other roles are tried on SQLite.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks as openapi_checks

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from tests.api.conftest import Program, limited_app, program
from tests.api.test_cases import RECEIVED, TODAY, registered
from tests.factories import make_unit

EXAMPLES = int(os.environ.get("DIALOGEN_TEST_EXAMPLES", "4"))
MADE_UP = settings(
    max_examples=EXAMPLES,
    stateful_step_count=6,
    deadline=None,
    derandomize=EXAMPLES < 50,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
#: What a request may be answered that keeps to the description. 422 is not among those that schemathesis expects, but
#: no description can say which units there are, or which day it is; nor can one know who may do what.
WELL_FORMED = ["2xx", "401", "403", "404", "406", "409", "422"]
#: Each finds something that the others do not; when schemathesis gets more, they are tried too.
CHECKED = {
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "positive_data_acceptance", "missing_required_header",
    "unsupported_method", "use_after_free", "ensure_resource_availability", "ignored_auth",
}  # fmt: skip
ROLES = [*Role, None]
REGISTER = "POST /api/v1/cases"
ON_SQLITE = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


@pytest.fixture
def app(db: Database, tmp_path: Path) -> Flask:
    """The application on the test's database, which counts no requests."""
    return limited_app(db, tmp_path, 0)


@pytest.fixture
def references(app: Flask, db: Database) -> list[str]:
    """An open case, an answered one, and one with a change that waits."""
    make_unit(db, "Vei og park")
    manager = program(app, db, (Role.MANAGER, "*"))
    opened, answered = (registered(manager)["reference"] for _ in range(2))
    day = (TODAY - timedelta(days=1)).isoformat()
    assert manager.post(f"/api/v1/cases/{answered}/answer", {"answered_on": day}).status_code == 200
    missed = registered(manager, received_on=(TODAY - timedelta(days=40)).isoformat())["reference"]
    assert manager.post(f"/api/v1/cases/{missed}/exclusion", {"reason": "spam"}).status_code == 202
    return [opened, answered, missed]


def schema_of(app: Flask, asking: Program) -> Any:
    """Return the description as schemathesis reads it."""
    headers = {"Authorization": f"Bearer {asking.secret}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, headers=headers)
    schema.config.checks.positive_data_acceptance.expected_statuses = WELL_FORMED
    return schema


def asked_of_all(
    app: Flask, describing: Program, references: list[str], mode: GenerationMode, authorization: dict[str, str]
) -> dict[str, set[int]]:
    """Try every operation with made-up requests, right or wrong; returns the statuses of the answers by operation."""
    statuses: dict[str, set[int]] = {}
    for number, found in enumerate(schema_of(app, describing).get_all_operations()):
        operation = found.ok()
        has_more = bool(len(operation.body) or len(operation.query))
        if mode is GenerationMode.NEGATIVE and not has_more and "{" not in operation.path:
            continue  # there is nothing in it that could be wrong
        # A case that there is, but where the reference is all that can be wrong.
        known = {"reference": references[number % len(references)]} if "{reference}" in operation.path else {}
        fixed = {"path_parameters": known} if known and (has_more or mode is GenerationMode.POSITIVE) else {}
        for status in tried(operation.as_strategy(generation_mode=mode, **fixed), authorization):
            statuses.setdefault(operation.label, set()).add(status)
    return statuses


def tried(requests: Any, authorization: dict[str, str]) -> Iterator[int]:
    """Send made-up requests and hold each answer against every check; yields their statuses."""
    statuses = []

    @MADE_UP
    @given(case=requests)
    def passes(case: Any) -> None:
        statuses.append(case.call_and_validate(headers=authorization, checks=CHECKS.get_all()).status_code)

    passes()
    yield from statuses


def test_all_checks_are_made() -> None:
    assert openapi_checks is not None  # with it come those about APIs, beside those about HTTP
    assert {check.__name__ for check in CHECKS.get_all()} >= CHECKED


@pytest.mark.parametrize("mode", GenerationMode, ids=str)
def test_every_operation_passes_every_check(
    app: Flask, db: Database, references: list[str], mode: GenerationMode
) -> None:
    asking = program(app, db, (Role.MANAGER, "*"))
    statuses = asked_of_all(app, asking, references, mode, {"Authorization": f"Bearer {asking.secret}"})
    assert set().union(*statuses.values()) >= ({200, 201, 422} if mode is GenerationMode.POSITIVE else {400, 422})


@ON_SQLITE
@pytest.mark.parametrize("mode", GenerationMode, ids=str)
@pytest.mark.parametrize("role", [role for role in ROLES if role is not Role.MANAGER], ids=str)
def test_every_operation_passes_every_check_for_every_role(
    app: Flask, db: Database, references: list[str], role: Role | None, mode: GenerationMode
) -> None:
    asking = program(app, db, *([(role, "*")] if role else []))
    statuses = asked_of_all(app, asking, references, mode, {"Authorization": f"Bearer {asking.secret}"})
    assert len(statuses) >= 10
    assert role is not None or {200, 201, 202}.isdisjoint(statuses.get(REGISTER, ()))


@ON_SQLITE
@pytest.mark.parametrize(
    "authorization", [{}, {"Authorization": "Bearer dlg_unknown"}], ids=["no token", "wrong token"]
)
def test_without_a_right_token_every_operation_refuses(
    app: Flask, db: Database, references: list[str], authorization: dict[str, str]
) -> None:
    describing = program(app, db, (Role.MANAGER, "*"))
    statuses = asked_of_all(app, describing, references, GenerationMode.POSITIVE, authorization)
    assert len(statuses) >= 12
    assert set().union(*statuses.values()) == {401}


@ON_SQLITE
@pytest.mark.parametrize("role", [Role.HANDLER, Role.MANAGER], ids=str)
def test_what_one_operation_leaves_the_others_take_up(app: Flask, db: Database, role: Role) -> None:
    make_unit(db, "Vei og park")
    asking = program(app, db, (role, "*"))
    authorization = {"Authorization": f"Bearer {asking.secret}"}
    schema = schema_of(app, asking)
    schema.config.generation.modes = [GenerationMode.POSITIVE]  # what is refused leaves nothing
    machine: Any = schema.as_state_machine()
    answered: list[tuple[str, int]] = []

    class Office(machine):  # type: ignore[misc]
        def before_call(self, case: Any) -> None:
            super().before_call(case)
            if case.operation.label == REGISTER:
                # Names and days made up by chance are no unit and no day of ours: nothing would ever be registered.
                case.body = {"received_on": RECEIVED.isoformat()} | {
                    name: value for name, value in case.body.items() if name in ("subject", "text", "stream", "channel")
                }

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": authorization}

        def validate_response(self, response: Any, case: Any, *_: Any, **sent: Any) -> None:
            # The machine's own way takes the token for one that was made up, and wonders that it is let in.
            recorder = getattr(self, "recorder", None)
            case.validate_response(response, headers=authorization, transport_kwargs=sent, recorder=recorder)

        def after_call(self, response: Any, case: Any) -> None:
            super().after_call(response, case)
            answered.append((case.operation.label, response.status_code))

    Office.run(settings=settings(MADE_UP, max_examples=2 * EXAMPLES))
    assert (REGISTER, 201) in answered
    assert {operation for operation, status in answered if status in (200, 202) and "{reference}" in operation}
