"""A municipality behind a real server, and people who come to it, each journey in the way that fell to it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from flask import Flask

from config import Config
from dialogen.app import create_app
from dialogen.database.engine import Database
from dialogen.database.models import Account, Case
from dialogen.domain.accounts import Role
from dialogen.domain.languages import Language
from dialogen.mail.post import ShowingPost
from dialogen.scheduler import run_errands
from dialogen.services import installation
from dialogen.services.passwords import Hasher
from tests.browser.journeys.walker import Walker
from tests.browser.journeys.ways import EVERY_WAY, Way, journeys_of, spread
from tests.browser.visits import PATIENCE, let_in
from tests.factories import NOW, TODAY, make_account, make_case, make_unit, standing
from tests.passes import worker
from tests.services.deciding import exclude
from tests.serving import served_at

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

CHEAP, PASSWORD = Hasher(memory_kib=8, passes=1), "riktig hest batteri stift"
BROWSER_LANGUAGES = {Language.BOKMAL: "nb-NO", Language.NYNORSK: "nn-NO", Language.ENGLISH: "en-GB"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each journey its way, or every way when all are asked for; a module can say its `WAYS`."""
    if "way" not in metafunc.fixturenames:
        return
    if fixed := getattr(metafunc.module, "WAYS", None):
        metafunc.parametrize("way", fixed, ids=str)
        return
    journeys = journeys_of(metafunc.module)
    ways = spread(len(journeys), turn=metafunc.module.TURN)
    own = ways[journeys.index(metafunc.function.__name__)]
    every = metafunc.config.getoption("full", default=False)
    metafunc.parametrize("way", EVERY_WAY if every else [own], ids=str)


@dataclass
class Town:
    """A municipality at an address, to which anybody can come in a window of their own."""

    app: Flask
    db: Database
    address: str
    browser: "Browser"
    way: Way
    unit: int
    unit_name: str
    windows: list["BrowserContext"] = field(default_factory=list)

    def comes(self, *roles: tuple[Role, int | str], name: str = "Kari Prøve", signed_in: bool = True) -> Walker:
        """Let somebody come, with an account of their own and the roles; signed in already, unless not."""
        email = f"walker{next(_numbers)}@asker.example"
        account = make_account(self.db, email, name=name, roles=roles)
        context = self._window()
        if signed_in:
            let_in(self.app, self.db, account, context=context, address=self.address)
        page = context.new_page()
        return Walker(page, self.way.language, account, name, email)

    def give_password(self, walker: Walker) -> str:
        """Give somebody a password; returns it."""
        with self.db.writing() as session:
            session.get_one(Account, walker.account_id).password_hash = CHEAP.hash(PASSWORD)
        return PASSWORD

    def propose_exclusion(self, **values: Any) -> str:
        """Let a colleague propose to leave a late case out of the figure; returns its reference."""
        by = standing(
            make_account(self.db, name="Ola Eksempel", roles=((Role.HANDLER, self.unit),)), (Role.HANDLER, self.unit)
        )
        reference = self.case(received_on=TODAY - timedelta(days=20), handler_id=by.account_id, **values)
        exclude(self.db, reference, by, "Kom inn to ganger.")
        return reference

    def works_off(self) -> None:
        """Do what was ordered, as the scheduler does."""
        run_errands(self.app.extensions["dialogen"], worker())

    def _window(self) -> "BrowserContext":
        context = self.browser.new_context(
            base_url=self.address,
            java_script_enabled=self.way.script,
            viewport={"width": self.way.width, "height": 800},
            color_scheme="dark" if self.way.scheme == "dark" else "light",
            locale=BROWSER_LANGUAGES[self.way.language],
        )
        context.set_default_timeout(PATIENCE)
        self.windows.append(context)
        return context

    def case(self, **values: Any) -> str:
        """Register a case in the unit; returns its reference."""
        case_id = make_case(self.db, **{"unit_id": self.unit, **values})
        with self.db.reading() as session:
            return session.get_one(Case, case_id).reference

    def kept(self, reference: str) -> Case:
        """Return a case as the database has it."""
        with self.db.reading() as session:
            case = session.query(Case).filter_by(reference=reference).one()
            session.expunge(case)
            return case


_numbers = count(1)


@pytest.fixture(scope="module")
def installed(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Database, str]]:
    """The application on one made-up morning, served on loopback for all journeys of a role."""
    folder = tmp_path_factory.mktemp("journeys")
    path = folder / "dialogen.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    db = Database(f"sqlite:///{path}")
    with time_machine.travel(NOW):
        installation.note_start(db, now=NOW)
        app = create_app(Config.from_env({"DIALOGEN_DATA_DIR": str(folder)}), db=db, post=ShowingPost())
        with served_at(app) as address:
            yield app, db, address
    db.dispose()


@pytest.fixture
def town(installed: tuple[Flask, Database, str], browser: "Browser", way: Way) -> Iterator[Town]:
    """A unit of the journey's own in the municipality, so that no journey finds what another left."""
    app, db, address = installed
    name = f"Vei og park {next(_numbers)}"
    town = Town(app, db, address, browser, way, make_unit(db, name), name)
    yield town
    for window in town.windows:
        window.close()


@pytest.fixture
def handler(town: Town) -> Walker:
    """A case handler of the unit."""
    return town.comes((Role.HANDLER, town.unit))


@pytest.fixture
def manager(town: Town) -> Walker:
    """The manager of the unit."""
    return town.comes((Role.MANAGER, town.unit), name="Lise Prøve")


@pytest.fixture
def statistician(town: Town) -> Walker:
    """A statistician."""
    return town.comes((Role.STATISTICIAN, "*"), name="Stian Prøve")


@pytest.fixture
def administrator(town: Town) -> Walker:
    """An administrator."""
    return town.comes((Role.ADMIN, "*"), name="Anne Prøve")
