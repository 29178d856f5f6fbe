"""What is logged when something fails: the route by its name, never an address, which may hold a secret."""

import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from config import Config
from dialogen.app import create_app
from tests.cli.program import free_port, world_with
from tests.house.tree import ROOT


@pytest.mark.parametrize(
    "address", ["/sign-in/link/hemmelig-nokkel", "/cases?q=Ola+Nordmann", "/api/v1/cases/hemmelig"]
)
def test_a_failure_is_logged_without_the_address(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    """The database is never made, so that every page that asks it fails."""
    (tmp_path / "dialogen.sqlite3").write_text("no database")
    app = create_app(Config.from_env({"DIALOGEN_DATA_DIR": str(tmp_path)}))
    headers = {"Authorization": "Bearer hemmelig", "Cookie": "session=hemmelig"}
    assert app.test_client().get(address, headers=headers).status_code in (303, 500, 503)
    for secret in ("hemmelig", "Nordmann"):
        assert secret not in caplog.text


def test_the_server_of_flask_tells_no_address_either(tmp_path: Path) -> None:
    port, printed = free_port(), tmp_path / "printed"
    with printed.open("wb") as file:
        server = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "run", "--port", str(port)],
            env=world_with({"DATA_DIR": str(tmp_path)}),
            cwd=ROOT,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + 60
        while "Running on" not in printed.read_text() and time.monotonic() < deadline:
            time.sleep(0.1)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz?q=Nordmann", timeout=60) as answer:
            assert answer.status == 200
    finally:
        server.terminate()
        server.wait(30)
    assert "Running on" in printed.read_text()
    assert "healthz" not in printed.read_text()
    assert "Nordmann" not in printed.read_text()
