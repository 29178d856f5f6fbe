"""The routes of cases: exact JSON and status, what they translate, and who is let in."""

import re
import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role, Scope
from dialogen.domain.cases import ExclusionReason
from dialogen.services import accounts
from tests.api.conftest import PROBLEM_JSON, Program, program
from tests.factories import NOW, make_case, make_unit
from tests.services.desk import reference_of

TODAY = datetime.now(ZoneInfo("Europe/Oslo")).date()
DAY = timedelta(days=1)
RECEIVED = TODAY - 3 * DAY
NEW = {"received_on": RECEIVED.isoformat(), "subject": "Mørkt gatelys", "unit": "Vei og park"}


def registered(program: Program, **more: Any) -> dict[str, Any]:
    """Register a case and return it."""
    answer = program.post("/api/v1/cases", NEW | more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json or {})


def problem_of(answer: TestResponse) -> dict[str, Any]:
    """Return a problem, having seen that it is one."""
    assert answer.mimetype == PROBLEM_JSON, answer.text
    body = dict(answer.json or {})
    assert body["status"] == answer.status_code
    assert body["title"]
    assert body["detail"]
    return body


def test_a_registered_case_is_answered_whole(manager: Program) -> None:
    answer = manager.post(
        "/api/v1/cases",
        NEW
        | {
            "text": "Ved Strøket 12.",
            "stream": "internal",
            "channel": "phone",
            "kind": "question",
            "handler": "leder@asker.example",
            "sender": {"name": "Prøve Prøvesen", "email": "prove@asker.example"},
            "external_reference": "AD-7",
            "source": "portal",
        },
    )
    year = TODAY.year
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/api/v1/cases/{year}-000001")
    assert answer.headers["Cache-Control"] == "no-store"
    due = (RECEIVED + 14 * DAY).isoformat()
    body = dict(answer.json or {})
    (line,) = body.pop("history")
    assert body == {
        "reference": f"{year}-000001",
        "external_reference": "AD-7",
        "source": "portal",
        "received_on": RECEIVED.isoformat(),
        "due_on": due,
        "extended_to": None,
        "answered_on": None,
        "manner": None,
        "noark_code": None,
        "state": "on_track",
        "days_left": 11,
        "stream": "internal",
        "channel": "phone",
        "kind": "question",
        "unit": "Vei og park",
        "handler": "leder@asker.example",
        "subject": "Mørkt gatelys",
        "text": "Ved Strøket 12.",
        "sender": {"name": "Prøve Prøvesen", "email": "prove@asker.example", "phone": None},
        "excluded": None,
        "pending": None,
        "version": 1,
        "links": [],
        "warnings": [],
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", line["at"])
    assert abs(datetime.fromisoformat(line["at"]) - datetime.now(UTC)) < timedelta(minutes=5)
    assert line | {"at": None} == {
        "at": None,
        "by": "Leder Ledersen",
        "door": "api",
        "action": "registered",
        "changes": [
            {"field": "received_on", "before": None, "after": RECEIVED.isoformat()},
            {"field": "due_on", "before": None, "after": due},
            {"field": "rule_version", "before": None, "after": "1"},
            {"field": "stream", "before": None, "after": "internal"},
            {"field": "channel", "before": None, "after": "phone"},
            {"field": "kind", "before": None, "after": "question"},
            {"field": "unit", "before": None, "after": "Vei og park"},
            {"field": "handler", "before": None, "after": "leder@asker.example"},
            {"field": "source", "before": None, "after": "portal"},
            {"field": "external_reference", "before": None, "after": "AD-7"},
        ],
        "reason": None,
        "note": None,
    }
    shown = manager.get(answer.headers["Location"])
    assert (shown.status_code, shown.json) == (200, answer.json)


def test_left_out_and_null_are_the_same_when_registering(manager: Program) -> None:
    case = registered(manager, text=None, kind=None, handler=None, sender=None, external_reference=None)
    assert (case["source"], case["channel"], case["stream"], case["sender"]) == ("api", "api", "external", None)


def test_a_list_shows_cases_without_their_history(manager: Program) -> None:
    case = registered(manager)
    del case["history"], case["links"], case["warnings"]
    assert manager.get("/api/v1/cases").json == {"items": [case], "next": None}


def test_filters_and_pages(manager: Program, db: Database, unit_id: int) -> None:
    first, second, third = (registered(manager, subject=f"Lys {n}")["reference"] for n in range(3))
    manager.post(f"/api/v1/cases/{second}/answer", {"answered_on": TODAY.isoformat()})

    def found(query: str) -> list[str]:
        answer = manager.get(f"/api/v1/cases?{query}")
        assert answer.status_code == 200, answer.text
        return [case["reference"] for case in (answer.json or {})["items"]]

    assert found("state=answered_on_time") == [second]
    assert found("state=answered_on_time&state=on_track&unit=Vei+og+park") == [first, second, third]
    assert found("q=lys%202") == [third]
    assert found("handler=none") == [first, second, third]
    assert found("unit=none") == []
    assert found(f"received_from={RECEIVED}&received_to={RECEIVED}&due_from={RECEIVED}&stream=external") == [
        first, second, third,
    ]  # fmt: skip
    page = dict(manager.get("/api/v1/cases?limit=2").json or {})
    assert [case["reference"] for case in page["items"]] == [first, second]
    assert found(f"limit=2&cursor={page['next']}") == [third]


def test_a_change_takes_what_is_mentioned_and_leaves_the_rest(manager: Program) -> None:
    case = registered(manager, handler="leder@asker.example")
    address = f"/api/v1/cases/{case['reference']}"
    changed = dict(manager.patch(address, {"handler": None, "subject": "Gatelys"}).json or {})
    assert (changed["handler"], changed["subject"], changed["unit"]) == (None, "Gatelys", "Vei og park")
    assert changed["history"][1]["changes"] == [{"field": "subject", "before": "Mørkt gatelys", "after": None}]
    assert manager.patch(address, {}).json == changed
    taken = dict(manager.patch(address, {"unit": None, "reason": "feil virksomhet"}).json or {})
    assert taken["unit"] is None
    assert taken["history"][-1]["reason"] == "feil virksomhet"


def test_a_correction_needs_its_reason_and_moves_the_deadline(manager: Program) -> None:
    address = f"/api/v1/cases/{registered(manager)['reference']}"
    earlier = (RECEIVED - DAY).isoformat()
    refused = problem_of(manager.patch(address, {"received_on": earlier}))
    assert (refused["status"], refused["code"]) == (422, "reason_required")
    assert refused["errors"] == {"reason": ["a reason is required for this change"]}
    moved = dict(manager.patch(address, {"received_on": earlier, "reason": "feil dato"}).json or {})
    assert moved["due_on"] == (RECEIVED + 13 * DAY).isoformat()


def test_answer_extension_and_exclusion_give_the_case(manager: Program) -> None:
    address = f"/api/v1/cases/{registered(manager)['reference']}"
    later = (RECEIVED + 30 * DAY).isoformat()
    extended = manager.post(f"{address}/extension", {"extended_to": later, "reason": "befaring"})
    assert (extended.status_code, dict(extended.json or {})["extended_to"]) == (200, later)
    answered = manager.post(f"{address}/answer", {"answered_on": TODAY.isoformat()})
    assert (answered.status_code, dict(answered.json or {})["state"]) == (200, "answered_on_time")
    excluded = manager.post(f"{address}/exclusion", {"reason": "duplicate", "note": "samme som forrige"})
    body = dict(excluded.json or {})
    assert (excluded.status_code, body["state"], body["excluded"]) == (200, "excluded", "duplicate")
    assert (body["days_left"], body["history"][-1]["reason"]) == (None, "samme som forrige")


def test_how_a_case_was_answered_is_corrected_and_told_with_its_code(manager: Program) -> None:
    address = f"/api/v1/cases/{registered(manager)['reference']}"
    assert problem_of(manager.patch(address, {"manner": "phone"}))["code"] == "not_answered"
    manager.post(f"{address}/answer", {"answered_on": TODAY.isoformat(), "manner": "phone"})
    body = dict(manager.patch(address, {"manner": "letter"}).json or {})
    assert (body["manner"], body["noark_code"]) == ("letter", "BU")
    assert body["history"][-1]["changes"] == [{"field": "manner", "before": "phone", "after": "letter"}]


def test_steps_that_the_case_refuses_are_conflicts_and_change_nothing(manager: Program) -> None:
    address = f"/api/v1/cases/{registered(manager)['reference']}"
    answer = {"answered_on": TODAY.isoformat()}
    assert problem_of(manager.patch(address, answer | {"reason": "x"}))["code"] == "not_answered"
    manager.post(f"{address}/answer", answer)
    before = manager.get(address).json
    assert problem_of(manager.post(f"{address}/answer", answer)) == {
        "title": "Conflict",
        "status": 409,
        "detail": f"the case is answered already, on {TODAY}; correct the date instead",
        "code": "already_answered",
    }
    later = {"extended_to": (TODAY + 90 * DAY).isoformat(), "reason": "x"}
    assert problem_of(manager.post(f"{address}/extension", later))["code"] == "step_refused"
    assert manager.get(address).json == before


def test_what_the_reader_may_not_see_is_null(app: Flask, manager: Program, db: Database) -> None:
    case = registered(manager, sender={"name": "Prøve Prøvesen"}, text="Ved Strøket.")
    address = f"/api/v1/cases/{case['reference']}"
    manager.post(f"{address}/extension", {"extended_to": (TODAY + 90 * DAY).isoformat(), "reason": "befaring"})
    manager.patch(address, {"subject": "Lys"})
    reader = program(app, db, (Role.STATISTICIAN, "*"))
    seen = reader.get(address)
    body = dict(seen.json or {})
    assert (body["subject"], body["text"], body["sender"]) == (None, None, None)
    assert [line["reason"] for line in body["history"]] == [None, None, None]
    for personal in ("befaring", "gatelys", "Prøvesen", "Strøket"):
        assert personal not in seen.text
        assert personal not in reader.get("/api/v1/cases").text


def test_an_administrator_sees_reference_unit_dates_and_handler_alone(
    app: Flask, manager: Program, db: Database
) -> None:
    case = registered(manager, stream="internal", channel="phone", kind="question")
    manager.post(f"/api/v1/cases/{case['reference']}/exclusion", {"reason": "spam"})
    administrator = program(app, db, (Role.ADMIN, "*"))
    seen = dict(administrator.get(f"/api/v1/cases/{case['reference']}").json or {})
    hidden = ("stream", "channel", "kind", "excluded", "subject", "text", "sender", "history")
    assert {name: seen[name] for name in hidden} == dict.fromkeys(hidden)
    assert (seen["reference"], seen["unit"], seen["due_on"]) == (case["reference"], case["unit"], case["due_on"])
    assert (administrator.get("/api/v1/cases?stream=internal").json or {})["items"] == []


def test_a_case_of_another_unit_answers_as_one_that_does_not_exist(app: Flask, manager: Program, db: Database) -> None:
    reference = registered(manager)["reference"]
    stranger = program(app, db, (Role.MANAGER, make_unit(db, "Skole")))
    for unknown in (reference, "1999-999999", "x", "%00", "%ff", "2026-000001%0A"):
        refused = problem_of(stranger.get(f"/api/v1/cases/{unknown}"))
        assert (refused["status"], refused["code"]) == (404, "no_such_case")
    for path, body in (
        ("/answer", {"answered_on": "2026-01-01"}),
        ("/extension", {"extended_to": "2026-01-01", "reason": "x"}),
        ("/exclusion", {"reason": "spam"}),
    ):
        assert problem_of(stranger.post(f"/api/v1/cases/{reference}{path}", body))["status"] == 404
    assert problem_of(stranger.patch(f"/api/v1/cases/{reference}", {}))["status"] == 404


def test_whoever_hands_a_case_out_of_their_reach_sees_that_it_went(app: Flask, db: Database, unit_id: int) -> None:
    make_unit(db, "Skole")
    giver = program(app, db, (Role.MANAGER, unit_id))
    reference = registered(giver)["reference"]
    handed_over = dict(giver.patch(f"/api/v1/cases/{reference}", {"unit": "Skole"}).json or {})
    assert (handed_over["unit"], handed_over["subject"], handed_over["history"]) == ("Skole", None, None)
    assert giver.get(f"/api/v1/cases/{reference}").status_code == 404


@pytest.mark.parametrize(
    ("role", "status"), [(Role.HANDLER, 201), (Role.MANAGER, 201), (Role.STATISTICIAN, 403), (Role.ADMIN, 403)]
)
def test_a_token_may_do_no_more_than_its_account(
    app: Flask, db: Database, unit_id: int, role: Role, status: int
) -> None:
    assert program(app, db, (role, "*")).post("/api/v1/cases", NEW).status_code == status


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "/api/v1/cases", Scope.CASES_WRITE),
        ("PATCH", "/api/v1/cases/2026-000001", Scope.CASES_WRITE),
        ("POST", "/api/v1/cases/2026-000001/answer", Scope.CASES_WRITE),
        ("POST", "/api/v1/cases/2026-000001/extension", Scope.CASES_WRITE),
        ("POST", "/api/v1/cases/2026-000001/exclusion", Scope.CASES_WRITE),
        ("GET", "/api/v1/cases", Scope.CASES_READ),
        ("GET", "/api/v1/cases/2026-000001", Scope.CASES_READ),
        ("GET", "/api/v1/reports/mv-1.1/2026", Scope.STATS_READ),
        ("GET", "/metrics", Scope.STATS_READ),
    ],
)
def test_a_route_wants_its_own_scope(
    app: Flask, db: Database, unit_id: int, method: str, path: str, scope: Scope
) -> None:
    others = tuple(each for each in Scope if each is not scope)
    refused = program(app, db, (Role.MANAGER, "*"), scopes=others)(method, path)
    assert problem_of(refused)["status"] == 403
    assert f'scope="{scope.value}"' in refused.headers["WWW-Authenticate"]
    right = program(app, db, (Role.MANAGER, "*"), scopes=(scope,))
    assert right(method, path).status_code not in (401, 403)


