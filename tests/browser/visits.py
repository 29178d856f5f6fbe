"""A browser before a municipality: let in as somebody, sent to a page in one of its states."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flask import Flask

from dialogen.database import sessions
from dialogen.database.engine import Database
from dialogen.domain.accounts import Stage
from dialogen.services.secrets import new_secret, secret_hash
from tests.every_page import State
from tests.factories import NOW
from tests.security.law import ANONYMOUS
from tests.security.world import World

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Response

PATIENCE = 30_000  # milliseconds: the machine may be busy, and nothing here is about speed
#: What sends a form as a browser does, whatever the page that it is sent from.
HAND_IN = """([path, sent]) => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = path;
  for (const [name, value] of sent) {
    const field = document.createElement("textarea");
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}"""


def let_in(app: Flask, db: Database, account_id: int, *, context: "BrowserContext", address: str) -> None:
    """Give a browser the cookie of a session."""
    secret = new_secret()
    with db.writing() as session:
        sessions.add_session(
            session,
            account_id,
            secret_hash=secret_hash(secret),
            now=NOW,
            expires_at=NOW.replace(year=2027),
            stage=Stage.FULL,
        )
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = secret
    made = client.get_cookie("dialogen")
    assert made is not None
    context.add_cookies([{"name": "dialogen", "value": made.value, "url": address}])


@contextmanager
def shown(world: World, browser: "Browser", address: str, state: State, **look: Any) -> Iterator["Page"]:
    """Show a page in one of its states, in a window of its own."""
    path, sent = state.asked(world)
    context = browser.new_context(base_url=address, locale="nb-NO", **look)
    context.set_default_timeout(PATIENCE)
    try:
        if state.person != ANONYMOUS:
            let_in(world.app, world.db, world.accounts[state.person], context=context, address=address)
        page = context.new_page()
        answer = _hand_in(page, path, sent) if state.handed_in else page.goto(path)
        assert answer is not None
        assert answer.status == state.status, f"{path}: {answer.status}, not {state.status}\n{page.content()[:2000]}"
        yield page
    finally:
        context.close()


def _hand_in(page: "Page", path: str, sent: list[tuple[str, str]]) -> "Response | None":
    page.goto("/privacy")
    with page.expect_navigation() as going:
        page.evaluate(HAND_IN, [path, sent])
    return going.value
