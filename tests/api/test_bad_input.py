"""What cannot be right is refused with a problem that names the field; nothing is stored, and nothing breaks."""

import json
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from werkzeug.test import TestResponse

from dialogen.api.reading import BODY_MOST
from tests.api.conftest import PROBLEM_JSON, Program

TODAY = datetime.now(ZoneInfo("Europe/Oslo")).date()
RECEIVED = TODAY - timedelta(days=3)
NEW = {"received_on": RECEIVED.isoformat(), "subject": "Lys", "unit": "Vei og park"}
CASES = "/api/v1/cases"
JSON = {"Content-Type": "application/json"}


def problem_of(answer: TestResponse) -> dict[str, Any]:
    """Return a problem, having seen that it is a whole one and no page."""
    assert (answer.mimetype, answer.headers["Cache-Control"]) == (PROBLEM_JSON, "no-store"), answer.text
    body = dict(answer.json or {})
    assert set(body) <= {"title", "status", "detail", "errors", "code"}
    assert body["status"] == answer.status_code
    assert body["title"]
    assert body["detail"]
    return body


def send(manager: Program, body: object, path: str = CASES, method: str = "POST") -> TestResponse:
    """Send a body as Python writes it, with escapes for what is not ASCII."""
    return manager(method, path, data=json.dumps(body).encode(), headers=JSON)


WRONG_BODIES: list[tuple[object, str, str]] = [
    ({"subject": "x"}, "received_on", "is required"),
    (NEW | {"received_on": "2026-02-31"}, "received_on", "is not a date; write YYYY-MM-DD"),
    (NEW | {"received_on": 0}, "received_on", "is not a date; write YYYY-MM-DD"),
    (NEW | {"received_on": 1767225600}, "received_on", "is not a date; write YYYY-MM-DD"),
    (NEW | {"received_on": True}, "received_on", "is not a date; write YYYY-MM-DD"),
    (NEW | {"received_on": None}, "received_on", "is not a date; write YYYY-MM-DD"),
    (NEW | {"received_on": "2026-01-01T00:00:00Z"}, "received_on", "is not a date; write YYYY-MM-DD"),
    (NEW | {"received_on": "20260101"}, "received_on", "is not a date; write YYYY-MM-DD"),
    (NEW | {"received_on": "2026-W01-1"}, "received_on", "is not a date; write YYYY-MM-DD"),
    (NEW | {"received_on": "٢٠٢٦-٠١-٠١"}, "received_on", "is not a date; write YYYY-MM-DD"),
    (NEW | {"received_on": "0000-01-01"}, "received_on", "is not a date; write YYYY-MM-DD"),
    (NEW | {"received_on": "1899-12-31"}, "received_on", "received on 1899-12-31: a date before 1900"),
    (NEW | {"received_on": str(TODAY + timedelta(days=1))}, "received_on", "the date is after today"),
    (NEW | {"stream": "sideways"}, "stream", "must be one of: 'external' or 'internal'"),
    (NEW | {"stream": None}, "stream", "must be one of: 'external' or 'internal'"),
    (NEW | {"stream": ["external"]}, "stream", "must be one of: 'external' or 'internal'"),
    (NEW | {"channel": 7}, "channel", "must be one of: 'web'"),
    (NEW | {"unit": "Ingensteds"}, "unit", "there is no unit Ingensteds"),
    (NEW | {"unit": ""}, "unit", "there is no unit"),
    (NEW | {"unit": 3}, "unit", "must be a string"),
    (NEW | {"unit": "x" * 201}, "unit", "is too long: at most 200 characters"),
    (NEW | {"kind": "gåte"}, "kind", "there is no kind gåte"),
    (NEW | {"handler": "nobody@asker.example"}, "handler", "nobody@asker.example is not the e-mail address"),
    (NEW | {"subject": 5}, "subject", "must be a string"),
    (NEW | {"subject": "x" * 501}, "subject", "is too long: at most 500 characters"),
    (NEW | {"subject": "x" * 1_000_000}, "subject", "is too long: at most 500 characters"),
    (NEW | {"subject": "a\x00b"}, "subject", "holds a character that cannot be stored"),
    (NEW | {"subject": "\ud800"}, "subject", "holds a character that cannot be stored"),
    (NEW | {"text": "x" * 50_001}, "text", "is too long: at most 50000 characters"),
    (NEW | {"text": {"nested": "\udfff"}}, "text.nested", "holds a character that cannot be stored"),
    (NEW | {"sender": "Prøve"}, "sender", "must be an object"),
    (NEW | {"sender": {"email": "not an address"}}, "sender.email", "what was handed in is not an e-mail address"),
    (NEW | {"sender": {"name": 1}}, "sender.name", "must be a string"),
    (NEW | {"sender": {"age": 1}}, "sender.age", "is not known here"),
    (NEW | {"external_reference": "x" * 101}, "external_reference", "is too long: at most 100 characters"),
    (NEW | {"source": ""}, "source", "must not be empty"),
    (NEW | {"source": " ", "external_reference": "AD-7"}, "source", "is required"),
    (NEW | {"frobnicate": 1}, "frobnicate", "is not known here"),
    (NEW | {"a\ud800": 1}, "a\ufffd", "holds a character that cannot be stored"),
    (NEW | {"received_on": 10**4000}, "received_on", "is not a date"),
    ([NEW], "body", "must be a JSON object"),
    (None, "body", "must be a JSON object"),
    ("received_on", "body", "must be a JSON object"),
    (7, "body", "must be a JSON object"),
]