def test_a_change_shows_no_words_to_a_token_that_may_not_read(app: Flask, db: Database, manager: Program) -> None:
    path = f"/api/v1/cases/{registered(manager, sender={'name': 'Prøve Prøvesen'})['reference']}"
    writer = program(app, db, (Role.MANAGER, "*"), scopes=(Scope.CASES_WRITE,))
    for answer in (writer.patch(path, {}), writer.post(f"{path}/answer", {"answered_on": TODAY.isoformat()})):
        shown = dict(answer.json or {})
        assert (answer.status_code, shown["unit"]) == (200, "Vei og park")
        assert [shown[field] for field in ("subject", "text", "sender", "history")] == [None] * 4


def test_the_same_key_and_body_give_the_same_answer(app: Flask, manager: Program, db: Database) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = manager.post("/api/v1/cases", NEW, headers=key)
    again = manager.post("/api/v1/cases", dict(reversed(NEW.items())), headers=key)
    assert (again.status_code, again.json, again.headers["Location"]) == (201, first.json, first.headers["Location"])
    refused = problem_of(manager.post("/api/v1/cases", NEW | {"subject": "x"}, headers=key))
    assert (refused["status"], refused["code"]) == (409, "idempotency_conflict")
    another = program(app, db, (Role.MANAGER, "*"))
    assert another.post("/api/v1/cases", NEW, headers=key).json != first.json


