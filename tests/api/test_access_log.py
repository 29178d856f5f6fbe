"""What programs look at is in the access log, with the token they used."""

from typing import Any

from flask import Flask
from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import AccessEntry
from dialogen.domain.accounts import Role
from tests.api.conftest import Program, program
from tests.api.test_tokens import reference_of
from tests.factories import make_case

CASES = "/api/v1/cases"


def lines(db: Database) -> list[tuple[Any, ...]]:
    """Return the log as (action, subject, reference, how many were shown), oldest first."""
    columns = (AccessEntry.action, AccessEntry.subject, AccessEntry.reference, AccessEntry.shown)
    with db.reading() as session:
        return [tuple(row) for row in session.execute(select(*columns).order_by(AccessEntry.id))]


def test_each_look_is_told_with_what_it_showed(db: Database, manager: Program, unit_id: int) -> None:
    reference = reference_of(db, make_case(db, unit_id=unit_id, external_reference="AD-7", subject="Hull i veien"))
    manager.get(CASES)
    manager.get(f"{CASES}?q=Hull")
    manager.get(f"{CASES}?external_reference=AD-7")
    manager.get(f"{CASES}/{reference}")
    manager.get("/api/v1/reports/mv-1.1/2025")
    manager.get("/api/v1/reports/mv-1.1/2025", headers={"Accept": "text/csv"})
    assert lines(db) == [
        ("listed", "cases", None, 1),
        ("searched", "cases", None, 1),
        ("searched", "cases", None, 1),
        ("opened", "case", reference, None),
        ("opened", "report", "2025", None),
        ("exported", "report", "2025", None),
    ]
    with db.reading() as session:
        who = session.execute(select(AccessEntry.account_id, AccessEntry.token_id, AccessEntry.door))
        assert set(map(tuple, who)) == {(1, 1, "api")}


def test_a_change_that_changes_nothing_is_a_look(db: Database, manager: Program, unit_id: int) -> None:
    reference = reference_of(db, make_case(db, unit_id=unit_id))
    assert manager.patch(f"{CASES}/{reference}", {}).status_code == 200
    made = manager.post(CASES, {"received_on": "2026-02-10", "unit": "Vei og park"})
    assert made.json is not None
    assert lines(db) == [("opened", "case", reference, None), ("opened", "case", made.json["reference"], None)]


def test_what_was_refused_was_not_seen(
    db: Database, app: Flask, manager: Program, nobody: Program, unit_id: int
) -> None:
    reference = reference_of(db, make_case(db, unit_id=unit_id))
    stranger = program(app, db, (Role.HANDLER, "-"))
    answers = [
        stranger.get(f"{CASES}/{reference}"),
        nobody.get(CASES),
        manager.get(f"{CASES}?limit=0"),
        manager.patch(f"{CASES}/{reference}", {"stream": "internal"}),
        manager.get("/api/v1/reports/mv-1.1/1492"),
        manager.get("/api/v1/openapi.json"),
        manager.get("/metrics"),
    ]
    assert [answer.status_code for answer in answers] == [404, 401, 422, 422, 422, 200, 200]
    assert lines(db) == []
