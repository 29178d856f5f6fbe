"""Registering and answering by keys alone, so few that ten seconds suffice for whoever types as most do, with script and without."""

from typing import TYPE_CHECKING

import pytest

from dialogen.domain.languages import Language
from tests.browser.journeys.conftest import Town
from tests.browser.journeys.walker import Walker
from tests.browser.journeys.ways import Way
from tests.factories import TODAY

if TYPE_CHECKING:
    from playwright.sync_api import Page

WAYS = [Way(Language.BOKMAL, script, 1280, "light") for script in (True, False)]
#: A key takes 0.28 seconds of somebody who types 40 words a minute (Card, Moran and Newell 1980).
FEW = int(10 / 0.28)
#: What the focus is on, as its reader would call it.
HERE = """() => {
  const each = document.activeElement;
  return (each.labels?.[0]?.innerText || each.innerText || each.getAttribute("aria-label") || "").trim();
}"""


class Keys:
    """A keyboard that counts. What is written of one's own is not counted."""

    def __init__(self, page: "Page") -> None:
        self.page, self.pressed = page, 0

    def press(self, key: str) -> None:
        """Press a key."""
        self.page.keyboard.press(key)
        self.pressed += 1

    def tab_to(self, text: str) -> None:
        """Press Tab until something that begins so has the focus."""
        for _ in range(FEW):
            if str(self.page.evaluate(HERE)).startswith(text):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not come to {text!r}")


@pytest.fixture
def keys(handler: Walker) -> Keys:
    """A keyboard before My day of a case handler."""
    handler.go("/")
    return Keys(handler.page)


def test_a_case_is_registered_and_answered_from_my_day(town: Town, handler: Walker, keys: Keys) -> None:
    keys.tab_to("Registrer")
    keys.press("Enter")
    handler.heading("Registrer henvendelse")
    handler.page.keyboard.type("Når åpner svømmehallen?")
    keys.tab_to("Kanal")
    keys.press("T")
    keys.tab_to("Registrer som besvart i dag")
    keys.press("Enter")
    handler.reads("Besvart i tide")
    handler.heading_is("Når åpner svømmehallen?")
    assert keys.pressed <= FEW, f"{keys.pressed} keys"


def test_a_case_of_theirs_is_answered_from_my_day(town: Town, handler: Walker, keys: Keys) -> None:
    reference = town.case(handler_id=handler.account_id)
    handler.go("/")
    keys.tab_to("Hopp til innholdet")
    keys.press("Enter")
    keys.tab_to(reference)
    keys.press("Enter")
    handler.page.get_by_role("heading", level=1).filter(has_text=reference).wait_for()
    keys.tab_to("Hopp til innholdet")
    keys.press("Enter")
    keys.tab_to("Besvart")
    keys.press("Enter")
    handler.told("Henvendelsen er besvart.")
    assert town.kept(reference).answered_on == TODAY
    assert keys.pressed <= FEW, f"{keys.pressed} keys"
