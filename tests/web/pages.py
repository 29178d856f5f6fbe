"""A reader of pages for the tests: fetches, presses buttons, follows redirects, and checks the markup of every page."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from werkzeug.datastructures import Headers

from dialogen.database import sessions
from dialogen.database.engine import Database
from dialogen.domain.accounts import Stage
from dialogen.services.secrets import new_secret, secret_hash
from tests.factories import NOW

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

INLINE = ("a", "span", "strong", "code")
CONTROLS = ("input", "select", "textarea")
INTERACTIVE = ("a", "button", "summary")
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "headers", "form", "list")


@dataclass(frozen=True)
class Page:
    """One page as a browser got it."""

    status: int
    headers: Headers
    root: Element
    path: str

    @property
    def text(self) -> str:
        """Everything that can be read on the page, with single spaces."""
        return _text(self.root.find("body"))  # type: ignore[arg-type]

    def texts_by_language(self) -> dict[str, str]:
        """Return what can be read on the page, title and all, by the language that it is said to be in."""
        pieces: dict[str, list[str]] = {}
        _sort_pieces(self.root, self.root.get("lang", ""), pieces)
        return {language: " ".join("".join(found).split()) for language, found in pieces.items()}

    @property
    def title(self) -> str:
        """The title of the page."""
        return "".join(self.root.find("head/title").itertext())  # type: ignore[union-attr]

    @property
    def heading(self) -> str:
        """The first heading."""
        return _text(next(self.root.iter("h1")))

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Return the elements of a kind that have these attributes (class_ for class)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [each for each in self.root.iter(tag) if all(each.get(name) == wanted[name] for name in wanted)]

    def links(self) -> dict[str, str]:
        """Return what each link says, and where it leads."""
        return {_text(link): link.get("href", "") for link in self.root.iter("a")}

    def form_with(self, button: str) -> Element:
        """Return the form that has a button with this text."""
        for form in self.root.iter("form"):
            if any(button in (_text(each), each.get("aria-label")) for each in form.iter("button")):
                return form
        raise AssertionError(f"no form with the button {button!r} on {self.path}")

    def options(self, name: str) -> list[str]:
        """Return the texts that can be chosen in a field."""
        return [_text(each) for select in self.all("select", name=name) for each in select.iter("option")]

    def value(self, name: str) -> str:
        """Return what stands in a field."""
        return next(values[name] for form in self.root.iter("form") if name in (values := _values(form)))


@dataclass
class Reader:
    """A person at a browser. `sign_in` skips the sign-in page; every page that is read is checked."""

    app: Flask
    db: Database
    pages: list[Page] = field(default_factory=list)
    account_id: int = 0

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def sign_in(self, account_id: int, *, stage: Stage = Stage.FULL) -> Reader:
        """Let an account in with a session of its own, that has come so far."""
        self.account_id = account_id
        secret = new_secret()
        with self.db.writing() as session:
            sessions.add_session(
                session,
                account_id,
                secret_hash=secret_hash(secret),
                now=NOW,
                expires_at=NOW.replace(year=2027),
                stage=stage,
            )
        with self.client.session_transaction() as cookie:
            cookie["_user_id"] = secret
        return self

    def get(self, path: str, *, status: int = 200) -> Page:
        """Fetch a page, following redirects unless the status expected is one."""
        answer = self.client.get(path, follow_redirects=status not in (301, 302, 303, 308))
        return self._read(answer, status)

    def press(self, page: Page, button: str, *, status: int = 200, **values: str) -> Page:
        """Fill in the form of a button and send it, following the redirect; other fields keep what stands in them."""
        form = page.form_with(button)
        sent = _values(form) | _pressed(form, button) | values
        unknown = set(values) - {each.get("name") for each in _controls(form)}
        assert not unknown, f"the form has no field {unknown}"
        path = form.get("action") or page.path
        if form.get("method") == "post":
            answer = self.client.post(path, data=sent, follow_redirects=True)
        else:
            answer = self.client.get(path, query_string=sent, follow_redirects=True)
        return self._read(answer, status)

    def _read(self, answer: TestResponse, status: int) -> Page:
        assert answer.status_code == status, f"{answer.request.path}: {answer.status_code}\n{answer.text[:3000]}"
        return page_of(answer)


def page_of(answer: TestResponse) -> Page:
    """Return the page of an answer, checked when it is one that is shown."""
    where = answer.request.full_path if answer.request.query_string else answer.request.path
    page = Page(answer.status_code, answer.headers, _parsed(answer.text), where)
    if answer.mimetype == "text/html" and answer.status_code not in (301, 302, 303, 308):
        check_headers(page)
        check_markup(page)
    return page


def _parsed(text: str) -> Element:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        root: Element = parser.parse(text)
    errors = [error for error in parser.errors if text.lstrip().lower().startswith("<!doctype html>")]
    assert not errors, errors
    return root


def _text(element: Element) -> str:
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: Element) -> Iterator[str]:
    """Give the texts in order; what stands in a block of its own does not run into its neighbour."""
    edge = "" if element.tag in INLINE else " "
    yield edge + (element.text or "")
    for child in element:
        yield from _pieces(child)
        yield child.tail or ""
    yield edge


def _sort_pieces(element: Element, language: str, pieces: dict[str, list[str]]) -> None:
    language = element.get("lang", language)
    edge = "" if element.tag in INLINE else " "
    pieces.setdefault(language, []).append(edge + (element.text or ""))
    for child in element:
        _sort_pieces(child, language, pieces)
        pieces[language].append(child.tail or "")
    pieces[language].append(edge)


def _controls(form: Element) -> list[Element]:
    return [each for each in form.iter() if each.tag in CONTROLS]


def _pressed(form: Element, button: str) -> dict[str, str]:
    """Return what the button itself says, when it has a name."""
    pressed = next(each for each in form.iter("button") if button in (_text(each), each.get("aria-label")))
    name = pressed.get("name")
    return {name: pressed.get("value", "")} if name else {}


def _values(form: Element) -> dict[str, str]:
    values = {}
    for control in _controls(form):
        name = control.get("name")
        if name and (control.get("type") != "checkbox" or control.get("checked") is not None):
            values[name] = _value(control)
    return values


def _value(control: Element) -> str:
    if control.tag == "textarea":
        return control.text or ""
    if control.tag == "select":
        options = list(control.iter("option"))
        chosen = next((each for each in options if each.get("selected") is not None), options[0])
        return chosen.get("value", "")
    return control.get("value", "y" if control.get("type") == "checkbox" else "")


def check_headers(page: Page) -> None:
    """Refuse a page that lets the browser run, embed or keep what it should not."""
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src 'self';" in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"


def check_markup(page: Page) -> None:
    """Refuse markup that a screen reader, a keyboard or the policy would stumble over."""
    root = page.root
    assert root.get("lang") == page.headers["Content-Language"]
    assert page.title.endswith(" – Dialogen")
    assert len(list(root.iter("h1"))) == 1, "a page has one first heading"
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids)), f"an id stands twice: {sorted(each or '' for each in ids)}"
    inline = [
        each.tag for each in root.iter() if each.get("style") or any(name.startswith("on") for name in each.attrib)
    ]
    assert not inline
    assert not list(root.iter("style"))
    assert all((each.get("src") or "").startswith("/static/") and not each.text for each in root.iter("script"))
    _check_headings(root)
    _check_nesting(root)
    _check_references(root, {each or "" for each in ids})
    _check_fields(root, {each or "" for each in ids})
    _check_tables(root)
    for form in page.all("form", method="post"):
        assert "csrf_token" in _values(form)


def _check_headings(root: Element) -> None:
    levels = [int(each.tag[1]) for each in root.iter() if each.tag in ("h1", "h2", "h3", "h4")]
    steps = itertools.pairwise(levels)
    assert not [(above, below) for above, below in steps if below > above + 1], f"a level is left out: {levels}"


def _check_nesting(root: Element) -> None:
    """What can be pressed holds nothing else that can; a parser lets that pass."""
    for outer in (each for each in root.iter() if each.tag in INTERACTIVE):
        within = [each.tag for each in outer.iter() if each is not outer and each.tag in (*INTERACTIVE, *CONTROLS)]
        assert not within, f"<{outer.tag}> holds {within}"


def _check_references(root: Element, ids: set[str]) -> None:
    for each in root.iter():
        for name in REFERENCES:
            assert set((each.get(name) or "").split()) <= ids, f"{name} to nothing: {each.attrib}"


def _check_fields(root: Element, ids: set[str]) -> None:
    labelled = {label.get("for") for label in root.iter("label")}
    for control in (each for each in root.iter() if each.tag in CONTROLS and each.get("type") != "hidden"):
        assert control.get("id") in labelled or control.get("aria-label"), f"no label: {control.attrib}"
        assert set((control.get("aria-describedby") or "").split()) <= ids, f"described by nothing: {control.attrib}"
    assert {place or "" for place in labelled} <= ids, "a label for nothing"
    targets = {(link.get("href") or "")[1:] for link in root.iter("a") if (link.get("href") or "").startswith("#")}
    assert targets <= ids, f"a link to nothing: {targets - ids}"


def _check_tables(root: Element) -> None:
    for table in root.iter("table"):
        assert table.find("caption") is not None
        assert all(head.get("scope") for head in table.iter("th"))
