"""The routes of four eyes: 202 while a change waits, the exact JSON of what waits, and who decides how."""

from typing import Any

import pytest
from flask import Flask

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role, Scope
from tests.api.conftest import Program, program
from tests.api.test_cases import DAY, TODAY, problem_of
from tests.factories import make_case
from tests.services.desk import reference_of

LONG_AGO = TODAY - 40 * DAY


@pytest.fixture
def missed(db: Database, unit_id: int) -> str:
    """The address of a case that has missed its deadline."""
    case_id = make_case(db, received_on=LONG_AGO, unit_id=unit_id, subject="Mørkt gatelys")
    return f"/api/v1/cases/{reference_of(db, case_id)}"


@pytest.fixture
def second(app: Flask, db: Database, unit_id: int) -> Program:
    """A program that acts for the unit's manager."""
    return program(app, db, (Role.MANAGER, unit_id), name="Siv Leder")


def proposed(manager: Program, missed: str) -> dict[str, Any]:
    """Propose an exclusion and return the case."""
    answer = manager.post(f"{missed}/exclusion", {"reason": "spam", "note": "reklame"})
    assert answer.status_code == 202, answer.text
    return dict(answer.json or {})


def test_an_exclusion_after_the_deadline_is_answered_with_what_waits(manager: Program, missed: str) -> None:
    case = proposed(manager, missed)
    assert (case["excluded"], case["state"], case["version"]) == (None, "overdue", 2)
    pending = dict(case["pending"])
    assert pending.pop("proposed_at").endswith("Z")
    assert pending.pop("id") > 0
    assert pending == {
        "action": "excluded",
        "proposed_by": "Leder Ledersen",
        "changes": [{"field": "exclusion", "before": None, "after": "spam"}],
        "reason": "reklame",
        "may_approve": False,
        "may_withdraw": True,
    }
    assert [line["action"] for line in case["history"]] == ["proposed"]
    assert manager.get(missed).json == case
    (listed,) = (manager.get("/api/v1/cases").json or {})["items"]
    assert listed["pending"] == case["pending"]


def test_what_needs_nobody_else_in_a_change_is_done_and_the_rest_waits(manager: Program, missed: str) -> None:
    answer = manager.patch(missed, {"subject": "Lys", "stream": "internal", "reason": "fra en ansatt"})
    case = dict(answer.json or {})
    assert (answer.status_code, case["subject"], case["stream"]) == (202, "Lys", "external")
    assert case["pending"]["action"] == "corrected"
    assert case["pending"]["changes"] == [{"field": "stream", "before": "external", "after": "internal"}]
    # What waits is no reason to answer 202 to anything else.
    assert manager.patch(missed, {"subject": "Mørkt"}).status_code == 200


def test_a_second_proposal_is_refused(manager: Program, second: Program, missed: str) -> None:
    proposed(manager, missed)
    before = second.get(missed).json
    for answer in (
        second.post(f"{missed}/exclusion", {"reason": "test"}),
        second.patch(missed, {"subject": "Lys", "stream": "internal", "reason": "fra en ansatt"}),
    ):
        refusal = problem_of(answer)
        assert (refusal["status"], refusal["code"]) == (409, "change_waits")
    assert second.get(missed).json == before


def test_a_second_person_approves(manager: Program, second: Program, missed: str) -> None:
    case = proposed(manager, missed)
    (waiting,) = (second.get("/api/v1/pending").json or {})["items"]
    assert waiting["reference"] == case["reference"]
    assert waiting["pending"] == case["pending"] | {"may_approve": True, "may_withdraw": False}
    answer = second.post(f"{missed}/pending/approval?id={case['pending']['id']}")
    body = dict(answer.json or {})
    assert (answer.status_code, body["excluded"], body["pending"]) == (200, "spam", None)
    assert [(line["action"], line["by"]) for line in body["history"]] == [
        ("proposed", "Leder Ledersen"),
        ("approved", "Siv Leder"),
    ]
    again = problem_of(second.post(f"{missed}/pending/approval"))
    assert (again["status"], again["code"]) == (409, "nothing_waits")


def test_a_second_person_refuses_with_a_reason(manager: Program, second: Program, missed: str) -> None:
    proposed(manager, missed)
    for wrong in ({}, {"reason": ""}, {"reason": " "}, {"reason": None}, {"reason": "nei", "note": "x"}):
        assert problem_of(second.post(f"{missed}/pending/refusal", wrong))["status"] == 422
    answer = second.post(f"{missed}/pending/refusal", {"reason": "det var et spørsmål"})
    body = dict(answer.json or {})
    assert (answer.status_code, body["excluded"], body["pending"]) == (200, None, None)
    line = body["history"][-1]
    assert (line["action"], line["by"], line["reason"]) == ("refused", "Siv Leder", "det var et spørsmål")


