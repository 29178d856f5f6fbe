"""One working day in a real browser: signing in, registering, answering, and looking at the figure."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from dialogen import clock
from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.services import accounts
from tests.browser.conftest import assert_fits, window
from tests.factories import make_unit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

PASSWORD = "riktig hest batteri stift"
NOW = datetime(2026, 2, 11, 5, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def person(database: Database) -> str:
    """A manager who also sets up; returns the address."""
    unit = make_unit(database, "Kommunalteknikk")
    email = "lise@asker.example"
    roles: list[tuple[Role, str | int | None]] = [(Role.MANAGER, unit), (Role.ADMIN, "*")]
    accounts.add_account(database, by=None, email=email, name="Lise Leder", roles=roles, password=PASSWORD, now=NOW)
    return email


@pytest.fixture(params=[1280, 320], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, browser: "Browser", address: str, person: str) -> Iterator["Page"]:
    """A page in a window, signed in. Whatever the policy stops, or a file that is missing, fails the test."""
    said: list[str] = []

    def hear(message: "ConsoleMessage") -> None:
        if "status of 422" not in message.text:  # a form that was sent back
            said.append(message.text)

    with window(browser, address, request.param) as context:
        page = context.new_page()
        page.on("console", hear)
        page.goto("/")
        assert_fits(page)
        page.get_by_label("E-post").fill(person)
        page.get_by_label("Passord").fill(PASSWORD)
        page.get_by_role("button", name="Logg inn").click()
        page.get_by_role("button", name="Logg ut").wait_for()
        yield page
    assert not said


def test_a_case_is_registered_answered_and_counted(page: "Page") -> None:
    page.get_by_role("heading", name="Min dag", level=1).wait_for()
    assert_fits(page)
    page.get_by_role("link", name="Registrer", exact=True).click()
    assert_fits(page)
    page.get_by_label("Kanal").select_option("phone")
    width = page.viewport_size["width"] if page.viewport_size else 0  # the same subject again would be asked about
    page.get_by_label("Emne").fill(f"Gatelys ute i Strøket, ved inngangen til biblioteket, lykt {width}")
    page.get_by_role("button", name="Registrer", exact=True).click()
    page.get_by_role("status").filter(has_text="har fått referansen").wait_for()
    assert_fits(page)
    page.get_by_text("Andre steg", exact=True).click()
    page.get_by_role("link", name="Besvart på annen måte").click()
    assert_fits(page)
    page.get_by_role("button", name="Lagre svardato").click()
    page.get_by_text("Besvart i tide").first.wait_for()
    page.get_by_role("link", name="Årsrapport").click()
    assert_fits(page)
    page.get_by_role("link", name="Etter virksomhet").click()
    page.get_by_role("cell", name="Kommunalteknikk").or_(
        page.get_by_role("rowheader", name="Kommunalteknikk")
    ).first.wait_for()
    assert_fits(page)
    page.get_by_role("button", name="Logg ut").click()
    page.get_by_role("button", name="Logg inn").wait_for()


def test_every_page_fits_the_window(page: "Page") -> None:
    year = clock.now().year
    for path in (
        "/cases?state=all",
        "/cases/new",
        f"/reports/mv-1.1/{year}?by=month",
        "/letters",
        "/account",
        "/admin/units",
        "/admin/people",
        "/admin/people/1",
        "/admin/kinds",
        "/admin/rules",
        "/admin/closed-days",
    ):
        page.goto(path)
        assert_fits(page)


def test_the_keyboard_alone_is_enough(page: "Page") -> None:
    page.goto("/cases")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Hopp til innholdet"
    page.goto("/cases/new")
    assert page.evaluate("document.activeElement.id") == "subject", "one writes at once"
    page.keyboard.type("Skrevet uten mus")
    page.keyboard.press("Enter")
    summary = page.get_by_role("alert")
    assert "Kanal: Må fylles ut." in summary.inner_text()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert", "the errors are read first"
    page.get_by_role("link", name="Kanal: Må fylles ut.").click()
    assert page.evaluate("document.activeElement.id") == "channel"
    assert page.get_by_label("Emne").input_value() == "Skrevet uten mus"
