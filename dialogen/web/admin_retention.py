"""Retention: how long what is kept, and the lists of what is due that two administrators must approve."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dialogen.domain.access_log import Manner, Sight
from dialogen.domain.disposal_lists import APPROVALS_NEEDED, ListState
from dialogen.domain.errors import Conflict, InvalidInput, NotFound, WrongState
from dialogen.domain.history import Author, Door
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.looks import looks_at
from dialogen.services import disposal_lists, setup
from dialogen.services import retention as retention_times
from dialogen.web import visit
from dialogen.web.access import administrator
from dialogen.web.forms_retention import ApprovalForm, RefusalForm, RetentionForm

LISTS_ON_A_PAGE = 20
ITEMS_ON_A_PAGE = 100


def add_routes(blueprint: Blueprint) -> None:
    """Add retention to an administrator's pages."""
    blueprint.add_url_rule("/retention", "retention", retention, methods=["GET", "POST"])
    blueprint.add_url_rule("/retention/rules/<int:rule_id>/remove", "remove_retention", remove, methods=["POST"])
    blueprint.add_url_rule("/retention/disposals", "disposals", disposals)
    blueprint.add_url_rule("/retention/lists/<int:list_id>", "disposal_list", disposal_list)
    blueprint.add_url_rule("/retention/lists/<int:list_id>/csv", "disposal_list_csv", download)
    blueprint.add_url_rule("/retention/lists/<int:list_id>/approve", "approve_disposal", approve, methods=["POST"])
    blueprint.add_url_rule("/retention/lists/<int:list_id>/refuse", "refuse_disposal", refuse, methods=["POST"])


@administrator
def retention() -> ResponseReturnValue:
    """Show the retention times and the lists, or set a time."""
    form = RetentionForm()
    form.offer(setup.list_kinds(office().db, in_use_only=False))
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        try:
            _set_rule(form)
        except (InvalidInput, Conflict, NotFound) as refusal:
            status = form.refuse(refusal)
        else:
            flash(gettext("Lagringstiden er satt. Den gjelder også henvendelser som er avsluttet."))
            return redirect(url_for("admin.retention"), code=303)
    before = _number("before")
    lists = disposal_lists.show_lists(office().db, by=visit.standing(), before=before, limit=LISTS_ON_A_PAGE + 1)
    answer = render_template(
        "admin/retention.html",
        form=form,
        rules=retention_times.list_rules(office().db),
        lists=lists[:LISTS_ON_A_PAGE],
        older_than=lists[LISTS_ON_A_PAGE - 1].id if len(lists) > LISTS_ON_A_PAGE else None,
        needed=APPROVALS_NEEDED,
    )
    return answer, status


def _set_rule(form: RetentionForm) -> None:
    months = form.months.data
    assert months is not None, "a form that validated has a number"
    retention_times.set_rule(
        office().db,
        by=visit.standing(),
        author=_author(),
        keepsake=form.kept,
        kind_id=form.kind_id,
        months=months,
        now=visit.now(),
    )


@administrator
def remove(rule_id: int) -> ResponseReturnValue:
    """Take the time of one kind away."""
    retention_times.remove_exception(
        office().db, by=visit.standing(), author=_author(), rule_id=rule_id, now=visit.now()
    )
    flash(gettext("Unntaket er fjernet."))
    return redirect(url_for("admin.retention"), code=303)


@administrator
@looks_at(Sight.DISPOSAL, Manner.LISTED)
def disposals() -> ResponseReturnValue:
    """Show the log of what was disposed of, by list and type."""
    return render_template("admin/disposals.html", sums=disposal_lists.disposal_sums(office().db))


@administrator
@looks_at(Sight.DISPOSAL, by="list_id")
def disposal_list(list_id: int) -> ResponseReturnValue:
    """Show a list: what is on it, who approved it, and what became of it."""
    return _show(list_id, ApprovalForm(), RefusalForm()), 200


def _show(list_id: int, approval: ApprovalForm, refusal: RefusalForm) -> str:
    contents = disposal_lists.show_list(
        office().db,
        by=visit.standing(),
        list_id=list_id,
        after=_number("after") or 0,
        limit=ITEMS_ON_A_PAGE,
        zone=office().config.timezone,
    )
    view = contents.view
    own = any(each.account_id == visit.me().id for each in view.approvals)
    return render_template(
        "admin/disposal_list.html",
        contents=contents,
        list=view,
        approval=approval,
        refusal=refusal,
        may_approve=view.state is ListState.WAITING and not own,
        has_approved=own,
        may_refuse=view.state in (ListState.WAITING, ListState.APPROVED),
        needed=APPROVALS_NEEDED,
        is_first_page=not _number("after"),
    )


@administrator
@looks_at(Sight.DISPOSAL, Manner.EXPORTED, by="list_id")
def download(list_id: int) -> ResponseReturnValue:
    """Give a list as the file whose SHA-256 is the list's digest."""
    lines = disposal_lists.list_as_csv(office().db, by=visit.standing(), list_id=list_id)
    answer = Response(lines, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="disposal-list-{list_id}.csv"'
    return answer


@administrator
def approve(list_id: int) -> ResponseReturnValue:
    """Approve a list, with what was done for the archive."""
    form = ApprovalForm()
    status = 422
    if form.validate():
        try:
            state = disposal_lists.approve_list(
                office().db,
                by=visit.standing(),
                author=_author(),
                list_id=list_id,
                assessment=form.stated,
                now=visit.now(),
            )
        except (Conflict, WrongState) as refusal:
            status = form.refuse(refusal)
        else:
            enough = state is ListState.APPROVED
            flash(
                gettext("Listen er godkjent og kan kjøres.")
                if enough
                else gettext("Du har godkjent listen. Én til må godkjenne den.")
            )
            return redirect(url_for("admin.disposal_list", list_id=list_id), code=303)
    return _show(list_id, form, RefusalForm(formdata=None)), status


@administrator
def refuse(list_id: int) -> ResponseReturnValue:
    """Refuse a list for good."""
    form = RefusalForm()
    status = 422
    if form.validate():
        try:
            disposal_lists.refuse_list(
                office().db,
                by=visit.standing(),
                author=_author(),
                list_id=list_id,
                reason=form.reason.data,
                now=visit.now(),
            )
        except (InvalidInput, WrongState) as refusal:
            status = form.refuse(refusal)
        else:
            flash(gettext("Listen er avvist. Ingenting mer på den blir slettet."))
            return redirect(url_for("admin.disposal_list", list_id=list_id), code=303)
    return _show(list_id, ApprovalForm(formdata=None), form), status


def _author() -> Author:
    return Author(visit.me().id, Door.WEB)


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
