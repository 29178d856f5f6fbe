"""ETag on every answer that is a case, If-Match before a change, If-None-Match before a look (RFC 9110, 8.8 and 13)."""

from typing import Any

import pytest
from flask import Flask

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role, Scope
from dialogen.services import setup
from tests.api.conftest import Program, program
from tests.api.test_cases import DAY, TODAY, problem_of, registered
from tests.factories import NOW

CASES = "/api/v1/cases"


def tag(program: Program, reference: str) -> str:
    """Return the tag of a case."""
    answer = program.get(f"{CASES}/{reference}")
    assert answer.status_code == 200
    assert answer.headers["Content-Location"] == f"{CASES}/{reference}"
    return str(answer.headers["ETag"])


def matching(value: str) -> dict[str, Any]:
    """Return what is sent along to change the case of a tag alone."""
    return {"headers": {"If-Match": value}}


def test_every_answer_that_is_a_case_has_the_tag_of_the_case(manager: Program) -> None:
    answer = manager.post(CASES, {"received_on": (TODAY - 40 * DAY).isoformat(), "unit": "Vei og park"})
    reference = (answer.json or {})["reference"]
    path = f"{CASES}/{reference}"
    assert answer.headers["ETag"] == tag(manager, reference)
    asked = [
        ("PATCH", path, {"subject": "Lys"}, 200),
        ("POST", f"{path}/extension", {"extended_to": (TODAY + DAY).isoformat(), "reason": "Befaring"}, 200),
        ("POST", f"{path}/exclusion", {"reason": "spam"}, 202),
        ("DELETE", f"{path}/pending", ..., 200),
        ("POST", f"{path}/answer", {"answered_on": TODAY.isoformat()}, 200),
    ]
    seen = {tag(manager, reference)}
    for method, where, body, status in asked:
        answer = manager(method, where, body, **matching(tag(manager, reference)))
        assert answer.status_code == status, answer.text
        assert answer.headers["ETag"] == tag(manager, reference)
        assert answer.headers["ETag"].startswith(f'"{(answer.json or {})["version"]}-')
        assert answer.headers["Content-Location"] == path
        seen.add(answer.headers["ETag"])
    assert len(seen) == 6, "every change gives another tag"


def test_a_change_of_a_case_that_was_changed_since_is_refused_and_told(manager: Program) -> None:
    reference = registered(manager, subject="Mørkt")["reference"]
    path, old = f"{CASES}/{reference}", tag(manager, reference)
    manager.patch(path, {"subject": "Lyst", "handler": "leder@asker.example"})
    for method, where, body in (
        ("PATCH", path, {"text": "Ved skolen"}),
        ("POST", f"{path}/answer", {"answered_on": TODAY.isoformat()}),
        ("POST", f"{path}/extension", {"extended_to": (TODAY + 30 * DAY).isoformat(), "reason": "Befaring"}),
        ("POST", f"{path}/exclusion", {"reason": "spam"}),
        ("DELETE", f"{path}/pending", ...),
    ):
        answer = manager(method, where, body, **matching(old))
        assert answer.status_code == 412, answer.text
        problem = problem_of(answer)
        assert problem["code"] == "changed_meanwhile"
        assert problem["detail"] == "the case was changed meanwhile: it is now version 3"
        assert answer.headers["ETag"] == tag(manager, reference)
        assert [(line["action"], line["changes"], line["by"]) for line in problem["since"]] == [
            ("corrected", [{"field": "subject", "before": "Mørkt", "after": None}], "Leder Ledersen"),
            ("assigned", [{"field": "handler", "before": None, "after": "leder@asker.example"}], "Leder Ledersen"),
        ]
    assert (manager.get(path).json or {})["version"] == 3


@pytest.mark.parametrize("right", ["*", '"1"', '"7-a", "1"', '"x" ,"1"', "{tag}", 'W/"1", {tag}'])
def test_a_change_of_the_case_as_it_is_goes_through(manager: Program, right: str) -> None:
    reference = registered(manager)["reference"]
    answer = manager.patch(
        f"{CASES}/{reference}", {"subject": "Lys"}, **matching(right.format(tag=tag(manager, reference)))
    )
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("other", ['"0"', '"2"', '"01"', '"1-xyz"', '"abc"', '""', 'W/"1"', "W/{tag}"])
def test_a_tag_that_the_case_does_not_have_is_refused_and_nothing_can_be_told(manager: Program, other: str) -> None:
    reference = registered(manager)["reference"]
    path = f"{CASES}/{reference}"
    answer = manager.patch(path, {"subject": "Lys"}, **matching(other.format(tag=tag(manager, reference))))
    assert answer.status_code == 412, answer.text
    assert problem_of(answer)["since"] is None
    assert (manager.get(path).json or {})["version"] == 1


