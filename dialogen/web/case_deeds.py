"""What can be done with a case, each on a page of its own: one form, one service function, and back to the case."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dialogen.domain import cases as rules_of_cases
from dialogen.domain.access_log import Sight
from dialogen.domain.accounts import Act, reach
from dialogen.domain.answers import AnswerManner
from dialogen.domain.case_changes import CaseChanges
from dialogen.domain.cases import ALLOWED_STEPS, Step
from dialogen.domain.errors import Conflict, InvalidInput, NotAllowed, Problem, WrongState
from dialogen.extensions import office
from dialogen.languages import N_, gettext
from dialogen.looks import looks_at
from dialogen.services import case_changes, case_links, case_views, cases, meanwhile, setup
from dialogen.services.case_views import CaseView
from dialogen.services.cases import Deed
from dialogen.services.meanwhile import ChangedMeanwhile
from dialogen.web import case_files, letters_to_sender, options, visit
from dialogen.web import forms_cases as forms
from dialogen.web.access import signed_in
from dialogen.web.forms_cases import CaseForm
from dialogen.web.forms_letters import WrittenAnswerForm, WrittenInterimReplyForm


def nothing_more(_view: CaseView, _form: Any) -> dict[str, Any]:
    """Let a page show the case and its form alone."""
    return {}


@dataclass(frozen=True)
class DeedPage:
    """One deed: where it lies, what it is called, its form, and the service function behind it."""

    path: str
    step: Step
    title: str  # what leads here, as an imperative in bokmål
    done: str  # what is told afterwards, in bokmål
    form: type[CaseForm]
    do: Callable[[str, Any, Deed], CaseView]
    more: Callable[[CaseView, Any], dict[str, Any]] = nothing_more  # what else its page shows
    outcome: Callable[[CaseView, str], str] | None = None  # what came of it, where that is not `done` at once

    @property
    def link(self) -> str:
        """What leads here, in the reader's language."""
        return gettext(self.title)

    @property
    def endpoint(self) -> str:
        """The name of the route within the pages of cases, and of the template."""
        return self.path.replace("-", "_")


def _answer(reference: str, form: forms.AnswerForm, deed: Deed) -> CaseView:
    assert form.answered_on.data is not None
    day, manner = form.answered_on.data, AnswerManner(form.manner.data)
    return cases.answer_case(office().db, reference=reference, answered_on=day, manner=manner, deed=deed)


def _reply(reference: str, form: forms.InterimReplyForm, deed: Deed) -> CaseView:
    assert form.replied_on.data is not None
    note, day, expected_on = form.note.data, form.replied_on.data, form.expected_on.data
    return cases.record_interim_reply(
        office().db, reference=reference, replied_on=day, expected_on=expected_on, note=note, deed=deed
    )


def _note(reference: str, form: forms.NoteForm, deed: Deed) -> CaseView:
    return cases.note_case(office().db, reference=reference, note=form.note.data, deed=deed)


def _assign(reference: str, form: forms.AssignmentForm, deed: Deed) -> CaseView:
    handler = form.handler.data or None
    return case_changes.assign_case(office().db, reference=reference, handler=handler, deed=deed)


def _hand_over(reference: str, form: forms.HandOverForm, deed: Deed) -> CaseView:
    changes = CaseChanges(unit=form.unit.data or None)
    reason = form.reason.data or None
    return case_changes.change_case(office().db, reference=reference, changes=changes, reason=reason, deed=deed)


def _extend(reference: str, form: forms.ExtensionForm, deed: Deed) -> CaseView:
    assert form.extended_to.data is not None
    day, reason = form.extended_to.data, form.reason.data
    return cases.extend_case(office().db, reference=reference, extended_to=day, reason=reason, deed=deed)


def _correct(reference: str, form: forms.CorrectionForm, deed: Deed) -> CaseView:
    # Against what its author saw: a field that somebody else corrected meanwhile is none of theirs.
    seen = meanwhile.case_as_seen(
        office().db, reference=reference, version=deed.seen_version or 0, by=deed.by, today=deed.today
    )
    changes, reason = form.changes(seen, deed.today), form.reason.data or None
    return case_changes.change_case(office().db, reference=reference, changes=changes, reason=reason, deed=deed)


def _exclude(reference: str, form: forms.ExclusionForm, deed: Deed) -> CaseView:
    why, note = form.exclusion, form.note.data or None
    return cases.exclude_case(office().db, reference=reference, reason=why, note=note, deed=deed)


