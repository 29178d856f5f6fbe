"""One step on many cases: choosing them in the list, saying what, seeing what it comes to, doing it, and undoing it."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from wtforms import TextAreaField

from dialogen import looks
from dialogen.domain.access_log import Manner, Sight
from dialogen.domain.accounts import Act, reach
from dialogen.domain.bulk import CASES_MOST, BulkStep, Fate
from dialogen.domain.cases import ExclusionReason
from dialogen.domain.errors import InvalidInput, Problem, WrongState
from dialogen.extensions import office
from dialogen.languages import N_, gettext, ngettext
from dialogen.looks import looks_at
from dialogen.services import bulk, case_lists, setup
from dialogen.services.bulk import Ask, Expected
from dialogen.services.case_views import REFERENCE
from dialogen.web import errors, kept_forms, list_choices, options, visit, wording
from dialogen.web.access import signed_in
from dialogen.web.forms import DIGITS_MOST, MUST, ChoiceField, Choices, DayField, PageForm
from dialogen.web.forms_cases import exclusions
from dialogen.web.list_address import Wanted

PAGE, FOUND = "page", "found"
_FIELDS = {
    BulkStep.ASSIGN: {"handler"},
    BulkStep.HAND_OVER: {"unit", "reason"},
    BulkStep.EXTEND: {"extended_to", "reason"},
    BulkStep.EXCLUDE: {"exclusion", "reason"},
}


def _handlers() -> Choices:
    return options.handler_choices(options.handlers_within(Act.ASSIGN), empty=gettext(options.NO_HANDLER))


def _units() -> Choices:
    return options.unit_choices(setup.list_units(office().db), empty=gettext(options.NO_UNIT))


class BulkForm(PageForm):
    """What a step wants to become of the chosen cases; holds the fields of one step alone."""

    handler = ChoiceField(N_("Saksbehandler"), choices=_handlers)
    unit = ChoiceField(N_("Virksomhet"), choices=_units)
    extended_to = DayField(N_("Utsatt frist"), validators=MUST)
    exclusion = ChoiceField(N_("Årsak"), choices=exclusions, validators=MUST)
    reason = TextAreaField(N_("Begrunnelse"))

    @classmethod
    def of(cls, step: BulkStep, *, begin: bool = False) -> "BulkForm":
        """Return the form of a step, as it is first shown or as it was handed in."""
        form = cls(formdata=None) if begin else cls()
        for name in {each.name for each in form} - _FIELDS[step] - {"csrf_token"}:
            del form[name]
        return form

    def ask(self, step: BulkStep) -> Ask:
        """Return what is asked for."""
        exclusion = self._data("exclusion")
        return Ask(
            step=step,
            handler=self._data("handler") or None,
            unit=self._data("unit") or None,
            extended_to=self._data("extended_to"),
            exclusion=ExclusionReason(exclusion) if exclusion else None,
            reason=self._data("reason") or None,
        )

    def _data(self, name: str) -> Any:
        return self[name].data if name in self else None


def add_routes(blueprint: Blueprint) -> None:
    """Add the steps on many to the pages of cases."""
    blueprint.add_url_rule("/bulk", "bulk", choose, methods=["GET", "POST"])
    for path, endpoint, view in (
        ("/bulk/preview", "bulk_preview", preview),
        ("/bulk/run", "bulk_run", run),
        ("/bulk/<int:run_id>/undo", "bulk_undo", undo),
    ):
        blueprint.add_url_rule(path, endpoint, view, methods=["POST"])
    blueprint.add_url_rule("/bulk/<int:run_id>", "bulk_done", done)


def may_step() -> bool:
    """Say whether the reader can do a step on any case."""
    return not reach(visit.standing(), Act.ASSIGN).is_empty


def steps() -> tuple[BulkStep, ...]:
    """Return the steps that the reader can do on some cases."""
    works = not reach(visit.standing(), Act.WORK).is_empty
    return tuple(step for step in BulkStep if works or step in (BulkStep.ASSIGN, BulkStep.HAND_OVER))


@signed_in
@looks_at(Sight.CASES, Manner.LISTED)
def choose() -> ResponseReturnValue:
    """Show the cases that were chosen in the list, and ask what is to become of them.

    Asks again when a lost session came in between; where nothing was chosen, the list is led to.
    """
    sent = request.form if request.method == "POST" else kept_forms.written_before()
    if sent is None:
        return redirect(_list(), code=303)
    step, chosen = _step(sent), _chosen_in_list(sent)
    try:
        cases = bulk.choose(office().db, references=chosen, by=visit.standing(), today=visit.today())
    except InvalidInput as refusal:
        flash(errors.sentence_of(refusal), "warning")
        return redirect(_list(), code=303)
    looks.tell(shown=len(cases))
    known = {case.reference: chosen.get(case.reference) or case.version for case in cases}
    return _ask(step, BulkForm.of(step, begin=request.method == "POST"), known)


@signed_in
@looks_at(Sight.CASES, Manner.LISTED)
def preview() -> ResponseReturnValue:
    """Show what the step would come to for each case; nothing is done yet."""
    step = _step(request.form)
    form, chosen = BulkForm.of(step), _chosen(request.form)
    if not form.validate():
        return _ask(step, form, chosen), 422
    try:
        expected = bulk.preview(
            office().db, references=chosen, ask=form.ask(step), by=visit.standing(), today=visit.today()
        )
    except InvalidInput as refusal:
        status = form.refuse(refusal)
        return _ask(step, form, chosen), status
    looks.tell(shown=len(expected))
    groups = _grouped(expected)
    return render_template(
        "cases/bulk_preview.html",
        step=step,
        form=form,
        groups=groups,
        changes=sum(len(group) for fate, group in groups if fate in (Fate.DONE, Fate.PROPOSED)),
        chosen=_spelt(chosen),
        here=_here(),
        list_address=_list(),
        sentence=_sentence,
    )


@signed_in
def run() -> ResponseReturnValue:
    """Do the step on the cases that take it."""
    step = _step(request.form)
    form, chosen = BulkForm.of(step), _chosen(request.form)
    if not form.validate():
        return _ask(step, form, chosen), 422
    try:
        run_id = bulk.run(office().db, references=chosen, ask=form.ask(step), deed=visit.deed())
    except InvalidInput as refusal:
        status = form.refuse(refusal)
        return _ask(step, form, chosen), status
    return redirect(url_for("cases.bulk_done", run_id=run_id, **_here()), code=303)


@signed_in
@looks_at(Sight.CASES, Manner.LISTED, by="run_id")
def done(run_id: int) -> ResponseReturnValue:
    """Show what a step came to, and offer to undo it."""
    view = bulk.show_run(office().db, run_id=run_id, by=visit.standing(), today=visit.today(), now=visit.now())
    looks.tell(shown=len(view.items))
    return render_template(
        "cases/bulk_done.html",
        run=view,
        groups=_as_it_is_now(view.items),
        told=[_told(fate, count) for fate, count in view.counts.items()],
        undone=[_undone(fate, count) for fate, count in view.undone.items() if fate is not Fate.UNCHANGED],
        here=_here(),
        list_address=_list(),
        sentence=_sentence,
    )


@signed_in
def undo(run_id: int) -> ResponseReturnValue:
    """Make the cases what they were, but for those that somebody changed since."""
    try:
        bulk.undo(office().db, run_id=run_id, deed=visit.deed())
    except WrongState as refusal:
        flash(errors.sentence_of(refusal), "warning")
    return redirect(url_for("cases.bulk_done", run_id=run_id, **_here()), code=303)


def _ask(step: BulkStep, form: BulkForm, chosen: dict[str, int | None] | dict[str, int]) -> str:
    return render_template(
        "cases/bulk_ask.html",
        step=step,
        form=form,
        chosen=_spelt(chosen),
        here=_here(),
        list_address=_list(),
        reason_needed=step is BulkStep.EXTEND,
    )


def _step(sent: MultiDict[str, str]) -> BulkStep:
    step = next((each for each in BulkStep if each == sent.get("step")), None)
    if step is None:
        raise InvalidInput.of("step", Problem.UNKNOWN_VALUE, value="", allowed=", ".join(BulkStep))
    return step


def _chosen(sent: MultiDict[str, str]) -> dict[str, int | None]:
    """Return the chosen cases with the version of each that was seen, as the page hands them on.

    Raises InvalidInput for what is no reference.
    """
    chosen: dict[str, int | None] = {}
    for each in sent.getlist("case"):
        reference, _, version = each.partition(".")
        if not REFERENCE.fullmatch(reference):
            raise InvalidInput.of("case", Problem.UNKNOWN_VALUE, value="", allowed="references")
        is_number = version.isascii() and version.isdigit() and len(version) <= DIGITS_MOST
        chosen[reference] = int(version) if is_number else None
    return chosen


def _chosen_in_list(sent: MultiDict[str, str]) -> dict[str, int | None]:
    which = sent.get("which", "")
    if which not in (PAGE, FOUND):
        return _chosen(sent)
    wanted = list_choices.offered().known(Wanted.of(request.args))
    page = case_lists.list_cases(
        office().db,
        wanted=wanted.filter(me=visit.me().id),
        by=visit.standing(),
        today=visit.today(),
        order=wanted.sorting.order,
        is_descending=wanted.sorting.is_descending,
        limit=wanted.size if which == PAGE else CASES_MOST + 1,
        cursor=(wanted.cursor or None) if which == PAGE else None,
    )
    return {case.reference: case.version for case in page.cases}


def _spelt(chosen: dict[str, int | None] | dict[str, int]) -> list[str]:
    return [f"{reference}.{version or ''}" for reference, version in chosen.items()]


def _here() -> dict[str, Any]:
    """Return the address of the list that the cases were chosen in, without words that were searched for."""
    return dict(Wanted.of(request.args).kept())


def _list() -> str:
    return url_for("cases.list", **_here())


def _grouped(
    expected: Sequence[Expected], by: Callable[[Expected], Fate | None] = lambda each: each.verdict.fate
) -> list[tuple[Fate, list[Expected]]]:
    groups = [(fate, [each for each in expected if by(each) is fate]) for fate in Fate]
    return [(fate, group) for fate, group in groups if group]


def _as_it_is_now(items: Sequence[Expected]) -> list[tuple[str, list[Expected]]]:
    """Return what the step came to in groups by their words: what was undone waits for nobody, and is not done."""
    undone = [(wording.BULK_UNDONE.get(fate), group) for fate, group in _grouped(items, by=lambda each: each.undone)]
    stands = [each for each in items if each.undone in (None, Fate.UNCHANGED)]
    as_it_was = [(wording.BULK_OUTCOMES[fate], group) for fate, group in _grouped(stands)]
    return [(words, group) for words, group in [*undone, *as_it_was] if words]


def _sentence(expected: Expected) -> str:
    """Return why a case is left out."""
    problem = expected.verdict.problem
    if problem is Problem.CHANGED_MEANWHILE:
        return gettext("Noen endret henvendelsen etter at du valgte den.")
    if problem is Problem.STEP_REFUSED:
        return gettext("Henvendelsen er besvart.")
    if problem is Problem.EXTENSION_NOT_LATER:
        return gettext("Datoen må være senere enn fristen og i dag.")
    return "" if problem is None else errors.sentence_of(InvalidInput.of("case", problem))


def _told(fate: Fate, count: int) -> str:
    if fate is Fate.DONE:
        return ngettext("%(num)s henvendelse er endret.", "%(num)s henvendelser er endret.", count)
    if fate is Fate.PROPOSED:
        return ngettext(
            "%(num)s henvendelse venter på godkjenning.", "%(num)s henvendelser venter på godkjenning.", count
        )
    if fate is Fate.UNCHANGED:
        return ngettext("%(num)s henvendelse var slik fra før.", "%(num)s henvendelser var slik fra før.", count)
    return ngettext("%(num)s henvendelse ble utelatt.", "%(num)s henvendelser ble utelatt.", count)


def _undone(fate: Fate, count: int) -> str:
    if fate is Fate.DONE:
        return ngettext("%(num)s henvendelse er som før igjen.", "%(num)s henvendelser er som før igjen.", count)
    return ngettext(
        "%(num)s henvendelse er endret av andre siden, og ble stående.",
        "%(num)s henvendelser er endret av andre siden, og ble stående.",
        count,
    )
