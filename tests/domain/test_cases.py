"""The steps a case may take, and each refusal (domain.md 4)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dialogen.domain.cases import (
    ALLOWED_STEPS,
    CaseDates,
    Condition,
    ExclusionReason,
    Step,
    Stream,
    check_answer,
    check_answer_date,
    check_correction,
    check_expected_answer,
    check_extension,
    check_extension_after,
    check_interim_reply_date,
    check_step,
    format_reference,
)
from dialogen.domain.deadlines import LATEST_DEADLINE
from dialogen.domain.errors import DialogenError, InvalidInput, Problem, WrongState

TODAY = date(2026, 3, 1)

OPEN = CaseDates(
    received_on=date(2026, 2, 20),
    due_on=date(2026, 3, 6),
    extended_to=None,
    answered_on=None,
    stream=Stream.EXTERNAL,
    exclusion=None,
)
ANSWERED = replace(OPEN, answered_on=date(2026, 2, 25))
EXCLUDED = replace(OPEN, exclusion=ExclusionReason.SPAM)
EXCLUDED_AFTER_ITS_ANSWER = replace(ANSWERED, exclusion=ExclusionReason.WITHDRAWN)

#: domain.md 4: which steps are allowed when a case is open, answered, excluded.
TABLE = {
    Step.ASSIGN: (True, False, False),
    Step.HAND_OVER: (True, False, False),
    Step.NOTE: (True, True, True),
    Step.LINK: (True, True, True),
    Step.ATTACH: (True, True, True),
    Step.INTERIM_REPLY: (True, False, False),
    Step.EXTEND: (True, False, False),
    Step.ANSWER: (True, False, False),
    Step.CORRECT: (True, True, False),
    Step.EXCLUDE: (True, True, False),
    Step.INCLUDE: (False, False, True),
}


def test_a_case_is_open_answered_or_excluded() -> None:
    assert OPEN.condition is Condition.OPEN
    assert ANSWERED.condition is Condition.ANSWERED
    assert EXCLUDED.condition is Condition.EXCLUDED
    assert EXCLUDED_AFTER_ITS_ANSWER.condition is Condition.EXCLUDED


def test_every_step_has_its_place_in_the_table() -> None:
    assert set(TABLE) == set(Step)
    for condition, allowed in zip(Condition, zip(*TABLE.values(), strict=True), strict=True):
        assert ALLOWED_STEPS[condition] == {step for step, yes in zip(TABLE, allowed, strict=True) if yes}


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize(("case", "column"), [(OPEN, 0), (ANSWERED, 1), (EXCLUDED, 2), (EXCLUDED_AFTER_ITS_ANSWER, 2)])
def test_a_step_outside_the_table_is_refused(step: Step, case: CaseDates, column: int) -> None:
    if TABLE[step][column]:
        check_step(step, case)
    else:
        with pytest.raises(WrongState):
            check_step(step, case)


@pytest.mark.parametrize(
    ("step", "case", "sentence"),
    [
        (Step.ANSWER, ANSWERED, "the case is answered already, on 2026-02-25; correct the date instead"),
        (Step.ASSIGN, ANSWERED, "an answered case cannot be assigned"),
        (Step.HAND_OVER, ANSWERED, "an answered case cannot be handed over"),
        (Step.INTERIM_REPLY, ANSWERED, "an answered case cannot be given an interim reply"),
        (Step.EXTEND, ANSWERED, "an answered case cannot be extended"),
        (Step.INCLUDE, ANSWERED, "the case is not held outside the statistic"),
        (Step.INCLUDE, OPEN, "the case is not held outside the statistic"),
        (Step.ANSWER, EXCLUDED, "the case is held outside the statistic; include it again first"),
        (Step.EXCLUDE, EXCLUDED, "the case is held outside the statistic; include it again first"),
    ],
)
def test_a_refused_step_says_what_would_be_right(step: Step, case: CaseDates, sentence: str) -> None:
    with pytest.raises(WrongState) as refusal:
        check_step(step, case)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("answered_on", [OPEN.received_on, date(2026, 2, 25), TODAY])
def test_an_answer_from_the_day_of_reception_until_today_is_accepted(answered_on: date) -> None:
    check_answer(OPEN, answered_on=answered_on, today=TODAY)


@pytest.mark.parametrize(
    ("case", "answered_on", "problem"),
    [
        pytest.param(OPEN, date(2026, 2, 19), Problem.ANSWERED_BEFORE_RECEIVED, id="before reception"),
        pytest.param(OPEN, date(2026, 3, 2), Problem.ANSWERED_IN_FUTURE, id="in the future"),
        pytest.param(ANSWERED, date(2026, 2, 26), Problem.ALREADY_ANSWERED, id="a second answer"),
        pytest.param(ANSWERED, date(2026, 2, 25), Problem.ALREADY_ANSWERED, id="the same answer again"),
        pytest.param(EXCLUDED, date(2026, 2, 26), Problem.IS_EXCLUDED, id="excluded"),
    ],
)
def test_an_impossible_answer_is_refused(case: CaseDates, answered_on: date, problem: Problem) -> None:
    with pytest.raises(DialogenError) as refusal:
        check_answer(case, answered_on=answered_on, today=TODAY)
    assert refusal.value.problem is problem


def test_the_refusal_of_an_answer_date_names_the_field_and_both_dates() -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_answer_date(date(2026, 2, 19), received_on=date(2026, 2, 20), today=TODAY)
    assert str(refusal.value) == "answered_on: answered on 2026-02-19: the case was received later, on 2026-02-20"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(OPEN, replace(OPEN, received_on=date(2026, 2, 1)), id="received earlier"),
        pytest.param(OPEN, replace(OPEN, stream=Stream.INTERNAL), id="another stream"),
        pytest.param(ANSWERED, replace(ANSWERED, answered_on=date(2026, 2, 20)), id="answered on the day of reception"),
        pytest.param(
            ANSWERED, replace(ANSWERED, received_on=date(2026, 2, 25)), id="received on the day of the answer"
        ),
        pytest.param(
            ANSWERED,
            replace(ANSWERED, received_on=date(2026, 2, 26), answered_on=date(2026, 2, 27)),
            id="both later",
        ),
    ],
)
def test_a_possible_correction_is_accepted(before: CaseDates, after: CaseDates) -> None:
    check_correction(before, after)


@pytest.mark.parametrize(
    ("before", "after", "field", "problem"),
    [
        pytest.param(
            ANSWERED,
            replace(ANSWERED, received_on=date(2026, 2, 26)),
            "received_on",
            Problem.RECEIVED_AFTER_ANSWERED,
            id="received after the answer",
        ),
        pytest.param(
            ANSWERED,
            replace(ANSWERED, answered_on=date(2026, 2, 19)),
            "answered_on",
            Problem.ANSWERED_BEFORE_RECEIVED,
            id="answered before reception",
        ),
        pytest.param(
            ANSWERED,
            replace(ANSWERED, received_on=date(2026, 2, 27), answered_on=date(2026, 2, 26)),
            "answered_on",
            Problem.ANSWERED_BEFORE_RECEIVED,
            id="both, crossed",
        ),
        pytest.param(
            ANSWERED, replace(ANSWERED, answered_on=None), "answered_on", Problem.REQUIRED, id="there is no reopening"
        ),
    ],
)
def test_an_impossible_correction_is_refused_by_the_field(
    before: CaseDates, after: CaseDates, field: str, problem: Problem
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_correction(before, after)
    assert [(each.field, each.problem) for each in refusal.value.problems] == [(field, problem)]


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        (OPEN, replace(OPEN, answered_on=date(2026, 2, 25)), Problem.NOT_ANSWERED),
        (EXCLUDED, replace(EXCLUDED, received_on=date(2026, 2, 1)), Problem.IS_EXCLUDED),
    ],
)
def test_a_correction_that_the_condition_does_not_allow_is_refused(
    before: CaseDates, after: CaseDates, problem: Problem
) -> None:
    with pytest.raises(WrongState) as refusal:
        check_correction(before, after)
    assert refusal.value.problem is problem


@pytest.mark.parametrize(
    ("extended_to", "today", "new", "accepted"),
    [
        pytest.param(None, TODAY, date(2026, 3, 7), True, id="a day after the due date"),
        pytest.param(None, TODAY, date(2026, 3, 6), False, id="the due date itself"),
        pytest.param(None, TODAY, date(2026, 3, 5), False, id="before the due date"),
        pytest.param(date(2026, 3, 20), TODAY, date(2026, 3, 21), True, id="after an earlier extension"),
        pytest.param(date(2026, 3, 20), TODAY, date(2026, 3, 20), False, id="the same extension again"),
        pytest.param(date(2026, 3, 20), TODAY, date(2026, 3, 10), False, id="before an earlier extension"),
        pytest.param(None, date(2026, 4, 1), date(2026, 4, 2), True, id="of an overdue case, from tomorrow"),
        pytest.param(None, date(2026, 4, 1), date(2026, 4, 1), False, id="of an overdue case, to today"),
        pytest.param(None, date(2026, 4, 1), date(2026, 3, 20), False, id="of an overdue case, to the past"),
    ],
)
def test_an_extension_is_later_than_today_and_than_the_present_deadline(
    extended_to: date | None, today: date, new: date, accepted: bool
) -> None:
    case = replace(OPEN, extended_to=extended_to)
    if accepted:
        check_extension(case, extended_to=new, today=today)
        return
    with pytest.raises(InvalidInput) as refusal:
        check_extension(case, extended_to=new, today=today)
    assert refusal.value.problem is Problem.EXTENSION_NOT_LATER
    assert str(case.deadline) in str(refusal.value)


def test_an_extension_ends_within_the_calendar() -> None:
    check_extension(OPEN, extended_to=date(2100, 12, 31), today=OPEN.received_on)
    with pytest.raises(InvalidInput) as refusal:
        check_extension(OPEN, extended_to=date(2101, 1, 1), today=OPEN.received_on)
    assert refusal.value.problem is Problem.BEYOND_CALENDAR


@pytest.mark.parametrize("case", [ANSWERED, EXCLUDED])
def test_only_an_open_case_is_extended(case: CaseDates) -> None:
    with pytest.raises(WrongState):
        check_extension(case, extended_to=date(2026, 4, 1), today=TODAY)


@pytest.mark.parametrize(
    ("extended_to", "accepted"),
    [(None, True), (date(2026, 3, 7), True), (date(2026, 3, 6), False), (date(2026, 3, 1), False)],
)
def test_a_corrected_due_date_stays_before_the_extension_that_was_promised(
    extended_to: date | None, accepted: bool
) -> None:
    case = replace(OPEN, extended_to=extended_to)
    if accepted:
        check_extension_after(case)
        return
    with pytest.raises(InvalidInput, match=f"received_on: .*2026-03-06.*{extended_to}"):
        check_extension_after(case)


@pytest.mark.parametrize(
    ("replied_on", "problem"),
    [
        (date(2026, 2, 19), Problem.REPLIED_BEFORE_RECEIVED),
        (OPEN.received_on, None),
        (TODAY, None),
        (date(2026, 3, 2), Problem.REPLIED_IN_FUTURE),
    ],
)
def test_an_interim_reply_is_dated_from_reception_until_today(replied_on: date, problem: Problem | None) -> None:
    if problem is None:
        check_interim_reply_date(replied_on, received_on=OPEN.received_on, today=TODAY)
        return
    with pytest.raises(InvalidInput) as refusal:
        check_interim_reply_date(replied_on, received_on=OPEN.received_on, today=TODAY)
    assert refusal.value.problem is problem


@pytest.mark.parametrize(
    ("expected_on", "problem"),
    [
        (date(2026, 2, 28), Problem.EXPECTED_BEFORE_REPLIED),
        (date(2026, 3, 1), None),
        (LATEST_DEADLINE, None),
        (LATEST_DEADLINE + timedelta(days=1), Problem.BEYOND_CALENDAR),
    ],
)
def test_an_answer_is_expected_from_the_day_of_the_interim_reply(expected_on: date, problem: Problem | None) -> None:
    if problem is None:
        check_expected_answer(expected_on, replied_on=date(2026, 3, 1))
        return
    with pytest.raises(InvalidInput) as refusal:
        check_expected_answer(expected_on, replied_on=date(2026, 3, 1))
    assert refusal.value.problem is problem


#: Cases seen on 1 April, and whether each is a miss in MV.1.1 then.


@pytest.mark.parametrize(
    ("year", "number", "reference"),
    [(2026, 143, "2026-000143"), (2014, 1, "2014-000001"), (2026, 1_234_567, "2026-1234567")],
)
def test_a_reference_is_the_year_of_registration_and_a_number(year: int, number: int, reference: str) -> None:
    assert format_reference(year, number) == reference
