"""A real browser before a real server. Without a chromium on the machine these tests are skipped, and the summary says so."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from config import Config
from dialogen.app import create_app
from dialogen.database.engine import Database
from tests.serving import served_at

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

REQUIRED = os.environ.get("DIALOGEN_TEST_REQUIRE_BROWSER") == "1"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def installed_browser() -> str:
    """Return where the browser is; a test without one is skipped, or fails where one is required."""
    program = next((path for name in NAMES if (path := shutil.which(name))), None)
    if program is None and REQUIRED:
        pytest.fail("a browser is required here, but there is no chromium on this machine")
    return program or pytest.skip("no chromium on this machine: install it (Debian: apt-get install chromium)")


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """A browser for the whole run."""
    program = installed_browser()
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - starts threads, which no other test needs

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def database(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database of the browser's own: what a page is does not depend on the kind."""
    path = tmp_path_factory.mktemp("browser") / "dialogen.sqlite3"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def address(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the application, served on loopback."""
    app = create_app(Config.from_env({"DIALOGEN_DATA_DIR": str(tmp_path_factory.mktemp("served"))}))
    app.extensions["dialogen"] = replace(app.extensions["dialogen"], db=database)
    with served_at(app) as address:
        yield address


@contextmanager
def window(browser: "Browser", address: str, width: int) -> Iterator["BrowserContext"]:
    """A window of a width, of its own cookies."""
    context = browser.new_context(base_url=address, viewport={"width": width, "height": 800}, locale="nb-NO")
    context.set_default_timeout(60_000)
    yield context
    context.close()


def assert_fits(page: "Page") -> None:
    """The page, once it is there, is read without scrolling sideways, as wide as the window is."""
    page.wait_for_load_state()
    beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert beyond <= 0, f"{page.url} is {beyond} pixels too wide"
