"""Every page, as everybody, in a real browser: only our own host is asked, nothing is complained of, and nothing frames us."""

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
from dialogen.web.headers import ALWAYS
from tests.browser import visits
from tests.browser.conftest import window
from tests.factories import NOW
from tests.security.doors import DOORS, Door
from tests.security.law import ANONYMOUS, Answer, Person, Placed, Rule, Where
from tests.security.world import World
from tests.serving import served_at

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

VISITORS = [
    *((ANONYMOUS if role is None else Person(role, Where.HERE), Stage.FULL) for role in (None, *Role)),
    (Person(), Stage.FULL),
    (Person(Role.HANDLER, Where.EVERYWHERE), Stage.SECOND_STEP),
    (Person(Role.ADMIN, Where.EVERYWHERE), Stage.ENROLMENT),
]
PAGES = [(endpoint, door) for endpoint, method, door in DOORS if method == "GET"]
#: May be kept: nothing of anybody's stands in them.
SAME_FOR_ALL = ("/static/", "/brand.css", "/logo")
#: What programs fetch: to a browser without a token they answer alike, whoever holds it.
FOR_PROGRAMS = ("api_cases.", "api_pending.", "api_reports.", "api_health.")


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


class Watch:
    """Sees every request and answer of a browser, and hears what it complains of."""

    def __init__(self, context: "BrowserContext", address: str) -> None:
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        self.bare: list[str] = []
        self.answered: dict[str, int] = {}
        self._own = urlsplit(address).netloc
        context.on("request", lambda request: self._ask(request.url))
        context.on("response", self._see)
        context.on("console", self._hear)

    def _ask(self, url: str) -> None:
        if urlsplit(url).scheme not in ("data", "blob"):
            self.hosts.add(urlsplit(url).netloc)

    def _see(self, response: "Response") -> None:
        headers, parts = response.headers, urlsplit(response.url)
        if parts.netloc != self._own:
            return
        self.answered[parts.path] = response.status
        wanted = {"content-security-policy", *(name.lower() for name in ALWAYS)}
        if not wanted <= set(headers):
            self.bare.append(f"{parts.path} lacks {wanted - set(headers)}")
        if not parts.path.startswith(SAME_FOR_ALL) and headers.get("cache-control") != "no-store":
            self.bare.append(f"{parts.path} may be kept")

    def _hear(self, message: "ConsoleMessage") -> None:
        if "the server responded with a status of 4" not in message.text:  # a refusal, told as one
            self.complaints.append(f"{message.page and message.page.url}: {message.text}")


def visit(page: "Page", path: str) -> None:
    """Go to a page; what is handed over as a file is no page, and stays where it is."""
    from playwright.sync_api import Error  # noqa: PLC0415 - starts threads, which no other test needs

    try:
        page.goto(path)
    except Error as error:
        if "Download is starting" not in error.message:
            raise


def shown_to(person: Person, stage: Stage, endpoint: str, door: Door) -> bool:
    """Whether this visitor drives this page: what all are refused alike is driven by those without a role."""
    if stage is not Stage.FULL:
        return door.rule is Rule.OPEN or endpoint.startswith("second_step.")
    if person.role is None:
        return person is ANONYMOUS or not endpoint.startswith(FOR_PROGRAMS)
    return not endpoint.startswith(FOR_PROGRAMS) and door.rule.answer(person, Placed.FREE) is Answer.YES


def path_of(world: World, door: Door) -> str:
    sent = door.sent(world)
    return f"{door.address(world)}?{urlencode(sent)}" if sent else door.address(world)


@pytest.mark.parametrize(
    ("person", "stage"), VISITORS, ids=[f"{person.role or person.signed_in}-{stage}" for person, stage in VISITORS]
)
def test_every_page_asks_our_own_host_alone_and_carries_the_headers(
    world: World, address: str, browser: "Browser", person: Person, stage: Stage
) -> None:
    with window(browser, address, 1280) as context:
        let_in(world, context, address, person, stage)
        watch, page = Watch(context, address), context.new_page()
        for door in (door for endpoint, door in PAGES if shown_to(person, stage, endpoint, door)):
            world.place(Placed.FREE, person, **door.case)
            path = path_of(world, door)
            visit(page, path)
            assert urlsplit(path).path in watch.answered
        assert watch.hosts == {urlsplit(address).netloc}
        assert not watch.complaints
        assert not watch.bare


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
