"""How heavy the pages are: what a browser fetches for the first, and for those after it.

Two are weighed with the demo's year of cases, and every page there is in an office with hundreds of people.
"""

import gzip
import random
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from dialogen.database.engine import Database
from dialogen.database.models import Account, Case
from dialogen.domain.accounts import Role
from dialogen.domain.bulk import CASES_MOST, BulkStep
from dialogen.domain.case_lists import PAGE_SIZES, Column
from dialogen.services import demo
from dialogen.services.demo_cases import KARI
from dialogen.services.passwords import Hasher
from tests.every_page import EVERYBODY, STATES
from tests.factories import NOW, TODAY, make_account, make_case, make_unit
from tests.security.law import Person
from tests.security.work_there import put_step
from tests.security.world import HERE, World
from tests.web.conftest import build_app, on_database
from tests.web.pages import Reader

FIRST, AFTER = 60_000, 25_000
ASKED = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
DESIGN_SYSTEM = "/vendor/designsystemet-css-"
PART = re.compile(r'<(?:link|script|img)[^>]*?(?:href|src)="(/[^"]+)"')
UNITS, PEOPLE = 40, 150
MANAGER = EVERYBODY[0]
_SYLLABLES = ("ka", "ri", "be", "lo", "mun", "vik", "dal", "haug", "øy", "skog", "fjell", "bru", "vei", "stein")


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
    parts = set(PART.findall(plain.text))
    page = len(fetched(client, plain.request.path))
    own = [part for part in parts if DESIGN_SYSTEM not in part]
    assert any("htmx" in part for part in own), "the parts of the page were found"
    assert page <= AFTER
    assert page + sum(len(fetched(client, part)) for part in own) <= FIRST


@pytest.fixture
def large(municipality: World) -> World:
    """An office with many units and people, whose cases have as many different words; all of it the same in every run."""
    dice, db, here = random.Random(1), municipality.db, municipality.units[HERE]

    def words(many: int) -> list[str]:
        return ["".join(dice.choices(_SYLLABLES, k=dice.randint(2, 4))).title() for _ in range(many)]

    units = [make_unit(db, " og ".join(words(2))) for _ in range(UNITS)]
    handlers: list[int | None] = [None, *municipality.accounts.values()]
    for _ in range(PEOPLE):
        first, last = words(2)
        roles = ((Role.HANDLER, dice.choice(units)), (Role.HANDLER, here))
        handlers.append(make_account(db, f"{first}.{last}@asker.example".lower(), name=f"{first} {last}", roles=roles))
    for _ in range(CASES_MOST):
        received_on = TODAY - timedelta(days=dice.randint(0, 40))
        who = dice.choice(handlers)
        make_case(db, unit_id=here, handler_id=who, subject=" ".join(words(5)), received_on=received_on)
    return municipality


def test_no_page_is_heavy_in_a_large_office(large: World) -> None:
    pages: dict[str, TestResponse] = {}

    def weigh(name: str, person: Person, path: str, sent: dict[str, Any] | None = None) -> None:
        pages[name] = large.read_page(person, "POST" if sent else "GET", path, sent or {}, headers=ASKED)

    for state in STATES:
        if not state.handed_in and state.status == 200:
            weigh(state.name, state.person, state.asked(large)[0])
    whole_list = {"state": "all", "size": max(PAGE_SIZES), "column": list(Column)}
    weigh("whole-list", MANAGER, f"/cases?{urlencode(whole_list, doseq=True)}")
    with large.db.reading() as session:
        every = session.scalars(select(Case.reference).order_by(Case.id.desc()).limit(CASES_MOST)).all()
    chosen: dict[str, int | None] = dict.fromkeys(every, 1)
    case = [f"{reference}.1" for reference in chosen]
    weigh("many-chosen", MANAGER, "/cases/bulk", {"step": "assign", "case": case})
    sent = {"step": "exclude", "exclusion": "spam", "case": case}
    weigh("many-looked-at", MANAGER, "/cases/bulk/preview", sent)
    run_id = put_step(large.db, account_id=large.accounts[MANAGER], step=BulkStep.ASSIGN, chosen=chosen)
    weigh("many-done", MANAGER, f"/cases/bulk/{run_id}")
    assert {answer.status_code for answer in pages.values()} == {200}
    assert all(answer.headers.get("Content-Encoding") == "gzip" for answer in pages.values())
    assert {name: len(answer.data) for name, answer in pages.items() if len(answer.data) > AFTER} == {}
    parts = {part for answer in pages.values() for part in PART.findall(gzip.decompress(answer.data).decode())}
    asked = [large.read_page(MANAGER, "GET", part, {}, headers=ASKED) for part in parts if DESIGN_SYSTEM not in part]
    assert sum(len(answer.data) for answer in asked) <= FIRST - AFTER, "whichever page is the first"
