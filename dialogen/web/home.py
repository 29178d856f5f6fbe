"""My day, where everybody comes in: what to do today, by the roles that the reader has."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from dialogen import looks
from dialogen.domain import my_day
from dialogen.domain.access_log import Manner, Sight
from dialogen.domain.accounts import Act, Role, reach
from dialogen.domain.deadlines import NEAR_DAYS
from dialogen.extensions import office
from dialogen.looks import looks_at
from dialogen.services import my_day as days
from dialogen.services.my_day import Day, Known
from dialogen.web import day_quality, options, visit
from dialogen.web.access import signed_in

home = Blueprint("home", __name__)


@home.get("/")
@signed_in
@looks_at(Sight.CASES, Manner.LISTED)
def front() -> ResponseReturnValue:
    """Show the reader's day."""
    by = visit.standing()
    today = visit.today()
    day = days.show_day(office().db, by=by, today=today, now=visit.now(), known=_known())
    people_agree = reach(by, Act.SEE) == my_day.managed_cases(by)
    looks.tell(shown=day.shown)
    return render_template(
        "home/front.html",
        day=day,
        quality=day_quality.counted(day, by=by, today=today),
        today=today,
        near_days=NEAR_DAYS,
        me=visit.me(),
        is_handler=by.has_role(Role.HANDLER),
        own_total=sum(panel.total for panel in (day.own or {}).values()),
        unassigned_filter=_unassigned_filter(day),
        unit_rows=[(each, today.year, each.name or options.NONE, options.NONE) for each in day.units or ()],
        person_rows=[(each, each.email if people_agree else None) for each in day.people or ()],
    )


def _known() -> Known:
    units = {role.unit_id: role.unit_name for role in visit.me().roles if role.unit_id and role.unit_name}
    return Known(visit.frame().to_decide, units)


def _unassigned_filter(day: Day) -> tuple[str | None, str | None, str | None]:
    """Return state, handler and unit by which the list shows the very cases that nobody has here; no handler when it has
    no such filter.

    Whoever sees more cases than those they may take, as a handler who also keeps the statistics, finds them by the unit.
    """
    if day.unassigned is None:
        return None, None, None
    seen, mine = reach(visit.standing(), Act.SEE), my_day.unassigned_reach(visit.standing())
    everywhere, units = mine.everything or mine.free_everywhere, mine.units | mine.free_in_units
    if (seen.everything, seen.units) == (everywhere, units) or everywhere:
        return None, options.NONE, None
    names = {role.unit_name for role in visit.me().roles if role.unit_id in units}
    return (None, options.NONE, names.pop()) if len(names) == 1 else (None, None, None)
