"""What somebody's day holds: one moment of the database, one query a panel, and only what their roles may see."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from dialogen.database import my_day as rows
from dialogen.database import outcome_counts, quality, setup_state
from dialogen.database.my_day import OpenRow, ProposalRow
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
from dialogen.domain.reports import Tally
from dialogen.domain.staleness import is_stale
from dialogen.services import first_steps
from dialogen.services.case_letters import StoppedLetter, stopped_within
from dialogen.services.managed_units import UnitState, Workload, managed, whole_year

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database

SHOWN = 20  # rows of a panel; the list has the rest
SHOWN_UNITS = SHOWN_PEOPLE = 60
CASES_KEPT = 4096  # most of what somebody sees they saw a minute ago
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

    def __hash__(self) -> int:
        """Hash what tells most of them apart: a panel is looked for by its cases."""
        return hash((self.reference, self.days_left))


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


@dataclass(frozen=True)
class Known:
    """What a door knows of the reader already, and what need not be asked for again."""

    to_decide: int | None = None  # how many proposals wait for their decision
    units: Mapping[int, str] = field(default_factory=dict)  # names by number


def show_day(db: "Database", *, by: Standing, today: date, now: datetime, known: Known | None = None) -> Day:
    """Show somebody's day."""
    known = known or Known()
    panels = my_day.panels_of(by)
    with db.reading() as session:
        counted = _counted(session, panels, today)
        own, unassigned = _work(session, panels, by, today)
        units, people = _managed(session, panels, by, today, counted, known.units)
        return Day(
            panels=panels,
            stopped=tuple(stopped_within(session, by=by, limit=SHOWN)) if Panel.STOPPED in panels else (),
            own=own,
            unassigned=unassigned,
            proposed=_proposed(session, by, now) if Panel.PROPOSED in panels else None,
            to_decide=_to_decide(session, by, known.to_decide) if Panel.TO_DECIDE in panels else None,
            units=None if units is None else tuple(units[:SHOWN_UNITS]),
            units_total=len(units or ()),
            people=None if people is None else tuple(people[:SHOWN_PEOPLE]),
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
    if Panel.OWN not in panels:
        return None, None
    found: dict[State | None, list[OpenRow]] = defaultdict(list)
    for row in rows.work(session, by.account_id, my_day.unassigned_reach(by), deadlines.open_deadlines(today), SHOWN):
        found[deadlines.open_state(row.deadline, today) if row.handler_id else None].append(row)
    own = {state: _panel(found[state], by, today) for state in _WORST_FIRST}
    return own, _panel(found[None], by, today) if Panel.UNASSIGNED in panels else None


def _panel(found: Sequence[OpenRow], by: Standing, today: date) -> CasePanel:
    return CasePanel(tuple(_case(row, by, today) for row in found), found[0].total if found else 0)


@lru_cache(maxsize=CASES_KEPT)
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


def _to_decide(session: "Session", by: Standing, how_many: int | None) -> ProposalPanel:
    if how_many == 0:
        return _proposals(())
    return _proposals(rows.to_decide(session, reach(by, Act.APPROVE), SHOWN))


def _proposals(found: Sequence[ProposalRow]) -> ProposalPanel:
    return ProposalPanel(tuple(found), found[0].total if found else 0)


def _managed(
    session: "Session",
    panels: frozenset[Panel],
    by: Standing,
    today: date,
    counted: Counted | None,
    names: Mapping[int, str],
) -> tuple[list[UnitState] | None, list[Workload] | None]:
    if counted is None or not {Panel.UNITS, Panel.PEOPLE} <= panels:
        return None, None
    return managed(session, by=by, today=today, counted=counted, names=names)


def _year(year: int, counted: Counted) -> YearSoFar:
    whole = whole_year(counted)
    return YearSoFar(year, whole, margins(whole), counted.registered_late)


def _setup(session: "Session", now: datetime) -> Setup:
    state = setup_state.setup_state(session)
    stale = is_stale(last_good_pass=state.last_pass_at, first_started_at=state.first_started_at, now=now)
    guide = first_steps.guide_of(state)
    return Setup(state, stale, len(guide.left) if guide.is_wanted else 0)
