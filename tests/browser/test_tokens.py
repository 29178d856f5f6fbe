"""Tokens and the access log in a real browser: made, shown once, revoked, and read on a phone as on a desk."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from dialogen import clock
from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.services import accounts
from tests.browser.conftest import assert_fits, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PASSWORD = "riktig hest batteri stift"


@pytest.fixture(params=[1280, 320], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, browser: "Browser", address: str, database: Database) -> Iterator["Page"]:
    """A page of an administrator who handles cases too. Whatever the policy stops fails the test."""
    said: list[str] = []
    email = f"admin{request.param}@asker.example"
    roles = [(Role.ADMIN, None), (Role.HANDLER, "*")]
    accounts.add_account(
        database, by=None, email=email, name="Åse Administrator", roles=roles, password=PASSWORD, now=clock.now()
    )
    with window(browser, address, request.param) as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.goto("/account/tokens")
        page.get_by_label("E-post").fill(email)
        page.get_by_label("Passord").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Programnøkler", exact=True).wait_for()
        yield page
    assert not said


def test_a_token_is_made_by_keyboard_and_everything_fits(page: "Page") -> None:
    assert_fits(page)
    page.get_by_label("Hva nøkkelen skal brukes til").fill("Portalen på kommunens egne nettsider")
    page.get_by_label("Lese henvendelser").press("Space")
    page.get_by_label("Hente årsrapporten og måltall").press("Space")
    page.get_by_label("Passordet ditt").fill(PASSWORD)
    page.keyboard.press("Enter")
    assert page.locator("code").inner_text().startswith("dlg_")
    assert_fits(page)
    page.get_by_role("link", name="Til programnøklene dine").click()
    assert_fits(page)
    page.goto("/admin/tokens")
    assert_fits(page)
    page.get_by_role("button", name="Trekk tilbake Portalen").first.click()
    page.get_by_role("status").filter(has_text="Den virker ikke lenger").wait_for()
    page.get_by_text("Trukket tilbake").first.wait_for()
    assert_fits(page)


def test_the_access_log_fits_and_is_filtered(page: "Page") -> None:
    page.goto("/cases")
    page.goto("/admin/access")
    assert_fits(page)
    page.get_by_label("Handling").select_option("Så listen")
    page.get_by_role("button", name="Vis", exact=True).click()
    page.get_by_role("cell", name="Henvendelser").first.wait_for()
    assert_fits(page)
