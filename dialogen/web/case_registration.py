"""Registering a case by hand."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from dialogen.domain.accounts import Act, Standing, reach
from dialogen.domain.answers import likely_manner
from dialogen.domain.errors import Conflict, InvalidInput, NotAllowed, Problem, WrongState
from dialogen.domain.history import Author, Door
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.services import cases, likeness, registration
from dialogen.services.attachments import Checked
from dialogen.services.case_views import CaseView
from dialogen.services.letters_to_sender import paper_of
from dialogen.services.likeness import Similar
from dialogen.services.registration import Filing
from dialogen.web import options, visit, wording
from dialogen.web.access import signed_in
from dialogen.web.case_files import cabinet, handed_in
from dialogen.web.forms import renew
from dialogen.web.forms_cases import RegistrationForm

CHANNEL = "channel"  # in the session: how the last one came that was registered here
ANSWERED, ANOTHER = "answered", "another"  # what is asked for besides, as the buttons say


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
    status, similar = 200, []
    if form.is_submitted():
        status = 422
        if form.validate():
            similar = _not_shown_yet(form)
            if similar:
                return _show(form, similar), 409
            try:
                with handed_in(form.files) as files:
                    view = _register(form, files)
            except (InvalidInput, Conflict) as refusal:
                status = form.refuse(refusal)
            else:
                return _lead_on(view, then=request.form.get("then"))
    return _show(form, []), status


def _lead_on(view: CaseView, *, then: str | None) -> ResponseReturnValue:
    """Tell of the new case, do what was asked for besides, and lead to where its writer goes on."""
    session[CHANNEL] = view.channel
    flash(gettext("Henvendelsen er registrert og har fått referansen %(reference)s.", reference=view.reference))
    if then == ANOTHER:
        if view.kind is not None and view.kind.law is not None:
            law = wording.LAW_MARKS[view.kind.law]
            flash(
                gettext("En annen frist gjelder også for %(reference)s. %(law)s.", reference=view.reference, law=law),
                "warning",
            )
        return redirect(url_for("cases.register"), code=303)
    if then == ANSWERED:
        _answer_today(view)
    # The keyboard goes on from where the page tells of the case, not from its menu.
    return redirect(url_for("cases.show", reference=view.reference, _anchor="content"), code=303)


def _answer_today(view: CaseView) -> None:
    manner, deed = likely_manner(view.channel), visit.deed(seen_version=view.version)
    try:
        cases.answer_case(office().db, reference=view.reference, answered_on=visit.today(), manner=manner, deed=deed)
    except (NotAllowed, Conflict, WrongState):
        flash(gettext("Henvendelsen er registrert, men ikke besvart: en annen har den."), "warning")
    else:
        flash(
            gettext(
                "Henvendelsen er besvart. Svarmåte: %(manner)s. Var det en annen, retter du den under «Rett opplysninger».",
                manner=wording.ANSWER_MANNERS[manner],
            )
        )


def _not_shown_yet(form: RegistrationForm) -> list[Similar]:
    """Return what came within thirty days from the same sender or about the same, and was not warned of already.

    What is wrong with the fields is for the registration to say.
    """
    found = likeness.similar_to_new(office().db, new=form.new_case(), by=visit.standing(), today=visit.today())
    shown = set((form.warned.data or "").split())
    references = {each.case.reference for each in found}
    renew(form.warned, " ".join(sorted(references)))
    return found if references - shown else []


def _show(form: RegistrationForm, similar: list[Similar]) -> str:
    demanded = not reach(visit.standing(), Act.REGISTER).everything
    return render_template("cases/register.html", form=form, unit_demanded=demanded, similar=similar)


def _form(by: Standing) -> RegistrationForm:
    units = options.units_within(Act.REGISTER)
    everything = reach(by, Act.REGISTER).everything
    only = units[0].name if len(units) == 1 and not everything else ""
    form = RegistrationForm(received_on=visit.today(), unit=only, channel=session.get(CHANNEL, ""))
    form.unit.offer(
        options.unit_choices(units, empty=gettext(options.NO_UNIT) if everything else gettext("Velg virksomhet"))
    )
    form.handler.offer(
        options.handler_choices(options.handlers_within(Act.REGISTER), empty=gettext(options.NO_HANDLER))
    )
    form.kind.offer(options.kind_choices())
    return form


def _register(form: RegistrationForm, files: list[Checked]) -> CaseView:
    return registration.register_case(
        office().db,
        new=form.new_case(),
        by=visit.standing(),
        author=Author(visit.me().id, Door.WEB),
        today=visit.today(),
        now=visit.now(),
        paper=paper_of(office().config),
        filing=Filing(cabinet(), files),
    )
