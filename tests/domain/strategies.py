"""What the property tests draw from: days, rules, the outcomes of cases."""

from datetime import date

from hypothesis import strategies as st

from dialogen.calendar import office_calendar
from dialogen.domain.cases import ExclusionReason
from dialogen.domain.deadlines import DeadlineRule, Roll
from dialogen.domain.reports import OutcomeGroup

OFFICE = office_calendar({})

#: Days that leave room for a deadline and its overdue steps within the calendar's years.
days = st.dates(min_value=date(1902, 1, 1), max_value=date(2099, 6, 30))

rules = st.builds(
    DeadlineRule,
    version=st.just(1),
    valid_from=st.none(),
    days=st.integers(min_value=1, max_value=60),
    roll=st.sampled_from(Roll),
)

outcome_groups = st.builds(
    OutcomeGroup,
    count=st.integers(min_value=0, max_value=10_000),
    matured=st.booleans(),
    answered=st.booleans(),
    by_due=st.booleans(),
    by_extension=st.booleans(),
    exclusion=st.none() | st.sampled_from(ExclusionReason),
    rule_version=st.integers(min_value=1, max_value=3),
)


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int]:
    """Draw k of n, n at least 1; close to n as often as anywhere, since that is where figures live."""
    n = draw(st.integers(min_value=1, max_value=1_000_000))
    k = draw(st.integers(min_value=0, max_value=n) | st.integers(min_value=0, max_value=n // 10).map(lambda m: n - m))
    return k, n
