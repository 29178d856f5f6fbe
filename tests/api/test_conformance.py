"""Whatever is sent to the API, right or wrong, its answers are those that its own description promises."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from tests.api.conftest import Program, program
from tests.api.test_cases import TODAY, registered

# Not that a body of the right shape is accepted: it may name a unit that there is not, or a date to come.
PROMISED: list[Any] = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
]
#: Besides a token, which is always sent, and a case that there is.
NOTHING_TO_GET_WRONG = ("GET /api/v1/cases/{reference}", "GET /api/v1/openapi.json")
GENTLY = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def operations(app: Flask, program: Program) -> Iterator[Any]:
    """Return the operations of the API, as its own description has them."""
    headers = {"Authorization": f"Bearer {program.secret}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, headers=headers)
    for found in schema.get_all_operations():
        operation: Any = found
        yield operation.ok()


@pytest.fixture
def others_proposal(app: Flask, db: Database, manager: Program) -> str:
    """A case with a change that somebody else proposed."""
    missed = registered(manager, received_on=(TODAY - timedelta(days=40)).isoformat())["reference"]
    proposer = program(app, db, (Role.MANAGER, "*"))
    assert proposer.post(f"/api/v1/cases/{missed}/exclusion", {"reason": "spam"}).status_code == 202
    return str(missed)


@pytest.mark.parametrize("mode", GenerationMode, ids=str)
def test_the_api_keeps_to_its_description(
    app: Flask, manager: Program, others_proposal: str, mode: GenerationMode
) -> None:
    opened = registered(manager)["reference"]
    answered = registered(manager)["reference"]
    manager.post(f"/api/v1/cases/{answered}/answer", {"answered_on": (TODAY - timedelta(days=1)).isoformat()})
    references = (opened, answered, others_proposal)
    headers = {"Authorization": f"Bearer {manager.secret}"}
    statuses: set[int] = set()

    for operation, reference in product(operations(app, manager), references):
        if mode is GenerationMode.NEGATIVE and operation.label in NOTHING_TO_GET_WRONG:
            continue
        known = {"path_parameters": {"reference": reference}} if "{reference}" in operation.path else {}

        @GENTLY
        @given(case=operation.as_strategy(generation_mode=mode, headers=headers, **known))
        def keeps(case: Any) -> None:
            answer = case.call()
            statuses.add(answer.status_code)
            case.validate_response(answer, checks=PROMISED)

        keeps()
    assert not any(status >= 500 for status in statuses)
    assert statuses >= ({200, 201, 409, 422} if mode is GenerationMode.POSITIVE else {400, 422})
