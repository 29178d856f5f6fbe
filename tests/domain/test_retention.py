"""How long what is kept: the day a case's data are due from, in every state and for every rule."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogen.domain.errors import InvalidInput
from dialogen.domain.retention import (
    OF_A_CASE,
    ItemOutcome,
    Keepsake,
    KeptCase,
    RetentionRules,
    check_rule,
    keepsake_of,
    last_day_due,
    months_after,
)

TODAY = date(2026, 2, 11)
days = st.dates(date(1900, 1, 1), date(2099, 12, 31))
months = st.integers(1, 1200)
keepsakes = st.sampled_from(OF_A_CASE)


def case(
    *,
    answered_on: date | None = None,
    is_excluded: bool = False,
    registered_on: date = date(2020, 1, 1),
    last_step_on: date | None = None,
    has_pending: bool = False,
    kind_id: int | None = None,
) -> KeptCase:
    return KeptCase(answered_on, is_excluded, registered_on, last_step_on, has_pending, kind_id)


cases = st.builds(
    KeptCase,
    answered_on=st.none() | days,
    is_excluded=st.booleans(),
    registered_on=days,
    last_step_on=st.none() | days,
    has_pending=st.booleans(),
    kind_id=st.none() | st.integers(1, 3),
)
rules = st.dictionaries(st.tuples(st.sampled_from(Keepsake), st.none() | st.integers(1, 3)), months, min_size=1).map(
    RetentionRules
)


def rule(number: int) -> RetentionRules:
    return RetentionRules({(each, None): number for each in Keepsake})


@pytest.mark.parametrize(
    ("there", "closed_on"),
    [
        (case(), None),
        (case(last_step_on=date(2021, 5, 1)), None),
        (case(answered_on=date(2014, 3, 3), registered_on=TODAY), date(2014, 3, 3)),
        (case(answered_on=date(2020, 3, 3), last_step_on=date(2020, 3, 5)), date(2020, 3, 5)),
        (case(answered_on=date(2020, 3, 3), last_step_on=date(2020, 3, 1)), date(2020, 3, 3)),
        (case(is_excluded=True, registered_on=date(2020, 1, 7)), date(2020, 1, 7)),
        (case(is_excluded=True, last_step_on=date(2020, 4, 1)), date(2020, 4, 1)),
        (case(is_excluded=True, answered_on=date(2020, 2, 2), last_step_on=date(2020, 4, 1)), date(2020, 4, 1)),
    ],
    ids=[
        "open",
        "open, worked on",
        "imported as answered long ago",
        "answer recorded later",
        "answered after the last step",
        "imported as excluded",
        "excluded",
        "answered and then excluded",
    ],
)
def test_retention_runs_from_the_latest_of_answer_and_last_step(there: KeptCase, closed_on: date | None) -> None:
    assert there.closed_on == closed_on


@pytest.mark.parametrize(
    ("day", "number", "later"),
    [
        (date(2024, 2, 11), 24, date(2026, 2, 11)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 11, 30), 1, date(2025, 12, 30)),
    ],
)
def test_months_end_on_the_same_day_or_the_months_last(day: date, number: int, later: date) -> None:
    assert months_after(day, number) == later


def test_data_are_due_on_the_day_the_time_is_up_and_not_the_day_before() -> None:
    there = case(answered_on=date(2024, 2, 11))
    judge = rule(24).judge
    assert judge(Keepsake.SENDER, there, left=1, today=date(2026, 2, 10)) is ItemOutcome.NOT_DUE
    assert judge(Keepsake.SENDER, there, left=1, today=date(2026, 2, 11)) is ItemOutcome.DISPOSED


def test_a_rule_for_a_kind_comes_before_the_one_for_all() -> None:
    there = RetentionRules({(Keepsake.SENDER, None): 24, (Keepsake.SENDER, 2): 120})
    assert there.months_for(Keepsake.SENDER, 2) == 120
    assert there.months_for(Keepsake.SENDER, 3) == 24
    assert there.months_for(Keepsake.SENDER, None) == 24
    assert there.months_for(Keepsake.NOTES, 2) is None


def test_what_has_no_rule_is_kept() -> None:
    there = case(answered_on=date(1950, 1, 1))
    assert RetentionRules({}).judge(Keepsake.NOTES, there, left=1, today=TODAY) is ItemOutcome.NOT_DUE
    assert RetentionRules({}).access_log_until(TODAY) is None


@given(cases, keepsakes, rules, days)
def test_nothing_is_ever_due_of_an_open_case_or_one_with_a_change_that_waits(
    there: KeptCase, keepsake: Keepsake, kept: RetentionRules, today: date
) -> None:
    outcome = kept.judge(keepsake, there, left=1, today=today)
    if there.closed_on is None:
        assert outcome is ItemOutcome.NOT_CLOSED
        assert kept.due_on(keepsake, there) is None
    elif there.has_pending:
        assert outcome is ItemOutcome.PENDING
    assert kept.judge(keepsake, there, left=0, today=today) is ItemOutcome.GONE


@given(cases, keepsakes, rules, days)
def test_what_is_due_once_stays_due_while_nothing_changes(
    there: KeptCase, keepsake: Keepsake, kept: RetentionRules, today: date
) -> None:
    outcome = kept.judge(keepsake, there, left=1, today=today)
    later = kept.judge(keepsake, there, left=1, today=today + timedelta(days=1))
    assert outcome is later or outcome is ItemOutcome.NOT_DUE


@given(cases, keepsakes, months, months, days)
def test_a_longer_rule_never_makes_anything_due_earlier(
    there: KeptCase, keepsake: Keepsake, short: int, more: int, today: date
) -> None:
    if rule(short + more).judge(keepsake, there, left=1, today=today) is ItemOutcome.DISPOSED:
        assert rule(short).judge(keepsake, there, left=1, today=today) is ItemOutcome.DISPOSED


@given(cases, keepsakes, rules, days)
def test_nothing_is_due_before_its_months_have_passed_since_the_latest_day_of_all(
    there: KeptCase, keepsake: Keepsake, kept: RetentionRules, today: date
) -> None:
    if kept.judge(keepsake, there, left=1, today=today) is not ItemOutcome.DISPOSED:
        return
    number = kept.months_for(keepsake, there.kind_id)
    assert number is not None
    told = [day for day in (there.answered_on, there.last_step_on) if day is not None]
    assert all(months_after(day, number) <= today for day in told)


@given(months, days)
def test_the_last_day_due_is_the_latest_from_which_the_months_have_passed(number: int, today: date) -> None:
    last = last_day_due(number, today)
    assert months_after(last, number) <= today < months_after(last + timedelta(days=1), number)


@pytest.mark.parametrize("number", [0, -1, 1201])
def test_months_outside_a_lifetime_are_refused(number: int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_rule(Keepsake.SENDER, kind_id=None, months=number)
    assert refusal.value.problems[0].field == "months"


def test_the_access_log_has_one_time_for_all() -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_rule(Keepsake.ACCESS_LOG, kind_id=1, months=12)
    assert refusal.value.problems[0].field == "kind"
    check_rule(Keepsake.ACCESS_LOG, kind_id=None, months=12)
    check_rule(Keepsake.NOTES, kind_id=1, months=1200)


@pytest.mark.parametrize(
    ("field", "keepsake"),
    [
        ("sender_name", Keepsake.SENDER),
        ("sender_phone", Keepsake.SENDER),
        ("subject", Keepsake.CONTENT),
        ("text", Keepsake.CONTENT),
        ("note", Keepsake.NOTES),
        ("reason", Keepsake.NOTES),
        ("anything to come", Keepsake.NOTES),
    ],
)
def test_every_text_falls_under_a_type(field: str, keepsake: Keepsake) -> None:
    assert keepsake_of(field) is keepsake


@given(months, days)
def test_the_access_log_goes_by_whole_months_and_never_too_early(number: int, today: date) -> None:
    until = rule(number).access_log_until(today)
    assert until is not None
    assert (until + timedelta(days=1)).day == 1
    assert months_after(until, number) <= today < months_after(until + timedelta(days=32), number)
