"""Writing to the sender of a case: what the pages of an answer and of an interim reply show and do, and what can be done
with a letter that is on its way or was stopped."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dialogen import clock, processes
from dialogen.domain.cases import Condition
from dialogen.domain.errors import Conflict, WrongState
from dialogen.domain.history import Door
from dialogen.domain.languages import Language
from dialogen.domain.letter_texts import Purpose
from dialogen.domain.letters import LetterState
from dialogen.domain.timeline import Strand, Timeline
from dialogen.extensions import office
from dialogen.languages import gettext, of_locale
from dialogen.services import case_letters, case_views, letter_delivery, letter_templates, letters
from dialogen.services import letters_to_sender as service
from dialogen.services.case_letters import CaseLetterView
from dialogen.services.case_views import CaseView
from dialogen.services.cases import Deed
from dialogen.services.letter_delivery import Round
from dialogen.services.letter_templates import Choice
from dialogen.services.letters_to_sender import Paper
from dialogen.services.worker import Worker
from dialogen.web import errors, visit, wording
from dialogen.web.access import signed_in
from dialogen.web.forms import renew
from dialogen.web.forms_letters import LetterForm


def add_routes(blueprint: Blueprint) -> None:
    """Add what can be done with a letter to the pages of cases."""
    blueprint.add_url_rule(
        "/<reference>/letters/<int:letter_id>/again", "send_letter_again", send_letter_again, methods=["POST"]
    )
    blueprint.add_url_rule(
        "/<reference>/letters/<int:letter_id>/withdraw", "withdraw_letter", withdraw_letter, methods=["POST"]
    )


def paper() -> Paper:
    """Return what letters of this installation bear."""
    return service.paper_of(office().config)


def write(reference: str, form: LetterForm, deed: Deed) -> CaseView:
    """Send a letter off, and try it at once."""
    _, letter_id = service.send_off(office().db, reference=reference, draft=form.draft(), deed=deed, paper=paper())
    _deliver(letter_id)
    return case_views.show_case(office().db, reference=reference, by=deed.by, today=deed.today)


def _deliver(letter_id: int) -> None:
    here = office()
    post = letters.post_for(here.db, here.post, mail_server_named=here.config.mail_server_named)
    worker = Worker(processes.this_process(), clock.now, processes.is_gone)
    letter_delivery.deliver_now(here.db, letter_id, Round(post, worker, here.config.timezone, Door.WEB))


def show(view: CaseView, form: LetterForm) -> dict[str, Any]:
    """Return what the page of a letter shows beside its form: templates to begin with, and the letter as it would go.

    A form that nobody has written in yet begins with the template that was asked for, or the first.
    """
    can_write = service.can_be_written_to(view)
    choices = letter_templates.choices_for(
        office().db, purpose=form.purpose, unit_id=view.unit_id, language=of_locale(office().config.locale)
    )
    if can_write and not form.is_submitted():
        _begin(view, form, choices)
    preview = None
    if form.is_submitted() and form.is_only_looked_at and not form.shown_errors:
        preview = service.preview(
            office().db,
            reference=view.reference,
            draft=form.draft(),
            by=visit.standing(),
            today=visit.today(),
            paper=paper(),
        )
    named = [(each.key, name_of(each)) for each in choices]
    return {"can_write": can_write, "choices": named, "chosen": request.args.get("template"), "preview": preview}


def name_of(choice: Choice) -> str:
    """Return what a template is called, with its language."""
    name, language = choice.name or gettext("Standard"), wording.LANGUAGES[choice.language]
    return f"{name} ({language.lower()})"


def _begin(view: CaseView, form: LetterForm, choices: Sequence[Choice]) -> None:
    asked = request.args.get("template")
    choice = next((each for each in choices if each.key == asked), choices[0])
    subject, body = service.fill_in(
        office().db,
        reference=view.reference,
        subject=choice.subject,
        body=choice.body,
        language=Language(choice.language),
        by=visit.standing(),
        paper=paper(),
    )
    renew(form.subject, subject)
    renew(form.body, body)
    renew(form.language, choice.language.value)


def told(after: CaseView, done: str) -> str:
    """Return what became of the letter that was just sent off, in words."""
    return _fate(case_letters.newest_letter(office().db, view=after), done)


def _fate(letter: CaseLetterView | None, done: str) -> str:
    if letter is None or letter.state in (LetterState.SENT, LetterState.SHOWN):
        return done
    if letter.is_stopped:
        return gettext("Brevet kunne ikke leveres. Henvendelsen er fortsatt åpen. Se nedenfor hva du kan gjøre.")
    if letter.dropped_for is not None:
        return " ".join((gettext("Brevet ble ikke sendt."), wording.LETTER_ENDS[letter.dropped_for]))
    if letter.purpose is Purpose.RECEIPT:
        return gettext(
            "Kvitteringen er på vei. E-posttjeneren har ikke tatt imot den ennå, og vi prøver igjen av oss selv."
        )
    return gettext(
        "Brevet er på vei. E-posttjeneren har ikke tatt imot det ennå, og vi prøver igjen av oss selv."
        " Henvendelsen er åpen til brevet er levert."
    )


@signed_in
def send_letter_again(reference: str, letter_id: int) -> ResponseReturnValue:
    """Let a letter that was stopped be sent again, and try it at once."""
    deed = visit.deed()
    try:
        service.try_again(office().db, reference=reference, letter_id=letter_id, deed=deed)
    except (WrongState, Conflict) as refusal:
        flash(errors.sentence_of(refusal))
    else:
        _deliver(letter_id)
        after = case_views.show_case(office().db, reference=reference, by=deed.by, today=deed.today)
        letter = case_letters.find_letter(office().db, view=after, letter_id=letter_id)
        flash(_fate(letter, gettext("Brevet er sendt.")))
    return redirect(url_for("cases.show", reference=reference), code=303)


@signed_in
def withdraw_letter(reference: str, letter_id: int) -> ResponseReturnValue:
    """Take back a letter that still waits."""
    try:
        service.withdraw(office().db, reference=reference, letter_id=letter_id, deed=visit.deed())
    except (WrongState, Conflict) as refusal:
        flash(errors.sentence_of(refusal))
    else:
        flash(gettext("Brevet er trukket tilbake."))
    return redirect(url_for("cases.show", reference=reference), code=303)


def deliveries(view: CaseView, timeline: Timeline) -> list[CaseLetterView]:
    """Return the letters that still concern an open case: on their way, or stopped with nothing sent off since."""
    if view.condition is not Condition.OPEN:
        return []
    found = [entry.details for entry in timeline.entries if entry.strand is Strand.LETTER]
    sent_off = sorted((each for each in found if isinstance(each, CaseLetterView)), key=lambda each: each.id)
    newest: dict[Purpose, CaseLetterView] = {each.purpose: each for each in sent_off}
    return [
        each
        for purpose, each in newest.items()
        if purpose is not Purpose.RECEIPT and (each.is_on_its_way or each.is_stopped)
    ]
