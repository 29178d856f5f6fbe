"""The first steps of an installation: what must be done before it can follow a case, and when each of it is done."""

from collections.abc import Collection
from enum import StrEnum


class FirstStep(StrEnum):
    """One of the steps, in the order in which they are best made."""

    UNITS = "units"
    PEOPLE = "people"  # with roles, so that each unit has somebody to answer and somebody to tell
    MAIL = "mail"
    RULE = "rule"
    CASES = "cases"


class SetupPart(StrEnum):
    """What the office's log tells of the set-up as such, where no row of its own shows it."""

    MAIL = "mail"
    RULE = "rule"
    GUIDE = "guide"


def steps_done(
    *,
    units: int,
    units_lacking_people: int,
    people_without_role: int,
    mail_works: bool,
    rule_was_looked_at: bool,
    has_cases: bool,
) -> frozenset[FirstStep]:
    """Return the steps that are done. People are looked at by unit, so that none is done while there is no unit."""
    done = {
        FirstStep.UNITS: units > 0,
        FirstStep.PEOPLE: units > 0 and not units_lacking_people and not people_without_role,
        FirstStep.MAIL: mail_works,
        FirstStep.RULE: rule_was_looked_at,
        FirstStep.CASES: has_cases,
    }
    return frozenset(step for step, is_done in done.items() if is_done)


def steps_left(done: Collection[FirstStep]) -> tuple[FirstStep, ...]:
    """Return the steps that are not done, in their order."""
    return tuple(step for step in FirstStep if step not in done)