def _include(reference: str, form: forms.InclusionForm, deed: Deed) -> CaseView:
    return cases.include_case(office().db, reference=reference, reason=form.reason.data, deed=deed)


def _link(reference: str, form: forms.LinkForm, deed: Deed) -> CaseView:
    return case_links.link_case(office().db, reference=reference, other=form.reference, deed=deed)


def _unlink(reference: str, form: forms.LinkForm, deed: Deed) -> CaseView:
    return case_links.unlink_case(office().db, reference=reference, other=form.reference, deed=deed)


#: In the order in which they are offered: the next step first.
DEEDS = (
    DeedPage(
        "write-answer",
        Step.ANSWER,
        N_("Skriv svar"),
        N_("Svaret er sendt, og henvendelsen er besvart."),
        WrittenAnswerForm,
        letters_to_sender.write,
        letters_to_sender.show,
        letters_to_sender.told,
    ),
    DeedPage(
        "answer",
        Step.ANSWER,
        N_("Besvart på annen måte"),
        N_("Henvendelsen er besvart."),
        forms.AnswerForm,
        _answer,
    ),
    DeedPage(
        "include",
        Step.INCLUDE,
        N_("Ta med igjen"),
        N_("Henvendelsen er med i statistikken igjen."),
        forms.InclusionForm,
        _include,
    ),
    DeedPage("assign", Step.ASSIGN, N_("Fordel"), N_("Fordelingen er lagret."), forms.AssignmentForm, _assign),
    DeedPage(
        "write-interim-reply",
        Step.INTERIM_REPLY,
        N_("Skriv foreløpig svar"),
        N_("Det foreløpige svaret er sendt."),
        WrittenInterimReplyForm,
        letters_to_sender.write,
        letters_to_sender.show,
        letters_to_sender.told,
    ),
    DeedPage(
        "interim-reply",
        Step.INTERIM_REPLY,
        N_("Foreløpig svar på annen måte"),
        N_("Det foreløpige svaret er notert. Fristen er den samme."),
        forms.InterimReplyForm,
        _reply,
    ),
    DeedPage("note", Step.NOTE, N_("Skriv notat"), N_("Notatet er lagret."), forms.NoteForm, _note),
    DeedPage("link", Step.LINK, N_("Koble til en annen"), N_("Henvendelsene er koblet sammen."), forms.LinkForm, _link),
    DeedPage(
        "attach", Step.ATTACH, N_("Legg ved filer"), N_("Filene er lagt ved."), forms.AttachmentForm, case_files.attach
    ),
    DeedPage("extend", Step.EXTEND, N_("Utsett fristen"), N_("Fristen er utsatt."), forms.ExtensionForm, _extend),
    DeedPage(
        "hand-over",
        Step.HAND_OVER,
        N_("Send til annen virksomhet"),
        N_("Henvendelsen er sendt til den andre virksomheten."),
        forms.HandOverForm,
        _hand_over,
    ),
    DeedPage(
        "correct", Step.CORRECT, N_("Rett opplysninger"), N_("Rettelsen er lagret."), forms.CorrectionForm, _correct
    ),
    DeedPage(
        "exclude",
        Step.EXCLUDE,
        N_("Hold utenfor statistikken"),
        N_("Henvendelsen holdes utenfor statistikken."),
        forms.ExclusionForm,
        _exclude,
    ),
)
LINK = next(page for page in DEEDS if page.path == "link")
ATTACH = next(page for page in DEEDS if page.path == "attach")
#: Led to from what it takes away.
UNLINK = DeedPage("unlink", Step.LINK, N_("Koble fra"), N_("Koblingen er tatt bort."), forms.LinkForm, _unlink)
DETACH = DeedPage(
    "detach", Step.ATTACH, N_("Ta bort filen"), N_("Filen er tatt bort."), forms.DetachmentForm, case_files.detach
)
_PLACING = frozenset({Step.ASSIGN, Step.HAND_OVER})


def add_routes(blueprint: Blueprint) -> None:
    """Add a page for each deed to the pages of cases."""
    for page in (*DEEDS, UNLINK, DETACH):
        blueprint.add_url_rule(f"/<reference>/{page.path}", page.endpoint, _view_of(page), methods=["GET", "POST"])


