"""Tokens in several processes at once: what one has written the others know, and a revoked token opens none of them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role, Scope
from dialogen.services import tokens
from tests.factories import NOW, TODAY, make_account
from tests.forks import Fork, fork

LIMIT = 50
#: Asks as often as a line says, at so many seconds, and answers how often it was let in; "-" when nobody is known.
PROCESS = f"""
import sys
from datetime import timedelta
from dialogen.database.engine import Database
from dialogen.services import tokens
from dialogen.services.token_meter import Meter
from tests.factories import NOW, TODAY

db, meter = Database(sys.argv[1]), Meter({LIMIT})
for line in sys.stdin:
    count, seconds = map(int, line.split())
    now = NOW + timedelta(seconds=seconds)
    found = [tokens.bearer(db, secret=sys.argv[2], today=TODAY, now=now, meter=meter) for _ in range(count)]
    print("-" if None in found else sum(each.allowed for each in found), flush=True)
"""


class Process:
    """A process of its own, with a count of its own."""

    def __init__(self, running: Fork) -> None:
        self._running = running

    def ask(self, count: int, *, seconds: int) -> str:
        """Let it ask; returns how often it was let in."""
        self._running.tell(f"{count} {seconds}")
        return self._running.stdout.readline().strip()


@contextmanager
def process(db: Database, secret: str) -> Iterator[Process]:
    """Start a process."""
    running = fork(PROCESS, db.url, secret)
    yield Process(running)
    running.ended()


@pytest.fixture
def token(db: Database) -> tuple[tokens.TokenView, str]:
    """A token."""
    make_account(db, "api@asker.example", roles=((Role.HANDLER, "*"),))
    return tokens.issue_token(
        db, email="api@asker.example", scopes=[Scope.CASES_READ], expires_on=None, today=TODAY, now=NOW
    )


@pytest.fixture
def pair(db: Database, token: tuple[tokens.TokenView, str]) -> Iterator[tuple[Process, Process]]:
    """Two processes."""
    with ExitStack() as stack:
        yield stack.enter_context(process(db, token[1])), stack.enter_context(process(db, token[1]))


def test_what_one_process_has_written_counts_for_the_other(pair: tuple[Process, Process]) -> None:
    one, other = pair
    assert one.ask(30, seconds=0) == "30"
    assert other.ask(30, seconds=1) == "30", "of the thirty, the first alone is written yet"
    assert one.ask(1, seconds=11) == "1"
    assert other.ask(5, seconds=12) == "0"
    assert one.ask(30, seconds=13) == "19", "the other's thirty are not written yet"
    assert other.ask(1, seconds=21) == "0", "and now they are"
    assert one.ask(5, seconds=22) == "0"
    assert one.ask(1, seconds=31) == "0"
    # Eighty were let through in the first minute: the thirty too many are taken from the next one.
    assert [other.ask(25, seconds=61), other.ask(1, seconds=72), one.ask(25, seconds=75)] == ["20", "0", "0"]
    assert one.ask(60, seconds=140) == "50"


def test_a_revoked_token_opens_no_process_from_that_moment_on(
    db: Database, token: tuple[tokens.TokenView, str], pair: tuple[Process, Process]
) -> None:
    assert [each.ask(1, seconds=0) for each in pair] == ["1", "1"]
    tokens.revoke_token(db, token_id=token[0].id, now=NOW)
    assert [each.ask(1, seconds=0) for each in pair] == ["-", "-"]
