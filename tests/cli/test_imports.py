"""The command `import`: its last line, its exit status, and which stream says what."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from config import Config
from dialogen.cli.imports import import_command
from dialogen.database.engine import Database
from dialogen.extensions import Office
from dialogen.mail.post import ShowingPost

Run = Callable[..., Result]
GOOD = "referanse;mottatt\nA-1;01.03.2012\n"


@pytest.fixture
def run(db: Database, tmp_path: Path) -> Run:
    """Import a text as a file."""
    config = Config.from_env({"DIALOGEN_DATA_DIR": str(tmp_path), "DIALOGEN_DATABASE_URL": db.url})
    app = Flask("dialogen")
    app.extensions["dialogen"] = Office(config, db, ShowingPost())
    runner = app.test_cli_runner()
    path = tmp_path / "rows.csv"

    def invoke(content: str, *options: str) -> Result:
        path.write_text(content, encoding="utf-8")
        return runner.invoke(import_command, [str(path), *options])

    return invoke


def test_the_last_line_counts_and_a_good_file_exits_0(run: Run) -> None:
    done = run(GOOD.replace("mottatt", "mottatt;virksomhet").replace("2012", "2012;Kultur"))
    assert (done.exit_code, done.stdout) == (0, "imported 1, updated 0, unchanged 0, rejected 0\n")
    assert done.stderr == "made the unit Kultur\n"


def test_a_dry_run_says_that_it_was_one_before_the_last_line(run: Run) -> None:
    done = run(GOOD, "--dry-run")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "dry run: nothing was written to the database",
        "imported 1, updated 0, unchanged 0, rejected 0",
    ]


def test_bad_rows_are_listed_on_stderr_and_exit_1(run: Run) -> None:
    done = run(GOOD + "A-2;31.02.2012\n")
    assert (done.exit_code, done.stdout) == (1, "imported 0, updated 0, unchanged 0, rejected 1\n")
    assert done.stderr == "line 3: received 31.02.2012 is not a date\n"


def test_keeping_going_exits_1_too_when_a_row_was_rejected(run: Run, tmp_path: Path) -> None:
    done = run(GOOD + "A-2;31.02.2012\n", "--keep-going", "--rejects", str(tmp_path / "bad.csv"))
    assert (done.exit_code, done.stdout) == (1, "imported 1, updated 0, unchanged 0, rejected 1\n")
    assert "A-2;31.02.2012;received" in (tmp_path / "bad.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("content", ["", "referanse;dato\n", "\x00\x01"])
def test_a_refused_file_is_told_in_one_line_and_counts_nothing(run: Run, content: str) -> None:
    done = run(content)
    assert (done.exit_code, done.stdout) == (1, "imported 0, updated 0, unchanged 0, rejected 0\n")
    assert len(done.stderr.splitlines()) == 1


def test_the_input_is_not_accepted_as_the_file_for_rejects(run: Run, tmp_path: Path) -> None:
    done = run(GOOD, "--rejects", str(tmp_path / "rows.csv"))
    assert done.exit_code == 1
    assert (tmp_path / "rows.csv").read_text(encoding="utf-8") == GOOD


def test_wrong_usage_exits_2(run: Run) -> None:
    assert run(GOOD, "--frobnicate").exit_code == 2
