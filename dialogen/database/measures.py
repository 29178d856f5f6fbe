"""Counts for whoever watches the installation from outside."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogen.database.cases import within
from dialogen.database.models import IS_OPEN, Case, Unit
from dialogen.database.open_cases import Ranges, by_state, sums_by_state
from dialogen.domain.accounts import Reach
from dialogen.domain.deadlines import State


def open_cases_by_unit(session: Session, ranges: Ranges, *, reach: Reach) -> dict[str | None, dict[State, int]]:
    """Count the open cases within reach by the unit's name (None: without a unit) and by state.

    `ranges` are the first and last present deadline of each state, as the domain gives them.
    """
    query = (
        select(Unit.name, *sums_by_state(ranges))
        .select_from(Case)
        .outerjoin(Unit, Unit.id == Case.unit_id)
        .where(IS_OPEN, within(reach))
        .group_by(Unit.id, Unit.name)
        .order_by(Unit.id)
    )
    return {name: by_state(ranges, counts) for name, *counts in session.execute(query)}
