"""The deadline rule: its versions, and a new one from a day on."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dialogen.domain.deadlines import DeadlineRule, Roll
from dialogen.domain.errors import Conflict, InvalidInput
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.services import setup
from dialogen.web import visit
from dialogen.web.access import administrator
from dialogen.web.forms_admin import RuleForm


def add_routes(blueprint: Blueprint) -> None:
    """Add the deadline rule to an administrator's pages."""
    blueprint.add_url_rule("/rules", "rules", rules, methods=["GET", "POST"])


@administrator
def rules() -> ResponseReturnValue:
    """List the versions of the rule, or add one."""
    form = RuleForm()
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        try:
            added = _add_rule(form)
        except (InvalidInput, Conflict) as refusal:
            status = form.refuse(refusal)
        else:
            flash(
                gettext(
                    "Regelen har fått versjon %(version)s. Frister som er satt, er de samme.", version=added.version
                )
            )
            return redirect(url_for("admin.rules"), code=303)
    return render_template("admin/rules.html", form=form, rules=setup.list_rules(office().db)), status


def _add_rule(form: RuleForm) -> DeadlineRule:
    valid_from, days = form.valid_from.data, form.days.data
    assert valid_from is not None, "a form that validated has a date"
    assert days is not None, "and a number"
    roll = Roll(form.roll.data)
    return setup.add_rule(
        office().db, by=visit.standing(), valid_from=valid_from, days=days, roll=roll, now=visit.now()
    )
