"""What a person's day holds: the panels of their roles, whose cases stand in them, and what to do when time is short."""

from dataclasses import replace
from enum import StrEnum
from functools import lru_cache

from dialogen.domain.accounts import HANDLING_ROLES, Act, Reach, Role, Standing, reach
from dialogen.domain.cases import Step
from dialogen.domain.deadlines import State


class Panel(StrEnum):
    """A part of My day, in the order in which they stand."""

    STOPPED = "stopped"  # letters to senders that were not delivered
    OWN = "own"  # my open cases, by how they stand
    PROPOSED = "proposed"  # what became of what I proposed
    TO_DECIDE = "to_decide"  # what others proposed
    UNASSIGNED = "unassigned"
    UNITS = "units"
    PEOPLE = "people"  # who has what
    YEAR = "year"
    QUALITY = "quality"
    SETUP = "setup"


_OF_ROLES: dict[Role, frozenset[Panel]] = {
    Role.HANDLER: frozenset({Panel.STOPPED, Panel.OWN, Panel.PROPOSED, Panel.UNASSIGNED}),
    Role.MANAGER: frozenset(set(Panel) - {Panel.QUALITY, Panel.SETUP}),
    Role.STATISTICIAN: frozenset({Panel.TO_DECIDE, Panel.YEAR, Panel.QUALITY}),
    Role.ADMIN: frozenset({Panel.SETUP}),
}
_OF_NOBODY = frozenset({Panel.YEAR})  # the municipality's own figure is everybody's
KEPT = 1024  # people whose panels and reaches are remembered: they are asked for on every visit


@lru_cache(maxsize=KEPT)
def panels_of(standing: Standing) -> frozenset[Panel]:
    """Return the panels of all of somebody's roles, each once; without a role the municipality's figure alone.

    A panel about cases of units is left out for whoever has the role in no unit.
    """
    panels = frozenset(panel for each in standing.memberships for panel in _OF_ROLES[each.role]) or _OF_NOBODY
    reaches = {
        Panel.STOPPED: reach(standing, Act.WORK),
        Panel.UNASSIGNED: unassigned_reach(standing),
        Panel.TO_DECIDE: reach(standing, Act.APPROVE),
        Panel.UNITS: managed_units(standing),
        Panel.PEOPLE: managed_units(standing),
    }
    return panels - {panel for panel, within in reaches.items() if within.is_empty}


@lru_cache(maxsize=KEPT)
def unassigned_reach(standing: Standing) -> Reach:
    """Return where somebody takes or gives away what nobody has: where they handle or manage cases."""
    return replace(_with_roles(standing, HANDLING_ROLES, Act.ASSIGN), own=False)


@lru_cache(maxsize=KEPT)
def managed_units(standing: Standing) -> Reach:
    """Return the units that somebody manages, whole."""
    return _with_roles(standing, frozenset({Role.MANAGER}), Act.APPROVE)


@lru_cache(maxsize=KEPT)
def managed_cases(standing: Standing) -> Reach:
    """Return the cases of the units that somebody manages, with their own wherever those are."""
    return _with_roles(standing, frozenset({Role.MANAGER}), Act.SEE)


def _with_roles(standing: Standing, roles: frozenset[Role], act: Act) -> Reach:
    held = frozenset(each for each in standing.memberships if each.role in roles)
    return reach(Standing(standing.account_id, held), act)


def if_time_is_short(state: State, *, is_extended: bool, has_interim_reply: bool) -> Step | None:
    """Return what to do with a case that cannot be answered by its deadline; None while there is time enough.

    Ahead of the deadline a later date can be promised, once; otherwise the sender must hear when to expect an answer.
    After the deadline that comes first, and then a new date.
    """
    if state is State.ON_TRACK:
        return None
    extend = None if is_extended else Step.EXTEND
    tell = None if has_interim_reply else Step.INTERIM_REPLY
    return (tell or extend) if state is State.OVERDUE else (extend or tell)
