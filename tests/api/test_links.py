"""Links between cases over the API, and the warning when the same sender or subject came within 30 days."""

import pytest
from flask import Flask

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role, Scope
from tests.api.conftest import Program, program
from tests.api.test_cases import DAY, RECEIVED, TODAY, problem_of, registered

CASES = "/api/v1/cases"


def test_two_cases_are_linked_and_taken_apart(manager: Program) -> None:
    one, other = registered(manager, subject="Lys"), registered(manager, subject="Mørke")
    answer = manager.post(f"{CASES}/{one['reference']}/links", {"other": other["reference"]})
    assert answer.status_code == 200, answer.text
    body = dict(answer.json or {})
    assert body["links"] == [
        {
            "reference": other["reference"],
            "received_on": RECEIVED.isoformat(),
            "answered_on": None,
            "state": "on_track",
            "unit": "Vei og park",
        }
    ]
    assert (body["version"], body["history"][-1]["action"]) == (2, "linked")
    there = dict(manager.get(f"{CASES}/{other['reference']}").json or {})
    assert [each["reference"] for each in there["links"]] == [one["reference"]]
    path = f"{CASES}/{other['reference']}/links?other={one['reference']}"
    assert manager("DELETE", path, headers={"If-Match": '"1"'}).status_code == 412
    answer = manager("DELETE", path, headers={"If-Match": '"2"'})
    assert (answer.status_code, (answer.json or {})["links"]) == (200, [])
    answer = manager("DELETE", path)
    assert (answer.status_code, problem_of(answer)["code"]) == (422, "not_linked")


def test_a_case_out_of_sight_is_refused_as_one_that_there_is_not(
    manager: Program, app: Flask, db: Database, unit_id: int
) -> None:
    mine, hidden = registered(manager), registered(manager, unit=None)
    stranger = program(app, db, (Role.MANAGER, unit_id))
    path = f"{CASES}/{mine['reference']}/links"
    answers = [stranger.post(path, {"other": other}) for other in (hidden["reference"], "2026-999999")]
    answers += [stranger("DELETE", f"{path}?other={other}") for other in (hidden["reference"], "2026-999999")]
    assert {answer.status_code for answer in answers} == {422}
    assert len({answer.text.replace(hidden["reference"], "2026-999999") for answer in answers}) == 1
    assert manager.post(path, {"other": hidden["reference"]}).status_code == 200
    shown = dict(stranger.get(f"{CASES}/{mine['reference']}").json or {})
    assert (shown["links"], [line["action"] for line in shown["history"]]) == ([], ["registered"])


@pytest.mark.parametrize("body", [{}, {"other": "tull"}, {"other": None}, {"reference": "2026-000001"}])
def test_what_is_no_reference_is_refused(manager: Program, body: dict[str, object]) -> None:
    assert manager.post(f"{CASES}/{registered(manager)['reference']}/links", body).status_code == 422


def test_the_same_sender_and_subject_are_warned_of_by_reference_alone(
    manager: Program, app: Flask, db: Database, unit_id: int
) -> None:
    sender = {"email": "ola@asker.example", "phone": "99887766"}
    first = registered(manager, subject="Mørk gangvei", sender=sender)["reference"]
    registered(manager, subject="Mørk gangvei", received_on=(TODAY - 40 * DAY).isoformat())
    warned = registered(manager, subject="SV: mørk gangvei", sender={"email": "OLA@asker.example"})
    message = "another inquiry with the same came within 30 days"
    assert warned["warnings"] == [
        {"field": "sender.email", "message": message, "references": [first]},
        {"field": "subject", "message": message, "references": [first]},
    ]
    shown = dict(manager.get(f"{CASES}/{warned['reference']}").json or {})
    assert shown["warnings"] == []
    blind = program(app, db, (Role.MANAGER, "*"), scopes=(Scope.CASES_WRITE,))
    assert registered(blind, subject="Mørk gangvei", sender=sender)["warnings"] == []
    elsewhere = program(app, db, (Role.MANAGER, "*"))
    assert len(registered(elsewhere, subject="Noe nytt", sender=sender)["warnings"]) == 2
