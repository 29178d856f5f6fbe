"""Closed days: those on which the office is closed besides the public holidays."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dialogen.domain.errors import Conflict, InvalidInput, NotFound, Problem
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.services import setup
from dialogen.web import visit
from dialogen.web.access import administrator
from dialogen.web.forms import read_day
from dialogen.web.forms_admin import ClosedDayForm


def add_routes(blueprint: Blueprint) -> None:
    """Add the closed days to an administrator's pages."""
    blueprint.add_url_rule("/closed-days", "closed_days", closed_days, methods=["GET", "POST"])
    blueprint.add_url_rule("/closed-days/remove", "remove_closed_day", remove, methods=["POST"])


@administrator
def closed_days() -> ResponseReturnValue:
    """List the closed days, or add one."""
    form = ClosedDayForm()
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        try:
            _add(form)
        except (InvalidInput, Conflict) as refusal:
            status = form.refuse(refusal)
        else:
            flash(gettext("Dagen er lagt til."))
            return redirect(url_for("admin.closed_days"), code=303)
    return render_template("admin/closed_days.html", form=form, days=setup.list_closed_days(office().db)), status


@administrator
def remove() -> ResponseReturnValue:
    """Take a closed day away."""
    day = read_day(request.form.get("day", ""))
    if day is None:
        raise NotFound(Problem.NO_SUCH, what="closed day", value=request.form.get("day", ""))
    setup.remove_closed_day(office().db, by=visit.standing(), now=visit.now(), day=day)
    flash(gettext("Dagen er slettet."))
    return redirect(url_for("admin.closed_days"), code=303)


def _add(form: ClosedDayForm) -> None:
    day = form.day.data
    assert day is not None, "a form that validated has a date"
    setup.add_closed_day(office().db, by=visit.standing(), now=visit.now(), day=day, name=form.name.data)
