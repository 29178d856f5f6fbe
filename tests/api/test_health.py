"""What machines watch: life, readiness with its reasons, and the counts for Prometheus."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from config import Config
from dialogen.app import create_app
from dialogen.database import schema
from dialogen.database.engine import Database
from dialogen.database.models import Installation, JobRun
from dialogen.domain.accounts import Role
from dialogen.services.alerts import morning_of, raise_alerts
from dialogen.services.leadership import Leadership
from dialogen.services.letter_writing import write_letters
from tests.api.conftest import Program, program
from tests.factories import make_account, make_case, make_unit
from tests.passes import STATIONERY, Clock, worker

TODAY = datetime.now(ZoneInfo("Europe/Oslo")).date()
NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


def note_pass(db: Database, ended: datetime, **more: Any) -> None:
    """Put the trace of a pass into the database."""
    values = {
        "job": "deadline_pass",
        "slot": str(ended),
        "worker": "w",
        "for_day": TODAY,
        "present_day": True,
        "started_at": ended,
        "finished_at": ended,
    }
    with db.writing() as session:
        session.add(JobRun(**values | more))


def first_start(db: Database, at: datetime) -> None:
    """Remember a first start."""
    with db.writing() as session:
        session.add(Installation(id=1, first_started_at=at))


def readiness(nobody: Program) -> tuple[int, dict[str, bool]]:
    """Ask whether the installation is ready."""
    answer = nobody.get("/readyz")
    body = dict(answer.json or {})
    assert body["status"] == ("ok" if answer.status_code == 200 else "unavailable")
    return answer.status_code, {check["name"]: check["ok"] for check in body["checks"]}


FINE = {"database": True, "schema": True, "scheduler": True}


def test_an_installation_is_ready_while_its_last_pass_is_young(db: Database, nobody: Program) -> None:
    first_start(db, NOW - 100 * HOUR)
    note_pass(db, NOW - 27 * HOUR)
    assert readiness(nobody) == (503, FINE | {"scheduler": False})
    note_pass(db, NOW - 25 * HOUR)
    assert readiness(nobody) == (200, FINE)


@pytest.mark.parametrize(("hours", "ready"), [(25, True), (27, False)])
def test_a_new_installation_has_26_hours_for_its_first_pass(
    db: Database, nobody: Program, hours: int, ready: bool
) -> None:
    first_start(db, NOW - hours * HOUR)
    assert readiness(nobody) == (200 if ready else 503, FINE | {"scheduler": ready})


def test_an_installation_that_was_never_started_is_not_ready(db: Database, nobody: Program) -> None:
    assert readiness(nobody) == (503, FINE | {"scheduler": False})


@pytest.mark.parametrize(
    "trace", [{"finished_at": None}, {"failure": "RuntimeError"}, {"present_day": False}, {"job": "tidy"}]
)
def test_a_pass_that_was_none_does_not_count(db: Database, nobody: Program, trace: dict[str, Any]) -> None:
    first_start(db, NOW - 100 * HOUR)
    note_pass(db, NOW - HOUR, **trace)
    assert readiness(nobody) == (503, FINE | {"scheduler": False})


def bare(tmp_path: Path, url: str) -> Flask:
    """Build an application on a database of any kind."""
    return create_app(Config.from_env({"DIALOGEN_DATA_DIR": str(tmp_path), "DIALOGEN_DATABASE_URL": url}))


def test_a_database_that_cannot_be_reached_is_told_without_its_address(tmp_path: Path) -> None:
    url = "postgresql+psycopg://hemmelig:passord@127.0.0.1:1/borte"
    client = bare(tmp_path, url).test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (
        503,
        {
            "status": "unavailable",
            "checks": [{"name": "database", "ok": False, "detail": "the database does not answer"}],
        },
    )


def test_an_older_schema_is_not_ready(tmp_path: Path) -> None:
    app = bare(tmp_path, f"sqlite:///{tmp_path}/old.sqlite3")
    db = app.extensions["dialogen"].db
    assert readiness(Program(app.test_client())) == (503, {"database": True, "schema": False})
    schema.upgrade(db, "0001")
    assert readiness(Program(app.test_client())) == (503, {"database": True, "schema": False})
    db.dispose()


LABELS = ("unit", "state", "end", "to", "host")


def counts(asking: Program) -> dict[tuple[str, ...], float]:
    """Return Prometheus' samples by name and labels."""
    answer = asking.get("/metrics")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    return {
        (sample.name, *(sample.labels[each] for each in LABELS if each in sample.labels)): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_metrics_count_open_cases_letters_and_the_age_of_the_last_pass(
    app: Flask, db: Database, manager: Program, unit_id: int
) -> None:
    make_case(db, received_on=TODAY - timedelta(days=20), unit_id=unit_id)
    make_case(db, received_on=TODAY, unit_id=unit_id)
    make_case(db, received_on=TODAY - timedelta(days=20), unit_id=unit_id, answered_on=TODAY)
    make_case(db, received_on=TODAY)
    found = counts(manager)
    assert found["dialogen_open_cases", "Vei og park", "overdue"] == 1
    assert found["dialogen_open_cases", "Vei og park", "on_track"] == 1
    assert found["dialogen_open_cases", "Vei og park", "nearing"] == 0
    assert found["dialogen_open_cases", "none", "on_track"] == 1
    assert found["dialogen_letters", "dead"] == 0
    assert ("dialogen_last_pass_age_seconds",) not in found
    ended = datetime.now(UTC) - HOUR
    note_pass(db, ended)
    found = counts(manager)
    assert 3600 <= found["dialogen_last_pass_age_seconds",] <= (datetime.now(UTC) - ended).total_seconds()


def test_metrics_stay_within_the_accounts_reach(app: Flask, db: Database, manager: Program, unit_id: int) -> None:
    make_case(db, received_on=TODAY, unit_id=unit_id)
    make_case(db, received_on=TODAY, unit_id=make_unit(db, "Skole"))
    near = counts(program(app, db, (Role.HANDLER, unit_id)))
    assert {key[1] for key in near if key[0] == "dialogen_open_cases"} == {"Vei og park"}
    none = counts(program(app, db))
    assert not [key for key in none if key[0] == "dialogen_open_cases"]


def test_metrics_tell_of_passes_alerts_letters_and_the_oldest_that_waits(db: Database, manager: Program) -> None:
    note_pass(db, NOW - 3 * HOUR)
    note_pass(db, NOW - 2 * HOUR, failure="RuntimeError")
    note_pass(db, NOW - HOUR, finished_at=None)
    make_case(db, received_on=TODAY - timedelta(days=14), handler_id=make_account(db, "kari@asker.example"))
    morning = morning_of(db, TODAY)
    raise_alerts(db, morning, now=NOW)
    write_letters(db, morning, STATIONERY, worker(clock=Clock(NOW - 2 * HOUR)))
    found = counts(manager)
    assert [found["dialogen_passes", end] for end in ("done", "failed", "unfinished")] == [1, 1, 1]
    assert found["dialogen_alerts", "in_letter"] == 2  # the handler's, and the manager's of all units
    assert found["dialogen_alerts", "owed"] == 0
    assert found["dialogen_letters", "waiting"] == 2
    assert found["dialogen_letters_to_senders", "waiting"] == 0
    assert 7200 <= found["dialogen_oldest_waiting_letter_age_seconds", "staff"] < 7800
    assert ("dialogen_oldest_waiting_letter_age_seconds", "senders") not in found


def test_metrics_tell_who_leads(db: Database, manager: Program) -> None:
    found = counts(manager)
    assert found["dialogen_scheduler_leads",] == 0
    assert ("dialogen_scheduler_epoch",) not in found
    leadership = Leadership(db, worker("vakt/pid:[1]/4711/9"), seconds=lambda: 0.0)
    leadership.beat(slot="")
    found = counts(manager)
    assert (found["dialogen_scheduler_leads",], found["dialogen_scheduler_epoch",]) == (1, 1)
    assert 0 <= found["dialogen_scheduler_lease_age_seconds",] <= found["dialogen_scheduler_led_seconds", "vakt"] < 600
    leadership.give_back()
    assert counts(manager)["dialogen_scheduler_leads",] == 0
