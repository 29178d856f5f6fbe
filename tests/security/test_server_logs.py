"""What a running server prints when things go wrong: no address, no search word, no form, no body, no key."""

import http.client
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import text

from config import Config
from dialogen import clock
from dialogen.app import create_app
from dialogen.database.engine import Database
from dialogen.domain.accounts import Role, Scope
from dialogen.services import tokens
from tests.api.conftest import Program, program
from tests.cli.program import START, free_port, world_with
from tests.factories import make_account
from tests.national_ids import MADE_UP

SECRET = "Hemmelig"  # in everything that is sent
PATIENCE = 90
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


@dataclass
class Served:
    """A server in a process of its own, and a program's token to its API."""

    process: "subprocess.Popen[bytes]"
    port: int
    folder: Path
    token: str

    @property
    def printed(self) -> str:
        """What it has printed so far."""
        return (self.folder / "printed.txt").read_text(encoding="utf-8")

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, str]:
        """Send a request; returns status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request(method, path, body.encode() if body else None, headers)
        answer = connection.getresponse()
        told = answer.status, answer.read().decode()
        connection.close()
        return told

    def api(self, method: str, path: str, body: str | None = None) -> int:
        """Send a request of the program; returns the status."""
        return self.ask(method, path, body, Authorization=f"Bearer {self.token}", **JSON)[0]

    def shout(self, raw: bytes) -> None:
        """Send bytes as they are, and hang up after the first answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as line:
            line.sendall(raw)
            line.recv(1000)


