"""Help in plain words: a page for each role, and what all of them need to know of deadlines, alerts and the figure."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from dialogen.domain.accounts import Role
from dialogen.domain.deadlines import NEAR_DAYS, State
from dialogen.web import visit
from dialogen.web.access import signed_in

help_pages = Blueprint("help_pages", __name__)


@help_pages.get("/help")
@signed_in
def show() -> ResponseReturnValue:
    """Lead to the pages of the reader's own roles first, then to the others, and tell what everybody needs to know."""
    mine = [role for role in Role if visit.standing().has_role(role)]
    others = [role for role in Role if role not in mine]
    return render_template("help/show.html", mine=mine, others=others, **_marks())


@help_pages.get("/help/<role>")
@signed_in
def of_role(role: str) -> ResponseReturnValue:
    """Show what somebody with a role does on an ordinary day, step by step."""
    if role not in set(Role):
        abort(404)
    return render_template(f"help/{role}.html", **_marks())


def _marks() -> dict[str, object]:
    return {"states": list(State), "near_days": NEAR_DAYS}