def test_a_wrong_body_is_refused_naming_the_field(manager: Program, subtests: pytest.Subtests) -> None:
    for body, field, message in WRONG_BODIES:
        with subtests.test(repr((body, field, message))[:200]):
            refused = problem_of(send(manager, body))
            assert refused["status"] == 422
            assert list(refused["errors"]) == [field]
            assert message in refused["errors"][field][0]
            assert message in refused["detail"]
            assert manager.get(CASES).json == {"items": [], "next": None}


PERSONAL: list[str] = ["subject", "text", "sender.name", "sender.email", "sender.phone"]


def test_what_is_personal_is_not_told_back(manager: Program, subtests: pytest.Subtests) -> None:
    for personal in PERSONAL:
        with subtests.test(repr(personal)[:200]):
            for value in ("hemmelig\x00", "hemmelig" * 10_000, "hemmelig 01010012356"):
                field, _, inner = personal.partition(".")
                refused = problem_of(send(manager, NEW | {field: {inner: value} if inner else value}))
                assert list(refused["errors"]) == [personal]
                assert "hemmelig" not in json.dumps(refused)


def test_every_wrong_field_is_named_at_once(manager: Program) -> None:
    refused = problem_of(send(manager, {"received_on": 0, "stream": 1, "x": 1}))
    assert set(refused["errors"]) == {"received_on", "stream", "x"}


NOT_JSON: list[bytes] = [
    b"",
    b" ",
    b'{"received_on": ',
    b"{'received_on': 1}",
    b'{"received_on": "2026-01-01"} x',
    b'{"x": NaN}',
    b'{"x": Infinity}',
    b'{"x": -Infinity}',
    b'{"x": 01}',
    b'{"x": "\t"}',
    b'{"x": "\xff"}',
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\x00}\x00",
    b'{"x": ' + b"9" * 5000 + b"}",
    b"[" * 100_000,
    b'{"a":' * 5000 + b"1" + b"}" * 5000,
    b'{"x": ' + b"[" * 200 + b"]" * 200 + b"}",
]


def test_what_is_not_json_is_a_bad_request(manager: Program, subtests: pytest.Subtests) -> None:
    for raw in NOT_JSON:
        with subtests.test(repr(raw)[:200]):
            refused = problem_of(manager.post(CASES, data=raw, headers=JSON))
            assert (refused["status"], refused.get("errors")) == (400, None)


def test_a_field_given_twice_is_refused(manager: Program) -> None:
    raw = b'{"received_on": "2026-01-01", "received_on": "2026-01-02"}'
    refused = problem_of(manager.post(CASES, data=raw, headers=JSON))
    assert (refused["status"], refused["errors"]) == (422, {"received_on": ["is given more than once"]})


OTHER_KINDS: list[str] = ["text/plain", "application/x-www-form-urlencoded", "application/xml", "", "x"]


def test_a_body_of_another_kind_is_not_taken(manager: Program, subtests: pytest.Subtests) -> None:
    for kind in OTHER_KINDS:
        with subtests.test(repr(kind)[:200]):
            headers = {"Content-Type": kind} if kind else {}
            assert problem_of(manager.post(CASES, data=json.dumps(NEW), headers=headers))["status"] == 415


