"""One moment of the database for all that a page shows, from who asks for it to the last count in its frame."""

from contextlib import ExitStack

from flask import Flask, current_app, g, request

from dialogen import looks
from dialogen.extensions import office


def register(app: Flask) -> None:
    """Begin before anything of a page is read, and end when it is made, or could not be."""
    app.before_request(_begin)
    app.teardown_request(lambda _error: end())


def _begin() -> None:
    """Begin a moment for pages that show what is stored; who is not signed in is told so without the database."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "GET" or view is None or looks.look_of(view) is None or request.path.startswith("/api/"):
        return
    if current_app.session_interface.get_cookie_name(current_app) in request.cookies:
        g.moment = ExitStack()
        g.moment.enter_context(office().db.one_moment())


def end() -> None:
    """End the moment, if one has begun: what is read afterwards is as it is then."""
    moment: ExitStack | None = g.pop("moment", None)
    if moment is not None:
        moment.close()
