"""Open cases by how they stand: deadlines between two days as conditions and as counts, said once for all queries."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from dialogen.database.models import IS_OPEN, Case
from dialogen.domain.deadlines import State

#: The first and last present deadline that give each open state (None: no bound), as the domain says them.
Ranges = Mapping[State, tuple[date | None, date | None]]


def deadline_between(first: date | None, last: date | None) -> ColumnElement[bool]:
    """Return the condition that the present deadline lies between two days, both included."""
    return and_(Case.deadline >= (first or date.min), Case.deadline <= (last or date.max))


def sums_by_state(ranges: Ranges) -> list[ColumnElement[Any]]:
    """Return a column for each state that counts the cases in it."""
    return [func.coalesce(func.sum(case((deadline_between(*span), 1), else_=0)), 0) for span in ranges.values()]


def by_state(ranges: Ranges, counts: Sequence[Any]) -> dict[State, int]:
    """Return the counts of a row of `sums_by_state` by state."""
    return {state: int(count) for state, count in zip(ranges, counts, strict=True)}


def count_open(session: Session, ranges: Ranges, *conditions: ColumnElement[bool]) -> dict[State, int]:
    """Count the open cases that fulfil the conditions by state, in one look."""
    return by_state(ranges, session.execute(counting_open(ranges, *conditions)).one())


def counting_open(ranges: Ranges, *conditions: ColumnElement[bool]) -> Any:
    """Return the query of `count_open`."""
    return select(*sums_by_state(ranges)).where(IS_OPEN, *conditions)