def test_a_body_without_end_is_too_large(manager: Program) -> None:
    raw = json.dumps(NEW | {"text": "x" * BODY_MOST}).encode()
    assert problem_of(manager.post(CASES, data=raw, headers=JSON))["status"] == 413


WRONG_STEPS: list[tuple[str, object, str]] = [
    ("answer", {}, "answered_on"),
    ("answer", {"answered_on": 20260101}, "answered_on"),
    ("answer", {"answered_on": str(RECEIVED - timedelta(days=1))}, "answered_on"),
    ("answer", {"answered_on": str(TODAY + timedelta(days=1))}, "answered_on"),
    ("answer", {"answered_on": str(TODAY), "reason": "x"}, "reason"),
    ("extension", {"extended_to": str(TODAY + timedelta(days=90))}, "reason"),
    ("extension", {"extended_to": str(TODAY + timedelta(days=90)), "reason": ""}, "reason"),
    ("extension", {"extended_to": str(TODAY + timedelta(days=90)), "reason": " "}, "reason"),
    ("extension", {"extended_to": str(TODAY + timedelta(days=90)), "reason": None}, "reason"),
    ("extension", {"extended_to": str(TODAY), "reason": "x"}, "extended_to"),
    ("exclusion", {}, "reason"),
    ("exclusion", {"reason": "because"}, "reason"),
    ("exclusion", {"reason": None}, "reason"),
    ("exclusion", {"reason": "spam", "note": "x" * 2001}, "note"),
]


def test_a_wrong_step_is_refused_and_changes_nothing(manager: Program, subtests: pytest.Subtests) -> None:
    for path, body, field in WRONG_STEPS:
        with subtests.test(repr((path, body, field))[:200]):
            address = manager.post(CASES, NEW).headers["Location"]
            before = manager.get(address).json
            refused = problem_of(send(manager, body, f"{address}/{path}"))
            assert (refused["status"], list(refused["errors"])) == (422, [field])
            assert manager.get(address).json == before


WRONG_CHANGES: list[tuple[object, str]] = [
    ({"stream": None, "reason": "x"}, "stream"),
    ({"received_on": None, "reason": "x"}, "received_on"),
    ({"answered_on": None, "reason": "x"}, "answered_on"),
    ({"received_on": str(TODAY + timedelta(days=1)), "reason": "x"}, "received_on"),
    ({"received_on": str(RECEIVED)}, "reason"),
    ({"handler": "nobody@asker.example"}, "handler"),
    ({"unit": "Ingensteds"}, "unit"),
    ({"channel": "web"}, "channel"),
    ({"due_on": str(TODAY)}, "due_on"),
    ({"version": 1}, "version"),
    ({"subject": ["x"]}, "subject"),
    ({"reason": 1}, "reason"),
    ([], "body"),
    (None, "body"),
]


def test_a_wrong_change_is_refused_and_changes_nothing(manager: Program, subtests: pytest.Subtests) -> None:
    for body, field in WRONG_CHANGES:
        with subtests.test(repr((body, field))[:200]):
            address = manager.post(CASES, NEW).headers["Location"]
            before = manager.get(address).json
            refused = problem_of(send(manager, body, address, "PATCH"))
            assert (refused["status"], list(refused["errors"])) == (422, [field])
            assert manager.get(address).json == before


WRONG_PARAMETERS: list[tuple[str, str]] = [
    ("x=1", "x"),
    ("state=late", "state"),
    ("state=", "state"),
    ("state=overdue,nearing", "state"),
    ("stream=EXTERNAL", "stream"),
    ("unit=Ingensteds", "unit"),
    ("unit=", "unit"),
    ("handler=nobody@asker.example", "handler"),
    ("received_from=1.1.2026", "received_from"),
    ("received_to=2026-02-30", "received_to"),
    ("due_from=0", "due_from"),
    ("due_to=", "due_to"),
    ("limit=0", "limit"),
    ("limit=201", "limit"),
    ("limit=100000", "limit"),
    ("limit=-1", "limit"),
    ("limit=ten", "limit"),
    ("limit=1.0", "limit"),
    ("limit=%D9%A1", "limit"),
    ("limit=" + "9" * 5000, "limit"),
    ("limit=1&limit=2", "limit"),
    ("q=a&q=b", "q"),
    ("q=", "q"),
    ("q=%00", "q"),
    ("q=" + "x" * 201, "q"),
    ("%00=1", "\ufffd"),
    ("external_reference=%00", "external_reference"),
    ("cursor=%00zzz", "cursor"),
    ("cursor=zzz", "cursor"),
    ("cursor=", "cursor"),
    ("cursor=" + "x" * 201, "cursor"),
]