def test_a_key_shows_nothing_of_a_case_that_has_left_the_programs_reach(
    app: Flask, db: Database, manager: Program, unit_id: int
) -> None:
    make_unit(db, "Kultur")
    own, key = program(app, db, (Role.HANDLER, unit_id)), {"Idempotency-Key": "k-1"}
    address = own.post("/api/v1/cases", NEW, headers=key).headers["Location"]
    assert own.post("/api/v1/cases", NEW, headers=key).status_code == 201
    assert manager.patch(address, {"unit": "Kultur"}).status_code == 200
    refused = problem_of(own.post("/api/v1/cases", NEW, headers=key))
    assert (refused["status"], refused["code"]) == (409, "registered_out_of_reach")
    assert address.rpartition("/")[2] not in str(refused)


@pytest.mark.parametrize("key", ["", " ", "a b", "æ", "k" * 201, "a\tb"])
def test_a_key_that_cannot_be_one_is_refused(manager: Program, key: str) -> None:
    refused = problem_of(manager.post("/api/v1/cases", NEW, headers={"Idempotency-Key": key}))
    assert (refused["status"], list(refused["errors"])) == (422, ["idempotency_key"])
    assert manager.get("/api/v1/cases").json == {"items": [], "next": None}


def at_once(app: Flask, secret: str, path: str, body: object, headers: dict[str, str]) -> list[TestResponse]:
    """Send one request four times at the same moment."""
    answers: list[TestResponse] = []
    together = threading.Barrier(4)

    def send() -> None:
        one = Program(app.test_client(), secret)
        together.wait()
        answers.append(one.post(path, body, headers=headers))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_request_repeated_at_once_registers_one_case(app: Flask, manager: Program) -> None:
    answers = at_once(app, manager.secret, "/api/v1/cases", NEW, {"Idempotency-Key": "k-1"})
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.text for answer in answers}) == 1
    assert len(dict(manager.get("/api/v1/cases").json or {})["items"]) == 1


def test_of_several_answers_at_once_exactly_one_counts(app: Flask, manager: Program) -> None:
    address = f"/api/v1/cases/{registered(manager)['reference']}"
    answers = at_once(app, manager.secret, f"{address}/answer", {"answered_on": TODAY.isoformat()}, {})
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    history = dict(manager.get(address).json or {})["history"]
    assert [line["action"] for line in history] == ["registered", "answered"]


def test_an_excluded_case_takes_no_answer(manager: Program, db: Database, unit_id: int) -> None:
    reference = reference_of(db, make_case(db, unit_id=unit_id, exclusion=ExclusionReason.TEST))
    refused = problem_of(manager.post(f"/api/v1/cases/{reference}/answer", {"answered_on": TODAY.isoformat()}))
    assert (refused["status"], refused["code"]) == (409, "is_excluded")


def test_a_disabled_accounts_token_opens_nothing(app: Flask, db: Database) -> None:
    gone = program(app, db, (Role.MANAGER, "*"), email="borte@asker.example")
    assert gone.get("/api/v1/cases").status_code == 200
    accounts.disable_account(db, by=None, email="borte@asker.example", now=NOW)
    refused = gone.get("/api/v1/cases")
    assert problem_of(refused)["status"] == 401
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]
