"""The units, handlers and kinds that a reader can choose among."""

from dialogen.domain.accounts import Act, Reach, can_handle, reach
from dialogen.extensions import office
from dialogen.languages import N_, gettext
from dialogen.services import accounts, setup
from dialogen.services.accounts import AccountView
from dialogen.services.case_views import CaseView
from dialogen.services.setup import UnitView
from dialogen.web import visit
from dialogen.web.forms import Choices, choices

NO_UNIT = N_("Ikke plassert")
NO_HANDLER = N_("Ikke fordelt")
NONE = "none"  # in a filter: cases without a unit, or without a handler


def units_within(act: Act) -> list[UnitView]:
    """Return the units all of whose cases the reader reaches for an act, by name."""
    within = reach(visit.standing(), act)
    return [unit for unit in setup.list_units(office().db) if within.all_of_unit(unit.id)]


def unit_choices(units: list[UnitView], *, empty: str | None) -> Choices:
    """Return units as choices by name."""
    return [*([("", empty)] if empty is not None else []), *((unit.name, unit.name) for unit in units)]


def handlers_within(act: Act) -> list[AccountView]:
    """Return who handles cases in the units that the reader reaches for an act, by name."""
    within = reach(visit.standing(), act)
    return [
        account
        for account in accounts.list_accounts(office().db)
        if not account.disabled and can_handle(account.standing) and _works_within(account, within)
    ]


def _works_within(account: AccountView, within: Reach) -> bool:
    return within.everything or any(role.everywhere or role.unit_id in within.units for role in account.roles)


def handler_choices(handlers: list[AccountView], *, empty: str | None) -> Choices:
    """Return handlers as choices by address, shown by name; the reader is called so."""
    own = visit.me().id
    named = [
        (each.email, gettext("%(name)s (deg)", name=each.name) if each.id == own else each.name) for each in handlers
    ]
    return [*([("", empty)] if empty is not None else []), *named]


def handlers_of(view: CaseView) -> Choices:
    """Return who a case can be given to; whoever has it stays on the list."""
    listed = handler_choices(accounts.handlers_for(office().db, unit_id=view.unit_id), empty=gettext(NO_HANDLER))
    if view.handler and view.handler.email not in dict(listed):
        return [*listed, (view.handler.email, view.handler.name)]
    return listed


def kind_choices(view: CaseView | None = None) -> Choices:
    """Return the kinds in use; the one that a case has stays on the list."""
    listed = choices(
        ((kind.word, kind.name) for kind in setup.list_kinds(office().db, in_use_only=True)), empty=gettext("Ingen")
    )
    if view is not None and view.kind and view.kind.word not in dict(listed):
        return [*listed, (view.kind.word, view.kind.name)]
    return listed