def test_a_wrong_parameter_is_refused_by_name(manager: Program, subtests: pytest.Subtests) -> None:
    for query, field in WRONG_PARAMETERS:
        with subtests.test(repr((query, field))[:200]):
            refused = problem_of(manager.get(f"{CASES}?{query}"))
            assert (refused["status"], list(refused["errors"])) == (422, [field])


BROKEN_QUERIES: list[str] = ["q=%", "q=%zz", "q=%ff", "q=%C3", "%E0%A4%A=1", "q=%ED%A0%80"]


def test_a_broken_query_is_a_bad_request(manager: Program, subtests: pytest.Subtests) -> None:
    for query in BROKEN_QUERIES:
        with subtests.test(repr(query)[:200]):
            # As the client would normalise it away, the query goes in as a server hands it over.
            answer = manager.get(CASES, query_string=query)
            assert problem_of(answer)["status"] == 400


def test_routes_without_parameters_take_none(manager: Program) -> None:
    address = manager.post(CASES, NEW).headers["Location"]
    for method, path in (("GET", address), ("PATCH", address), ("POST", f"{address}/answer"), ("POST", CASES)):
        refused = problem_of(send(manager, {}, f"{path}?fields=all", method))
        assert (refused["status"], list(refused["errors"])) == (422, ["fields"])


NO_ADDRESSES: list[tuple[str, str, int]] = [
    ("GET", "/api", 404),
    ("GET", "/api/", 404),
    ("GET", "/api/v1/", 404),
    ("GET", "/api/v1/nothing", 404),
    ("POST", "/api/v2/cases", 404),
    ("GET", "/api/v1/cases/", 404),
    ("GET", "/api//v1/cases", 404),
    ("PUT", "/api/v1/cases", 405),
    ("DELETE", "/api/v1/cases/2026-000001", 405),
    ("GET", "/api/v1/cases/2026-000001/answer", 405),
    ("OPTIONS", "/api/v1/cases", 405),
    ("OPTIONS", "/api/v1/cases/2026-000001", 405),
]


def test_an_address_or_method_that_is_none_is_a_problem_too(
    manager: Program, nobody: Program, subtests: pytest.Subtests
) -> None:
    for method, path, status in NO_ADDRESSES:
        with subtests.test(repr((method, path, status))[:200]):
            for asking in (manager, nobody):
                answer = asking(method, path)
                assert problem_of(answer)["status"] == status
            if method == "OPTIONS":
                assert answer.headers["Allow"] in ("GET, HEAD, POST", "GET, HEAD, PATCH")


GUARDED = [CASES, "/api/v1/reports/mv-1.1/2014", "/api/v1/openapi.json", "/api/v1/docs", "/metrics"]
NO_TOKENS = [None, "", "Bearer", "Bearer ", "Bearer x", "Basic YTpi", "bearer \xff", "Bearer " + "x" * 5000]


def test_nothing_is_answered_without_a_token(nobody: Program, subtests: pytest.Subtests) -> None:
    for path, authorization in product(GUARDED, NO_TOKENS):
        with subtests.test(f"{path} {authorization}"[:200]):
            headers = {} if authorization is None else {"Authorization": authorization}
            answer = nobody.get(path, headers=headers)
            assert problem_of(answer)["status"] == 401
            assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="dialogen"')


def test_a_fault_of_ours_says_nothing_of_its_cause(manager: Program, caplog: pytest.LogCaptureFixture) -> None:
    db = manager.client.application.extensions["dialogen"].db
    with db.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE case_personal RENAME TO hidden")
    try:
        refused = problem_of(manager.get(CASES))
    finally:
        with db.writing() as session:
            session.connection().exec_driver_sql("ALTER TABLE hidden RENAME TO case_personal")
    assert refused == {
        "title": "Internal Server Error",
        "status": 500,
        "detail": "something went wrong on our side",
    }
    assert "GET api_cases.list_cases failed" in caplog.text
