"""How much a year can bear: held against answering late one case after the other."""

from hypothesis import given
from hypothesis import strategies as st

from dialogen.domain.margins import Margin, margin, margins
from dialogen.domain.reports import Tally

COUNTS = st.integers(0, 60)


def _tally(on_time: int, missed: int, undecided: int, safe: int) -> Tally:
    return Tally(
        matured=on_time + missed, on_time=on_time, open_overdue=missed, not_yet_due=undecided, safe_already=safe
    )


def _stays(tally: Tally, percent: int, late: int) -> bool:
    """Say whether the year stays at the percentage when so many more are late: the open ones first, then new ones."""
    of_known = min(late, tally.not_yet_due)
    good = tally.on_time + tally.safe_already + tally.not_yet_due - of_known
    return 100 * good >= percent * (tally.received + late - of_known)


@given(on_time=COUNTS, missed=COUNTS, undecided=COUNTS, safe=COUNTS, percent=st.integers(1, 100))
def test_a_margin_is_what_answering_late_one_after_the_other_gives(
    on_time: int, missed: int, undecided: int, safe: int, percent: int
) -> None:
    tally = _tally(on_time, missed, undecided, safe)
    found = margin(tally, percent)
    if found.late is None:
        assert not _stays(tally, percent, 0)
    else:
        assert _stays(tally, percent, found.late)
        assert not _stays(tally, percent, found.late + 1)


@given(on_time=COUNTS, missed=COUNTS, undecided=COUNTS, safe=COUNTS, percent=st.integers(1, 99))
def test_what_must_come_in_time_brings_the_year_up_and_one_less_does_not(
    on_time: int, missed: int, undecided: int, safe: int, percent: int
) -> None:
    tally = _tally(on_time, missed, undecided, safe)
    found = margin(tally, percent)
    if found.late is not None:
        assert found.in_time is None
        return
    assert found.in_time is not None
    good, known = on_time + safe + undecided, tally.received
    assert 100 * (good + found.in_time) >= percent * (known + found.in_time)
    assert 100 * (good + found.in_time - 1) < percent * (known + found.in_time - 1)


@given(on_time=COUNTS, missed=COUNTS, undecided=COUNTS, safe=COUNTS)
def test_a_case_that_comes_and_is_answered_in_time_never_takes_room(
    on_time: int, missed: int, undecided: int, safe: int
) -> None:
    for before, after in zip(
        margins(_tally(on_time, missed, undecided, safe)),
        margins(_tally(on_time, missed, undecided, safe + 1)),
        strict=True,
    ):
        assert (after.late if after.late is not None else -1) >= (before.late if before.late is not None else -1)


def test_the_year_of_2014_could_have_borne_six_more_late_answers_and_twenty_five_until_it_was_not_approved() -> None:
    tally = Tally(matured=152, on_time=151, late=1)
    assert margins(tally) == (Margin(95, 6), Margin(85, 25))


def test_a_year_with_nothing_in_it_bears_no_late_answer() -> None:
    assert margins(Tally()) == (Margin(95, 0), Margin(85, 0))


def test_a_year_that_is_below_is_told_what_would_bring_it_up() -> None:
    tally = _tally(on_time=18, missed=2, undecided=0, safe=0)
    assert margins(tally) == (Margin(95, None, 20), Margin(85, 1))


def test_nothing_brings_a_year_with_a_miss_up_to_all() -> None:
    assert margin(_tally(9, 1, 0, 0), 100) == Margin(100, None)
