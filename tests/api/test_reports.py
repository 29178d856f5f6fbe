"""The yearly report over HTTP: as JSON and CSV, for whom, and what is refused."""

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from flask import Flask

from dialogen.api.answers import Report
from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from tests.api.conftest import PROBLEM_JSON, Program, program
from tests.factories import make_case, make_unit
from tests.many_cases import DATA, add_asker_2014

YEAR = "/api/v1/reports/mv-1.1/2014"


def test_the_year_2014_of_asker_is_the_published_figure(manager: Program, db: Database) -> None:
    add_asker_2014(db)
    answer = manager.get(f"{YEAR}?as_of=2015-01-15")
    expected = json.loads((DATA / "asker-dialogen-2014.expected.json").read_text("utf-8"))[
        "report 2014 as_of 2015-01-15"
    ]
    body = dict(answer.json or {})
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert {name: body[name] for name in expected} == expected
    Report.model_validate_json(answer.text)  # holds what the description promises


def test_a_report_comes_as_csv_when_asked_for(manager: Program, db: Database) -> None:
    make_case(db, received_on=date(2014, 3, 3), answered_on=date(2014, 3, 17))
    answer = manager.get(f"{YEAR}?as_of=2015-01-15", headers={"Accept": "text/csv"})
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (answer.mimetype, row["percent"], row["on_time"]) == ("text/csv", "100.00", "1")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="mv-1.1-2014.csv"'
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/*", "text/csv"),
        ("text/csv;q=0.1, application/json;q=0.9", "application/json"),
        ("text/html, application/json", "application/json"),
        ("application/vnd.json-stat+json, text/csv;q=0.5", "text/csv"),
        ("application/vnd.json-stat+json", None),
        ("text/html", None),
        ("text/csv;q=0", None),
    ],
)
def test_accept_chooses_the_format(manager: Program, accept: str, kind: str | None) -> None:
    answer = manager.get(YEAR, headers={"Accept": accept} if accept else {})
    expected = (406, PROBLEM_JSON) if kind is None else (200, kind)
    assert (answer.status_code, answer.mimetype) == expected


def test_a_breakdown_shows_the_units_within_reach(app: Flask, manager: Program, db: Database, unit_id: int) -> None:
    for unit in (unit_id, make_unit(db, "Skole"), None):
        make_case(db, received_on=date(2014, 3, 3), unit_id=unit)

    def groups(asking: Program) -> list[Any]:
        body = dict(asking.get(f"{YEAR}?by=unit").json or {})
        assert body["received"] == 3  # the municipality's own figure is everybody's
        return [group["key"] for group in body["breakdown"]]

    assert groups(manager) == ["Skole", "Vei og park", "none"]
    assert groups(program(app, db, (Role.MANAGER, unit_id))) == ["Vei og park"]
    without_role = program(app, db)
    assert without_role.get(YEAR).status_code == 200
    assert without_role.get(f"{YEAR}?by=unit").status_code == 403


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("0", "year"),
        ("1899", "year"),
        ("2101", "year"),
        ("99999", "year"),
        ("9" * 5000, "year"),
        ("twenty", "year"),
        ("-2014", "year"),
        ("2014.0", "year"),
        ("%D9%A2%D9%A0%D9%A1%D9%A4", "year"),
        ("%00", "year"),
        ("2014?as_of=2999-01-01", "as_of"),
        ("2014?as_of=0", "as_of"),
        ("2014?by=handler", "by"),
        ("2014?by=unit&by=kind", "by"),
        ("2014?year=2015", "year"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_by_name(manager: Program, path: str, field: str) -> None:
    answer = manager.get(f"/api/v1/reports/mv-1.1/{path}")
    body = dict(answer.json or {})
    assert (answer.status_code, answer.mimetype) == (422, PROBLEM_JSON)
    assert list(body["errors"]) == [field]


def test_another_indicator_is_not_there(manager: Program) -> None:
    assert manager.get("/api/v1/reports/mv-1.2/2014").status_code == 404


def test_the_words_of_an_answer_follow_no_reader(manager: Program, db: Database) -> None:
    make_case(db, received_on=date(2014, 3, 3))
    answer = manager.get(f"{YEAR}?by=unit", headers={"Accept-Language": "en"})
    assert [group["label"] for group in dict(answer.json or {})["breakdown"]] == ["Ikke plassert"]
    assert "Content-Language" not in answer.headers
