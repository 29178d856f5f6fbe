"""Units (virksomheter): the list, a new one, and a change of name or address."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dialogen.domain.errors import Conflict, InvalidInput, NotFound, Problem
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.services import setup
from dialogen.web import visit
from dialogen.web.access import administrator
from dialogen.web.forms_admin import UnitForm


def add_routes(blueprint: Blueprint) -> None:
    """Add the units to an administrator's pages."""
    blueprint.add_url_rule("/units", "units", units, methods=["GET", "POST"])
    blueprint.add_url_rule("/units/<int:unit_id>", "unit", unit, methods=["GET", "POST"])


@administrator
def units() -> ResponseReturnValue:
    """List the units, or add one."""
    form = UnitForm()
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        try:
            added = setup.add_unit(
                office().db, by=visit.standing(), now=visit.now(), name=form.name.data, email=form.email.data
            )
        except (InvalidInput, Conflict) as refusal:
            status = form.refuse(refusal)
        else:
            flash(gettext("Virksomheten %(name)s er lagt til.", name=added.name))
            return redirect(url_for("admin.units"), code=303)
    return render_template("admin/units.html", form=form, units=setup.list_units(office().db)), status


@administrator
def unit(unit_id: int) -> ResponseReturnValue:
    """Show a unit's form, or change its name and address."""
    there = next((each for each in setup.list_units(office().db) if each.id == unit_id), None)
    if there is None:
        raise NotFound(Problem.NO_SUCH, what="unit", value=unit_id)
    form = UnitForm(name=there.name, email=there.email)
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        name, email = form.name.data, form.email.data
        try:
            setup.change_unit(
                office().db, by=visit.standing(), now=visit.now(), unit_id=unit_id, name=name, email=email
            )
        except (InvalidInput, Conflict) as refusal:
            status = form.refuse(refusal)
        else:
            flash(gettext("Virksomheten er endret."))
            return redirect(url_for("admin.units"), code=303)
    return render_template("admin/unit.html", form=form, unit=there), status
