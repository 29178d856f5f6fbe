"""A browser before a municipality: let in as somebody, sent to a page in one of its states."""

from typing import TYPE_CHECKING

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
    from playwright.sync_api import BrowserContext, Page, Response, ViewportSize

PATIENCE = 30_000  # milliseconds: the machine may be busy, and nothing here is about speed
DESK: "ViewportSize" = {"width": 1280, "height": 1024}
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


def let_in(
    app: Flask, db: Database, account_id: int, *, context: "BrowserContext", address: str, stage: Stage = Stage.FULL
) -> None:
    """Give a browser the cookie of a session that has come so far."""
    secret = new_secret()
    with db.writing() as session:
        sessions.add_session(
            session,
            account_id,
            secret_hash=secret_hash(secret),
            now=NOW,
            expires_at=NOW.replace(year=2027),
            stage=stage,
        )
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = secret
    made = client.get_cookie("dialogen")
    assert made is not None
    context.add_cookies([{"name": "dialogen", "value": made.value, "url": address}])


def show(world: World, page: "Page", address: str, state: State) -> None:
    """Show a page in one of its states, on the tab of the page before: whoever came then is gone, and so is how they looked.

    A tab of its own for each would cost more than all that is asked of it.
    """
    path, sent = state.asked(world)
    page.context.clear_cookies()
    if state.person != ANONYMOUS:
        let_in(world.app, world.db, world.accounts[state.person], context=page.context, address=address)
    page.emulate_media(media="null", color_scheme="light", forced_colors="null", reduced_motion="null")
    page.set_viewport_size(DESK)
    answer = _hand_in(page, address, path, sent) if state.handed_in else page.goto(path)
    assert answer is not None
    assert answer.status == state.status, f"{path}: {answer.status}, not {state.status}\n{page.content()[:2000]}"


def _hand_in(page: "Page", address: str, path: str, sent: list[tuple[str, str]]) -> "Response | None":
    if not page.url.startswith(address):
        page.goto("/privacy")
    with page.expect_navigation() as going:
        page.evaluate(HAND_IN, [path, sent])
    return going.value
