"""How many requests a token may make a minute, as one process counts them."""

from datetime import datetime, timedelta

from dialogen.services.token_meter import Kept, Meter, Use
from tests.factories import NOW

SECOND = timedelta(seconds=1)


class Row:
    """The row of one token, as the database would keep it."""

    def __init__(self) -> None:
        self.kept = Kept(7, None, None, 0)
        self.written: list[Use] = []
        self.is_busy = False

    def ask(self, meter: Meter, seconds: float) -> tuple[bool, int, int]:
        """Ask once; returns whether it was let in, what is left, and the seconds until more."""
        allowed, allowance, use = meter.ask(self.kept, now=NOW + seconds * SECOND)
        if use is not None and (self.is_busy or use.seen != self.kept.last_used_at):
            meter.unwritten(use)
        elif use is not None:
            self.written.append(use)
            self.kept = Kept(7, use.at, use.window_began_at, use.window_count)
        return allowed, allowance.remaining, allowance.seconds

    def let_in(self, meter: Meter, seconds: float, times: int) -> int:
        """Ask so many times; returns how often it was let in."""
        return sum(self.ask(meter, seconds)[0] for _ in range(times))


def test_a_minute_begins_with_its_first_request_and_holds_the_limit() -> None:
    row, meter = Row(), Meter(3)
    assert [row.ask(meter, at) for at in (0, 20, 30.5)] == [(True, 2, 60), (True, 1, 40), (True, 0, 30)]
    assert [row.ask(meter, at) for at in (31, 59.9)] == [(False, 0, 29), (False, 0, 1)]
    assert row.ask(meter, 60) == (True, 2, 60)
    assert row.ask(meter, 300) == (True, 2, 60), "a minute that nobody used is not waited for"


def test_a_program_that_keeps_to_the_limit_is_never_refused() -> None:
    row, meter = Row(), Meter(30)
    assert all(row.ask(meter, at)[0] for at in range(0, 600, 2))


def test_without_a_limit_only_the_use_is_noted() -> None:
    row, meter = Row(), Meter(0)
    assert row.let_in(meter, 0, 1000) == 1000
    assert row.let_in(meter, 10, 1000) == 1000
    assert [(use.at, use.window_count) for use in row.written] == [(NOW, 0), (NOW + 10 * SECOND, 0)]


def test_what_is_written_tells_a_process_that_starts_how_much_is_left() -> None:
    row = Row()
    meter = Meter(20)
    row.let_in(meter, 0, 8)
    row.let_in(meter, 10, 4)
    assert row.kept.window_count == 9
    row.let_in(meter, 20, 1)
    assert row.kept.window_count == 13
    assert row.let_in(Meter(20), 25, 30) == 7


def test_what_was_beyond_the_limit_is_taken_from_the_minutes_that_follow() -> None:
    row, crowd = Row(), [Meter(10) for _ in range(4)]
    assert sum(row.let_in(each, 1, 20) for each in crowd) == 10 + 9 * 3, "all know of the first, which is written"
    for number, each in enumerate(crowd):
        row.ask(each, 11 + 10 * number)
    assert row.kept.window_count == 37
    assert row.ask(crowd[0], 45)[2] == 16 + 2 * 60
    assert [row.let_in(crowd[0], at, 20) for at in (61, 121, 181, 241)] == [0, 0, 3, 10]


def test_a_minute_that_another_process_began_is_followed() -> None:
    row, one, other = Row(), Meter(10), Meter(10)
    row.let_in(one, 0, 1)
    assert row.let_in(other, 5, 4) == 4, "not written before ten seconds are over"
    row.let_in(one, 61, 6)
    row.let_in(one, 71, 1)
    assert row.kept.window_count == 7
    assert row.ask(other, 72) == (True, 2, 49), "what it had counted in the minute before is over"


def test_two_processes_that_begin_a_minute_at_once_agree_on_the_one_that_is_written() -> None:
    row, one, other = Row(), Meter(10), Meter(10)
    for at in (0, 11, 22, 33, 44, 55):
        row.let_in(one, at, 1)
    assert [row.let_in(one, 60.1, 1), row.let_in(other, 60.2, 2)] == [1, 2]
    row.ask(one, 65.1)
    assert (row.kept.window_began_at, row.kept.window_count) == (NOW + 60.1 * SECOND, 2)
    assert row.ask(other, 66) == (True, 5, 55), "the two of the other process, and its own three"


def test_what_a_busy_database_did_not_take_is_written_later() -> None:
    row, meter = Row(), Meter(20)
    row.is_busy = True
    assert row.let_in(meter, 0, 5) == 5
    row.is_busy = False
    row.ask(meter, 5)
    assert row.written == [], "it is not tried again at once"
    row.ask(meter, 10)
    assert [use.window_count for use in row.written] == [7]
    assert row.let_in(meter, 11, 20) == 13


def test_a_row_that_was_read_before_this_process_wrote_it_takes_nothing_away() -> None:
    row, meter = Row(), Meter(10)
    row.let_in(meter, 0, 6)
    stale = row.kept
    row.let_in(meter, 10, 1)
    assert row.kept.window_count == 7
    allowed, allowance, _ = meter.ask(stale, now=NOW + 10 * SECOND)
    assert (allowed, allowance.remaining) == (True, 2)


def test_a_row_of_a_minute_that_is_over_does_not_bring_it_back() -> None:
    row, meter = Row(), Meter(10)
    row.let_in(meter, 0, 10)
    stale = row.kept
    row.let_in(meter, 61, 4)
    allowed, allowance, _ = meter.ask(stale, now=NOW + 62 * SECOND)
    assert (allowed, allowance.remaining) == (True, 5)


def test_a_clock_that_is_put_back_locks_nobody_out() -> None:
    row, meter = Row(), Meter(10)
    assert row.let_in(meter, 3600, 12) == 10
    assert row.let_in(meter, 0, 12) == 10
    assert row.kept.last_used_at == NOW


def test_memory_is_bounded_by_forgetting_the_token_counted_longest() -> None:
    meter = Meter(10, tokens_most=5)
    for number in (1, 1, 2, 2, 3, 4, 5, 6):
        meter.ask(Kept(number, None, None, 0), now=NOW)
    left = [meter.ask(Kept(number, None, None, 0), now=NOW)[1].remaining for number in (2, 1)]
    assert left == [7, 9], "what is forgotten is what the row does not know yet"


def test_a_use_that_came_too_late_for_its_minute_is_forgotten() -> None:
    meter = Meter(10)
    late: datetime = NOW + 61 * SECOND
    _, _, use = meter.ask(Kept(7, None, None, 0), now=NOW)
    assert use is not None
    meter.ask(Kept(7, None, None, 0), now=late)
    meter.unwritten(use)
    assert meter.ask(Kept(7, None, None, 0), now=late)[1].remaining == 8
    Meter(10).unwritten(use)
