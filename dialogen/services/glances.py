"""What a manager's morning letter says of their units, after the alerts: never a letter of its own."""

from typing import TYPE_CHECKING

from dialogen.database import outcome_counts
from dialogen.domain.accounts import Membership, Role, Standing
from dialogen.domain.alerts import Staff, parse_recipient
from dialogen.domain.reports import headroom
from dialogen.mail.letters import Glance, UnitLine
from dialogen.services.alerts import Morning
from dialogen.services.managed_units import UnitState, managed, whole_year

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

UNITS_IN_A_LETTER = 20


def glance_for(session: "Session", recipient: str, morning: Morning) -> Glance | None:
    """Return how a manager's units and the year stand on a morning; None for whoever manages none."""
    by = managing(recipient, morning.staff)
    if by is None:
        return None
    today = morning.today
    counted = outcome_counts.year_counts(session, year=today.year, today=today)
    units, _ = managed(session, by=by, today=today, counted=counted, names={})
    year = whole_year(counted)
    return Glance(
        units=[_line(each) for each in units[:UNITS_IN_A_LETTER]],
        more_units=max(0, len(units) - UNITS_IN_A_LETTER),
        year=today.year,
        on_time=year.on_time,
        matured=year.matured,
        percent=year.percent,
        bears=headroom(year.on_time, year.matured, year.bands.desired),
        desired=year.bands.desired,
    )


def managing(recipient: str, staff: Staff) -> Standing | None:
    """Return a recipient's standing as a manager; None for a handler, a unit's address or nobody."""
    kind, number = parse_recipient(recipient)
    if kind != "account" or number is None:
        return None
    held = [Membership(Role.MANAGER, unit_id) for unit_id, managers in staff.managers.items() if number in managers]
    if number in staff.managers_of_all:
        held.append(Membership(Role.MANAGER, everywhere=True))
    return Standing(number, frozenset(held)) if held else None


def _line(unit: UnitState) -> UnitLine:
    return UnitLine(unit.name, unit.work.overdue, unit.work.due_today, unit.work.nearing, unit.unassigned)
