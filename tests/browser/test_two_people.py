"""Two people with one case in two windows, wide and narrow: the later is told, and loses nothing."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.services import accounts
from tests.browser.conftest import assert_fits, window
from tests.factories import make_case, make_unit
from tests.web.conftest import reference_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PASSWORD = "riktig hest batteri stift"
NOW = datetime(2026, 2, 11, 5, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def unit(database: Database) -> int:
    """A unit with two managers."""
    unit = make_unit(database, "Kommunalteknikk")
    for name in ("Lise", "Siv"):
        roles: list[tuple[Role, str | int | None]] = [(Role.MANAGER, unit)]
        email = f"{name.lower()}@asker.example"
        accounts.add_account(database, by=None, email=email, name=name, roles=roles, password=PASSWORD, now=NOW)
    return unit


def signed_in(context: "BrowserContext", name: str) -> "Page":
    """Return a page of somebody who has signed in."""
    page = context.new_page()
    page.goto("/")
    page.get_by_label("E-post").fill(f"{name.lower()}@asker.example")
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Logg inn").click()
    page.get_by_role("button", name="Logg ut").wait_for()
    return page


@pytest.mark.parametrize("width", [1280, 320], ids=["desk", "phone"])
def test_the_later_is_told_and_loses_nothing(
    browser: "Browser", address: str, database: Database, unit: int, width: int
) -> None:
    path = f"/cases/{reference_of(database, make_case(database, unit_id=unit, subject=f'Mørk gangvei {width}'))}"
    with window(browser, address, width) as first, window(browser, address, width) as second:
        early, late = signed_in(first, "Lise"), signed_in(second, "Siv")
        late.goto(f"{path}/correct")
        early.goto(f"{path}/correct")
        early.get_by_label("Emne").fill("Mørk vei")
        early.get_by_role("button", name="Lagre rettelsen").click()
        early.get_by_role("heading", level=1, name="Mørk vei").wait_for()
        late.get_by_label("Emne").fill("Mørk sti ved skolen")
        late.get_by_role("button", name="Lagre rettelsen").click()
        late.get_by_role("heading", name="Dette er endret etter at du åpnet siden").wait_for()
        assert late.evaluate("document.activeElement.getAttribute('role')") == "alert", "the reader is where it is told"
        assert_fits(late)
        assert late.get_by_label("Emne").input_value() == "Mørk sti ved skolen"
        late.get_by_role("button", name="Lagre likevel").click()
        late.get_by_role("heading", level=1, name="Mørk sti ved skolen").wait_for()
        assert_fits(late)
