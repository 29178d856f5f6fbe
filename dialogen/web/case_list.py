"""The list of cases: the worst of the open ones first, filtered, sorted and paged by its address."""

from dataclasses import dataclass, replace
from functools import lru_cache

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from dialogen import looks
from dialogen.domain.access_log import Manner, Sight
from dialogen.domain.accounts import Act, reach
from dialogen.domain.bulk import CASES_MOST
from dialogen.domain.case_lists import ORDERS, PAGE_SIZES, Column, Order, Sorting
from dialogen.domain.deadlines import State
from dialogen.domain.errors import FieldProblem, InvalidInput
from dialogen.domain.languages import Language
from dialogen.extensions import office
from dialogen.languages import N_, Words, gettext, ngettext, present
from dialogen.looks import looks_at
from dialogen.notation import count
from dialogen.services import case_lists
from dialogen.services import saved_views as views
from dialogen.services.case_lists import CasePage
from dialogen.services.saved_views import ListHome
from dialogen.web import bulk, errors, identity_numbers, list_choices, visit, wording
from dialogen.web.access import signed_in
from dialogen.web.forms import Choices, choices
from dialogen.web.list_address import Wanted, word_of
from dialogen.web.list_choices import Offer
from dialogen.web.saved_views import address_of

NOTHING_FOUND = CasePage((), None, 0)
_WORST_FIRST = [State.OVERDUE, State.DUE_TODAY, State.NEARING, State.ON_TRACK]
#: What the fields are called that a refusal may be about.
FIELDS = Words(
    {
        "q": N_("Referanse eller ord"),
        "received_from": N_("Mottatt fra og med"),
        "received_to": N_("Mottatt til og med"),
        "due_from": N_("Frist fra og med"),
        "due_to": N_("Frist til og med"),
        "original_from": N_("Opprinnelig frist fra og med"),
        "original_to": N_("Opprinnelig frist til og med"),
    }
)
_ORDERS = {
    Sorting(Order.BY_DEADLINE): N_("nærmeste frist først"),
    Sorting(Order.BY_DEADLINE, True): N_("seneste frist først"),
    Sorting(Order.BY_RECEIVED): N_("først mottatt øverst"),
    Sorting(Order.BY_RECEIVED, True): N_("sist mottatt øverst"),
    Sorting(Order.BY_NUMBER): N_("etter referanse, den første øverst"),
    Sorting(Order.BY_NUMBER, True): N_("etter referanse, den siste øverst"),
    Sorting(Order.BY_UNIT): N_("etter virksomhet fra A til Å"),
    Sorting(Order.BY_UNIT, True): N_("etter virksomhet fra Å til A"),
    Sorting(Order.BY_HANDLER): N_("etter saksbehandler fra A til Å"),
    Sorting(Order.BY_HANDLER, True): N_("etter saksbehandler fra Å til A"),
}


@dataclass(frozen=True)
class Head:
    """A head of the table: its words, and where sorting by it leads when one can."""

    column: Column | None
    text: str
    sort: str | None = None  # what the address says then
    direction: str | None = None  # as aria-sort says it, of the column that the list goes by


@dataclass(frozen=True, eq=False)
class Arranging:
    """What a list can be arranged by; the same one for all who read in a language."""

    columns: Choices
    sizes: Choices
    sorts: Choices


def add_routes(blueprint: Blueprint) -> None:
    """Add the list to the pages of cases."""
    blueprint.add_url_rule("", "list", show_list)


@signed_in
@looks_at(Sight.CASES, Manner.LISTED)
def show_list() -> ResponseReturnValue:
    """Show a page of the list; a filter that cannot be is told at its field, and finds nothing.

    When the address asks for nothing, the reader's own beginning is led to.
    """
    db, by, today = office().db, visit.standing(), visit.today()
    home = views.list_home(db, by=by)
    if not request.query_string and home.default is not None:
        return redirect(address_of(home.default), code=303)
    offer, numbers = list_choices.offered(), identity_numbers.in_address()
    # What holds a number stands neither in the fields of the page nor in its links.
    shown = MultiDict((name, word) for name, word in request.args.items(multi=True) if not _is_of(name, numbers))
    wanted = offer.known(Wanted.of(shown, columns=home.columns))
    refused: dict[str, str] = {}
    page = NOTHING_FOUND
    counts = case_lists.count_open(db, by=by, today=today)
    try:
        if numbers:
            raise InvalidInput(numbers)
        page = found(wanted, total=sum(counts.values()) if wanted.is_all_open else None)
    except InvalidInput as refusal:
        refused = {each.field: errors.sentence_of(each) for each in refusal.problems}
    looks.tell(action=Manner.SEARCHED if wanted.q else None, shown=len(page.cases))
    return _shown(wanted, page, offer, home, counts, refused), 422 if refused else 200


