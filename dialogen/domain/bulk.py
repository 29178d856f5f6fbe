"""One step on many cases: what it would come to for each, said before it is done; and what may be undone of it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from dialogen.domain.cases import (
    CaseDates,
    ExclusionReason,
    Step,
    check_extension,
    check_step,
    needs_second_person,
)
from dialogen.domain.errors import DialogenError, Problem, WrongState

CASES_MOST = 500  # at once: what one transaction does in a moment, and a person can look over
UNDO_WITHIN = timedelta(hours=1)
RUN_KEPT = timedelta(days=7)


class BulkStep(StrEnum):
    """What can be done with many cases at once."""

    ASSIGN = "assign"
    HAND_OVER = "hand_over"
    EXTEND = "extend"
    EXCLUDE = "exclude"


class Fate(StrEnum):
    """What a step comes to for one case."""

    DONE = "done"
    PROPOSED = "proposed"  # it falls under four eyes, and waits for a second person
    UNCHANGED = "unchanged"  # the case is so already
    REFUSED = "refused"


#: Who must have the right to work on a case, and who only that to assign it.
PLACING = frozenset({BulkStep.ASSIGN, BulkStep.HAND_OVER})
_STEPS = {
    BulkStep.ASSIGN: Step.ASSIGN,
    BulkStep.HAND_OVER: Step.HAND_OVER,
    BulkStep.EXTEND: Step.EXTEND,
    BulkStep.EXCLUDE: Step.EXCLUDE,
}


@dataclass(frozen=True)
class Facts:
    """What must be known of a case: its dates, where it is, whether a change of it waits, and its version."""

    dates: CaseDates
    unit_id: int | None
    handler_id: int | None
    waits: bool
    version: int
    may: bool  # whether whoever asks has the right to the step on it


@dataclass(frozen=True)
class Wanted:
    """A step with what it wants to become of the cases. `stays` are the handlers who work in the new unit, too."""

    step: BulkStep
    handler_id: int | None = None
    unit_id: int | None = None
    stays: frozenset[int] = frozenset()
    extended_to: date | None = None
    exclusion: ExclusionReason | None = None


@dataclass(frozen=True)
class Verdict:
    """What a step comes to for a case, and why it is refused."""

    fate: Fate
    problem: Problem | None = None


def judge(case: Facts, wanted: Wanted, *, today: date, seen_version: int | None = None) -> Verdict:
    """Return what a step comes to for a case. With `seen_version` a case that was changed since is refused."""
    if not case.may:
        return Verdict(Fate.REFUSED, Problem.NOT_ALLOWED)
    if seen_version not in (None, case.version):
        return Verdict(Fate.REFUSED, Problem.CHANGED_MEANWHILE)
    try:
        check_step(_STEPS[wanted.step], case.dates)
        return Verdict(_fate(case, wanted, today))
    except DialogenError as refusal:
        return Verdict(Fate.REFUSED, refusal.problem)


def _fate(case: Facts, wanted: Wanted, today: date) -> Fate:
    match wanted.step:
        case BulkStep.ASSIGN:
            return Fate.UNCHANGED if case.handler_id == wanted.handler_id else Fate.DONE
        case BulkStep.HAND_OVER:
            return Fate.UNCHANGED if case.unit_id == wanted.unit_id else Fate.DONE
        case BulkStep.EXTEND:
            assert wanted.extended_to is not None, "an extension has a day"
            check_extension(case.dates, extended_to=wanted.extended_to, today=today)
            return Fate.DONE
        case BulkStep.EXCLUDE:
            if case.waits:
                raise DialogenError(Problem.CHANGE_WAITS)
            assert wanted.exclusion is not None, "an exclusion has a reason"
            after = replace(case.dates, exclusion=wanted.exclusion)
            return Fate.PROPOSED if needs_second_person(case.dates, after, today) else Fate.DONE


def handler_after(case: Facts, wanted: Wanted) -> int | None:
    """Return who has a case after a step: a handler who does not work in the new unit does not come along."""
    if wanted.step is BulkStep.ASSIGN:
        return wanted.handler_id
    if wanted.step is BulkStep.HAND_OVER and case.handler_id not in wanted.stays:
        return None
    return case.handler_id


def may_undo(*, done_at: datetime, now: datetime, undone: bool) -> bool:
    """Say whether a step may still be undone, by whoever did it."""
    return not undone and now < done_at + UNDO_WITHIN


def check_undo(*, done_at: datetime, now: datetime, undone: bool) -> None:
    """Refuse to undo a step twice, or too late."""
    if not may_undo(done_at=done_at, now=now, undone=undone):
        raise WrongState(Problem.UNDO_TOO_LATE)


def judge_undo(*, fate: Fate, version_after: int, version: int, was_may: bool) -> Verdict:
    """Return what undoing a step comes to for a case: nothing for one that somebody changed since.

    `was_may` says whether who did it had the right on the case as it was before, which it becomes again: whoever sent a
    case to a unit that they do not reach can take it back while nobody there has touched it.
    """
    if fate not in (Fate.DONE, Fate.PROPOSED):
        return Verdict(Fate.UNCHANGED)
    if version != version_after:
        return Verdict(Fate.REFUSED, Problem.CHANGED_MEANWHILE)
    if not was_may:
        return Verdict(Fate.REFUSED, Problem.NOT_ALLOWED)
    return Verdict(Fate.DONE)
