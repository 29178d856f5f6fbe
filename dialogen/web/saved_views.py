"""Saved views of the list: saving what is shown, another name or list for a view, deleting it, and how a list begins."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from dialogen.domain.errors import Conflict, InvalidInput, NotAllowed, Problem
from dialogen.extensions import office
from dialogen.languages import N_, gettext
from dialogen.services import saved_views as views
from dialogen.services import setup
from dialogen.services.saved_views import ViewOfList
from dialogen.web import list_choices, visit
from dialogen.web.access import signed_in
from dialogen.web.forms import MUST, ChoiceField, Choices, PageForm
from dialogen.web.list_address import Wanted


def _audiences() -> Choices:
    """Return whom a view can be saved for: oneself, and the units of which one is the manager."""
    units = [unit for unit in setup.list_units(office().db) if views.may_save_for(visit.standing(), unit.id)]
    named = [(str(unit.id), gettext("Alle i %(unit)s", unit=unit.name)) for unit in units]
    return [("", gettext("Bare meg")), *named]


class ViewForm(PageForm):
    """The name of a view, and whom it is for."""

    name = StringField(N_("Navn på visningen"), validators=MUST)
    audience = ChoiceField(N_("For"), choices=_audiences)


class NameForm(PageForm):
    """Another name for a view."""

    name = StringField(N_("Navn på visningen"), validators=MUST)


def add_routes(blueprint: Blueprint) -> None:
    """Add the views to the pages of cases."""
    blueprint.add_url_rule("/views", "save_view", save, methods=["GET", "POST"])
    blueprint.add_url_rule("/views/begin", "begin_with", begin, methods=["POST"])
    blueprint.add_url_rule("/views/columns", "keep_columns", keep_columns, methods=["POST"])
    blueprint.add_url_rule("/views/<int:view_id>", "view", change, methods=["GET", "POST"])
    blueprint.add_url_rule("/views/<int:view_id>/list", "change_view", change_list, methods=["POST"])
    blueprint.add_url_rule("/views/<int:view_id>/delete", "delete_view", delete, methods=["POST"])


def address_of(view: ViewOfList) -> str:
    """Return where a view is seen."""
    return url_for("cases.list", **{**view.address, "view": view.id})


@signed_in
def save() -> ResponseReturnValue:
    """Save the list that the address asks for under a name."""
    form, wanted = ViewForm(), list_choices.wanted_here()
    if not form.is_submitted() or not form.validate():
        return _show(form, wanted), 422 if form.is_submitted() else 200
    try:
        wanted.filter(me=visit.me().id)
        unit_id = int(form.audience.data) if form.audience.data else None
        view = views.save_view(
            office().db,
            by=visit.standing(),
            name=form.name.data,
            unit_id=unit_id,
            address=wanted.as_view(),
            now=visit.now(),
        )
    except (InvalidInput, Conflict) as refusal:
        status = form.refuse(refusal)
        return _show(form, wanted), status
    flash(gettext("Visningen «%(name)s» er lagret.", name=view.name))
    return redirect(address_of(view), code=303)


def _show(form: ViewForm, wanted: Wanted) -> str:
    return render_template("cases/save_view.html", form=form, wanted=wanted)


@signed_in
def change(view_id: int) -> ResponseReturnValue:
    """Show what can be done with a view, or give it another name."""
    view = views.show_view(office().db, by=visit.standing(), view_id=view_id)
    form = NameForm(name=view.name)
    status = 200
    if form.is_submitted():
        if not view.may_change:
            raise NotAllowed(Problem.NOT_ALLOWED)
        status = 422
        if form.validate():
            try:
                views.rename_view(office().db, by=visit.standing(), view_id=view_id, name=form.name.data)
            except InvalidInput as refusal:
                status = form.refuse(refusal)
            else:
                flash(gettext("Visningen har fått nytt navn."))
                return redirect(address_of(view), code=303)
    begins = views.list_home(office().db, by=visit.standing()).default
    return render_template("cases/view.html", view=view, form=form, address_of=address_of, begins=begins), status


@signed_in
def change_list(view_id: int) -> ResponseReturnValue:
    """Let a view show the list that the address asks for."""
    wanted = list_choices.wanted_here()
    wanted.filter(me=visit.me().id)
    views.change_view(office().db, by=visit.standing(), view_id=view_id, address=wanted.as_view())
    flash(gettext("Visningen viser nå denne listen."))
    address: dict[str, Any] = {**wanted.address(), **wanted.as_view(), "view": view_id}
    return redirect(url_for("cases.list", **address), code=303)


@signed_in
def delete(view_id: int) -> ResponseReturnValue:
    """Delete a view."""
    views.delete_view(office().db, by=visit.standing(), view_id=view_id)
    flash(gettext("Visningen er slettet."))
    return redirect(url_for("cases.list", state="open"), code=303)


@signed_in
def begin() -> ResponseReturnValue:
    """Let the reader's list begin with a view, or as it does for everybody."""
    text = request.form.get("view", "")
    view_id = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    views.begin_with(office().db, by=visit.standing(), view_id=view_id)
    flash(gettext("Listen din begynner nå slik.") if view_id else gettext("Listen din begynner nå med alle åpne."))
    return redirect(url_for("cases.list"), code=303)


@signed_in
def keep_columns() -> ResponseReturnValue:
    """Let the reader's list show the columns that the address asks for."""
    wanted = list_choices.wanted_here()
    views.keep_columns(office().db, by=visit.standing(), columns=wanted.columns)
    flash(gettext("Kolonnene er husket."))
    address: dict[str, Any] = wanted.address(column=None)
    return redirect(url_for("cases.list", **address), code=303)
