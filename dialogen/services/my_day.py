"""What somebody's day holds: one moment of the database, one query a panel, and only what their roles may see."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from dialogen.database import my_day as rows
from dialogen.database import outcome_counts, quality, setup_state
from dialogen.database.my_day import OpenRow, PersonRow, ProposalRow, UnitRow
from dialogen.database.outcome_counts import Counted
from dialogen.database.quality import Doubts
from dialogen.database.setup_state import SetupState
from dialogen.domain import deadlines, my_day
from dialogen.domain.accounts import Act, Standing, reach
from dialogen.domain.cases import Condition, Step
from dialogen.domain.deadlines import State
from dialogen.domain.margins import Margin, margins
from dialogen.domain.my_day import Panel
from dialogen.domain.next_steps import NextStep, next_step
from dialogen.domain.other_laws import Law
from dialogen.domain.reports import OutcomeGroup, Tally, tally
from dialogen.domain.staleness import is_stale
from dialogen.domain.texts import norwegian_key
from dialogen.services import first_steps
from dialogen.services.case_letters import StoppedLetter, stopped_within

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database

SHOWN = 20  # rows of a panel; the list has the rest
SHOWN_UNITS = SHOWN_PEOPLE = 60
TOLD_FOR = timedelta(days=14)  # how long a refusal stays on one's day
_WORST_FIRST = (State.OVERDUE, State.DUE_TODAY, State.NEARING, State.ON_TRACK)


@dataclass(frozen=True)
class DayCase:
    """An open case with how it stands and what to do with it; `otherwise` when that cannot be done in time."""

    reference: str
    external_reference: str | None
    subject: str | None
    unit: str | None
    deadline: date
    state: State
    days_left: int
    past_original: bool
    waits: bool
    law: Law | None  # another one, whose own deadline runs too
    step: NextStep | None
    otherwise: Step | None


@dataclass(frozen=True)
class CasePanel:
    """The first cases of a panel, and how many there are in all."""

    cases: tuple[DayCase, ...] = ()
    total: int = 0


@dataclass(frozen=True)
class ProposalPanel:
    """The oldest proposals of a panel, and how many there are in all."""

    proposals: tuple[ProposalRow, ...]
    total: int


@dataclass(frozen=True)
class UnitState:
    """How a unit stands: its open cases, and its year so far."""

    unit_id: int | None
    name: str | None
    by_state: dict[State, int]
    open: int
    unassigned: int
    year: Tally


@dataclass(frozen=True)
class Workload:
    """The open work of one person. Never a measure of a person: alphabetical, counts of what is open alone."""

    name: str
    email: str
    is_disabled: bool
    by_state: dict[State, int]
    open: int


@dataclass(frozen=True)
class YearSoFar:
    """The municipality's figure as of today, and how much the year can bear before each band ends."""

    year: int
    tally: Tally
    margins: tuple[Margin, Margin]
    registered_late: int


@dataclass(frozen=True)
class Setup:
    """What is missing in the set-up, whether the deadline pass stands still, and how many first steps to offer."""

    state: SetupState
    is_stale: bool
    steps_left: int


@dataclass(frozen=True)
class Day:
    """My day. A panel that is not the reader's is None."""

    panels: frozenset[Panel]
    stopped: tuple[StoppedLetter, ...] = ()
    own: dict[State, CasePanel] | None = None
    unassigned: CasePanel | None = None
    proposed: ProposalPanel | None = None
    to_decide: ProposalPanel | None = None
    units: tuple[UnitState, ...] | None = None
    units_total: int = 0
    people: tuple[Workload, ...] | None = None
    people_total: int = 0
    year: YearSoFar | None = None
    doubts: Doubts | None = None
    setup: Setup | None = None

    @property
    def shown(self) -> int:
        """How many cases the page shows, for the access log."""
        lists = [*(self.own or {}).values(), *([self.unassigned] if self.unassigned else [])]
        proposals = [each for each in (self.proposed, self.to_decide) if each]
        cases = sum(len(each.cases) for each in lists)
        return cases + sum(len(each.proposals) for each in proposals) + len(self.stopped)


def show_day(db: "Database", *, by: Standing, today: date, now: datetime) -> Day:
    """Show somebody's day."""
    panels = my_day.panels_of(by)
    with db.reading() as session:
        counted = _counted(session, panels, today)
        own, unassigned = _work(session, panels, by, today)
        units = _units(session, by, today, counted) if counted and Panel.UNITS in panels else None
        people = _people(session, by, today) if Panel.PEOPLE in panels else None
        return Day(
            panels=panels,
            stopped=tuple(stopped_within(session, by=by, limit=SHOWN)) if Panel.STOPPED in panels else (),
            own=own,
            unassigned=unassigned,
            proposed=_proposed(session, by, now) if Panel.PROPOSED in panels else None,
            to_decide=_to_decide(session, by) if Panel.TO_DECIDE in panels else None,
            units=units and units[:SHOWN_UNITS],
            units_total=len(units or ()),
            people=people and people[:SHOWN_PEOPLE],
            people_total=len(people or ()),
            year=_year(today.year, counted) if counted else None,
            doubts=quality.year_doubts(session, year=today.year, today=today) if Panel.QUALITY in panels else None,
            setup=_setup(session, now) if Panel.SETUP in panels else None,
        )


