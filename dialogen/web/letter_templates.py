"""Templates of letters to senders, and the units' choice of receipts: for managers and administrators."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dialogen.domain.errors import Conflict, InvalidInput, NotFound, Problem
from dialogen.domain.letter_texts import ALLOWED, Purpose
from dialogen.domain.receipts import ReceiptRule
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.services import letter_templates as service
from dialogen.services import setup
from dialogen.services.letter_templates import TemplateView
from dialogen.web import visit
from dialogen.web.access import signed_in
from dialogen.web.forms import Choices
from dialogen.web.forms_letters import NewTemplateForm, ReceiptRuleForm, TemplateForm

letter_templates = Blueprint("letter_templates", __name__, url_prefix="/letter-templates")
EVERYBODYS = "*"


@letter_templates.get("")
@signed_in
def list_templates() -> ResponseReturnValue:
    """List the templates that the reader words or may use, and which units send receipts."""
    listed = service.list_templates(office().db, by=visit.standing())
    units = [unit for unit in setup.list_units(office().db) if service.may_word(visit.standing(), unit.id)]
    rules = service.receipt_rules(office().db, unit_ids=[unit.id for unit in units])
    return render_template("letter_templates/list.html", templates=listed, units=units, rules=rules)


@letter_templates.route("/new", methods=["GET", "POST"])
@signed_in
def add() -> ResponseReturnValue:
    """Show the form of a new template, or add it."""
    service.check_may_word_any(visit.standing())
    form = NewTemplateForm()
    form.unit.offer(_places())
    status = 422 if form.is_submitted() else 200
    place = form.unit.data or ""
    if place == EVERYBODYS or (place.isascii() and place.isdigit()):
        service.check_may_word(visit.standing(), None if place == EVERYBODYS else int(place))
    if form.is_submitted() and form.validate():
        try:
            if form.is_only_looked_at:
                return _show_new(form, _preview(form, Purpose(form.purpose.data), place)), 200
            service.add_template(
                office().db,
                by=visit.standing(),
                unit_id=None if place == EVERYBODYS else int(place),
                purpose=Purpose(form.purpose.data),
                wording=form.wording(),
                now=visit.now(),
            )
        except (InvalidInput, Conflict) as refusal:
            status = form.refuse(refusal)
        else:
            flash(gettext("Malen er lagt til."))
            return redirect(url_for("letter_templates.list_templates"), code=303)
    return _show_new(form), status


def _show_new(form: NewTemplateForm, preview: tuple[str, str] | None = None) -> str:
    return render_template("letter_templates/new.html", form=form, allowed=ALLOWED, preview=preview)


@letter_templates.route("/<int:template_id>", methods=["GET", "POST"])
@signed_in
def change(template_id: int) -> ResponseReturnValue:
    """Show a template's form, or word it anew."""
    there = service.show_template(office().db, template_id=template_id, by=visit.standing())
    form = TemplateForm(name=there.name, language=there.language.value, subject=there.subject, body=there.body)
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        try:
            if form.is_only_looked_at:
                return _show_change(form, there, _preview(form, there.purpose, there.unit_id)), 200
            service.change_template(
                office().db, by=visit.standing(), template_id=template_id, wording=form.wording(), now=visit.now()
            )
        except (InvalidInput, Conflict) as refusal:
            status = form.refuse(refusal)
        else:
            flash(gettext("Malen er endret."))
            return redirect(url_for("letter_templates.list_templates"), code=303)
    return _show_change(form, there), status


def _show_change(form: TemplateForm, there: TemplateView, preview: tuple[str, str] | None = None) -> str:
    return render_template("letter_templates/change.html", form=form, template=there, allowed=ALLOWED, preview=preview)


def _preview(form: TemplateForm, purpose: Purpose, unit_id: int | str | None) -> tuple[str, str]:
    """Return a letter that begins with the template as it is written now; raises InvalidInput as saving does."""
    units = (unit.name for unit in setup.list_units(office().db) if str(unit.id) == str(unit_id))
    return service.preview_template(
        purpose=purpose,
        wording=form.wording(),
        municipality=office().config.municipality,
        unit=next(units, None),
        today=visit.today(),
    )


@letter_templates.post("/<int:template_id>/remove")
@signed_in
def remove(template_id: int) -> ResponseReturnValue:
    """Take a template away."""
    service.remove_template(office().db, by=visit.standing(), template_id=template_id, now=visit.now())
    flash(gettext("Malen er slettet."))
    return redirect(url_for("letter_templates.list_templates"), code=303)


@letter_templates.route("/receipts/<int:unit_id>", methods=["GET", "POST"])
@signed_in
def receipts(unit_id: int) -> ResponseReturnValue:
    """Show whether a unit sends receipts, or choose it."""
    service.check_may_word(visit.standing(), unit_id)
    unit = next((each for each in setup.list_units(office().db) if each.id == unit_id), None)
    if unit is None:
        raise NotFound(Problem.NO_SUCH, what="unit", value=unit_id)
    rule = service.receipt_rules(office().db, unit_ids=[unit_id])[unit_id]
    form = ReceiptRuleForm(on=rule.on, internal=rule.internal)
    if form.is_submitted() and form.validate():
        chosen = ReceiptRule(on=form.on.data, internal=form.internal.data)
        service.set_receipt_rule(office().db, by=visit.standing(), unit_id=unit_id, rule=chosen, now=visit.now())
        flash(gettext("Valget er lagret."))
        return redirect(url_for("letter_templates.list_templates"), code=303)
    page = render_template("letter_templates/receipts.html", form=form, unit=unit)
    return page, 422 if request.method == "POST" else 200


def _places() -> Choices:
    """Return for whom the reader can word a template."""
    by = visit.standing()
    units = [(str(unit.id), unit.name) for unit in setup.list_units(office().db) if service.may_word(by, unit.id)]
    everybody = [(EVERYBODYS, gettext("Alle virksomheter"))] if service.may_word(by, None) else []
    return [("", gettext("Velg virksomhet")), *everybody, *units]
