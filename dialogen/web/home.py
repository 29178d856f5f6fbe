"""The front door: leads everybody on to where their work is."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from dialogen.domain.accounts import Act, reach
from dialogen.web import visit
from dialogen.web.access import signed_in

home = Blueprint("home", __name__)


@home.get("/")
@signed_in
def front() -> ResponseReturnValue:
    """Lead to the list of cases, or to the figure whoever reaches no case."""
    if reach(visit.standing(), Act.SEE).is_empty:
        return redirect(url_for("reports.find"), code=303)
    return redirect(url_for("cases.list"), code=303)
