"""How many attempts are too many, how long to wait then, and what a client address counts as."""

from datetime import UTC, datetime, timedelta

import pytest

from dialogen.domain.errors import TooManyAttempts
from dialogen.domain.throttling import LIMITS, LONGEST, Kind, client_name, wait_after

BEGAN = datetime(2026, 2, 11, 5, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_every_kind_has_a_limit() -> None:
    assert set(LIMITS) == set(Kind)
    assert all(limit.attempts > 0 and limit.within <= LONGEST for limit in LIMITS.values())


@pytest.mark.parametrize("kind", Kind)
def test_the_attempts_allowed_are_allowed_and_the_next_waits_until_the_window_is_over(kind: Kind) -> None:
    limit = LIMITS[kind]
    assert wait_after(kind, attempts=limit.attempts, began_at=BEGAN, now=BEGAN) is None
    assert wait_after(kind, attempts=limit.attempts + 1, began_at=BEGAN, now=BEGAN + SECOND) == limit.within - SECOND
    assert wait_after(kind, attempts=limit.attempts + 1, began_at=BEGAN, now=BEGAN + limit.within) is None


@pytest.mark.parametrize(("wait", "minutes"), [(SECOND, 1), (60 * SECOND, 1), (61 * SECOND, 2), (900 * SECOND, 15)])
def test_a_refusal_says_how_many_minutes_to_wait_never_too_few(wait: timedelta, minutes: int) -> None:
    assert str(TooManyAttempts(wait)) == f"too many attempts; wait {minutes} min and try again"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:DB8:1:2::ffff", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("192.0.2.7:49152", "192.0.2.7"),
        ("[2001:db8:1:2:3:4:5:6]:49152", "2001:db8:1:2::"),
        ("[2001:db8:1:2:3:4:5:6]", "2001:db8:1:2::"),
        ("not an address", "not an address"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_client_counts_as_its_address_or_of_ipv6_as_its_network(address: str | None, name: str) -> None:
    assert client_name(address) == name