def _counted(session: "Session", panels: frozenset[Panel], today: date) -> Counted | None:
    if not panels & {Panel.YEAR, Panel.UNITS, Panel.QUALITY}:
        return None
    return outcome_counts.year_counts(session, year=today.year, today=today)


def _work(
    session: "Session", panels: frozenset[Panel], by: Standing, today: date
) -> tuple[dict[State, CasePanel] | None, CasePanel | None]:
    own = unassigned = None
    if Panel.OWN in panels:
        found: dict[State, list[OpenRow]] = defaultdict(list)
        for row in rows.own_cases(session, by.account_id, deadlines.open_deadlines(today), SHOWN):
            found[deadlines.open_state(row.deadline, today)].append(row)
        own = {state: _panel(found[state], by, today) for state in _WORST_FIRST}
    if Panel.UNASSIGNED in panels:
        unassigned = _panel(rows.unassigned_cases(session, my_day.unassigned_reach(by), SHOWN), by, today)
    return own, unassigned


def _panel(found: Sequence[OpenRow], by: Standing, today: date) -> CasePanel:
    return CasePanel(tuple(_case(row, by, today) for row in found), found[0].total if found else 0)


def _case(row: OpenRow, by: Standing, today: date) -> DayCase:
    state = deadlines.open_state(row.deadline, today)
    may_work = reach(by, Act.WORK).covers(unit_id=row.unit_id, handler_id=row.handler_id)
    step = next_step(
        condition=Condition.OPEN,
        has_unit=row.unit_id is not None,
        has_handler=row.handler_id is not None,
        may_work=may_work,
        may_assign=reach(by, Act.ASSIGN).covers(unit_id=row.unit_id, handler_id=row.handler_id),
    )
    otherwise = None
    if step is NextStep.ANSWER:
        otherwise = my_day.if_time_is_short(
            state, is_extended=row.extended_to is not None, has_interim_reply=row.has_interim_reply
        )
    return DayCase(
        reference=row.reference,
        external_reference=row.external_reference,
        subject=row.subject
        if reach(by, Act.SEE_PERSONAL).covers(unit_id=row.unit_id, handler_id=row.handler_id)
        else None,
        unit=row.unit,
        deadline=row.deadline,
        state=state,
        days_left=(row.deadline - today).days,
        past_original=row.extended_to is not None and row.due_on < today,
        waits=row.waits,
        law=row.law if reach(by, Act.SEE_DETAILS).covers(unit_id=row.unit_id, handler_id=row.handler_id) else None,
        step=step,
        otherwise=otherwise,
    )


def _proposed(session: "Session", by: Standing, now: datetime) -> ProposalPanel:
    return _proposals(rows.own_proposals(session, reach(by, Act.SEE), since=now - TOLD_FOR, limit=SHOWN))


def _to_decide(session: "Session", by: Standing) -> ProposalPanel:
    return _proposals(rows.to_decide(session, reach(by, Act.APPROVE), SHOWN))


def _proposals(found: Sequence[ProposalRow]) -> ProposalPanel:
    return ProposalPanel(tuple(found), found[0].total if found else 0)


def _units(session: "Session", by: Standing, today: date, counted: Counted) -> tuple[UnitState, ...]:
    """Return the units that the reader manages, those with the most that is overdue first."""
    by_unit: dict[str | None, list[OutcomeGroup]] = defaultdict(list)
    for group in counted.groups:
        by_unit[group.key].append(group)
    found = rows.units(session, my_day.managed_units(by), deadlines.open_deadlines(today))
    states = [_unit(row, tally(by_unit[str(row.unit_id) if row.unit_id else None])) for row in found]
    shown = [each for each in states if each.unit_id is not None or each.open or each.year.received]
    return tuple(sorted(shown, key=_trouble))


def _unit(row: UnitRow, year: Tally) -> UnitState:
    return UnitState(row.unit_id, row.name, dict(row.by_state), sum(row.by_state.values()), row.unassigned, year)


def _trouble(unit: UnitState) -> tuple[object, ...]:
    worst = tuple(-unit.by_state[state] for state in _WORST_FIRST[:3])
    return (*worst, unit.unit_id is None, norwegian_key(unit.name or ""))


def _people(session: "Session", by: Standing, today: date) -> tuple[Workload, ...]:
    found = rows.people(session, my_day.managed_cases(by), deadlines.open_deadlines(today))
    return tuple(_workload(row) for row in sorted(found, key=lambda row: (norwegian_key(row.name), row.email)))


def _workload(row: PersonRow) -> Workload:
    return Workload(row.name, row.email, row.is_disabled, dict(row.by_state), sum(row.by_state.values()))


def _year(year: int, counted: Counted) -> YearSoFar:
    whole = tally(counted.groups)
    return YearSoFar(year, whole, margins(whole), counted.registered_late)


def _setup(session: "Session", now: datetime) -> Setup:
    state = setup_state.setup_state(session)
    stale = is_stale(last_good_pass=state.last_pass_at, first_started_at=state.first_started_at, now=now)
    guide = first_steps.guide_of(state)
    return Setup(state, stale, len(guide.left) if guide.is_wanted else 0)
