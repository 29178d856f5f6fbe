"""A change that one proposes and another decides: what is written down of it, and whether it still fits the case."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from dialogen.domain.cases import CaseDates, ExclusionReason, Stream
from dialogen.domain.errors import Conflict, NeedsSecondPerson, NotAllowed, Problem
from dialogen.domain.history import Change

#: What can be proposed, and how its words are read. Nothing of it is personal.
_READ: dict[str, Callable[[str], Any]] = {
    "exclusion": ExclusionReason,
    "stream": Stream,
    "received_on": date.fromisoformat,
    "answered_on": date.fromisoformat,
}


def proposed_changes(before: CaseDates, after: CaseDates) -> tuple[Change, ...]:
    """Return what a change comes to as it is written down. The deadline is left out: approval reckons it anew."""
    return tuple(
        Change(field, _word(getattr(before, field)), _word(getattr(after, field)))
        for field in _READ
        if getattr(before, field) != getattr(after, field)
    )


def still_fits(case: CaseDates, changes: Iterable[Change]) -> bool:
    """Say whether the case is in every proposed field what it was when the change was proposed, and is not excluded."""
    return case.exclusion is None and all(_word(getattr(case, each.field)) == each.before for each in changes)


def as_proposed(case: CaseDates, changes: Iterable[Change]) -> CaseDates:
    """Return the case as a proposal wants it; the deadline is not reckoned yet. Raises Conflict when it was overtaken."""
    changes = tuple(changes)
    if not still_fits(case, changes):
        raise Conflict(Problem.OVERTAKEN)
    wanted: dict[str, Any] = {each.field: each.after and _READ[each.field](each.after) for each in changes}
    return replace(case, **wanted)


def check_second_person(account_id: int, *, proposed_by: int) -> None:
    """Refuse a decision by the one who proposed."""
    if account_id == proposed_by:
        raise NeedsSecondPerson(Problem.NEEDS_SECOND_PERSON)


def check_proposer(account_id: int, *, proposed_by: int) -> None:
    """Refuse a withdrawal by anybody but the one who proposed."""
    if account_id != proposed_by:
        raise NotAllowed(Problem.NOT_THE_PROPOSER)


def _word(value: date | str | None) -> str | None:
    return value.isoformat() if isinstance(value, date) else value and str(value)
