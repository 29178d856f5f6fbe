"""Corrects the dates and the stream that the figure stands on: judged as a whole, with the deadline reckoned anew."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from dialogen.domain import cases as rules_of_cases
from dialogen.domain import deadlines
from dialogen.domain.cases import CaseDates
from dialogen.domain.errors import InvalidInput, Problem
from dialogen.domain.history import Change
from dialogen.services import case_parts

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.models import Case

_TOLD = ("stream", "received_on", "due_on", "answered_on")


@dataclass(frozen=True)
class Correction:
    """A correction that the rules allow: the case before and after it, and the version of the rule it then has."""

    before: CaseDates
    after: CaseDates
    rule_version: int


def judged(session: "Session", case: "Case", *, before: CaseDates, wanted: CaseDates, today: date) -> Correction:
    """Return what a correction comes to: with another reception the deadline follows the rule of that day.

    Raises InvalidInput and WrongState where the rules refuse it. Four eyes are not asked for here.
    """
    deadlines.check_received_on(wanted.received_on, today)
    if wanted.answered_on is not None and wanted.answered_on > today:
        raise InvalidInput.of("answered_on", Problem.ANSWERED_IN_FUTURE, value=wanted.answered_on)
    rules_of_cases.check_correction(before, wanted)
    if wanted.received_on == before.received_on:
        return Correction(before, wanted, case.rule_version)
    rule, due_on = case_parts.deadline_for(session, wanted.received_on)
    after = replace(wanted, due_on=due_on)
    rules_of_cases.check_extension_after(after)
    return Correction(before, after, rule.version)


def apply(case: "Case", correction: Correction) -> list[Change]:
    """Change the case as judged; returns what to tell."""
    before, after = correction.before, correction.after
    told = [
        Change(field, _text(getattr(before, field)), _text(getattr(after, field)))
        for field in _TOLD
        if getattr(before, field) != getattr(after, field)
    ]
    if correction.rule_version != case.rule_version:
        told.append(Change("rule_version", str(case.rule_version), str(correction.rule_version)))
    case.stream, case.received_on, case.answered_on = after.stream, after.received_on, after.answered_on
    case.due_on, case.deadline, case.rule_version = after.due_on, after.deadline, correction.rule_version
    return told


def _text(value: date | str | None) -> str | None:
    return value.isoformat() if isinstance(value, date) else value and str(value)