@pytest.mark.parametrize(
    "bad", ["", "1", '"1', "tull", '"1" "2"', '"1",', '"a b"', "*, *", '"æ"', "'1'", '"' + "1" * 2000 + '"']
)
def test_a_header_that_is_no_list_of_tags_is_refused(manager: Program, bad: str) -> None:
    path = f"{CASES}/{registered(manager)['reference']}"
    answer = manager.patch(path, {"subject": "Lys"}, **matching(bad))
    assert answer.status_code == 400
    assert "If-Match must be * or a list of entity tags in quotation marks" in problem_of(answer)["detail"]
    answer = manager.get(path, headers={"If-None-Match": bad})
    assert answer.status_code == 400
    assert "If-None-Match must be" in problem_of(answer)["detail"]


def test_a_case_that_the_reader_has_is_not_sent_again(manager: Program, db: Database) -> None:
    reference = registered(manager)["reference"]
    path, kept = f"{CASES}/{reference}", tag(manager, reference)
    for condition in (kept, f"W/{kept}", f'"x", {kept}', "*"):
        answer = manager.get(path, headers={"If-None-Match": condition})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", kept)
        assert answer.headers["Cache-Control"] == "no-store"
    unit = next(each for each in setup.list_units(db) if each.name == "Vei og park")
    setup.change_unit(db, by=None, now=NOW, unit_id=unit.id, name="Vei, park og torg", email=None)
    answer = manager.get(path, headers={"If-None-Match": kept})
    assert (answer.status_code, (answer.json or {})["unit"]) == (200, "Vei, park og torg")
    answer = manager.patch(path, {"subject": "Lys"}, **matching(kept))
    assert answer.status_code == 200, "nobody has changed the case: only what its unit is called"


def test_a_tag_tells_nothing_of_what_its_reader_may_not_see(manager: Program, app: Flask, db: Database) -> None:
    reference = registered(manager)["reference"]
    path = f"{CASES}/{reference}"
    counting = program(app, db, (Role.STATISTICIAN, "*"))
    before = tag(counting, reference)
    assert before != tag(manager, reference), "they are shown different things"
    manager.patch(path, {"subject": "Lys"})
    told = problem_of(program(app, db, (Role.ADMIN, "*")).patch(path, {"handler": None}, **matching('"1"')))
    assert told["since"] == [], "an administrator sees neither words nor that they changed"
    writer = program(app, db, (Role.MANAGER, "*"), scopes=(Scope.CASES_WRITE,))
    answer = writer.patch(path, {"subject": "Mørke"}, **matching('"1"'))
    assert (answer.status_code, problem_of(answer)["since"]) == (412, None)
    answer = writer.patch(path, {"subject": "Mørke"}, **matching('"2"'))
    assert (answer.status_code, (answer.json or {})["subject"]) == (200, None)


def test_a_case_out_of_reach_is_not_there_whatever_tag_is_asked_for(manager: Program, app: Flask, db: Database) -> None:
    reference = registered(manager)["reference"]
    stranger = program(app, db, (Role.MANAGER, setup.add_unit(db, by=None, now=NOW, name="Skole", email=None).id))
    for condition in ("*", '"1"', '"9"', tag(manager, reference)):
        answers = [
            stranger.patch(f"{CASES}/{each}", {"subject": "Lys"}, **matching(condition))
            for each in (reference, "2026-999999")
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert [answer.text.replace(reference, "2026-999999") for answer in answers] == [answers[1].text] * 2
        assert not any("ETag" in answer.headers for answer in answers)
        looks = [
            stranger.get(f"{CASES}/{each}", headers={"If-None-Match": condition}) for each in (reference, "2026-999999")
        ]
        assert {answer.status_code for answer in looks} == {404}
