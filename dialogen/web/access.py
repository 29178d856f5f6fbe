"""Who comes in: the guards of the pages, the loading of a session, and where a sign-in leads on to.

A route states its guard; nothing is answered by one that forgot to.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dialogen import guards
from dialogen.domain.accounts import Stage, may_administer
from dialogen.domain.errors import NotAllowed, Problem
from dialogen.extensions import login_manager, office
from dialogen.services import sessions
from dialogen.web import kept_forms, visit

SIGNED_IN = "signed in"
ADMINISTRATOR = "administrator"
HALFWAY = "halfway in"

signed_in = guards.guarded(SIGNED_IN)
administrator = guards.guarded(ADMINISTRATOR)
halfway = guards.guarded(HALFWAY)

#: Where a sign-in goes on from, by how far it has come.
_ONWARD = {Stage.SECOND_STEP: "second_step.enter", Stage.ENROLMENT: "second_step.enrol"}


def register(app: Flask) -> None:
    """Let sessions be loaded, and let no request past a guard that does not open."""
    # The session's secret is checked against a row at every request; binding it to an address would sign out
    # whoever moves between networks.
    login_manager.session_protection = None
    login_manager.user_loader(_load)
    guards.public("style sheets and pictures, the same for everybody")(app.view_functions["static"])
    app.before_request(_stand_guard)


def _load(secret: str) -> visit.SignedIn | None:
    visitor = sessions.visitor_of_session(office().db, secret=secret, now=visit.now())
    return visit.SignedIn(visitor.account, secret, visitor.session_id, visitor.stage) if visitor is not None else None


def _stand_guard() -> ResponseReturnValue | None:
    """Stop a request that the guard of its route does not let in; one that states no guard lets nobody in."""
    if request.endpoint is None:
        return None  # no such address; said later
    guard = guards.guard_of(current_app.view_functions[request.endpoint])
    if guard is None:
        abort(403)
    stand = _GUARDS.get(guard)  # other doors stand before their own routes
    return stand() if stand is not None else None


def _demand_sign_in() -> ResponseReturnValue | None:
    if visit.signed_in() is not None:
        return None
    # Whoever was about to save something comes back to the page that asked for it, with what they wrote.
    kept_forms.keep()
    wanted = kept_forms.page_of_form()
    return redirect(url_for(_way_in(), next=None if wanted == "/" else wanted), code=303)


def _demand_administrator() -> ResponseReturnValue | None:
    answer = _demand_sign_in()
    if answer is None and not may_administer(visit.standing()):
        raise NotAllowed(Problem.NOT_ALLOWED)
    return answer


def _demand_halfway() -> ResponseReturnValue | None:
    """Let whoever has shown the right password come to the page that their sign-in goes on from, and nobody else."""
    wanted = request.args.get("next")
    if visit.signed_in() is not None:
        return redirect(safe_next(wanted), code=303)
    if request.endpoint == _way_in():
        return None
    return redirect(url_for(_way_in(), next=wanted), code=303)


def _way_in() -> str:
    waiting = visit.halfway()
    return "accounts.sign_in" if waiting is None else _ONWARD[waiting.stage]


_GUARDS: dict[str, Callable[[], ResponseReturnValue | None]] = {
    SIGNED_IN: _demand_sign_in,
    ADMINISTRATOR: _demand_administrator,
    HALFWAY: _demand_halfway,
}


def safe_next(target: str | None) -> str:
    """Return a path of our own to go on to after a sign-in, the front page when the target is anything else.

    Browsers read a backslash as a slash and drop control characters, so that neither may stand in it.
    """
    home = url_for("home.front")
    if not target or not target.startswith("/") or target.startswith("//"):
        return home
    if "\\" in target or any(ord(sign) < 0x21 or ord(sign) == 0x7F for sign in target):
        return home
    parts = urlsplit(target)
    return home if parts.scheme or parts.netloc else target
