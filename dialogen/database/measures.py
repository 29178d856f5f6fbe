"""Counts for whoever watches the installation from outside."""

from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from dialogen.database.cases import within
from dialogen.database.models import IS_OPEN, Case, Unit
from dialogen.domain.accounts import Reach
from dialogen.domain.deadlines import State


def open_cases_by_unit(
    session: Session, ranges: dict[State, tuple[date | None, date | None]], *, reach: Reach
) -> dict[str | None, dict[State, int]]:
    """Count the open cases within reach by the unit's name (None: without a unit) and by state.

    `ranges` are the first and last present deadline of each state, as the domain gives them.
    """
    sums = [func.sum(case((_lies_in(*ranges[state]), 1), else_=0)) for state in ranges]
    query = (
        select(Unit.name, *sums)
        .select_from(Case)
        .outerjoin(Unit, Unit.id == Case.unit_id)
        .where(IS_OPEN, within(reach))
        .group_by(Unit.id, Unit.name)
        .order_by(Unit.id)
    )
    return {
        name: {state: int(count) for state, count in zip(ranges, counts, strict=True)}
        for name, *counts in session.execute(query)
    }


def _lies_in(first: date | None, last: date | None) -> ColumnElement[bool]:
    return and_(Case.deadline >= (first or date.min), Case.deadline <= (last or date.max))