def test_who_proposed_decides_nothing_but_may_withdraw(manager: Program, second: Program, missed: str) -> None:
    proposed(manager, missed)
    for way, body in (("approval", ...), ("refusal", {"reason": "nei"})):
        refusal = problem_of(manager.post(f"{missed}/pending/{way}", body))
        assert (refusal["status"], refusal["code"]) == (403, "needs_second_person")
    refusal = problem_of(second("DELETE", f"{missed}/pending"))
    assert (refusal["status"], refusal["code"]) == (403, "not_the_proposer")
    (own,) = (manager.get("/api/v1/pending?whose=own").json or {})["items"]
    assert own["pending"]["may_withdraw"] is True
    answer = manager("DELETE", f"{missed}/pending")
    assert (answer.status_code, dict(answer.json or {})["pending"]) == (200, None)


def test_a_decision_on_another_proposal_than_the_one_seen_is_refused(
    manager: Program, second: Program, missed: str
) -> None:
    seen = proposed(manager, missed)["pending"]["id"]
    manager("DELETE", f"{missed}/pending")
    assert problem_of(second.post(f"{missed}/pending/approval?id={seen}"))["code"] == "nothing_waits"
    proposed(manager, missed)
    assert problem_of(second.post(f"{missed}/pending/approval?id={seen}"))["code"] == "other_change_waits"
    assert problem_of(second.post(f"{missed}/pending/approval?id=x"))["status"] == 422


def test_a_statistician_approves_without_seeing_anything_personal(
    app: Flask, db: Database, manager: Program, missed: str
) -> None:
    proposed(manager, missed)
    counter = program(app, db, (Role.STATISTICIAN, "-"))
    assert problem_of(counter.get(missed))["status"] == 404
    (waiting,) = (counter.get("/api/v1/pending").json or {})["items"]
    assert (waiting["subject"], waiting["pending"]["reason"]) == (None, None)
    assert waiting["pending"]["changes"] == [{"field": "exclusion", "before": None, "after": "spam"}]
    answer = counter.post(f"{missed}/pending/approval")
    body = dict(answer.json or {})
    assert (answer.status_code, body["state"], body["subject"], body["history"]) == (200, "excluded", None, None)


def test_who_may_not_decide_sees_nothing_to_decide(app: Flask, db: Database, manager: Program, missed: str) -> None:
    proposed(manager, missed)
    unit = (manager.get(missed).json or {})["unit"]
    for roles in (((Role.ADMIN, "*"),), ((Role.HANDLER, "*"),), ()):
        reader = program(app, db, *roles)
        assert (reader.get("/api/v1/pending").json or {})["items"] == []
        assert problem_of(reader.post(f"{missed}/pending/approval"))["status"] in (403, 404)
    assert unit == "Vei og park"


def test_scopes_are_asked_for(app: Flask, db: Database, manager: Program, missed: str) -> None:
    proposed(manager, missed)
    reader = program(app, db, (Role.MANAGER, "*"), scopes=(Scope.CASES_READ,))
    assert reader.get("/api/v1/pending").status_code == 200
    assert problem_of(reader.post(f"{missed}/pending/approval"))["status"] == 403
    writer = program(app, db, (Role.MANAGER, "*"), scopes=(Scope.CASES_WRITE,))
    assert problem_of(writer.get("/api/v1/pending"))["status"] == 403


def test_what_waits_comes_a_page_at_a_time(app: Flask, db: Database, manager: Program, unit_id: int) -> None:
    reader = program(app, db, (Role.STATISTICIAN, "*"))
    references = [reference_of(db, make_case(db, received_on=LONG_AGO, unit_id=unit_id)) for _ in range(3)]
    for reference in references:
        manager.post(f"/api/v1/cases/{reference}/exclusion", {"reason": "test"})
    first = dict(reader.get("/api/v1/pending?limit=2").json or {})
    rest = dict(reader.get(f"/api/v1/pending?limit=2&cursor={first['next']}").json or {})
    assert [item["reference"] for item in [*first["items"], *rest["items"]]] == references
    assert rest["next"] is None
    wrong = problem_of(reader.get(f"/api/v1/pending?whose=own&cursor={first['next']}"))
    assert (wrong["status"], wrong["code"]) == (422, "bad_cursor")
