"""A case that was erased after its retention time, over the API: what it shows, and what it refuses."""

from typing import Any

import pytest

from dialogen.database.engine import Database
from tests.api.conftest import PROBLEM_JSON, Program
from tests.services.desk import reference_of
from tests.shelf import SENDER, dispose, fill, personal_values


@pytest.fixture
def path(db: Database, unit_id: int) -> str:
    """The address of an erased case of the program's unit."""
    case_id = fill(db, unit_id=unit_id)
    dispose(db)
    return f"/api/v1/cases/{reference_of(db, case_id)}"


def test_it_shows_no_personal_value_and_tells_that_they_were_erased(manager: Program, path: str) -> None:
    case: dict[str, Any] = manager.get(path).json or {}
    assert (case["subject"], case["text"]) == (None, None)
    assert not any((case["sender"] or {}).values())
    assert case["answered_on"] is not None
    assert (case["history"][-1]["action"], case["history"][-1]["door"]) == ("disposed", "command_line")


@pytest.mark.parametrize("body", [{"subject": "Gatelys"}, {"text": "Det er mørkt"}])
def test_nothing_personal_is_put_in_again(db: Database, manager: Program, path: str, body: dict[str, str]) -> None:
    answer = manager.patch(path, body)
    assert (answer.status_code, answer.mimetype) == (409, PROBLEM_JSON)
    assert "disposed of after its retention time" in (answer.json or {})["detail"]
    assert personal_values(db, [1]) == []


def test_a_search_does_not_find_it(manager: Program, path: str) -> None:
    for word in ("gatelys", SENDER["sender_name"], "mørkt"):
        assert (manager.get(f"/api/v1/cases?q={word}").json or {})["items"] == []
    assert manager.get("/api/v1/cases?state=answered_on_time").status_code == 200
