"""What a ladder would come to before it is saved: which open cases would be told to whom, on which days."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dialogen.database import alerts as alert_rows
from dialogen.database import ladders as rows
from dialogen.database.alerts import OpenCase
from dialogen.domain.accounts import Standing
from dialogen.domain.alerts import Horizon, Ladder
from dialogen.domain.deadlines import ONE_DAY
from dialogen.domain.ladders import Telling, coming_alerts
from dialogen.domain.texts import norwegian_key
from dialogen.services.alerts import Morning, morning_of
from dialogen.services.ladders import Draft, check_may_set, checked_draft

if TYPE_CHECKING:
    from dialogen.database.engine import Database

DAYS_AHEAD = 28
LOOKED_AT = 1000  # open cases, those due first; more are counted only
SHOWN = 10


@dataclass(frozen=True)
class TellingView:
    """The alerts of one step to come on one day; `to` is empty for nobody."""

    day: date
    step: int
    to: list[str]


@dataclass(frozen=True)
class CaseAhead:
    """A case with the alerts that it would bring."""

    reference: str
    deadline: date
    alerts: list[TellingView]


@dataclass(frozen=True)
class Preview:
    """What the mornings from the first to the last would bring, if no case changes before them."""

    ladder: Ladder
    first: date
    last: date
    shown: list[CaseAhead]  # those told first
    cases: int
    alerts: int
    people: int
    left_out: int  # cases that were not looked at, there being so many


def preview_ladder(db: "Database", *, by: Standing, unit_id: int | None, draft: Draft, today: date) -> Preview:
    """Return what a ladder would come to, and save nothing; raises as saving does."""
    check_may_set(by, unit_id)
    morning = morning_of(db, today)
    ladder = checked_draft(draft, unit_id, morning) or morning.ladders.default
    first, last = today + ONE_DAY, today + timedelta(days=DAYS_AHEAD)
    own = morning.ladders.by_unit
    furthest = Horizon.on(last, morning.calendar).furthest_deadline(ladder)
    with db.reading() as session:
        followed, total = rows.cases_followed(session, unit_id, own, last=furthest, limit=LOOKED_AT)
        told = alert_rows.told(session, [case for case, _ in followed]) if followed else {}
        ahead = [
            (case, reference, coming)
            for case, reference in followed
            if (coming := _coming(case, told.get(case.id, {}), ladder, morning, first, last))
        ]
        recipients = {each.recipient for _, _, coming in ahead for each in coming}
        names = rows.names_of_recipients(session, recipients)
    soonest = sorted(ahead, key=lambda each: (each[2][0].day, each[0].followed.deadline, each[0].id))
    return Preview(
        ladder=ladder,
        first=first,
        last=last,
        shown=[_shown(case, reference, coming, names) for case, reference, coming in soonest[:SHOWN]],
        cases=len(ahead),
        alerts=sum(len(coming) for _, _, coming in ahead),
        people=len(names),
        left_out=total - len(followed),
    )


def _coming(
    case: OpenCase, told: dict[str, int], ladder: Ladder, morning: Morning, first: date, last: date
) -> list[Telling]:
    return coming_alerts(
        case.followed,
        staff=morning.staff,
        ladder=ladder,
        told=told,
        first=first,
        last=last,
        calendar=morning.calendar,
    )


def _shown(case: OpenCase, reference: str, coming: list[Telling], names: dict[str, str]) -> CaseAhead:
    told: dict[tuple[date, int], list[str]] = {}
    for each in coming:
        told.setdefault((each.day, each.step), []).extend(filter(None, [names.get(each.recipient)]))
    alerts = [TellingView(day, step, sorted(to, key=norwegian_key)) for (day, step), to in told.items()]
    return CaseAhead(reference, case.followed.deadline, alerts)
