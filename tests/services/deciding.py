"""Proposing and deciding as the tests of four eyes do it, and looks at what came of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import PendingChange
from dialogen.domain.accounts import Standing
from dialogen.domain.case_changes import CaseChanges
from dialogen.domain.cases import ExclusionReason, Outcome
from dialogen.domain.errors import DialogenError, Problem
from dialogen.services import cases, four_eyes
from dialogen.services.case_changes import change_case
from dialogen.services.case_views import CaseView
from dialogen.services.reports import yearly_report
from tests.factories import TODAY, make_case
from tests.services.desk import Desk, deed, reference_of

DAY = timedelta(days=1)
LONG_AGO = TODAY - 40 * DAY  # 2026-01-02, due 2026-01-16
SPAM = ExclusionReason.SPAM


def missed(db: Database, desk: Desk, **more: Any) -> tuple[int, str]:
    """Put a case that has missed its deadline into the unit; returns its number and its reference."""
    case_id = make_case(db, **{"received_on": LONG_AGO, "unit_id": desk.unit, **more})
    return case_id, reference_of(db, case_id)


def exclude(db: Database, reference: str, by: Standing, note: str | None = "reklame") -> CaseView:
    """Hold a case outside, or propose it."""
    return cases.exclude_case(db, reference=reference, reason=SPAM, note=note, deed=deed(by))


def correct(db: Database, reference: str, by: Standing, reason: str = "feil dato", **changes: Any) -> CaseView:
    """Correct a case, or propose it."""
    return change_case(db, reference=reference, changes=CaseChanges(**changes), reason=reason, deed=deed(by))


def approve(db: Database, reference: str, by: Standing, **more: Any) -> CaseView:
    """Approve what waits."""
    return four_eyes.approve_change(db, reference=reference, deed=deed(by), **more)


def refuse(db: Database, reference: str, by: Standing, reason: str | None = "det var et spørsmål") -> CaseView:
    """Refuse what waits."""
    return four_eyes.refuse_change(db, reference=reference, reason=reason, deed=deed(by))


def withdraw(db: Database, reference: str, by: Standing) -> CaseView:
    """Withdraw what waits."""
    return four_eyes.withdraw_change(db, reference=reference, deed=deed(by))


def refused(act: Callable[[], object], kind: type[DialogenError], problem: Problem) -> None:
    """Expect a refusal."""
    with pytest.raises(kind) as found:
        act()
    assert (type(found.value), found.value.problem) == (kind, problem)


def outcomes(db: Database) -> list[tuple[Outcome | None, int | None]]:
    """Return what became of every proposal, and who decided."""
    with db.reading() as session:
        return [(each.outcome, each.decided_by) for each in session.scalars(select(PendingChange))]


def figure(db: Database, year: int = 2026) -> tuple[int, int]:
    """Return k and n of MV.1.1."""
    figures = yearly_report(db, year=year, as_of=None, today=TODAY).tally
    return figures.on_time, figures.matured