@pytest.fixture
def served(sqlite_template: Path, tmp_path: Path) -> Iterator[Served]:
    """A server that nobody has asked anything."""
    shutil.copy(sqlite_template, tmp_path / "dialogen.sqlite3")
    db = Database(f"sqlite:///{tmp_path}/dialogen.sqlite3")
    make_account(db, "leder@asker.example", roles=((Role.MANAGER, "*"),))
    now = clock.now()
    scopes, day = tuple(Scope), now.date() + timedelta(days=30)
    _, token = tokens.issue_token(
        db, email="leder@asker.example", scopes=scopes, expires_on=day, today=now.date(), now=now
    )
    db.dispose()
    port = free_port()
    with (tmp_path / "printed.txt").open("wb") as file:
        process = subprocess.Popen(
            [*START, "run", "--port", str(port)],
            env=world_with({"DATA_DIR": str(tmp_path)}),
            cwd=tmp_path,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    served = Served(process, port, tmp_path, token)
    ends_at = time.monotonic() + PATIENCE
    while "Dialogen is at" not in served.printed and process.poll() is None and time.monotonic() < ends_at:
        time.sleep(0.1)
    yield served
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def ask_wrongly(served: Served) -> None:
    """Ask what is refused, by every part of the server that can refuse."""
    search = urlencode({"q": SECRET, "unit": SECRET, "cursor": SECRET})
    form = urlencode({"email": f"{SECRET}@asker.example", "password": SECRET, "next": f"/cases?{search}"})
    assert served.ask("GET", f"/cases?{search}")[0] == 303
    assert served.ask("GET", f"/cases?{search}", Cookie=f"session={SECRET}")[0] == 303
    assert served.ask("GET", f"/cases?q={MADE_UP}")[0] == 400
    assert served.ask("GET", f"/sign-in/link/{SECRET}")[0] in (403, 410)
    assert served.ask("GET", f"/{SECRET}?{search}")[0] == 404
    assert served.ask("POST", "/sign-in", form, **FORM)[0] == 400  # without the token of a form
    assert served.ask("POST", "/cases/new", urlencode({"subject": SECRET, "text": SECRET}), **FORM)[0] == 400
    assert served.ask("DELETE", f"/cases?{search}")[0] in (400, 405)
    assert served.ask("GET", f"/api/v1/cases?{search}", Authorization=f"Bearer {SECRET}")[0] == 401
    assert served.api("GET", f"/api/v1/cases?{search}") == 422
    assert served.api("GET", f"/api/v1/cases/{SECRET}") == 404
    assert served.api("GET", f"/api/v1/{SECRET}") == 404
    assert served.api("POST", "/api/v1/cases", f'{{"subject": "{SECRET}') == 400
    assert served.api("POST", "/api/v1/cases", f'{{"{SECRET}": "{SECRET}"}}') == 422
    assert served.api("POST", "/api/v1/cases", f'{{"subject": "{SECRET}{"x" * 2_000_000}"}}') == 413


def shout_nonsense(served: Served) -> None:
    """Send what is no HTTP, and what ends before its time."""
    for raw in (
        f"GET /{SECRET} HTTP/9.9\r\nX: {SECRET}\r\n\r\n",
        f"{SECRET}\r\n\r\n",
        f"GET /cases?q={SECRET} HTTP/1.1\r\n{SECRET}\r\n\r\n",
        f"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: {SECRET}\r\n\r\n",
        f"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: {SECRET}\r\n\r\n",
        f"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{SECRET}\r\n",
        f"GET /{SECRET} HTTP/1.1\r\nHost: {SECRET}\r\nX: {'x' * 300_000}\r\n\r\n",
        f"GET http://{SECRET}/ HTTP/1.1\r\nHost: {SECRET}\r\n\r\n",
        f"GET /%ff{SECRET} HTTP/1.1\r\nHost: {SECRET}\r\n\r\n",
    ):
        served.shout(raw.encode())


def break_database(served: Served) -> None:
    """Take away the table that personal fields lie in, then the whole file, and ask on."""
    new = f'{{"received_on": "2026-01-02", "subject": "{SECRET}", "text": "{SECRET}"}}'
    assert served.api("POST", "/api/v1/cases", new) == 201
    path = served.folder / "dialogen.sqlite3"
    with sqlite3.connect(path, timeout=30) as connection:
        connection.execute("ALTER TABLE case_personal RENAME TO gone")
    connection.close()
    assert served.api("POST", "/api/v1/cases", new) == 500
    assert served.api("GET", f"/api/v1/cases?q={SECRET}") == 500
    for each in served.folder.glob("dialogen.sqlite3*"):
        each.write_bytes(b"no database at all " * 1000)
    assert served.api("POST", "/api/v1/cases", new) == 500
    assert served.ask("GET", f"/cases?q={SECRET}", Cookie=f"session={SECRET}")[0] in (303, 500, 503)
    assert served.ask("GET", f"/sign-in/link/{SECRET}")[0] in (403, 500, 503)


def test_a_server_in_trouble_prints_where_and_nothing_of_what_was_sent(served: Served) -> None:
    ask_wrongly(served)
    shout_nonsense(served)
    break_database(served)
    served.process.terminate()
    served.process.wait(PATIENCE)
    assert "POST api_cases.register_case failed" in served.printed
    assert "OperationalError" in served.printed
    for secret in (SECRET, SECRET.lower(), MADE_UP, served.token):
        assert secret not in served.printed


@pytest.fixture
def manager(app: Flask, db: Database) -> Program:
    """A program that acts for a manager of all units."""
    return program(app, db, (Role.MANAGER, "*"))


@pytest.fixture
def app(db: Database, tmp_path: Path) -> Flask:
    """The application on the test's database."""
    return create_app(Config.from_env({"DIALOGEN_DATA_DIR": str(tmp_path), "DIALOGEN_DATABASE_URL": db.url}), db=db)


def test_a_row_that_the_database_refuses_is_not_logged(
    db: Database, manager: Program, caplog: pytest.LogCaptureFixture
) -> None:
    if db.is_sqlite:
        refuse, allow = (
            "CREATE TRIGGER no BEFORE INSERT ON case_personal BEGIN SELECT RAISE(ABORT, 'no'); END",
            "DROP TRIGGER no",
        )
    else:
        refuse = "ALTER TABLE case_personal ADD CONSTRAINT no CHECK (subject IS NULL)"
        allow = "ALTER TABLE case_personal DROP CONSTRAINT no"
    with db.writing() as session:
        session.execute(text(refuse))
    try:
        answer = manager.post("/api/v1/cases", {"received_on": "2026-01-02", "subject": SECRET})
    finally:
        with db.writing() as session:
            session.execute(text(allow))
    assert (answer.status_code, SECRET in answer.text) == (500, False)
    assert "IntegrityError" in caplog.text
    assert SECRET not in caplog.text
