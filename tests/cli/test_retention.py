"""The command retention: what it prints, with which exit code, and that it may be killed anywhere."""

import json
import time
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from config import Config
from dialogen.cli.retention import retention
from dialogen.database.engine import Database
from dialogen.database.models import AccessEntry, Case, CaseEvent, CasePersonal, Disposal, EventText
from dialogen.domain.errors import NotFound, WrongState
from dialogen.extensions import Office
from dialogen.mail.post import ShowingPost
from tests.factories import NOW
from tests.forks import DIALOGEN, fork
from tests.many_cases import add_cases
from tests.shelf import LONG_AGO, approve, count, fill, fill_every_case, make_admin, personal_values

FAR_BACK = NOW.replace(year=2020)


@pytest.fixture
def here(db: Database, tmp_path: Path) -> Flask:
    """An application on the tests' database with no other door than this command."""
    config = Config.from_env(
        {
            "DIALOGEN_DATA_DIR": str(tmp_path),
            "DIALOGEN_DATABASE_URL": db.url,
            "DIALOGEN_BASE_URL": "https://dialogen.asker.example",
        }
    )
    app = Flask("dialogen")
    app.extensions["dialogen"] = Office(config, db, ShowingPost())
    return app


def run(here: Flask, *words: str) -> Result:
    return here.test_cli_runner().invoke(retention, words)


def planned(here: Flask) -> dict[str, object]:
    done = run(here, "plan", "--format", "json")
    assert (done.exit_code, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def approved(db: Database, here: Flask) -> int:
    list_id = planned(here)["list"]
    assert isinstance(list_id, int)
    approve(db, list_id, make_admin(db), make_admin(db))
    return list_id


def test_a_plan_says_what_is_due_and_where_it_is_approved(db: Database, here: Flask) -> None:
    fill(db)
    with db.writing() as session:
        session.add(AccessEntry(at=FAR_BACK, action="opened", door="web", subject="case"))
    done = run(here, "plan")
    lines = done.stdout.splitlines()
    assert (done.exit_code, done.stderr) == (0, "")
    assert lines[0].startswith("list 1: 4 due on ")
    assert lines[0].endswith("(sender 1, content 1, notes 1, access_log 1)")
    assert lines[2].startswith("access_log\tuntil ")
    assert lines[3].startswith("sender\t2025-")
    assert lines[-1] == (
        "list 1 now waits for two administrators at https://dialogen.asker.example/admin/retention/lists/1"
    )
    assert "waits already" in run(here, "plan").stdout


def test_a_plan_for_programs_is_one_object_alone_on_stdout(db: Database, here: Flask) -> None:
    assert planned(here) | {"today": ""} == {
        "today": "", "list": None, "new": False, "digest": None, "counts": {}, "due": [],
    }  # fmt: skip
    fill(db)
    found = planned(here)
    assert list(found) == ["today", "list", "new", "digest", "counts", "due"]
    assert found["counts"] == {"sender": 1, "content": 1, "notes": 1}
    due = found["due"]
    assert isinstance(due, list)
    assert [each["type"] for each in due] == ["sender", "content", "notes"]
    assert set(due[0]) == {"type", "reference", "due_on"}
    assert planned(here)["new"] is False


def test_nothing_due_is_no_failure(here: Flask) -> None:
    done = run(here, "plan")
    assert (done.exit_code, done.stdout) == (0, "nothing is due\n")


def test_a_run_needs_a_list_that_two_have_approved(db: Database, here: Flask) -> None:
    fill(db)
    planned(here)
    assert isinstance(run(here, "run").exception, WrongState)
    assert isinstance(run(here, "run", "--list", "1").exception, WrongState)
    assert isinstance(run(here, "run", "--list", "99").exception, NotFound)
    assert run(here, "run", "--list", "none").exit_code == 2


def test_a_run_says_what_it_disposed_of_and_what_it_left(db: Database, here: Flask) -> None:
    first, second = fill(db), fill(db)
    approved(db, here)
    with db.writing() as session:
        case = session.get_one(Case, second)
        case.answered_on = None
        reference = case.reference
    done = run(here, "run")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        *(f"list 1: skipped {each} of {reference}: the case is open again" for each in ("sender", "content", "notes")),
        "list 1: 3 disposed of, 0 gone already, 3 skipped, 0 left",
    ]
    assert personal_values(db, [first]) == []


def test_the_log_has_a_line_a_case_and_type(db: Database, here: Flask) -> None:
    fill(db)
    list_id = approved(db, here)
    assert run(here, "log").stdout == ""
    run(here, "run")
    lines = run(here, "log").stdout.splitlines()
    assert [line.split("\t")[1:3] for line in lines] == [["1", "sender"], ["1", "content"], ["1", "notes"]]
    objects = [
        json.loads(line) for line in run(here, "log", "--list", str(list_id), "--format", "json").stdout.splitlines()
    ]
    assert [each["erased"] for each in objects] == [4, 3, 2]
    assert isinstance(run(here, "log", "--list", "99").exception, NotFound)


def test_no_personal_value_is_ever_printed(db: Database, here: Flask) -> None:
    case_id = fill(db)
    values = personal_values(db, [case_id])
    printed = run(here, "plan").output + run(here, "plan", "--format", "json").output
    approved(db, here)
    printed += run(here, "run").output + run(here, "log").output
    assert not [value for value in values if value in printed]


def test_a_run_that_is_killed_is_run_again_and_nothing_is_lost_or_doubled(
    db: Database, here: Flask, tmp_path: Path
) -> None:
    add_cases(db, [{"received_on": LONG_AGO, "answered_on": LONG_AGO}] * 500)
    assert fill_every_case(db) == 500
    approved(db, here)
    settings = {"DIALOGEN_DATA_DIR": str(tmp_path), "DIALOGEN_DATABASE_URL": db.url}
    running = fork(DIALOGEN, "retention", "run", settings=settings)
    while running.process.is_alive() and not count(db, Disposal):
        time.sleep(0.002)
    running.process.kill()
    running.ended()
    assert 0 < count(db, Disposal) < 1500, "it was killed in the middle"
    assert run(here, "run").exit_code == 0
    assert count(db, Disposal) == 1500
    with db.reading() as session:
        doubled = select(Disposal.case_id).group_by(Disposal.case_id, Disposal.keepsake).having(func.count() > 1)
        assert session.scalars(doubled).all() == []
        kept = select(CasePersonal).where(CasePersonal.sender_erased_at.is_(None))
        assert session.scalars(kept).all() == []
        assert session.scalars(select(EventText.id)).all() == []
        told = select(func.count()).where(CaseEvent.action == "disposed")
        assert session.scalar(told) == session.scalar(select(func.sum(Case.version - 1)))
