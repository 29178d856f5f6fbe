"""Registering a case by hand."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dialogen.domain.accounts import Act, Standing, reach
from dialogen.domain.errors import Conflict, InvalidInput, NotAllowed, Problem
from dialogen.domain.history import Author, Door
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.services import registration
from dialogen.services.case_views import CaseView
from dialogen.web import options, visit
from dialogen.web.access import signed_in
from dialogen.web.forms_cases import RegistrationForm


def add_routes(blueprint: Blueprint) -> None:
    """Add the registration to the pages of cases."""
    blueprint.add_url_rule("/new", "register", register, methods=["GET", "POST"])


@signed_in
def register() -> ResponseReturnValue:
    """Show the form, or register what was handed in and lead to the new case."""
    by = visit.standing()
    if reach(by, Act.REGISTER).is_empty:
        raise NotAllowed(Problem.NOT_ALLOWED)
    form = _form(by)
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                view = _register(form)
            except (InvalidInput, Conflict) as refusal:
                status = form.refuse(refusal)
            else:
                flash(
                    gettext(
                        "Henvendelsen er registrert og har fått referansen %(reference)s.", reference=view.reference
                    )
                )
                return redirect(url_for("cases.show", reference=view.reference), code=303)
    return render_template(
        "cases/register.html", form=form, unit_demanded=not reach(by, Act.REGISTER).everything
    ), status


def _form(by: Standing) -> RegistrationForm:
    units = options.units_within(Act.REGISTER)
    everything = reach(by, Act.REGISTER).everything
    only = units[0].name if len(units) == 1 and not everything else ""
    form = RegistrationForm(received_on=visit.today(), unit=only)
    form.unit.offer(
        options.unit_choices(units, empty=gettext(options.NO_UNIT) if everything else gettext("Velg virksomhet"))
    )
    form.handler.offer(
        options.handler_choices(options.handlers_within(Act.REGISTER), empty=gettext(options.NO_HANDLER))
    )
    form.kind.offer(options.kind_choices())
    return form


def _register(form: RegistrationForm) -> CaseView:
    return registration.register_case(
        office().db,
        new=form.new_case(),
        by=visit.standing(),
        author=Author(visit.me().id, Door.WEB),
        today=visit.today(),
        now=visit.now(),
    )
