"""Queries about what a deadline is reckoned by: the versions of the rule, and the office's own closed days."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogen.database.models import ClosedDay, DeadlineRuleRow
from dialogen.domain.deadlines import DeadlineRule


def deadline_rules(session: Session) -> list[DeadlineRule]:
    """Return every version of the deadline rule, the first one first."""
    rows = session.scalars(select(DeadlineRuleRow).order_by(DeadlineRuleRow.version))
    return [DeadlineRule(row.version, row.valid_from, row.days, row.roll) for row in rows]


def closed_days(session: Session) -> dict[date, str]:
    """Return the days on which the office is closed besides the public holidays, in order, with their names."""
    return {row.day: row.name for row in session.scalars(select(ClosedDay).order_by(ClosedDay.day))}
