"""Signing in elsewhere in a real browser: what its policy lets through, on a screen and on a telephone."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from dialogen.database.engine import Database
from tests.browser.conftest import assert_fits, window
from tests.oidc.served import SERVICE, Served, served
from tests.oidc_provider import ProviderProcess, provider_process

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def service() -> Iterator[ProviderProcess]:
    """The sign-in service."""
    with provider_process() as process:
        process.knows("kari", "Dialogen.Senter")
        process.knows("ola")
        yield process


@pytest.fixture(scope="module")
def application(
    browser: "Browser", service: ProviderProcess, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The application before it, with a database of its own; not without a browser."""
    folder = tmp_path_factory.mktemp("elsewhere")
    shutil.copy(sqlite_template, folder / "own.sqlite3")
    database = Database(f"sqlite:///{folder / 'own.sqlite3'}")
    with served(service.issuer, folder) as application:
        yield application.on(database)
    database.dispose()


@pytest.fixture(params=[1280, 320], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, browser: "Browser", application: Served) -> Iterator["Page"]:
    """A page in a window. Whatever our policy stops fails the test."""
    said: list[str] = []
    with window(browser, application.address, request.param) as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if "Policy" in message.text else None)
        yield page
    assert not said


def test_a_person_signs_in_there_works_here_and_signs_out_of_both(page: "Page", service: ProviderProcess) -> None:
    page.goto("/cases?state=all")
    assert page.get_by_label("Passord").count() == 0
    assert_fits(page)
    page.get_by_role("link", name=f"Logg inn med {SERVICE}").focus()
    page.keyboard.press("Enter")
    page.get_by_placeholder("sub").fill("kari")
    page.get_by_role("button", name="Authorize").click()
    page.get_by_role("heading", name="Henvendelser", level=1).wait_for()
    assert urlsplit(page.url).query == "state=all"
    cookies = {each["name"]: each for each in page.context.cookies()}
    assert all(each["httpOnly"] and each["sameSite"] == "Lax" for each in cookies.values())
    page.goto("/account")
    page.get_by_text(f"Kontoen er knyttet til {SERVICE}.").wait_for()
    assert_fits(page)
    page.get_by_role("button", name="Logg ut", exact=True).click()
    assert_fits(page)
    page.get_by_role("link", name="logg ut der også").click()
    page.wait_for_url(f"{service.issuer}/oauth2/end_session**")
    seen, redeemed = service.saw("/oauth2/authorize")[-1], service.saw("/oauth2/token")[-1]
    assert (seen["code_challenge_method"], bool(seen["nonce"]), bool(redeemed["code_verifier"])) == ("S256", True, True)


def test_a_refusal_is_read_without_scrolling_sideways(page: "Page") -> None:
    page.goto("/sign-in/oidc")
    page.get_by_placeholder("sub").fill("ola")
    page.get_by_role("button", name="Authorize").click()
    page.get_by_role("heading", name="Du er ikke logget inn").wait_for()
    page.get_by_text("Du har ikke fått noen rolle i Dialogen.").wait_for()
    assert_fits(page)
    page.get_by_role("link", name="Til innloggingen").click()
    page.get_by_role("link", name=f"Logg inn med {SERVICE}").wait_for()
