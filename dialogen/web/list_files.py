"""The list as a file: the same filter, order and columns. A large one is ordered, and fetched when it is done."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dialogen import looks
from dialogen.domain.access_log import Manner, Sight
from dialogen.domain.case_lists import FILE_AT_ONCE_MOST, ListFile
from dialogen.domain.errors import WrongState
from dialogen.extensions import office
from dialogen.languages import present
from dialogen.looks import looks_at
from dialogen.services import case_exports, list_errands, list_files
from dialogen.services.case_lists import COUNT_MOST
from dialogen.services.list_errands import ListOrder
from dialogen.web import errors, list_choices, visit
from dialogen.web.access import signed_in
from dialogen.web.list_address import Wanted

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TYPES = {ListFile.CSV: "text/csv", ListFile.CSV_EXCEL: "text/csv", ListFile.XLSX: _XLSX}
_FILE = f"<any({', '.join(repr(kind.value) for kind in ListFile)}):file>"


def add_routes(blueprint: Blueprint) -> None:
    """Add the files to the pages of cases."""
    blueprint.add_url_rule(f"/export/{_FILE}", "export", export)
    blueprint.add_url_rule(f"/export/{_FILE}/order", "order_export", order, methods=["GET", "POST"])


@signed_in
@looks_at(Sight.CASES, Manner.EXPORTED)
def export(file: str) -> ResponseReturnValue:
    """Give the whole list that an address asks for as a file, read and sent little by little; or lead to its order."""
    kind, wanted = ListFile(file), list_choices.wanted_here()
    found = case_exports.export_cases(
        office().db,
        wanted=wanted.filter(me=visit.me().id),
        by=visit.standing(),
        today=visit.today(),
        sorting=wanted.sorting,
        count_most=FILE_AT_ONCE_MOST,
    )
    if found.total > FILE_AT_ONCE_MOST:
        address: dict[str, Any] = wanted.address()
        return redirect(url_for("cases.order_export", file=file, **address), code=303)
    looks.tell(shown=found.total)
    answer = Response(list_files.file_of(kind, wanted.columns, found.cases), mimetype=_TYPES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="henvendelser-{visit.today()}{kind.suffix}"'
    return answer


@signed_in
@looks_at(Sight.CASES, Manner.LISTED)
def order(file: str) -> ResponseReturnValue:
    """Say how large the file would be, or order it and lead to where it can be followed."""
    kind, wanted = ListFile(file), list_choices.wanted_here()
    filtered = wanted.filter(me=visit.me().id)
    if request.method == "GET":
        return _page(kind, wanted)
    wish = ListOrder(kind, filtered, wanted.sorting, wanted.columns, present())
    try:
        errand_id = list_errands.order_list(
            office().db, order=wish, by=visit.standing(), today=visit.today(), now=visit.now()
        )
    except WrongState as refusal:
        return _page(kind, wanted, errors.sentence_of(refusal)), 409
    return redirect(url_for("errands.show", errand_id=errand_id), code=303)


def _page(kind: ListFile, wanted: Wanted, trouble: str | None = None) -> str:
    total = case_exports.export_cases(
        office().db,
        wanted=wanted.filter(me=visit.me().id),
        by=visit.standing(),
        today=visit.today(),
        sorting=wanted.sorting,
        count_most=COUNT_MOST,
    ).total
    looks.tell(action=Manner.SEARCHED if wanted.q else None, shown=0)
    return render_template(
        "cases/order_export.html",
        file=kind,
        wanted=wanted,
        total=total,
        most=COUNT_MOST,
        sheet_most=list_files.CASES_OF_A_SHEET,
        trouble=trouble,
    )
