"""Changes that wait for a second person: what waits for the reader, and the page on which it is decided."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dialogen import looks
from dialogen.domain.access_log import Manner, Sight
from dialogen.domain.accounts import Act, reach
from dialogen.domain.errors import Conflict, InvalidInput, NotAllowed, WrongState
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.looks import looks_at
from dialogen.services import four_eyes
from dialogen.services.case_lists import CasePage
from dialogen.services.case_views import CaseView
from dialogen.services.four_eyes import Whose
from dialogen.web import errors, visit
from dialogen.web.access import signed_in
from dialogen.web.forms_cases import DecisionForm

NOTHING = CasePage((), None)


def add_routes(blueprint: Blueprint) -> None:
    """Add the list of what waits, and the page and the deeds of a decision, to the pages of cases."""
    blueprint.add_url_rule("/pending", "pending", show_list)
    blueprint.add_url_rule("/<reference>/pending", "decide", show)
    blueprint.add_url_rule("/<reference>/pending/approve", "approve", approve, methods=["POST"])
    blueprint.add_url_rule("/<reference>/pending/refuse", "refuse", refuse, methods=["POST"])
    blueprint.add_url_rule("/<reference>/pending/withdraw", "withdraw", withdraw, methods=["POST"])


@signed_in
@looks_at(Sight.PENDING, Manner.LISTED)
def show_list() -> ResponseReturnValue:
    """Show what waits for the reader's decision, and the reader's own proposals."""
    refused = None
    try:
        waiting, own = _page(Whose.TO_DECIDE, "cursor"), _page(Whose.OWN, "own")
    except InvalidInput as refusal:
        waiting, own, refused = NOTHING, NOTHING, errors.sentence_of(refusal)
    looks.tell(shown=len(waiting.cases) + len(own.cases))
    approves = not reach(visit.standing(), Act.APPROVE).is_empty
    page = render_template("cases/pending.html", waiting=waiting, own=own, approves=approves, refused=refused)
    return page, 400 if refused else 200


def _page(whose: Whose, cursor: str) -> CasePage:
    place = request.args.get(cursor) or None
    return four_eyes.list_waiting(office().db, by=visit.standing(), today=visit.today(), whose=whose, cursor=place)


@signed_in
@looks_at(Sight.CASE)
def show(reference: str) -> ResponseReturnValue:
    """Show what waits for a case, with what its reader may do about it."""
    return _show(reference, DecisionForm())


@signed_in
@looks_at(Sight.CASE)
def approve(reference: str) -> ResponseReturnValue:
    """Let the change count that the reader has seen."""
    form = DecisionForm()
    return _decide(reference, form, four_eyes.approve_change, gettext("Endringen er godkjent og gjelder fra nå."))


@signed_in
@looks_at(Sight.CASE)
def refuse(reference: str) -> ResponseReturnValue:
    """Refuse the change that the reader has seen, with a reason."""
    form = DecisionForm()
    if not form.validate():
        return _show(reference, form, 422)
    done = gettext("Endringen er avslått. Henvendelsen er som før.")
    return _decide(reference, form, four_eyes.refuse_change, done, reason=form.reason.data)


@signed_in
@looks_at(Sight.CASE)
def withdraw(reference: str) -> ResponseReturnValue:
    """Take the reader's own proposal back."""
    form = DecisionForm()
    return _decide(
        reference, form, four_eyes.withdraw_change, gettext("Forslaget er trukket. Henvendelsen er som før.")
    )


def _decide(
    reference: str, form: DecisionForm, do: Callable[..., CaseView], done: str, **more: Any
) -> ResponseReturnValue:
    seen = form.pending.data or 0  # a page that names no proposal has seen none
    try:
        view = do(office().db, reference=reference, deed=visit.deed(), pending_id=seen, **more)
    except (InvalidInput, WrongState, Conflict, NotAllowed) as refusal:
        return _show(reference, form, form.refuse(refusal))
    flash(done)
    return redirect(_onward(view), code=303)


def _show(reference: str, form: DecisionForm, status: int = 200) -> ResponseReturnValue:
    """Show the page of a decision; raises Conflict when nothing waits any longer."""
    view = four_eyes.show_waiting(office().db, reference=reference, by=visit.standing(), today=visit.today())
    return render_template("cases/decide.html", case=view, form=form, may_see=_may_see(view)), status


def _onward(view: CaseView) -> str:
    """Return where to go next: the case, or what else waits when the reader may not see the case."""
    return url_for("cases.show", reference=view.reference) if _may_see(view) else url_for("cases.pending")


def _may_see(view: CaseView) -> bool:
    handler_id = view.handler.account_id if view.handler else None
    return reach(visit.standing(), Act.SEE).covers(unit_id=view.unit_id, handler_id=handler_id)
