"""What somebody may write to make a program do as they like, and signs that it did."""

import html
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from werkzeug.test import TestResponse

from tests.security.fields import page_of

#: Everything that need not stand first, behind what a spreadsheet would take for a formula.
ALL_AT_ONCE = (
    "=1+1'\"); DROP TABLE cases; --<inj-x data-inj=1></textarea></title></option><script>inj()</script>"
    "{{7**7}}{% inj %}${7**7}#{7**7}%s%(inj)s{0.__class__}{value}../../etc/passwd%' OR '1'='1' -- \\"
)
#: What a template would make of it; no number of a case comes near.
FILLED_IN = str(7**7)
LINES = "inj\r\nBcc: inj@asker.example\r\nSet-Cookie: inj=1\r\n\r\n2026-01-01 CRITICAL root: inj"
ATTACKS = (ALL_AT_ONCE, LINES)
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "=cmd|' /C calc'!A0")
BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def effects(answer: TestResponse) -> Iterator[str]:
    """Yield every sign in an answer that what was written did something."""
    if answer.status_code == 500:
        yield f"status {answer.status_code}"
    for name, value in answer.headers:
        if name.lower() == "bcc" or value.startswith("inj=") or any(sign in value for sign in "\r\n"):
            yield f"the header {name}: {value}"
    if answer.mimetype == "text/html":
        yield from effects_in(page_of(answer))
    if FILLED_IN in answer.text or "<class" in html.unescape(answer.text):
        yield "a template was filled in"


def effects_in(page: Element) -> Iterator[str]:
    """Yield what was written and became a part of a page other than text."""
    for each in page.iter():
        if str(each.tag).startswith("inj") or _is_foreign_script(each) or each.get("data-inj") is not None:
            yield f"the element {each.tag} {each.attrib}"
        yield from (f"{name} of {each.tag}" for name in each.attrib if name.startswith("on"))
        for name in ("href", "action", "src"):
            if each.get(name, "").lower().startswith(("javascript:", "data:text", "//", "http:")):
                yield f"a link to {each.get(name)}"


def _is_foreign_script(element: Element) -> bool:
    ours = element.get("src", "").startswith("/static/") and not element.text
    return element.tag == "script" and not ours


def as_stored(text: str) -> str:
    """Return a text with single spaces, as names are stored and as it is found among stored texts."""
    return " ".join(text.split())
