"""Four eyes (domain.md 4 and 5.8): which changes need a second person, how they are written down, and who decides."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogen.domain.cases import CaseDates, ExclusionReason, Stream, needs_second_person
from dialogen.domain.errors import Conflict, NeedsSecondPerson, NotAllowed, Problem
from dialogen.domain.four_eyes import (
    as_proposed,
    check_proposer,
    check_second_person,
    proposed_changes,
    still_fits,
)
from dialogen.domain.history import PERSONAL_FIELDS, Change
from tests.domain.strategies import days

OPEN = CaseDates(
    received_on=date(2026, 2, 20),
    due_on=date(2026, 3, 6),
    extended_to=None,
    answered_on=None,
    stream=Stream.EXTERNAL,
    exclusion=None,
)
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


CASES = st.builds(
    CaseDates,
    received_on=days,
    due_on=days,
    extended_to=st.none() | days,
    answered_on=st.none() | days,
    stream=st.sampled_from(Stream),
    exclusion=st.none(),
)


@given(before=CASES, wanted=CASES, exclusion=st.none() | st.sampled_from(ExclusionReason))
def test_a_change_is_written_down_and_read_again(
    before: CaseDates, wanted: CaseDates, exclusion: ExclusionReason | None
) -> None:
    after = replace(wanted, due_on=before.due_on, extended_to=before.extended_to, exclusion=exclusion)
    changes = proposed_changes(before, after)
    assert as_proposed(before, changes) == after
    assert not {each.field for each in changes} & PERSONAL_FIELDS


def test_the_deadline_is_not_written_down_with_a_reception() -> None:
    after = replace(OVERDUE, received_on=date(2026, 3, 20), due_on=date(2026, 4, 3))
    assert proposed_changes(OVERDUE, after) == (Change("received_on", "2026-02-20", "2026-03-20"),)


@pytest.mark.parametrize(
    ("now", "fits"),
    [
        (LATE, True),
        (replace(LATE, received_on=date(2026, 2, 21), due_on=date(2026, 3, 7)), True),
        (replace(LATE, stream=Stream.INTERNAL), False),
        (replace(LATE, answered_on=date(2026, 3, 11)), False),
        (replace(LATE, exclusion=SPAM), False),
    ],
)
def test_a_proposal_fits_while_its_fields_are_what_they_were(now: CaseDates, fits: bool) -> None:
    changes = proposed_changes(LATE, replace(LATE, answered_on=date(2026, 3, 6), stream=Stream.INTERNAL))
    assert still_fits(now, changes) is fits
    if not fits:
        with pytest.raises(Conflict) as refused:
            as_proposed(now, changes)
        assert refused.value.problem is Problem.OVERTAKEN


def test_who_proposed_withdraws_and_another_decides() -> None:
    check_second_person(2, proposed_by=1)
    check_proposer(1, proposed_by=1)
    with pytest.raises(NeedsSecondPerson):
        check_second_person(1, proposed_by=1)
    with pytest.raises(NotAllowed) as refused:
        check_proposer(2, proposed_by=1)
    assert refused.value.problem is Problem.NOT_THE_PROPOSER