def _is_of(name: str, problems: list[FieldProblem]) -> bool:
    return any(each.field == name for each in problems)


def found(wanted: Wanted, *, total: int | None) -> CasePage:
    """Return the page of the list that an address asks for, with how many there are in all, counted when None is told.

    Raises InvalidInput for what cannot be.
    """
    page = case_lists.list_cases(
        office().db,
        wanted=wanted.filter(me=visit.me().id),
        by=visit.standing(),
        today=visit.today(),
        order=wanted.sorting.order,
        is_descending=wanted.sorting.is_descending,
        limit=wanted.size,
        cursor=wanted.cursor or None,
        with_total=total is None,
        with_hits=True,
    )
    return page if total is None else replace(page, total=total)


def _shown(
    wanted: Wanted,
    page: CasePage,
    offer: Offer,
    home: ListHome,
    counts: dict[State, int],
    refused: dict[str, str],
) -> str:
    steps = bulk.steps() if bulk.may_step() else ()
    heads = _heads(wanted.sorting, wanted.columns, present())
    columns = tuple((str(head.column), head.text) for head in heads[1:])
    return render_template(
        "cases/list.html",
        wanted=wanted,
        page=page,
        rows=[(case, columns, page.hits.get(case.id), steps != ()) for case in page.cases],
        refused=refused,
        counts=tuple(sorted(counts.items(), key=lambda item: _WORST_FIRST.index(item[0]))),
        all_open=sum(counts.values()),
        offer=offer,
        home=home,
        steps=steps,
        most_at_once=CASES_MOST,
        view=next((each for each in home.views if str(each.id) == request.args.get("view")), None),
        address_of=address_of,
        heads=heads,
        told=told(wanted, page.total or 0),
        named_fields=FIELDS,
        arranging=_arranging(present()),
        may_register=not reach(visit.standing(), Act.REGISTER).is_empty,
    )


def told(wanted: Wanted, total: int) -> str:
    """Return what a list is: of which cases, how many they are, and in which order."""
    state, order = dict(list_choices.state_choices())[wanted.state], gettext(_ORDERS[wanted.sorting])
    if total > case_lists.COUNT_MOST:
        most = count(case_lists.COUNT_MOST)
        return gettext("%(state)s: mer enn %(number)s henvendelser, %(order)s", state=state, number=most, order=order)
    return ngettext(
        "%(state)s: %(num)s henvendelse, %(order)s",
        "%(state)s: %(num)s henvendelser, %(order)s",
        total,
        state=state,
        order=order,
    )


@lru_cache
def _arranging(_language: Language) -> Arranging:
    return Arranging(
        columns=[(column.value, wording.COLUMNS[column]) for column in Column],
        sizes=[(str(size), str(size)) for size in PAGE_SIZES],
        sorts=choices((word_of(sorting), gettext(told)) for sorting, told in _ORDERS.items()),
    )


@lru_cache
def _heads(by: Sorting, columns: tuple[Column, ...], _language: Language) -> tuple[Head, ...]:
    """Return the heads of the table's columns, the case itself first, of a list that goes by an order."""
    first = _head(by, None, gettext("Henvendelse"), Order.BY_NUMBER)
    return (first, *(_head(by, each, wording.COLUMNS[each], ORDERS.get(each)) for each in columns))


def _head(by: Sorting, column: Column | None, text: str, order: Order | None) -> Head:
    if order is None:
        return Head(column, text)
    is_present = by.order is order
    turned = Sorting(order, is_present and not by.is_descending)
    direction = ("descending" if by.is_descending else "ascending") if is_present else None
    return Head(column, text, word_of(turned), direction)
