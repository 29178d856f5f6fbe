"""One step on many cases: what it comes to for any case, and what of it may be undone."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dialogen.domain.bulk import (
    UNDO_WITHIN,
    BulkStep,
    Facts,
    Fate,
    Verdict,
    Wanted,
    handler_after,
    judge,
    judge_undo,
    may_undo,
)
from dialogen.domain.cases import CaseDates, Condition, ExclusionReason, Stream, needs_second_person
from dialogen.domain.errors import Problem
from tests.factories import NOW, TODAY

DAY = timedelta(days=1)
NUMBERS = st.none() | st.integers(1, 3)
#: Days around today on which deadlines, answers and extensions meet.
NEAR = st.integers(-3, 20)


@st.composite
def dates(draw: st.DrawFn) -> CaseDates:
    """Draw the dates of a case that the database would hold."""
    due = TODAY + draw(NEAR) * DAY
    received = min(due - 14 * DAY, TODAY)
    return CaseDates(
        received_on=received,
        due_on=due,
        extended_to=draw(st.none() | st.integers(1, 20).map(lambda days: due + days * DAY)),
        answered_on=draw(st.none() | st.dates(received, TODAY)),
        stream=draw(st.sampled_from(Stream)),
        exclusion=draw(st.none() | st.sampled_from(ExclusionReason)),
    )


facts = st.builds(
    Facts,
    dates=dates(),
    unit_id=NUMBERS,
    handler_id=NUMBERS,
    waits=st.booleans(),
    version=st.integers(1, 3),
    may=st.booleans(),
)
wishes = st.builds(
    Wanted,
    step=st.sampled_from(BulkStep),
    handler_id=NUMBERS,
    unit_id=NUMBERS,
    stays=st.frozensets(st.integers(1, 3)),
    extended_to=NEAR.map(lambda days: TODAY + days * DAY),
    exclusion=st.sampled_from(ExclusionReason),
)


@given(case=facts, wanted=wishes, seen=st.none() | st.integers(1, 3))
def test_a_verdict_has_a_reason_exactly_when_the_case_is_left_out(
    case: Facts, wanted: Wanted, seen: int | None
) -> None:
    verdict = judge(case, wanted, today=TODAY, seen_version=seen)
    assert (verdict.problem is not None) is (verdict.fate is Fate.REFUSED)
    if not case.may:
        assert verdict.problem is Problem.NOT_ALLOWED
    elif seen not in (None, case.version):
        assert verdict.problem is Problem.CHANGED_MEANWHILE
    else:
        assert verdict == judge(case, wanted, today=TODAY)


@given(case=facts, wanted=wishes)
def test_a_step_that_is_done_changes_what_it_says_and_the_same_again_changes_nothing(
    case: Facts, wanted: Wanted
) -> None:
    verdict = judge(case, wanted, today=TODAY)
    open_alone = case.dates.condition is not Condition.OPEN and wanted.step is not BulkStep.EXCLUDE
    if open_alone or case.dates.condition is Condition.EXCLUDED:
        assert verdict.fate is Fate.REFUSED
    if verdict.fate is not Fate.DONE:
        return
    again = judge(_after(case, wanted), wanted, today=TODAY)
    assert again.fate in (Fate.UNCHANGED, Fate.REFUSED)
    if wanted.step is BulkStep.EXCLUDE:
        after = replace(case.dates, exclusion=wanted.exclusion)
        assert not needs_second_person(case.dates, after, TODAY)


def _after(case: Facts, wanted: Wanted) -> Facts:
    after = replace(case, handler_id=handler_after(case, wanted))
    match wanted.step:
        case BulkStep.HAND_OVER:
            return replace(after, unit_id=wanted.unit_id)
        case BulkStep.EXTEND:
            return replace(after, dates=replace(case.dates, extended_to=wanted.extended_to))
        case BulkStep.EXCLUDE:
            return replace(after, dates=replace(case.dates, exclusion=wanted.exclusion))
    return after


@given(case=facts, wanted=wishes)
def test_a_handler_comes_along_to_a_new_unit_only_by_working_there_too(case: Facts, wanted: Wanted) -> None:
    after = handler_after(case, wanted)
    if wanted.step is BulkStep.ASSIGN:
        assert after == wanted.handler_id
    elif wanted.step is BulkStep.HAND_OVER:
        assert after == (case.handler_id if case.handler_id in wanted.stays else None)
    else:
        assert after == case.handler_id


@given(fate=st.sampled_from(Fate), after=st.integers(1, 3), now=st.integers(1, 3), was_may=st.booleans())
def test_only_what_was_done_and_nobody_changed_since_is_undone(fate: Fate, after: int, now: int, was_may: bool) -> None:
    verdict = judge_undo(fate=fate, version_after=after, version=now, was_may=was_may)
    did = fate in (Fate.DONE, Fate.PROPOSED)
    assert (verdict == Verdict(Fate.DONE)) is (did and after == now and was_may)
    assert (verdict.fate is Fate.UNCHANGED) is not did


@given(waited=st.timedeltas(timedelta(0), 2 * UNDO_WITHIN), undone=st.booleans())
def test_undoing_is_for_an_hour_and_once(waited: timedelta, undone: bool) -> None:
    done_at: datetime = NOW
    assert may_undo(done_at=done_at, now=NOW + waited, undone=undone) is (waited < UNDO_WITHIN and not undone)
