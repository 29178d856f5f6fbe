"""A municipality for tests that try every door, on SQLite: what they try is decided before the database is asked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from config import Config
from dialogen.app import create_app
from dialogen.database.engine import Database
from tests.factories import NOW
from tests.security.world import World


@pytest.fixture(scope="module")
def one_morning() -> Iterator[None]:
    """One made-up morning for a whole module."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="module")
def municipality(one_morning: None, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One municipality for a whole module, with a person of every kind in it."""
    folder = tmp_path_factory.mktemp("municipality")
    path = folder / "dialogen.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    db = Database(f"sqlite:///{path}")
    config = Config.from_env({"DIALOGEN_DATA_DIR": str(folder), "DIALOGEN_API_REQUESTS_A_MINUTE": "0"})
    app = create_app(config, db=db)
    app.config["WTF_CSRF_ENABLED"] = False  # the form's token is another guard, with tests of its own
    yield World(app, db)
    db.dispose()
