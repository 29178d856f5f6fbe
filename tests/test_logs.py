"""What is logged when something fails: the route by its name, never an address, which may hold a secret."""

from pathlib import Path

import pytest

from config import Config
from dialogen.app import create_app


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
