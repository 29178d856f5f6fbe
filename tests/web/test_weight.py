"""How heavy the pages are with the demo's year of cases: what a browser fetches for the first, and for those after it."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import Account
from dialogen.services import demo
from dialogen.services.demo_cases import KARI
from dialogen.services.passwords import Hasher
from tests.factories import NOW, TODAY
from tests.web.conftest import build_app, on_database
from tests.web.pages import Reader

FIRST, AFTER = 60_000, 25_000
ASKED = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
DESIGN_SYSTEM = "/vendor/designsystemet-css-"


@pytest.fixture(scope="module")
def client(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A browser of somebody who handles cases in the demo."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(sqlite_template, folder / "dialogen.sqlite3")
    db = Database(f"sqlite:///{folder}/dialogen.sqlite3")
    with time_machine.travel(NOW, tick=False):
        demo.open_demo(db, today=TODAY, now=NOW, hasher=Hasher(memory_kib=8, passes=1))
    with db.reading() as session:
        kari = session.scalars(select(Account.id).where(Account.email == KARI)).one()
    yield Reader(on_database(build_app(folder), db), db).sign_in(kari).client
    db.dispose()


def fetched(client: FlaskClient, path: str) -> bytes:
    with client.get(path, headers=ASKED) as answer:
        assert answer.status_code == 200, path
        return bytes(answer.data)


@pytest.mark.parametrize("path", ["/", "/cases"])
def test_a_page_comes_quickly_over_a_thin_line(client: FlaskClient, path: str) -> None:
    plain = client.get(path, follow_redirects=True)
    parts = set(re.findall(r'<(?:link|script|img)[^>]*?(?:href|src)="(/[^"]+)"', plain.text))
    page = len(fetched(client, plain.request.path))
    own = [part for part in parts if DESIGN_SYSTEM not in part]
    assert any("htmx" in part for part in own), "the parts of the page were found"
    assert page <= AFTER
    assert page + sum(len(fetched(client, part)) for part in own) <= FIRST
