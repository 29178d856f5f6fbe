"""How long a letter waits between attempts, and when it is given up (domain.md 6)."""

from datetime import timedelta
from itertools import pairwise

import pytest

from dialogen.domain.letters import CLAIM_LASTS, PAUSES, pause_before_retry


@pytest.mark.parametrize(
    ("attempts", "pause"),
    [
        (1, timedelta(minutes=5)),
        (2, timedelta(minutes=15)),
        (3, timedelta(hours=1)),
        (4, timedelta(hours=3)),
        (5, timedelta(hours=6)),
        (len(PAUSES), timedelta(hours=6)),
    ],
)
def test_the_pause_before_a_retry_follows_from_the_failed_attempts(attempts: int, pause: timedelta) -> None:
    assert pause_before_retry(attempts) == pause


def test_the_pauses_grow_and_never_shrink() -> None:
    assert all(earlier <= later for earlier, later in pairwise(PAUSES))


def test_a_letter_outlives_a_week_of_a_silent_mail_server() -> None:
    assert timedelta(days=7) < sum(PAUSES, timedelta()) < timedelta(days=8)


@pytest.mark.parametrize("attempts", [len(PAUSES) + 1, 1000])
def test_a_letter_that_failed_after_every_pause_is_given_up(attempts: int) -> None:
    assert pause_before_retry(attempts) is None


def test_a_claim_ends_before_the_first_retry() -> None:
    assert PAUSES[0] > CLAIM_LASTS


@pytest.mark.parametrize(("attempts", "pause"), [(1, timedelta(hours=1)), (2, timedelta(hours=6)), (3, None)])
def test_a_refusal_for_good_is_believed_after_three_attempts(attempts: int, pause: timedelta | None) -> None:
    assert pause_before_retry(attempts, refused=True) == pause
