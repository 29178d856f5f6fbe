"""Somebody at a browser who reads any of the languages: labels are given in bokmål and looked for in the reader's."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialogen.domain.languages import Language
from dialogen.languages import CATALOGS, gettext, reading
from tests.browser.conftest import assert_fits

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def _known() -> frozenset[str]:
    """Return every text of the product, in bokmål."""
    catalog = (CATALOGS / "nn" / "LC_MESSAGES" / "messages.po").read_text(encoding="utf-8")
    texts = re.findall(r'^msgid(?:_plural)? ((?:"(?:[^"\\]|\\.)*"\s*)+)', catalog, re.MULTILINE)
    return frozenset("".join(re.findall(r'"((?:[^"\\]|\\.)*)"', each)).replace('\\"', '"') for each in texts)


KNOWN = _known()


@dataclass
class Walker:
    """A person with a page in front of them."""

    page: "Page"
    language: Language
    account_id: int
    name: str
    email: str

    def say(self, text: str, **values: object) -> str:
        """Return a text of the product as this reader reads it. A text that the product does not have is a mistake."""
        assert text in KNOWN, f"no page says {text!r} any longer"
        with reading(self.language):
            return gettext(text, **values)

    def go(self, path: str) -> None:
        """Go to an address, as from a bookmark."""
        self.page.goto(path)
        assert_fits(self.page)

    def open_case(self, reference: str) -> None:
        """Open a case by its address, as a letter's link does."""
        self.go(f"/cases/{reference}")
        self.page.get_by_role("heading", level=1).filter(has_text=reference).wait_for()

    def sign_in(self, password: str) -> None:
        """Come to the front page without a session, and sign in there."""
        self.go("/")
        self.heading("Logg inn")
        self.write("E-post", self.email)
        self.write("Passord", password)
        self.press("Logg inn")
        self.button("Logg ut").wait_for()
        assert_fits(self.page)

    def heading_is(self, text: str) -> None:
        """See a page by a first heading that somebody wrote."""
        self.page.get_by_role("heading", level=1).filter(has_text=text).wait_for()
        assert_fits(self.page)

    def heading(self, text: str, **values: object) -> None:
        """See a page by its first heading."""
        self.page.get_by_role("heading", level=1).filter(has_text=self._words(text, values)).first.wait_for()
        assert_fits(self.page)

    def follow(self, text: str, **values: object) -> None:
        """Follow a link by what it says."""
        self.page.get_by_role("link", name=self._words(text, values)).first.click()

    def begin(self, step: str) -> None:
        """Begin a step with the case in front of them, among the other steps if it is not the next one."""
        link = self.page.get_by_role("main").get_by_role("link", name=self.say(step), exact=True)
        others = self.page.get_by_text(self.say("Andre steg"), exact=True)
        link.or_(others).first.wait_for()
        if not link.first.is_visible():
            others.click()
        link.first.click()
        self.heading(step)

    def press(self, text: str, **values: object) -> None:
        """Press a button by what it says."""
        self.button(text, **values).click()

    def button(self, text: str, **values: object) -> "Locator":
        """Return a button by what it says."""
        return self.page.get_by_role("button", name=self.say(text, **values), exact=True).first

    def field(self, label: str, within: "Locator | None" = None) -> "Locator":
        """Return a field by how its label begins."""
        begins = re.compile(rf"^\s*{re.escape(self.say(label))}(?![\w-])")
        return (within or self.page).get_by_label(begins).first

    def write(self, label: str, text: str) -> None:
        """Write into a field."""
        self.field(label).fill(text)

    def choose(self, label: str, value: str) -> None:
        """Choose from a list by what is sent: that is the same in every language."""
        self.field(label).select_option(value)

    def told(self, text: str, **values: object) -> None:
        """See what the page tells after a deed."""
        told = self.page.get_by_role("status").or_(self.page.get_by_role("alert"))
        told.filter(has_text=self._words(text, values)).first.wait_for()
        assert_fits(self.page)

    def reads(self, text: str, **values: object) -> None:
        """See a text of the product anywhere on the page."""
        self.sees(self.say(text, **values))

    def sees(self, text: str) -> None:
        """See a text on the page, whoever wrote it."""
        self.page.locator("main").get_by_text(text).filter(visible=True).first.wait_for()

    def misses(self, text: str) -> None:
        """See that a text is not on the page, once it is all there."""
        self.page.wait_for_load_state()
        assert self.page.get_by_role("main").get_by_text(text, exact=True).count() == 0, f"{text!r} is there"

    def _words(self, text: str, values: dict[str, object]) -> "str | re.Pattern[str]":
        return re.compile(rf"(?<![\w-]){re.escape(self.say(text, **values))}(?![\w-])")