def _view_of(page: DeedPage) -> Callable[[str], ResponseReturnValue]:
    @signed_in
    @looks_at(Sight.CASE)
    def show_or_do(reference: str) -> ResponseReturnValue:
        view = case_views.show_case(office().db, reference=reference, by=visit.standing(), today=visit.today())
        _check_right(page, view)
        form = _form(page, view)
        if not form.is_submitted():
            form.begin(request.args)
            rules_of_cases.check_step_in(view.condition, page.step, answered_on=view.answered_on)
            return _show(page, view, form), 200
        return _do(page, view, form)

    return show_or_do


def offered(view: CaseView) -> list[DeedPage]:
    """Return the deeds that the reader may do and the case's condition allows, the next step first."""
    allowed = ALLOWED_STEPS[view.condition] - ({Step.EXCLUDE} if view.pending else set())
    return [page for page in DEEDS if _has_right(page, view) and page.step in allowed]


def _has_right(page: DeedPage, view: CaseView) -> bool:
    return view.may_assign if page.step in _PLACING else view.may_work


def _check_right(page: DeedPage, view: CaseView) -> None:
    if not _has_right(page, view):
        raise NotAllowed(Problem.NOT_ALLOWED)


def _form(page: DeedPage, view: CaseView) -> CaseForm:
    form = page.form.about(view, visit.today())
    if isinstance(form, forms.AssignmentForm):
        form.handler.offer(options.handlers_of(view))
    if isinstance(form, forms.CorrectionForm):
        form.kind.offer(options.kind_choices(view))
    if isinstance(form, forms.CorrectionForm | forms.HandOverForm) and "unit" in form:
        form.unit.offer(options.unit_choices(setup.list_units(office().db), empty=gettext(options.NO_UNIT)))
    return form


def _do(page: DeedPage, view: CaseView, form: CaseForm) -> ResponseReturnValue:
    if not form.validate():
        return _show(page, view, form), 422
    try:
        if form.is_only_looked_at:
            return _show(page, view, form), 200
        after = page.do(view.reference, form, visit.deed(seen_version=form.version.data))
    except ChangedMeanwhile as refusal:
        return _tell_conflict(page, form, refusal)
    except (InvalidInput, WrongState, Conflict) as refusal:
        status = form.refuse(refusal)
        return _show(page, view, form), status
    flash(_told(page, view, after))
    if form.version.data is not None and form.version.data < view.version:
        flash(gettext("Noen andre endret også henvendelsen imens. Se historikken."))
    return redirect(_onward(after), code=303)


def _told(page: DeedPage, before: CaseView, after: CaseView) -> str:
    """Return what came of a deed: done, waiting for a second person, or nothing."""
    if page.outcome is not None:
        return page.outcome(after, gettext(page.done))
    if after.version == before.version:
        return gettext("Ingenting ble endret.")
    if not after.proposed:
        return gettext(page.done)
    told = (
        gettext(
            "Endringen venter på at en annen person godkjenner den: en leder i %(unit)s eller en statistiker."
            " Til da teller henvendelsen som før.",
            unit=after.unit,
        )
        if after.unit
        else gettext(
            "Endringen venter på at en annen person godkjenner den: en leder for alle virksomheter eller en statistiker."
            " Til da teller henvendelsen som før."
        )
    )
    if after.version == before.version + 1:
        return told
    return " ".join((told, gettext("Resten er lagret.")))


def _tell_conflict(page: DeedPage, form: CaseForm, refusal: ChangedMeanwhile) -> ResponseReturnValue:
    """Keep what was written, tell of what changed meanwhile, and let the writer save again over it, or drop it."""
    found, today = refusal.found, visit.today()
    status = form.refuse(refusal)
    form.renew(found.seen, found.case, today)
    conflict = {
        "meanwhile": found,
        "differences": form.differences(found.case, today),
        "possible": page.step in ALLOWED_STEPS[found.case.condition],
    }
    return _show(page, found.case, form, **conflict), status


def _show(page: DeedPage, view: CaseView, form: CaseForm, **conflict: Any) -> str:
    shown = {"meanwhile": None, "differences": [], "possible": True, **conflict, **page.more(view, form)}
    return render_template(f"cases/{page.endpoint}.html", page=page, case=view, form=form, **shown)


def _onward(view: CaseView) -> str:
    """Return where to go next: the case, or the list when it has gone out of reach with the deed."""
    handler_id = view.handler.account_id if view.handler else None
    if reach(visit.standing(), Act.SEE).covers(unit_id=view.unit_id, handler_id=handler_id):
        return url_for("cases.show", reference=view.reference)
    return url_for("cases.list")
