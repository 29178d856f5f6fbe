"""The list of cases: the worst of the open ones first, found by state, unit, handler and text."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from dialogen import looks
from dialogen.domain.access_log import Manner, Sight
from dialogen.domain.accounts import Act, reach
from dialogen.domain.case_changes import CaseFilter
from dialogen.domain.deadlines import OPEN_STATES, State
from dialogen.domain.errors import InvalidInput
from dialogen.extensions import office
from dialogen.languages import N_, gettext
from dialogen.looks import looks_at
from dialogen.services import case_lists
from dialogen.services.case_lists import CasePage, Order
from dialogen.web import errors, options, visit, wording
from dialogen.web.access import signed_in
from dialogen.web.forms import Choices, choices

OPEN, ALL = "open", "all"
#: The words of the filter that stand for several states, before the single ones.
SEVERAL_STATES: dict[str, tuple[str, frozenset[State]]] = {
    OPEN: (N_("Åpne"), OPEN_STATES),
    ALL: (N_("Alle"), frozenset()),
}
NOTHING_FOUND = CasePage((), None, 0)


@dataclass(frozen=True)
class Wanted:
    """What the reader asked the list for, as it stands in the address."""

    state: str
    unit: str
    handler: str
    q: str
    cursor: str

    @classmethod
    def of_request(cls) -> "Wanted":
        """Read the address; an unknown state counts as none given."""
        # No page can show a NUL, and no database stores one.
        asked = {name: request.args.get(name, "") for name in ("state", "unit", "handler", "q", "cursor")}
        named = {name: text.replace("\x00", "").strip() for name, text in asked.items()}
        if named["state"] not in {*SEVERAL_STATES, *State}:
            named["state"] = OPEN
        return cls(**named)

    def filter(self) -> CaseFilter:
        """Return it as the services want it."""
        several = SEVERAL_STATES.get(self.state)
        return CaseFilter(
            states=several[1] if several else frozenset({State(self.state)}),
            unit=self.unit if self.unit not in ("", options.NONE) else None,
            without_unit=self.unit == options.NONE,
            handler=self.handler if self.handler not in ("", options.NONE) else None,
            without_handler=self.handler == options.NONE,
            q=self.q or None,
        )

    def address(self, **other: str | None) -> dict[str, str]:
        """Return the parts of the address of this list, with others in their place."""
        there = {"state": self.state, "unit": self.unit, "handler": self.handler, "q": self.q, **other}
        return {name: value for name, value in there.items() if value}


def add_routes(blueprint: Blueprint) -> None:
    """Add the list to the pages of cases."""
    blueprint.add_url_rule("", "list", show_list)


@signed_in
@looks_at(Sight.CASES, Manner.LISTED)
def show_list() -> ResponseReturnValue:
    """Show a page of the list; a filter that cannot be is told, and finds nothing."""
    wanted = Wanted.of_request()
    refused = None
    try:
        page = case_lists.list_cases(
            office().db,
            wanted=wanted.filter(),
            by=visit.standing(),
            today=visit.today(),
            order=Order.BY_DEADLINE,
            cursor=wanted.cursor or None,
            with_total=True,
        )
    except InvalidInput as refusal:
        page, refused = NOTHING_FOUND, errors.sentence_of(refusal)
    looks.tell(action=Manner.SEARCHED if wanted.q else None, shown=len(page.cases))
    counts = case_lists.count_open(office().db, by=visit.standing(), today=visit.today())
    answer = render_template(
        "cases/list.html",
        wanted=wanted,
        page=page,
        refused=refused,
        counts=sorted(counts.items(), key=lambda item: _WORST_FIRST.index(item[0])),
        all_open=sum(counts.values()),
        many=case_lists.COUNT_MOST,
        state_choices=state_choices(),
        unit_choices=_units(),
        handler_choices=_handlers(),
        may_register=not reach(visit.standing(), Act.REGISTER).is_empty,
    )
    return answer, 400 if refused else 200


_WORST_FIRST = [State.OVERDUE, State.DUE_TODAY, State.NEARING, State.ON_TRACK]


def state_choices() -> Choices:
    """Return the states one can look for: all open ones, all there are, and each alone."""
    several = [(key, gettext(word)) for key, (word, _) in SEVERAL_STATES.items()]
    return choices([*several, *wording.STATES.items()])


def _units() -> Choices:
    listed = options.unit_choices(options.units_within(Act.SEE), empty=gettext("Alle"))
    free = [(options.NONE, gettext(options.NO_UNIT))] if reach(visit.standing(), Act.SEE).everything else []
    return [*listed, *free]


def _handlers() -> Choices:
    listed = options.handler_choices(options.handlers_within(Act.SEE), empty=gettext("Alle"))
    return [*listed, (options.NONE, gettext(options.NO_HANDLER))]
