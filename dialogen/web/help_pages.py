"""Help in plain words: what each role does here, how the deadline and the figure are counted, and what the alerts are."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from dialogen.domain.accounts import Role
from dialogen.web import visit
from dialogen.web.access import signed_in

help_pages = Blueprint("help_pages", __name__)


@help_pages.get("/help")
@signed_in
def show() -> ResponseReturnValue:
    """Show the help, the parts of the reader's own roles first."""
    mine = [role for role in Role if visit.standing().has_role(role)]
    return render_template("help/show.html", mine=mine, others=[role for role in Role if role not in mine])
