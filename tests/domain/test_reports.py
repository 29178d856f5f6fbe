"""MV.1.1, exactly: what is counted as what, bands, the shown figure, the interval, the status (domain.md 5)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import TypeVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dialogen.domain.cases import ExclusionReason
from dialogen.domain.deadlines import FIRST_RULE, DeadlineRule, Roll
from dialogen.domain.errors import InvalidInput, Problem
from dialogen.domain.reports import (
    MV_1_1,
    Band,
    Bands,
    Interval,
    OutcomeGroup,
    Status,
    Tally,
    band,
    check_period,
    day_before_maturity,
    headroom,
    shown_percent,
    status,
    tally,
    wilson_interval,
    year_bounds,
)
from tests.domain.strategies import OFFICE, counts, outcome_groups

Key = TypeVar("Key")

COUNTED = OutcomeGroup(
    count=1, matured=True, answered=True, by_due=True, by_extension=True, exclusion=None, rule_version=1
)
ON_TIME = COUNTED
LATE = replace(COUNTED, by_due=False, by_extension=False)
LATE_BUT_BY_EXTENSION = replace(COUNTED, by_due=False)
OPEN_OVERDUE = replace(COUNTED, answered=False, by_due=False, by_extension=False)
NOT_YET_DUE = replace(OPEN_OVERDUE, matured=False)
SAFE_ALREADY = replace(COUNTED, matured=False)
OUTCOMES = ("on_time", "late", "open_overdue", "not_yet_due", "safe_already")


def outcomes(counted: Tally) -> dict[str, int]:
    """Return the five outcomes that a case of the cohort can have, with their counts."""
    return {name: getattr(counted, name) for name in OUTCOMES}


@pytest.mark.parametrize(
    ("matured", "answered", "by_due", "outcome"),
    [
        (True, True, True, "on_time"),
        (True, True, False, "late"),
        (True, False, False, "open_overdue"),
        (True, False, True, "open_overdue"),  # answered in time, but after D: as of D it is not answered
        (False, True, True, "safe_already"),
        (False, False, False, "not_yet_due"),
        (False, False, True, "not_yet_due"),
    ],
)
def test_each_case_of_the_cohort_has_one_outcome(matured: bool, answered: bool, by_due: bool, outcome: str) -> None:
    group = replace(COUNTED, count=7, matured=matured, answered=answered, by_due=by_due, by_extension=by_due)
    assert outcomes(tally([group])) == {name: 7 if name == outcome else 0 for name in OUTCOMES}


def test_young_cases_are_printed_beside_the_figure_and_not_counted_in_it() -> None:
    counted = tally([replace(ON_TIME, count=3), LATE, replace(NOT_YET_DUE, count=20), replace(SAFE_ALREADY, count=40)])
    assert (counted.matured, counted.received) == (4, 64)
    assert counted.percent == Decimal("75.00")


def test_an_open_overdue_case_is_a_miss_at_once() -> None:
    counted = tally([replace(ON_TIME, count=19), OPEN_OVERDUE])
    assert (counted.on_time, counted.matured, counted.percent) == (19, 20, Decimal("95.00"))


def test_the_figure_of_the_contract_comes_out() -> None:
    counted = tally(
        [
            replace(ON_TIME, count=151),
            LATE,
            replace(ON_TIME, exclusion=ExclusionReason.SPAM),
            replace(OPEN_OVERDUE, exclusion=ExclusionReason.DUPLICATE),
        ]
    )
    assert outcomes(counted) == {"on_time": 151, "late": 1, "open_overdue": 0, "not_yet_due": 0, "safe_already": 0}
    assert (counted.received, counted.matured) == (152, 152)
    assert counted.excluded == {ExclusionReason.DUPLICATE: 1, ExclusionReason.SPAM: 1}
    assert (counted.percent, counted.band) == (Decimal("99.34"), Band.DESIRED)
    assert counted.interval == Interval(Decimal("96.37"), Decimal("99.88"))
    assert (counted.on_time_with_extensions, counted.percent_with_extensions) == (151, Decimal("99.34"))
    assert counted.rules == {1: 152}


@pytest.mark.parametrize("reason", ExclusionReason)
@pytest.mark.parametrize("group", [ON_TIME, LATE, OPEN_OVERDUE, NOT_YET_DUE, SAFE_ALREADY])
def test_an_excluded_case_is_counted_under_its_reason_alone(reason: ExclusionReason, group: OutcomeGroup) -> None:
    assert tally([replace(group, count=3, exclusion=reason)]) == Tally(excluded={reason: 3})


def test_the_rate_with_extensions_counts_the_same_matured_cases() -> None:
    counted = tally([replace(ON_TIME, count=8), LATE_BUT_BY_EXTENSION, LATE, replace(SAFE_ALREADY, count=5)])
    assert (counted.on_time, counted.on_time_with_extensions, counted.matured) == (8, 9, 10)
    assert (counted.percent, counted.percent_with_extensions) == (Decimal("80.00"), Decimal("90.00"))


def test_an_open_case_with_a_running_extension_is_late_by_both_rates_until_it_is_answered() -> None:
    counted = tally([replace(OPEN_OVERDUE, by_extension=True)])
    assert (counted.on_time_with_extensions, counted.open_overdue) == (0, 1)


def test_the_cohorts_cases_are_counted_by_rule_version() -> None:
    groups = [
        replace(NOT_YET_DUE, rule_version=2, count=4),
        ON_TIME,
        replace(LATE, count=2),
        replace(ON_TIME, rule_version=3, exclusion=ExclusionReason.TEST),
    ]
    assert list(tally(groups).rules.items()) == [(1, 3), (2, 4)]


@pytest.mark.parametrize("groups", [[], [NOT_YET_DUE, SAFE_ALREADY], [replace(LATE, exclusion=ExclusionReason.TEST)]])
def test_without_a_matured_case_there_is_no_figure(groups: list[OutcomeGroup]) -> None:
    counted = tally(groups)
    assert (counted.percent, counted.percent_with_extensions, counted.band, counted.interval) == (None,) * 4


def test_the_bands_of_the_indicator_are_those_of_the_scorecard() -> None:
    assert (MV_1_1.code, MV_1_1.bands) == ("MV.1.1", Bands(desired=95, lowest_accepted=85))


@pytest.mark.parametrize(
    ("k", "n", "expected"),
    [
        (19, 20, Band.DESIRED),
        (949, 1000, Band.LOWEST_ACCEPTED),
        (945, 1000, Band.LOWEST_ACCEPTED),  # 94,5 % lies in no gap
        (95, 100, Band.DESIRED),
        (94_999, 100_000, Band.LOWEST_ACCEPTED),
        (85, 100, Band.LOWEST_ACCEPTED),
        (84_999, 100_000, Band.NOT_APPROVED),
        (17, 20, Band.LOWEST_ACCEPTED),
        (0, 1, Band.NOT_APPROVED),
        (1, 1, Band.DESIRED),
        (0, 0, None),
        (95 * 10**30 - 1, 100 * 10**30, Band.LOWEST_ACCEPTED),  # no float is near
    ],
)
def test_the_band_is_that_of_the_exact_fraction(k: int, n: int, expected: Band | None) -> None:
    assert band(k, n) is expected


def test_bands_are_data_of_the_indicator() -> None:
    strict = Bands(desired=100, lowest_accepted=95)
    assert [band(k, 100, strict) for k in (100, 99, 95, 94)] == [
        Band.DESIRED,
        Band.LOWEST_ACCEPTED,
        Band.LOWEST_ACCEPTED,
        Band.NOT_APPROVED,
    ]
    assert tally([replace(ON_TIME, count=99), LATE], strict).band is Band.LOWEST_ACCEPTED
    assert shown_percent(94_999, 100_000, strict) == Decimal("94.99")


@pytest.mark.parametrize(
    ("k", "n", "shown"),
    [
        (150, 151, "99.34"),
        (151, 152, "99.34"),
        (302, 304, "99.34"),
        (94_996, 100_000, "94.99"),
        (94_994, 100_000, "94.99"),
        (84_999, 100_000, "84.99"),
        (84_995, 100_000, "84.99"),
        (29_999, 30_000, "99.99"),
        (9_999_999, 10_000_000, "99.99"),
        (95, 100, "95.00"),
        (85, 100, "85.00"),
        (1, 1, "100.00"),
        (300, 300, "100.00"),
        (0, 300, "0.00"),
        (1, 100_000, "0.01"),
        (1, 30_000, "0.01"),
        (1, 20_000, "0.01"),
        (3, 20_000, "0.02"),  # 0,015 exactly: half up
        (1, 3, "33.33"),
        (2, 3, "66.67"),
        (1, 800, "0.13"),  # 0,125 exactly: half up, not half even
        (3, 800, "0.38"),  # 0,375
        (945, 1000, "94.50"),
    ],
)
def test_the_figure_is_shown_with_two_decimals_half_up_but_never_better_than_it_is(k: int, n: int, shown: str) -> None:
    assert str(shown_percent(k, n)) == shown


def test_no_cases_are_no_percentage() -> None:
    assert shown_percent(0, 0) is None
    assert wilson_interval(0, 0) is None


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (151, 152, "96.37", "99.88"),
        (300, 302, "97.62", "99.82"),
        (5, 5, "56.55", "100.00"),
        (0, 5, "0.00", "43.45"),
        (1, 1, "20.65", "100.00"),
        (1, 2, "9.45", "90.55"),
    ],
)
def test_the_interval_is_wilsons(k: int, n: int, low: str, high: str) -> None:
    interval = wilson_interval(k, n)
    assert interval is not None
    assert (str(interval.low), str(interval.high)) == (low, high)


STRICT = FIRST_RULE
ROLLED = DeadlineRule(version=2, valid_from=date(2016, 1, 1), days=14, roll=Roll.NEXT_WORKING_DAY)
LONGER = DeadlineRule(version=2, valid_from=date(2014, 7, 1), days=30, roll=Roll.NONE)
NEXT_YEARS = DeadlineRule(version=2, valid_from=date(2015, 1, 1), days=90, roll=Roll.NONE)


@pytest.mark.parametrize(
    ("year", "as_of", "rules", "expected"),
    [
        pytest.param(2014, date(2014, 6, 30), [STRICT], Status.PRELIMINARY, id="within the year"),
        pytest.param(2014, date(2015, 1, 14), [STRICT], Status.PRELIMINARY, id="the last deadline"),
        pytest.param(2014, date(2015, 1, 15), [STRICT], Status.FINAL, id="the day after it"),
        pytest.param(2014, date(2020, 1, 1), [STRICT], Status.FINAL, id="long after"),
        pytest.param(2016, date(2017, 1, 15), [STRICT, ROLLED], Status.PRELIMINARY, id="the last deadline, a Saturday"),
        pytest.param(2016, date(2017, 1, 16), [STRICT, ROLLED], Status.PRELIMINARY, id="rolled to Monday"),
        pytest.param(2016, date(2017, 1, 17), [STRICT, ROLLED], Status.FINAL, id="the day after that Monday"),
        pytest.param(2014, date(2015, 1, 30), [STRICT, LONGER], Status.PRELIMINARY, id="a longer rule of that year"),
        pytest.param(2014, date(2015, 1, 31), [STRICT, LONGER], Status.FINAL, id="the day after the longer rule"),
        pytest.param(2014, date(2015, 1, 15), [STRICT, NEXT_YEARS], Status.FINAL, id="next year's rule is not asked"),
    ],
)
def test_a_year_is_final_from_the_day_after_its_last_deadline(
    year: int, as_of: date, rules: list[DeadlineRule], expected: Status
) -> None:
    assert status(year=year, as_of=as_of, all_matured=True, rules=rules, calendar=OFFICE) is expected


def test_a_year_is_preliminary_while_a_case_of_it_has_not_matured() -> None:
    seen = status(year=2014, as_of=date(2015, 3, 1), all_matured=False, rules=[STRICT], calendar=OFFICE)
    assert seen is Status.PRELIMINARY


@pytest.mark.parametrize("year", [1900, 2014, 2026, 2100])
def test_a_year_that_can_have_cases_is_accepted_until_today(year: int) -> None:
    check_period(year, as_of=date(2026, 2, 6), today=date(2026, 2, 6))


@pytest.mark.parametrize(
    ("year", "as_of", "problem"),
    [
        (1899, date(2026, 2, 6), Problem.YEAR_OUT_OF_RANGE),
        (2101, date(2026, 2, 6), Problem.YEAR_OUT_OF_RANGE),
        (0, date(2026, 2, 6), Problem.YEAR_OUT_OF_RANGE),
        (2026, date(2026, 2, 7), Problem.AS_OF_IN_FUTURE),
    ],
)
def test_an_impossible_year_and_a_day_that_has_not_come_are_refused(year: int, as_of: date, problem: Problem) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_period(year, as_of=as_of, today=date(2026, 2, 6))
    assert refusal.value.problem is problem


@pytest.mark.parametrize(
    ("as_of", "last"),
    [
        (date(2015, 1, 15), date(2014, 12, 31)),
        (date(2014, 12, 31), date(2014, 12, 31)),
        (date(2014, 6, 30), date(2014, 6, 30)),
    ],
)
def test_the_cohort_was_received_in_the_year_and_by_the_day(as_of: date, last: date) -> None:
    assert year_bounds(2014, as_of) == (date(2014, 1, 1), last)


def test_a_case_matures_on_the_day_after_its_due_date() -> None:
    assert day_before_maturity(date(2015, 1, 15)) == date(2015, 1, 14)


def test_headroom_is_what_counting_late_answers_one_by_one_gives() -> None:
    for n, percent in product(range(61), (85, 95, 100)):
        for k in range(n + 1):
            borne = [x for x in range(61) if 100 * k >= percent * (n + x)]
            assert headroom(k, n, percent) == (borne[-1] if borne else -1)


@given(groups=st.lists(outcome_groups, max_size=6))
def test_a_tally_adds_up(groups: list[OutcomeGroup]) -> None:
    counted = tally(groups)
    assert counted.matured == counted.on_time + counted.late + counted.open_overdue
    assert counted.received == counted.matured + counted.not_yet_due + counted.safe_already
    assert counted.received + sum(counted.excluded.values()) == sum(group.count for group in groups)
    assert counted.received == sum(counted.rules.values())
    assert counted.on_time_with_extensions <= counted.on_time + counted.late


@given(left=st.lists(outcome_groups, max_size=4), right=st.lists(outcome_groups, max_size=4))
def test_the_tally_of_two_parts_together_is_the_sum_of_theirs(
    left: list[OutcomeGroup], right: list[OutcomeGroup]
) -> None:
    parts, whole = (tally(left), tally(right)), tally(right + left)
    for name in (*OUTCOMES, "matured", "received", "on_time_with_extensions"):
        assert getattr(whole, name) == sum(getattr(part, name) for part in parts)
    assert whole.excluded == _added(part.excluded for part in parts)
    assert whole.rules == _added(part.rules for part in parts)


def _added(parts: Iterable[Mapping[Key, int]]) -> dict[Key, int]:
    listed = list(parts)
    return {key: sum(part.get(key, 0) for part in listed) for part in listed for key in part}


@given(counts())
@example((94_996, 100_000))
@example((29_999, 30_000))
@example((1, 1_000_000))
def test_the_shown_figure_is_close_to_the_exact_one_and_never_better(pair: tuple[int, int]) -> None:
    k, n = pair
    shown = shown_percent(k, n)
    assert shown is not None
    assert abs(Fraction(shown) - Fraction(100 * k, n)) <= Fraction(1, 100)
    assert band(int(shown * 100), 10_000) is band(k, n)
    assert (shown == 100) == (k == n)
    assert (shown == 0) == (k == 0)
    assert shown.as_tuple().exponent == -2


@given(counts())
def test_the_interval_contains_the_share_but_for_the_rounding_of_its_bounds(pair: tuple[int, int]) -> None:
    k, n = pair
    interval, half = wilson_interval(k, n), Fraction(1, 200)
    assert interval is not None
    assert Fraction(interval.low) - half <= Fraction(100 * k, n) <= Fraction(interval.high) + half
    assert 0 <= interval.low <= interval.high <= 100


@given(counts())
def test_the_interval_of_the_misses_mirrors_that_of_the_hits(pair: tuple[int, int]) -> None:
    k, n = pair
    hits, misses = wilson_interval(k, n), wilson_interval(n - k, n)
    assert hits is not None
    assert misses is not None
    assert abs(hits.low + misses.high - 100) <= Decimal("0.01")
    assert abs(hits.high + misses.low - 100) <= Decimal("0.01")
