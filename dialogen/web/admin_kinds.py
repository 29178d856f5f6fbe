"""Kinds of inquiry (sakstyper): the list, a new one, a new name, and whether it is in use."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dialogen.domain.errors import Conflict, InvalidInput, NotFound, Problem
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.services import setup
from dialogen.web import visit
from dialogen.web.access import administrator
from dialogen.web.forms_admin import KindChangeForm, KindForm


def add_routes(blueprint: Blueprint) -> None:
    """Add the kinds to an administrator's pages."""
    blueprint.add_url_rule("/kinds", "kinds", kinds, methods=["GET", "POST"])
    blueprint.add_url_rule("/kinds/<int:kind_id>", "kind", kind, methods=["GET", "POST"])


@administrator
def kinds() -> ResponseReturnValue:
    """List the kinds, or add one."""
    form = KindForm()
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        try:
            added = setup.add_kind(
                office().db, by=visit.standing(), now=visit.now(), name=form.name.data, law=form.chosen_law
            )
        except (InvalidInput, Conflict) as refusal:
            status = form.refuse(refusal)
        else:
            flash(gettext("Sakstypen %(name)s er lagt til.", name=added.name))
            return redirect(url_for("admin.kinds"), code=303)
    listed = setup.list_kinds(office().db, in_use_only=False)
    return render_template("admin/kinds.html", form=form, kinds=listed), status


@administrator
def kind(kind_id: int) -> ResponseReturnValue:
    """Show a kind's form, or change its name and whether it is in use."""
    listed = setup.list_kinds(office().db, in_use_only=False)
    there = next((each for each in listed if each.id == kind_id), None)
    if there is None:
        raise NotFound(Problem.NO_SUCH, what="kind", value=kind_id)
    form = KindChangeForm(name=there.name, in_use=there.in_use, law=there.law.value if there.law else "")
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        name, in_use = form.name.data, form.in_use.data
        try:
            setup.change_kind(
                office().db,
                by=visit.standing(),
                now=visit.now(),
                kind_id=kind_id,
                name=name,
                in_use=in_use,
                law=form.chosen_law,
            )
        except (InvalidInput, Conflict) as refusal:
            status = form.refuse(refusal)
        else:
            flash(gettext("Sakstypen er endret."))
            return redirect(url_for("admin.kinds"), code=303)
    return render_template("admin/kind.html", form=form, kind=there), status
