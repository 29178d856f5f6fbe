"""The steps of alerts: for managers their own units', for administrators also everybody's."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dialogen import looks
from dialogen.domain.errors import Conflict, InvalidInput
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.looks import looks_at
from dialogen.services import ladders as service
from dialogen.services.ladder_previews import Preview, preview_ladder
from dialogen.services.ladders import LadderPage
from dialogen.web import visit
from dialogen.web.access import signed_in
from dialogen.web.forms_ladders import LadderForm, ladder_form

ladders = Blueprint("ladders", __name__, url_prefix="/alert-steps")


@ladders.get("")
@signed_in
def list_ladders() -> ResponseReturnValue:
    """List everybody's steps, and those of the units whose steps the reader sets."""
    listed = service.list_ladders(office().db, by=visit.standing(), today=visit.today())
    may_set_default = service.may_set(visit.standing(), None)
    return render_template("ladders/list.html", ladders=listed, may_set_default=may_set_default)


@ladders.get("/default")
@signed_in
def default() -> ResponseReturnValue:
    """Show everybody's steps, with what they were before."""
    there = _there(None)
    return _page(ladder_form(there), there)


@ladders.post("/default")
@signed_in
@looks_at("cases", "listed")
def save_default() -> ResponseReturnValue:
    """Change everybody's steps, or show what a change comes to."""
    return _save(None)


@ladders.get("/<int:unit_id>")
@signed_in
def of_unit(unit_id: int) -> ResponseReturnValue:
    """Show a unit's steps, with what they were before."""
    there = _there(unit_id)
    return _page(ladder_form(there), there)


@ladders.post("/<int:unit_id>")
@signed_in
@looks_at("cases", "listed")
def save_of_unit(unit_id: int) -> ResponseReturnValue:
    """Change a unit's steps, or show what a change comes to."""
    return _save(unit_id)


def _there(unit_id: int | None) -> LadderPage:
    return service.show_ladder(office().db, by=visit.standing(), unit_id=unit_id, today=visit.today())


def _page(form: LadderForm, there: LadderPage, preview: Preview | None = None) -> str:
    return render_template("ladders/show.html", form=form, there=there, preview=preview)


def _save(unit_id: int | None) -> ResponseReturnValue:
    there = _there(unit_id)
    form = ladder_form(there)
    looks.tell(shown=0)
    if not form.validate():
        return _page(form, there), 422
    try:
        if form.is_only_looked_at:
            return _page(form, there, _preview(form, unit_id))
        service.save_ladder(
            office().db,
            by=visit.standing(),
            unit_id=unit_id,
            draft=form.draft(),
            version=form.version.data or 0,
            today=visit.today(),
            now=visit.now(),
        )
    except (InvalidInput, Conflict) as refusal:
        status = form.refuse(refusal)
        return _page(form, there), status
    flash(gettext("Varslingstrinnene er lagret. De gjelder fra neste morgen."))
    return redirect(url_for("ladders.list_ladders"), code=303)


def _preview(form: LadderForm, unit_id: int | None) -> Preview:
    preview = preview_ladder(office().db, by=visit.standing(), unit_id=unit_id, draft=form.draft(), today=visit.today())
    looks.tell(shown=len(preview.shown))
    return preview
