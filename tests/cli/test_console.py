"""The console script: its commands, its exit codes, and what goes wrong told in one line."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from config import Config
from dialogen.app import create_app
from dialogen.cli import commands
from tests.cli.program import START, Outcome, Program, free_port, run, world_with
from tests.house import tree

NEEDS_TABLES = ("units list", "users list", "tokens list", "report 2014", "check-deadlines", "scheduler")


def _every_command() -> Iterator[str]:
    console = click.Group(commands={command.name or "": command for command in commands.COMMANDS})
    commands.add_run(console)
    yield from _words(console)


def _words(group: click.Group, *above: str) -> Iterator[str]:
    for name, command in group.commands.items():
        yield " ".join((*above, name))
        if isinstance(command, click.Group):
            yield from _words(command, *above, name)


@pytest.fixture
def dialogen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Program:
    """The console script on an empty data folder."""
    return Program({"DATA_DIR": str(tmp_path)}, monkeypatch, capsys)


@pytest.fixture
def migrated(dialogen: Program, sqlite_template: Path, tmp_path: Path) -> Program:
    """The console script on a migrated database."""
    shutil.copy(sqlite_template, tmp_path / "dialogen.sqlite3")
    return dialogen


@pytest.mark.parametrize("words", ["", *_every_command()])
def test_every_command_explains_itself(dialogen: Program, words: str) -> None:
    done = dialogen(*words.split(), "--help")
    assert done.code == 0
    assert done.out.startswith(f"Usage: dialogen {words}".rstrip())
    assert not done.err


def test_the_console_knows_the_contracts_commands_and_no_others(dialogen: Program) -> None:
    listed = dialogen("--help").out.partition("Commands:\n")[2]
    names = {line.split()[0] for line in listed.splitlines() if line.startswith("  ") and line[2] != " "}
    assert names == {
        "check-deadlines", "db", "doctor", "import", "report", "retention", "run", "scheduler",
        "subject", "tokens", "units", "users",
    }  # fmt: skip


def test_options_that_mean_nothing_here_are_not_offered(dialogen: Program) -> None:
    options = dialogen("--help").out
    assert not [word for word in ("--app", "--env-file", "--debug") if word in options]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("frobnicate", "No such command 'frobnicate'. (see: dialogen --help)"),
        ("report", "Missing argument 'YEAR'. (see: dialogen report --help)"),
        ("report 2014 --format pdf", "'pdf' is not one of"),
        ("report 2014 --as-of 31.12.2014", "31.12.2014 is not a date; write YYYY-MM-DD"),
        ("check-deadlines --today 2026-2-3", "2026-2-3 is not a date"),
        ("run --port 70000", "70000 is not in the range"),
        ("users add kari@asker.example --role boss", "'boss' is not one of"),
    ],
)
def test_wrong_usage_is_exit_2_and_one_line(dialogen: Program, words: str, says: str) -> None:
    done = dialogen(*words.split())
    assert done.code == 2
    assert says in done.refusal


@pytest.mark.parametrize("words", ["", "units"])
def test_a_command_without_its_words_shows_them(dialogen: Program, words: str) -> None:
    done = dialogen(*words.split())
    assert done.code == 2
    assert "Commands:" in done.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("check-deadlines --today 2999-01-01", "2999-01-01 is after today"),
        ("report 2999", "2999"),
        ("users disable nobody@asker.example", "there is no account nobody@asker.example"),
        ("tokens revoke 99999999999999999999", "there is no"),
        ("import nowhere.csv", "nowhere.csv"),
    ],
)
def test_refused_work_is_exit_1(migrated: Program, words: str, says: str) -> None:
    done = migrated(*words.split())
    assert done.code == 1
    assert says in done.err
    assert "Traceback" not in done.err


def test_done_work_is_exit_0_and_says_nothing_on_stderr(migrated: Program) -> None:
    assert migrated("units", "add", "Vei") == Outcome(0, "added Vei\t-\n", "")


def test_all_wrong_settings_are_named_at_once(dialogen: Program) -> None:
    done = dialogen("doctor", MAIL_PORT="many", TIMEZONE="Asker", ENV="test")
    assert done.code == 1
    assert [line.split()[:2] for line in done.err.splitlines()] == [
        ["dialogen:", f"DIALOGEN_{name}"] for name in ("ENV", "MAIL_PORT", "TIMEZONE")
    ]


@pytest.mark.parametrize("words", NEEDS_TABLES)
def test_a_database_without_tables_asks_for_the_upgrade(dialogen: Program, words: str) -> None:
    done = dialogen(*words.split())
    assert done.code == 1
    assert done.refusal == "the database is not up to date; run: dialogen db upgrade"


def test_the_upgrade_that_is_asked_for_helps(dialogen: Program) -> None:
    assert dialogen("db", "upgrade") == Outcome(0, "the database is up to date\n", "")
    assert dialogen("units", "list").code == 0


@pytest.mark.parametrize("words", ["units list", "db upgrade", "report 2014"])
@pytest.mark.parametrize("what", ["a folder", "noise", "in no folder"])
def test_a_file_that_is_no_database_is_named(dialogen: Program, tmp_path: Path, what: str, words: str) -> None:
    path = tmp_path / "here"
    if what == "a folder":
        path.mkdir()
    else:
        path.write_text("This is a letter, and not a database at all. " * 50)
    url = f"sqlite:///{path / 'inside' if what == 'in no folder' else path}"
    done = dialogen(*words.split(), DATABASE_URL=url)
    assert done.code == 1
    assert str(path) in done.refusal


@pytest.mark.parametrize("words", ["units list", "db upgrade"])
def test_a_postgresql_that_does_not_answer_is_named_without_its_password(dialogen: Program, words: str) -> None:
    done = dialogen(*words.split(), DATABASE_URL="postgresql://kari:hemmelig@127.0.0.1:1/dialogen")
    assert done.code == 1
    assert "postgresql+psycopg://kari:***@127.0.0.1:1/dialogen" in done.refusal
    assert "hemmelig" not in done.err


@pytest.mark.parametrize("words", ["db upgrade", "run"])
def test_a_database_of_a_newer_version_is_left_alone(migrated: Program, tmp_path: Path, words: str) -> None:
    with sqlite3.connect(tmp_path / "dialogen.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    done = migrated(*words.split(), *(["--port", str(free_port())] if words == "run" else []))
    assert done.code == 1
    assert "schema 9999, made by a newer version" in done.refusal


def test_a_database_that_is_current_is_not_sent_to_the_upgrade(migrated: Program, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "dialogen.sqlite3") as connection:
        connection.execute("ALTER TABLE units RENAME COLUMN email TO e_mail")
    connection.close()
    assert "the database could not do this: no such column" in migrated("units", "list").refusal


def test_the_process_ends_with_the_code_and_prints_each_thing_in_its_place(tmp_path: Path) -> None:
    settings = {"DATA_DIR": str(tmp_path)}
    assert run("units", "list", settings=settings, cwd=tmp_path).refusal.endswith("run: dialogen db upgrade")
    assert run("frobnicate", settings=settings, cwd=tmp_path).code == 2


def test_a_reader_that_goes_away_is_no_trouble(migrated: Program, tmp_path: Path) -> None:
    for name in ("Vei", "Vann"):
        migrated("units", "add", name)
    process = subprocess.Popen(
        [*START, "units", "list"],
        env=world_with(migrated.settings),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    told = process.stderr.read()
    process.stderr.close()
    assert process.wait(30) == 1
    assert told == b""


def test_flask_knows_the_same_commands_but_has_a_run_of_its_own(migrated: Program) -> None:
    flask = (sys.executable, "-m", "flask", "--app", "wsgi")
    listed = run("--help", settings=migrated.settings, cwd=tree.ROOT, program=flask)
    assert {command.name for command in commands.COMMANDS} <= {
        line.split()[0] for line in listed.out.splitlines() if line
    }
    assert "Run a development server" in listed.out
    assert run("units", "list", settings=migrated.settings, cwd=tree.ROOT, program=flask) == Outcome(0, "", "")


def test_building_the_application_opens_nothing(tmp_path: Path) -> None:
    settings = {"DIALOGEN_DATA_DIR": str(tmp_path), "DIALOGEN_DATABASE_URL": f"sqlite:///{tmp_path}/sub/d.sqlite3"}
    app = create_app(Config.from_env(settings))
    assert isinstance(app, Flask)
    assert not (tmp_path / "sub").exists()
