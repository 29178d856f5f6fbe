"""The story of a case as one line of time, and what became of an alert."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogen.domain.alerts import AlertState
from dialogen.domain.fates import Fate, fate_of
from dialogen.domain.letters import LetterState
from dialogen.domain.timeline import Entry, Strand, Thread, woven

START = datetime(2026, 2, 11, 5, 30, tzinfo=UTC)
STRANDS = list(Strand)


def thread(strand: Strand, minutes: list[int], *, limit: int) -> Thread:
    """Return the newest entries of a strand, as one that has these would bring them."""
    entries = [Entry(START + timedelta(minutes=each), strand, None, each) for each in sorted(minutes)]
    return Thread(entries[-limit:], is_cut=len(entries) > limit)


@given(st.lists(st.lists(st.integers(0, 30), max_size=12), max_size=3), st.integers(1, 10), st.booleans())
def test_a_timeline_is_the_newest_of_all_that_happened_in_order(
    minutes: list[list[int]], limit: int, newest_first: bool
) -> None:
    threads = [thread(strand, each, limit=limit) for strand, each in zip(STRANDS, minutes, strict=False)]
    told = woven(threads, limit=limit, newest_first=newest_first)
    everything = sorted(minute for each in minutes for minute in each)
    shown = [entry.details for entry in told.entries]
    assert (shown[::-1] if newest_first else shown) == everything[-limit:]
    assert told.has_more == (len(everything) > limit)


def test_of_one_instant_what_a_person_did_stands_before_what_it_brought_about() -> None:
    threads = [thread(strand, [5], limit=9) for strand in STRANDS]
    told = woven(threads, limit=9, newest_first=False)
    assert [entry.strand for entry in told.entries] == STRANDS


def test_hidden_lines_do_not_hide_that_there_are_older_ones() -> None:
    assert woven([Thread((), is_cut=True)], limit=9, newest_first=True).has_more


@pytest.mark.parametrize(
    ("alert", "letter", "attempts", "fate"),
    [
        (AlertState.OWED, None, 0, Fate.OWED),
        (AlertState.IN_LETTER, LetterState.DRAFT, 0, Fate.WAITING),
        (AlertState.IN_LETTER, LetterState.WAITING, 0, Fate.WAITING),
        (AlertState.IN_LETTER, LetterState.WAITING, 1, Fate.RETRYING),
        (AlertState.IN_LETTER, LetterState.CLAIMED, 2, Fate.RETRYING),
        (AlertState.IN_LETTER, LetterState.SENT, 3, Fate.SENT),
        (AlertState.IN_LETTER, LetterState.SHOWN, 0, Fate.SHOWN),
        (AlertState.IN_LETTER, LetterState.DEAD, 9, Fate.FAILED),
        (AlertState.IN_LETTER, LetterState.DROPPED, 1, Fate.DROPPED),
        (AlertState.DROPPED, None, 0, Fate.DROPPED),
        (AlertState.DROPPED, LetterState.SENT, 0, Fate.DROPPED),
        (AlertState.UNADDRESSED, None, 0, Fate.NOBODY),
    ],
)
def test_what_became_of_an_alert_is_what_became_of_its_letter(
    alert: AlertState, letter: LetterState | None, attempts: int, fate: Fate
) -> None:
    assert fate_of(alert, letter=letter, attempts=attempts) is fate


def test_every_state_of_alerts_and_letters_has_a_fate() -> None:
    for alert in AlertState:
        for letter in (None, *LetterState):
            assert fate_of(alert, letter=letter, attempts=0) in Fate
