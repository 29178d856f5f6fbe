"""The steps a case may take, each refusal, and four eyes (domain.md 4)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    check_extension,
    check_extension_after,
    check_interim_reply_date,
    check_step,
    format_reference,
    needs_second_person,
)
from dialogen.domain.errors import DialogenError, InvalidInput, Problem, WrongState
from tests.domain.strategies import days

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


#: Cases seen on 1 April, and whether each is a miss in MV.1.1 then.
LATER = date(2026, 4, 1)
OPEN_OVERDUE = replace(OPEN, due_on=date(2026, 3, 31))
STANDINGS = {
    "open and overdue": (OPEN_OVERDUE, True),
    "open and overdue, but extended": (replace(OPEN_OVERDUE, extended_to=date(2026, 5, 1)), True),
    "answered late": (replace(OPEN, answered_on=date(2026, 3, 7)), True),
    "answered late, by its extension": (
        replace(OPEN, answered_on=date(2026, 3, 7), extended_to=date(2026, 3, 20)),
        True,
    ),
    "answered on the due date": (replace(OPEN, answered_on=date(2026, 3, 6)), False),
    "answered, not matured": (replace(OPEN, answered_on=date(2026, 3, 7), due_on=LATER), False),
    "open and due today": (replace(OPEN, due_on=LATER), False),
    "open and on track": (replace(OPEN, due_on=date(2026, 4, 10)), False),
    "internal and overdue": (replace(OPEN_OVERDUE, stream=Stream.INTERNAL), False),
    "excluded and overdue": (replace(OPEN_OVERDUE, exclusion=ExclusionReason.DUPLICATE), False),
}


@pytest.mark.parametrize(("case", "miss"), STANDINGS.values(), ids=STANDINGS)
def test_a_miss_is_an_external_case_whose_original_deadline_passed_without_an_answer(
    case: CaseDates, miss: bool
) -> None:
    assert case.is_miss(LATER) is miss


@pytest.mark.parametrize("before", [case for case, _ in STANDINGS.values()], ids=STANDINGS)
@pytest.mark.parametrize("after", [case for case, _ in STANDINGS.values()], ids=STANDINGS)
def test_a_change_that_takes_a_miss_out_of_the_misses_needs_a_second_person(
    before: CaseDates, after: CaseDates
) -> None:
    taken_out = before.is_miss(LATER) and not after.is_miss(LATER)
    excluded_after_the_deadline = before.exclusion is None and after.exclusion is not None and before.due_on < LATER
    expected = taken_out or excluded_after_the_deadline
    assert needs_second_person(before, after, LATER) is expected


OVERDUE = replace(OPEN, due_on=date(2026, 3, 6))
LATE = replace(OVERDUE, answered_on=date(2026, 3, 10))
IN_TIME = replace(OVERDUE, answered_on=date(2026, 3, 6))
YOUNG = replace(OVERDUE, received_on=date(2026, 3, 25), due_on=date(2026, 4, 8))
SPAM = ExclusionReason.SPAM


@pytest.mark.parametrize(
    ("before", "changes", "second_person"),
    [
        pytest.param(OVERDUE, {"exclusion": SPAM}, True, id="exclude an overdue case"),
        pytest.param(LATE, {"exclusion": SPAM}, True, id="exclude a case answered late"),
        pytest.param(IN_TIME, {"exclusion": SPAM}, True, id="exclude after the deadline, though answered in time"),
        pytest.param(YOUNG, {"exclusion": SPAM}, False, id="exclude before the deadline"),
        pytest.param(replace(YOUNG, due_on=LATER), {"exclusion": SPAM}, False, id="exclude on the due date"),
        pytest.param(
            replace(OVERDUE, stream=Stream.INTERNAL), {"exclusion": SPAM}, True, id="exclude an overdue internal case"
        ),
        pytest.param(
            OVERDUE,
            {"received_on": date(2026, 3, 20), "due_on": date(2026, 4, 3)},
            True,
            id="an overdue case was received so late that it is not due",
        ),
        pytest.param(
            OVERDUE,
            {"received_on": date(2026, 3, 18), "due_on": date(2026, 4, 1)},
            True,
            id="an overdue case becomes due today",
        ),
        pytest.param(
            OVERDUE,
            {"received_on": date(2026, 3, 1), "due_on": date(2026, 3, 15)},
            False,
            id="an overdue case stays overdue",
        ),
        pytest.param(
            OVERDUE,
            {"received_on": date(2025, 12, 31), "due_on": date(2026, 1, 14)},
            True,
            id="an overdue case becomes the year before's miss",
        ),
        pytest.param(
            LATE,
            {"received_on": date(2026, 2, 24), "due_on": date(2026, 3, 10)},
            True,
            id="a late answer comes in time by a later reception",
        ),
        pytest.param(LATE, {"answered_on": date(2026, 3, 6)}, True, id="a late answer is dated in time"),
        pytest.param(LATE, {"answered_on": date(2026, 3, 7)}, False, id="a late answer stays late"),
        pytest.param(LATE, {"stream": Stream.INTERNAL}, True, id="a late case becomes internal"),
        pytest.param(OVERDUE, {"stream": Stream.INTERNAL}, True, id="an overdue case becomes internal"),
        pytest.param(IN_TIME, {"stream": Stream.INTERNAL}, False, id="a case answered in time becomes internal"),
        pytest.param(YOUNG, {"stream": Stream.INTERNAL}, False, id="a young case becomes internal"),
        pytest.param(IN_TIME, {"answered_on": date(2026, 3, 9)}, False, id="an answer in time is dated late"),
        pytest.param(
            replace(OVERDUE, stream=Stream.INTERNAL), {"stream": Stream.EXTERNAL}, False, id="a miss comes in"
        ),
        pytest.param(replace(OVERDUE, exclusion=SPAM), {"exclusion": None}, False, id="an excluded miss comes back"),
        pytest.param(OVERDUE, {"extended_to": date(2026, 5, 1)}, False, id="an extension takes no miss away"),
    ],
)
def test_four_eyes_fall_on_exactly_these_changes(
    before: CaseDates, changes: dict[str, date | Stream | ExclusionReason | None], second_person: bool
) -> None:
    assert needs_second_person(before, replace(before, **changes), LATER) is second_person  # type: ignore[arg-type]


@given(
    received_on=days,
    answered_after=st.none() | st.integers(15, 90),
    moved_by=st.integers(-90, 90),
    answered_moved_by=st.integers(-90, 90),
    stream=st.sampled_from(Stream),
    exclusion=st.none() | st.just(SPAM),
    seen_after=st.integers(15, 120),
)
def test_what_needs_no_second_person_leaves_a_miss_where_it_counts(
    received_on: date,
    answered_after: int | None,
    moved_by: int,
    answered_moved_by: int,
    stream: Stream,
    exclusion: ExclusionReason | None,
    seen_after: int,
) -> None:
    answered_on = None if answered_after is None else received_on + timedelta(days=answered_after)
    missed = CaseDates(received_on, received_on + timedelta(days=14), None, answered_on, Stream.EXTERNAL, None)
    today = received_on + timedelta(days=seen_after)
    moved = received_on + timedelta(days=moved_by)
    after = CaseDates(
        moved,
        moved + timedelta(days=14),
        None,
        answered_on and answered_on + timedelta(days=answered_moved_by),
        stream,
        exclusion,
    )
    assert missed.is_miss(today)
    if not needs_second_person(missed, after, today):
        assert after.is_miss(today)
        assert after.received_on.year == missed.received_on.year


@given(due_on=days, after_due=st.integers(-14, 30), overdue_by=st.integers(-14, 30))
def test_an_exclusion_needs_a_second_person_from_the_day_after_the_deadline(
    due_on: date, after_due: int, overdue_by: int
) -> None:
    today = due_on + timedelta(days=overdue_by)
    before = replace(OPEN, received_on=due_on - timedelta(days=14), due_on=due_on)
    after = replace(before, answered_on=due_on + timedelta(days=after_due), exclusion=SPAM)
    assert needs_second_person(before, after, today) is (overdue_by > 0)


@pytest.mark.parametrize(
    ("year", "number", "reference"),
    [(2026, 143, "2026-000143"), (2014, 1, "2014-000001"), (2026, 1_234_567, "2026-1234567")],
)
def test_a_reference_is_the_year_of_registration_and_a_number(year: int, number: int, reference: str) -> None:
    assert format_reference(year, number) == reference
