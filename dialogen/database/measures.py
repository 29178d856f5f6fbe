"""Counts for whoever watches the installation from outside."""

from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from dialogen.database.cases import within
from dialogen.database.job_runs import DEADLINE_PASS
from dialogen.database.models import (
    IS_ON_ITS_WAY,
    IS_OPEN,
    IS_UNFINISHED,
    Alert,
    Case,
    CaseLetter,
    JobRun,
    Letter,
    Unit,
)
from dialogen.database.open_cases import Ranges, by_state, sums_by_state
from dialogen.domain.accounts import Reach
from dialogen.domain.alerts import AlertState
from dialogen.domain.deadlines import State
from dialogen.domain.letters import LetterState


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


def passes_by_end(session: Session) -> dict[str, int]:
    """Count the deadline passes by how they ended: done, failed, or unfinished."""
    end = case((JobRun.failure.is_not(None), "failed"), (JobRun.finished_at.is_(None), "unfinished"), else_="done")
    query = select(end.label("end"), func.count()).where(JobRun.job == DEADLINE_PASS).group_by("end").order_by("end")
    return {str(word): count for word, count in session.execute(query)}


def alerts_by_state(session: Session) -> dict[AlertState, int]:
    """Count all alerts by state."""
    query = select(Alert.state, func.count()).group_by(Alert.state).order_by(Alert.state)
    return {AlertState(state): count for state, count in session.execute(query)}


def letters_to_senders_by_state(session: Session) -> dict[LetterState, int]:
    """Count the letters to senders by state."""
    query = select(CaseLetter.state, func.count()).group_by(CaseLetter.state).order_by(CaseLetter.state)
    return {LetterState(state): count for state, count in session.execute(query)}


def oldest_waiting(session: Session) -> tuple[datetime | None, datetime | None]:
    """Return since when the oldest letter waits that is not finished: to the staff, and to senders."""
    staff: Any = select(func.min(Letter.created_at)).where(IS_UNFINISHED)
    senders: Any = select(func.min(CaseLetter.created_at)).where(IS_ON_ITS_WAY)
    return session.scalar(staff), session.scalar(senders)
