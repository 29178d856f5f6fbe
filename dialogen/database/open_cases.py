"""Open cases by how they stand: deadlines between two days as conditions and as counts, said once for all queries."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, bindparam, case, func, literal, select
from sqlalchemy.orm import Session

from dialogen.database.models import IS_OPEN, Case
from dialogen.domain.deadlines import State

#: The first and last present deadline that give each open state (None: no bound), as the domain says them.
Ranges = Mapping[State, tuple[date | None, date | None]]
OPEN_STATES_BY_DAY = (State.OVERDUE, State.DUE_TODAY, State.NEARING, State.ON_TRACK)  # the last one has no last day


def deadline_between(first: date | None, last: date | None) -> ColumnElement[bool]:
    """Return the condition that the present deadline lies between two days, both included."""
    return and_(Case.deadline >= (first or date.min), Case.deadline <= (last or date.max))


def sums_by_state(ranges: Ranges) -> list[ColumnElement[Any]]:
    """Return a column for each state that counts the cases in it."""
    return [func.coalesce(func.sum(case((deadline_between(*span), 1), else_=0)), 0) for span in ranges.values()]


def state_column() -> ColumnElement[str]:
    """Return a column that says how an open case stands: for queries with the values of `last_days`."""
    *ending, endless = OPEN_STATES_BY_DAY
    bounds = [(Case.deadline <= bindparam(f"last_{each.value}", type_=Date), literal(each.value)) for each in ending]
    return case(*bounds, else_=literal(endless.value))


def last_days(ranges: Ranges) -> dict[str, date | None]:
    """Return the values that a query with `state_column` asks for."""
    return {f"last_{state.value}": ranges[state][1] for state in OPEN_STATES_BY_DAY[:-1]}


def by_state(ranges: Ranges, counts: Sequence[Any]) -> dict[State, int]:
    """Return the counts of a row of `sums_by_state` by state."""
    return {state: int(count) for state, count in zip(ranges, counts, strict=True)}


def count_open(session: Session, ranges: Ranges, *conditions: ColumnElement[bool]) -> dict[State, int]:
    """Count the open cases that fulfil the conditions by state, in one look."""
    return sorted_in(ranges, session.connection().execute(counting_open(*conditions)))


def counting_open(*conditions: ColumnElement[bool]) -> Any:
    """Return the query of how many open cases there are to each deadline: a few rows, from their index alone."""
    return select(Case.deadline, func.count()).where(IS_OPEN, *conditions).group_by(Case.deadline)


def sorted_in(ranges: Ranges, counts: Iterable[Any]) -> dict[State, int]:
    """Return the counts of `counting_open` by state; the ranges leave no day out."""
    sums = dict.fromkeys(ranges, 0)
    for deadline, number in counts:
        sums[next(state for state, span in ranges.items() if _is_within(deadline, *span))] += number
    return sums


def _is_within(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)
