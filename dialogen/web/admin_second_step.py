"""The second step of somebody who has lost theirs: an administrator takes it away, so that they set up a new one."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dialogen.domain.access_log import Manner, Sight
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.looks import looks_at
from dialogen.services import second_step_setup, second_steps
from dialogen.web import visit
from dialogen.web.access import administrator
from dialogen.web.admin_people import get_person


def add_routes(blueprint: Blueprint) -> None:
    """Add people's second steps to an administrator's pages."""
    path = "/people/<int:account_id>/second-step"
    blueprint.add_url_rule(path, "second_step", show)
    blueprint.add_url_rule(f"{path}/reset", "reset_second_step", reset, methods=["POST"])


@administrator
@looks_at(Sight.PERSON, Manner.OPENED, by="account_id")
def show(account_id: int) -> ResponseReturnValue:
    """Show what somebody has of a second step."""
    return render_template(
        "admin/second_step.html",
        person=get_person(account_id),
        kept=second_steps.second_step_of(office().db, account_id),
        is_own=account_id == visit.me().id,
    )


@administrator
def reset(account_id: int) -> ResponseReturnValue:
    """Take somebody's second step away and end the account's sessions."""
    second_step_setup.reset(
        office().db, by=visit.standing(), account_id=account_id, author=visit.author(), now=visit.now()
    )
    flash(gettext("Totrinnsinnloggingen er nullstilt, og personen er logget ut overalt."))
    return redirect(url_for("admin.second_step", account_id=account_id), code=303)
