"""The second step in a real browser: set up from the picture of a key, and asked for at the next sign-in."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from dialogen import clock
from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.services import accounts
from tests.browser.conftest import assert_fits, window
from tests.totp import code_at

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PASSWORD = "riktig hest batteri stift"


@pytest.fixture(params=[1280, 320], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, browser: "Browser", address: str, database: Database) -> Iterator["Page"]:
    """A page before somebody who has no second step yet has signed in. Whatever the policy stops fails the test."""
    said: list[str] = []
    email = f"kari{request.param}@asker.example"
    accounts.add_account(
        database, by=None, email=email, name="Kari", roles=[(Role.HANDLER, "*")], password=PASSWORD, now=clock.now()
    )
    with window(browser, address, request.param) as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.goto("/")
        sign_in(page, email)
        yield page
    assert not said


def sign_in(page: "Page", email: str) -> None:
    page.get_by_label("E-post").fill(email)
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Logg inn", exact=True).click()


def test_it_is_set_up_from_the_picture_and_asked_for_at_the_next_sign_in(page: "Page") -> None:
    page.get_by_role("link", name="Kari").click()
    email = page.get_by_text("@asker.example").first.inner_text()
    page.get_by_role("link", name="Totrinnsinnlogging").click()
    assert_fits(page)
    page.get_by_role("link", name="Sett opp totrinnsinnlogging").click()
    assert_fits(page)
    picture = page.get_by_role("img", name="QR-kode")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 100"), "the policy lets it be shown"
    key = page.locator("code.key").inner_text()
    now = clock.now()
    page.get_by_label("Engangskode fra appen").fill(code_at(now, key))
    page.get_by_label("Passord eller engangskode").fill(PASSWORD)
    page.get_by_role("button", name="Slå på totrinnsinnlogging").click()
    assert_fits(page)
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("button", name="Logg ut").click()
    sign_in(page, email)
    page.get_by_role("link", name="gjenopprettingskode").click()
    assert_fits(page)
    page.get_by_label("Gjenopprettingskode").fill(codes[0].upper())
    page.keyboard.press("Enter")
    page.get_by_role("status").filter(has_text="har 9 igjen").wait_for()
