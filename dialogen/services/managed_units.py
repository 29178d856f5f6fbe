"""How the units stand that somebody manages, and who has what in them: sums of the same open cases, and of the year."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from dialogen.database import my_day as rows
from dialogen.database.my_day import WorkRow
from dialogen.database.outcome_counts import Counted
from dialogen.domain import deadlines, my_day
from dialogen.domain.accounts import Reach, Standing
from dialogen.domain.deadlines import State
from dialogen.domain.reports import OutcomeGroup, Tally, tally
from dialogen.domain.texts import norwegian_key

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

YEARS_KEPT = 16  # a year is the same for everybody who looks, until something changes in it
NOTHING = Tally()


@dataclass(frozen=True)
class OpenWork:
    """How many open cases there are, in all and by how they stand."""

    total: int
    overdue: int
    due_today: int
    nearing: int


@dataclass(frozen=True)
class UnitState:
    """How a unit stands: its open cases, and of those of the year so far that have matured, how many were not in time."""

    unit_id: int | None
    name: str | None
    work: OpenWork
    unassigned: int
    misses: int
    matured: int


@dataclass(frozen=True)
class Workload:
    """The open work of one person. Never a measure of a person: alphabetical, counts of what is open alone."""

    name: str
    email: str
    is_disabled: bool
    work: OpenWork


def managed(
    session: "Session", *, by: Standing, today: date, counted: Counted, names: Mapping[int, str]
) -> tuple[list[UnitState], list[Workload]]:
    """Return how the units stand that somebody manages, and who has what in them.

    The units with the most that is overdue come first, and among them what lies in none if there is any; people are in
    alphabetical order. `names`: those of units that are known already, by number.
    """
    work = rows.open_work(session, my_day.managed_cases(by), deadlines.open_deadlines(today))
    within = my_day.managed_units(by)
    if within.everything or not within.units <= names.keys():
        names = rows.unit_names(session, within)
    return _units(within, names, work, counted), _people(work)


@lru_cache(maxsize=YEARS_KEPT)
def whole_year(counted: Counted) -> Tally:
    """Return what a year comes to in the whole municipality."""
    return tally(counted.groups)


def _units(managed: Reach, names: Mapping[int, str], work: Sequence[WorkRow], counted: Counted) -> list[UnitState]:
    """Return the units, those with the most that is overdue first, and then what lies in none if there is any."""
    years = _by_unit(counted)
    found: dict[int | None, list[WorkRow]] = defaultdict(list)
    for row in work:
        found[row.unit_id].append(row)
    named: dict[int | None, str | None] = {
        number: name for number, name in names.items() if managed.everything or number in managed.units
    }
    if managed.everything:
        named[None] = None
    states = [
        _unit(number, name, found.get(number, ()), years.get(str(number) if number else None, NOTHING))
        for number, name in named.items()
        if number or found.get(None) or years.get(None)
    ]
    return sorted(states, key=_trouble)


@lru_cache(maxsize=YEARS_KEPT)
def _by_unit(counted: Counted) -> dict[str | None, Tally]:
    """Return what a year comes to in each unit that has cases of it."""
    groups: dict[str | None, list[OutcomeGroup]] = defaultdict(list)
    for group in counted.groups:
        groups[group.key].append(group)
    return {key: tally(each) for key, each in groups.items()}


def _unit(number: int | None, name: str | None, work: Sequence[WorkRow], year: Tally) -> UnitState:
    unassigned = sum(row.cases for row in work if row.handler_id is None)
    return UnitState(number, name, _together(work), unassigned, year.matured - year.on_time, year.matured)


def _trouble(unit: UnitState) -> tuple[object, ...]:
    work = unit.work
    return (-work.overdue, -work.due_today, -work.nearing, unit.unit_id is None, norwegian_key(unit.name or ""))


def _people(work: Iterable[WorkRow]) -> list[Workload]:
    found: dict[tuple[str, str, bool], list[WorkRow]] = defaultdict(list)
    for row in work:
        if row.name is not None and row.email is not None:
            found[row.name, row.email, row.is_disabled].append(row)
    people = [Workload(*person, _together(each)) for person, each in found.items()]
    return sorted(people, key=lambda each: (norwegian_key(each.name), each.email))


def _together(work: Iterable[WorkRow]) -> OpenWork:
    sums: Counter[str] = Counter()
    for row in work:
        sums[row.state] += row.cases
    return OpenWork(sums.total(), sums[State.OVERDUE], sums[State.DUE_TODAY], sums[State.NEARING])
