"""A municipality on a database of its own, for the tests of doors and pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import time_machine

from config import Config
from dialogen.app import create_app
from dialogen.database.engine import Database
from dialogen.mail.post import ShowingPost
from tests.factories import NOW
from tests.refusing import refuse_there
from tests.security.world import World


@contextmanager
def municipality_in(folder: Path, template: Path, *, tick: bool = False, refusing: bool = False) -> Iterator[World]:
    """Give a municipality on one made-up morning, on a copy of a migrated SQLite file.

    A server needs a clock that goes on (`tick`): it lets go of connections by it. With `refusing` there are addresses that
    lead to the pages of refusals and faults.
    """
    path = folder / "dialogen.sqlite3"
    path.write_bytes(template.read_bytes())
    db = Database(f"sqlite:///{path}")
    config = Config.from_env({"DIALOGEN_DATA_DIR": str(folder), "DIALOGEN_API_REQUESTS_A_MINUTE": "0"})
    app = create_app(config, db=db, post=ShowingPost())
    app.config["WTF_CSRF_ENABLED"] = False  # the form's token is another guard, with tests of its own
    if refusing:
        refuse_there(app)
    with time_machine.travel(NOW, tick=tick):
        yield World(app, db)
    db.dispose()
