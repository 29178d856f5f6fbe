"""Rules of tokens: how long one works, which scopes are of use, and what a minute leaves to the next."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dialogen.domain.accounts import Membership, Role, Scope, Standing
from dialogen.domain.tokens import (
    Allowance,
    brought_over,
    last_day_unless_given,
    scopes_worth_having,
    seconds_to_wait,
)

NOW = datetime(2026, 2, 11, 5, 30, tzinfo=UTC)
READ, WRITE, STATS = Scope.CASES_READ, Scope.CASES_WRITE, Scope.STATS_READ


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 2, 11), date(2027, 2, 11)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 2, 28), date(2028, 2, 28)),
    ],
)
def test_a_token_works_for_a_year(today: date, last: date) -> None:
    assert last_day_unless_given(today) == last


@pytest.mark.parametrize(
    ("membership", "scopes"),
    [
        (Membership(Role.HANDLER, 7), (READ, WRITE, STATS)),
        (Membership(Role.HANDLER), (READ, WRITE, STATS)),
        (Membership(Role.MANAGER, everywhere=True), (READ, WRITE, STATS)),
        (Membership(Role.STATISTICIAN, everywhere=True), (READ, STATS)),
        (Membership(Role.STATISTICIAN), (STATS,)),
        (Membership(Role.ADMIN, everywhere=True), (READ, WRITE, STATS)),
        (Membership(Role.ADMIN), (STATS,)),
    ],
)
def test_scopes_are_worth_what_the_roles_may(membership: Membership, scopes: tuple[Scope, ...]) -> None:
    assert scopes_worth_having(Standing(1, frozenset({membership}))) == scopes


def test_without_a_role_the_figure_alone_is_of_use() -> None:
    assert scopes_worth_having(Standing(1)) == (STATS,)


@pytest.mark.parametrize(
    ("used", "after", "seconds"),
    [(1, 0, 60), (3, 0.5, 60), (3, 59.9, 1), (3, 60, 1), (6, 30, 90), (5, 30, 30), (9, 0, 180)],
)
def test_whoever_has_used_a_minute_waits_for_the_next_and_longer_when_more_was_used(
    used: int, after: float, seconds: int
) -> None:
    assert seconds_to_wait(used=used, limit=3, began=NOW, now=NOW + timedelta(seconds=after)) == seconds


@pytest.mark.parametrize(
    ("used", "after", "left"), [(3, 60, 0), (5, 60, 2), (5, 119, 2), (9, 120, 3), (9, 600, 0), (9, -600, 0)]
)
def test_what_was_beyond_the_limit_is_brought_over_less_a_limit_a_minute(used: int, after: int, left: int) -> None:
    assert brought_over(used=used, limit=3, began=NOW, now=NOW + timedelta(seconds=after)) == left


def test_no_less_than_nothing_is_left() -> None:
    assert [Allowance(3, used, 1).remaining for used in (0, 3, 7)] == [3, 0, 0]
