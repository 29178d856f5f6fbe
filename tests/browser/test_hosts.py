"""Files, half-way pages and strangers in a real browser: only our own host is asked, nothing is complained of, and nothing
frames us. Of all other pages tests/browser/test_every_page.py asks the same, and of every answer to everybody
tests/security/test_access_matrix.py.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import pytest
import time_machine

from config import Config
from dialogen.app import create_app
from dialogen.database.engine import Database
from dialogen.domain.accounts import Role, Stage
from dialogen.services import installation
from tests.browser import visits
from tests.browser.conftest import window
from tests.browser.watch import Watch
from tests.every_page import BY_ROLE, EVERYBODY, first_who_may, is_page
from tests.factories import NOW
from tests.security.doors import DOORS, Door
from tests.security.law import ANONYMOUS, Person, Placed, Where
from tests.security.world import World
from tests.serving import served_at

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PAGES = [(endpoint, door) for endpoint, method, door in DOORS if method == "GET"]


def visits_of(person: Person, stage: Stage) -> list[Door]:
    """Return what is shown to this visitor, and seen by nobody in tests/browser/test_every_page.py."""
    if stage is not Stage.FULL:
        return [door for endpoint, door in PAGES if endpoint.startswith("second_step.")]
    if person.role is None and person.signed_in:
        return [door for endpoint, door in PAGES if endpoint in BY_ROLE]
    return [door for endpoint, door in PAGES if not is_page(endpoint) and first_who_may(door) == person]


VISITORS = [
    *((person, Stage.FULL) for person in (ANONYMOUS, Person(), *EVERYBODY) if visits_of(person, Stage.FULL)),
    (Person(Role.HANDLER, Where.EVERYWHERE), Stage.SECOND_STEP),
    (Person(Role.ADMIN, Where.EVERYWHERE), Stage.ENROLMENT),
]


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A small municipality with an application before it."""
    folder = tmp_path_factory.mktemp("hosts")
    path = folder / "dialogen.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    db = Database(f"sqlite:///{path}")
    with time_machine.travel(NOW):
        installation.note_start(db, now=NOW)  # else it says that it is not ready
        yield World(create_app(Config.from_env({"DIALOGEN_DATA_DIR": str(folder)}), db=db), db)
    db.dispose()


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    """The address of that application, served on loopback."""
    with served_at(world.app) as address:
        yield address


def let_in(world: World, context: "BrowserContext", address: str, person: Person, stage: Stage) -> None:
    """Give a browser the cookie of a session that has come so far."""
    if person is not ANONYMOUS:
        visits.let_in(world.app, world.db, world.accounts[person], context=context, address=address, stage=stage)


def visit(page: "Page", path: str) -> None:
    """Go to a page; what is handed over as a file is no page, and stays where it is."""
    from playwright.sync_api import Error  # noqa: PLC0415 - starts threads, which no other test needs

    try:
        page.goto(path)
    except Error as error:
        if "Download is starting" not in error.message:
            raise


def path_of(world: World, door: Door) -> str:
    sent = door.sent(world)
    return f"{door.address(world)}?{urlencode(sent)}" if sent else door.address(world)


@pytest.mark.parametrize(
    ("person", "stage"), VISITORS, ids=[f"{person.role or person.signed_in}-{stage}" for person, stage in VISITORS]
)
def test_what_only_some_are_shown_asks_our_own_host_alone_and_carries_the_headers(
    world: World, address: str, browser: "Browser", person: Person, stage: Stage
) -> None:
    with window(browser, address, 1280) as context:
        let_in(world, context, address, person, stage)
        watch, page = Watch(context, address), context.new_page()
        for door in visits_of(person, stage):
            world.place(Placed.FREE, person, **door.case)
            path = path_of(world, door)
            visit(page, path)
            assert urlsplit(path).path in watch.answered
        watch.content()


def test_every_page_that_can_be_fetched_has_an_example(world: World) -> None:
    there = {rule.endpoint for rule in world.app.url_map.iter_rules() if "GET" in (rule.methods or set())}
    assert {endpoint for endpoint, _ in PAGES} == there, "add new routes to tests/security/doors.py"


def test_no_page_of_somebody_else_frames_ours(world: World, address: str, browser: "Browser") -> None:
    with window(browser, address, 1280) as context:
        said: list[str] = []
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.set_content(f'<iframe src="{address}/sign-in"></iframe>')
        page.wait_for_timeout(500)
        assert any("frame" in each.lower() for each in said), said
        assert "Logg inn" not in "".join(frame.content() for frame in page.frames[1:])


def test_a_form_on_somebody_elses_page_changes_nothing(world: World, address: str, browser: "Browser") -> None:
    with window(browser, address, 1280) as context:
        let_in(world, context, address, Person(Role.HANDLER, Where.HERE), Stage.FULL)
        watch, page = Watch(context, address), context.new_page()
        page.set_content(f'<form method="post" action="{address}/sign-out"><button>Vinn en premie</button></form>')
        page.get_by_role("button").click()
        page.wait_for_load_state()
        assert watch.answered["/sign-out"] == 400
        page.goto("/cases")
        page.get_by_role("button", name="Logg ut").wait_for()
