"""The command `report`: its formats, its file, and what it refuses."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from config import Config
from dialogen.cli.reports import report
from dialogen.database.engine import Database
from dialogen.domain.errors import InvalidInput
from dialogen.domain.reports import Status
from dialogen.extensions import Office
from dialogen.mail.post import ShowingPost
from tests.factories import make_case, make_unit

Run = Callable[..., Result]


@pytest.fixture
def run(db: Database, tmp_path: Path) -> Run:
    """Run the command in an installation with two cases of 2014, of which one was answered on time."""
    make_case(db, received_on=date(2014, 3, 3), answered_on=date(2014, 3, 17), unit_id=make_unit(db, "Skole"))
    make_case(db, received_on=date(2014, 12, 31))
    environ = {"DIALOGEN_MUNICIPALITY": "Prøve kommune", "DIALOGEN_DATA_DIR": str(tmp_path / "instance")}
    app = Flask("dialogen")
    app.extensions["dialogen"] = Office(Config.from_env(environ), db, ShowingPost())

    def invoke(*args: str) -> Result:
        with app.app_context():
            return CliRunner().invoke(report, args)

    return invoke


def test_people_get_text_in_bokmal(run: Run) -> None:
    done = run("2014", "--as-of", "2015-01-15")
    assert done.exit_code == 0
    assert "Prøve kommune, 2014, per 15. januar 2015" in done.stdout
    assert "50,00\N{NO-BREAK SPACE}%  ikke godkjent resultat" in done.stdout


def test_programs_get_json_and_nothing_else(run: Run) -> None:
    done = run("2014", "--as-of", "2015-01-14", "--by", "unit", "--format", "json")
    shown = json.loads(done.stdout_bytes)
    assert (shown["as_of"], shown["status"]) == ("2015-01-14", Status.PRELIMINARY)
    assert [group["key"] for group in shown["breakdown"]] == ["Skole", "none"]
    assert done.stderr == ""


def test_without_a_day_the_report_is_of_today(run: Run) -> None:
    shown = json.loads(run("2014", "--format", "json").stdout)
    assert date.fromisoformat(shown["as_of"]) > date(2026, 1, 1)
    assert (shown["matured"], shown["status"]) == (2, "final")


@pytest.mark.parametrize(
    ("form", "figure", "mark"), [("csv", b",50.00,", b""), ("csv-excel", b";50,00;", b"\xef\xbb\xbf")]
)
def test_csv_comes_byte_for_byte(run: Run, form: str, figure: bytes, mark: bytes) -> None:
    done = run("2014", "--format", form)
    assert figure in done.stdout_bytes
    assert done.stdout_bytes.startswith(mark + b"ind")
    assert done.stdout_bytes.endswith(b"\r\n")


def test_a_file_gets_what_the_terminal_would_have(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "rapport.csv"
    done = run("2014", "--format", "csv-excel", "--output", str(path))
    assert (done.exit_code, done.output) == (0, "")
    assert path.read_bytes() == run("2014", "--format", "csv-excel").stdout_bytes


def test_a_file_in_a_missing_folder_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    done = run("2014", "--output", str(tmp_path / "nowhere" / "rapport.txt"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "there is no folder" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_file_that_cannot_be_written_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    done = run("2014", "--output", str(tmp_path / ("x" * 300)))
    assert done.exit_code == 1
    assert "cannot be written: File name too long" in done.stderr


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("year",),
        ("2014", "--format", "pdf"),
        ("2014", "--by", "handler"),
        ("2014", "--as-of", "15.01.2015"),
        ("2014", "--as-of", "20150115"),
        ("2014", "--as-of", "2015-1-5"),
        ("2014", "--as-of", "2015-02-29"),
        ("2014", "--as-of", ""),
        ("2014", "--output", "."),
    ],
)
def test_wrong_usage_is_exit_2(run: Run, args: tuple[str, ...]) -> None:
    done = run(*args)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Usage" in done.stderr


@pytest.mark.parametrize("args", [("1899",), ("99999",), ("2014", "--as-of", "9999-12-31")])
def test_a_year_or_a_day_that_cannot_be_is_a_refusal_for_the_roof(run: Run, args: tuple[str, ...]) -> None:
    assert isinstance(run(*args).exception, InvalidInput)
