"""`dialogen run --demo` as a user meets it: processes of its own, a port, signals, and a sudden death."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import select

from dialogen.database import job_runs
from dialogen.database.engine import Database
from dialogen.database.models import Account, Case, Letter
from dialogen.domain.letters import LetterState
from tests.cli.program import START, free_port, run, world_with

PATIENCE = 90  # seconds for what takes three on a machine with nothing else to do


@dataclass
class Served:
    """A product that runs: its processes, where it listens, and what it prints."""

    process: "subprocess.Popen[bytes]"
    port: int
    folder: Path
    printed: Path

    @property
    def text(self) -> str:
        """What it has printed so far, both ways."""
        return self.printed.read_text(encoding="utf-8")

    @property
    def passwords(self) -> dict[str, str]:
        """How to sign in, by address."""
        return dict(re.findall(r"^  (\S+@asker\.example) +(\S+) ", self.text, re.MULTILINE))

    def get(self, path: str) -> tuple[int, str]:
        """Fetch a page."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()

    def family(self) -> list[psutil.Process]:
        """Return its processes: the server and the scheduler beside it."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]


def _start(folder: Path, name: str) -> Served:
    port, printed = free_port(), folder / name
    with printed.open("wb") as file:
        process = subprocess.Popen(
            [*START, "run", "--demo", "--port", str(port)],
            env=world_with({"DATA_DIR": str(folder)}),
            cwd=folder,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    served = Served(process, port, folder, printed)
    _until(lambda: "Dialogen is at" in served.text or process.poll() is not None)
    assert process.poll() is None, served.text
    return served


def _until(is_so: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    ends_at = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > ends_at:
            return False
        time.sleep(0.1)
    return True


def _end(served: Served) -> None:
    if served.process.poll() is None:
        os.killpg(served.process.pid, signal.SIGKILL)
        served.process.wait()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A demo that was started on an empty folder."""
    served = _start(tmp_path_factory.mktemp("served"), "first.txt")
    yield served
    _end(served)


@dataclass(frozen=True)
class Ending:
    """How a product ended."""

    code: int
    left_over: list[psutil.Process]


@pytest.fixture(scope="module")
def ended(first: Served) -> Ending:
    """The end of the first demo, which was asked to stop."""
    family = first.family()
    first.process.terminate()
    code = first.process.wait(PATIENCE)
    return Ending(code, [each for each in family if each.is_running()])


@pytest.fixture(scope="module")
def second(first: Served, ended: Ending) -> Iterator[Served]:
    """The demo, started again where the first one ended."""
    served = _start(first.folder, "second.txt")
    yield served
    _end(served)


def test_it_answers_that_it_is_alive(first: Served) -> None:
    assert first.get("/healthz")[0] == 200


def test_its_sign_in_page_is_there(first: Served) -> None:
    status, page = first.get("/sign-in")
    assert status == 200
    assert 'type="password"' in page


def test_it_says_where_links_in_letters_lead_when_that_is_not_here(first: Served) -> None:
    assert "Links in letters lead to http://127.0.0.1:8000; DIALOGEN_BASE_URL decides" in first.text


def test_it_prints_how_to_sign_in(first: Served) -> None:
    assert sorted(first.passwords) == [
        f"{name}@asker.example" for name in ("administrator", "leder", "saksbehandler", "statistiker")
    ]
    assert f"http://127.0.0.1:{first.port}/letters" in first.text


def test_the_scheduler_beside_it_makes_the_first_pass_and_shows_its_letters(first: Served) -> None:
    db = Database(f"sqlite:///{first.folder}/dialogen.sqlite3")

    def is_made() -> bool:
        with db.reading() as session:
            return job_runs.last_good_pass(session) is not None

    assert _until(is_made), first.text
    with db.reading() as session:
        states = set(session.scalars(select(Letter.state)))
    db.dispose()
    assert states == {LetterState.SHOWN}
    assert first.get("/readyz")[0] == 200


def _accounts_and_cases(served: Served) -> tuple[list[Any], ...]:
    """Return what upgrading or filling again would change; the lease is renewed meanwhile."""
    db = Database(f"sqlite:///{served.folder}/dialogen.sqlite3")
    with db.reading() as session:
        found = tuple([tuple(row) for row in session.execute(select(table.__table__))] for table in (Account, Case))
    db.dispose()
    return found


def test_a_second_one_on_its_port_says_so_and_changes_nothing(first: Served) -> None:
    before = _accounts_and_cases(first)
    done = run("run", "--demo", "--port", str(first.port), settings={"DATA_DIR": str(first.folder)}, cwd=first.folder)
    assert done.code == 1
    assert done.refusal == f"port {first.port} of 127.0.0.1 is taken by another program; choose another with --port"
    assert _accounts_and_cases(first) == before


def test_it_does_not_tell_which_server_it_is(first: Served) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{first.port}/healthz", timeout=PATIENCE) as answer:
        assert "Server" not in answer.headers
    with socket.create_connection(("127.0.0.1", first.port), timeout=PATIENCE) as line:
        line.sendall(b"NONSENSE\r\n\r\n")
        assert b"waitress" not in line.recv(10_000)


def test_asked_to_stop_it_ends_with_all_its_processes(ended: Ending) -> None:
    assert ended.code == 0
    assert not ended.left_over


def test_started_again_it_prints_fresh_passwords(first: Served, second: Served) -> None:
    assert sorted(second.passwords) == sorted(first.passwords)
    assert not set(second.passwords.values()) & set(first.passwords.values())


def test_a_scheduler_that_dies_is_started_again_and_ends_with_its_killed_parent(second: Served) -> None:
    _, scheduler = second.family()
    scheduler.kill()
    assert _until(lambda: len(second.family()) == 2 and second.family()[1].pid != scheduler.pid)
    assert "the scheduler ended with -9; another is started" in second.text
    successor = second.family()[1]
    second.process.kill()
    second.process.wait()
    assert _until(lambda: not successor.is_running())


def test_nothing_it_prints_is_a_traceback(first: Served, second: Served) -> None:
    assert "Traceback" not in first.text + second.text
