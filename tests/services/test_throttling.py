"""Counting attempts: kept at once, for each name by itself, across processes, and without the name."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import Throttle
from dialogen.domain.errors import TooManyAttempts
from dialogen.domain.throttling import LIMITS, LONGEST, Kind
from dialogen.services import throttling
from tests.factories import NOW
from tests.forks import fork

KEY = "k" * 32
EMAIL = "kari@asker.example"
LIMIT = LIMITS[Kind.ACCOUNT]
SECOND = timedelta(seconds=1)


def attempt(db: Database, *, kind: Kind = Kind.ACCOUNT, name: str = EMAIL, after: timedelta = timedelta()) -> bool:
    """Make an attempt; says whether it was let through."""
    try:
        throttling.count_attempt(db, kind=kind, name=name, now=NOW + after, secret_key=KEY)
    except TooManyAttempts:
        return False
    return True


def use_up(db: Database, **more: str) -> None:
    """Make as many attempts as are allowed."""
    for _ in range(LIMIT.attempts):
        throttling.count_attempt(db, kind=Kind.ACCOUNT, name=EMAIL, now=NOW, secret_key=KEY)


def test_one_attempt_more_than_allowed_is_refused_and_told_how_long_to_wait(db: Database) -> None:
    use_up(db)
    with pytest.raises(TooManyAttempts) as refusal:
        throttling.count_attempt(db, kind=Kind.ACCOUNT, name=EMAIL, now=NOW + 60 * SECOND, secret_key=KEY)
    assert refusal.value.wait == LIMIT.within - 60 * SECOND


def test_a_new_window_begins_when_the_old_one_is_over_however_often_somebody_was_refused(db: Database) -> None:
    use_up(db)
    assert not any(attempt(db, after=LIMIT.within - SECOND) for _ in range(3))
    assert [attempt(db, after=LIMIT.within) for _ in range(LIMIT.attempts + 1)] == [True] * LIMIT.attempts + [False]


def test_names_and_kinds_are_counted_each_by_itself(db: Database) -> None:
    use_up(db)
    assert not attempt(db)
    assert attempt(db, name="ola@asker.example")
    assert attempt(db, kind=Kind.SECOND_STEP)


def test_what_is_refused_already_costs_no_writing(db: Database) -> None:
    use_up(db)
    attempt(db)
    with db.reading() as session:
        assert session.scalars(select(Throttle.attempts)).one() == LIMIT.attempts


def test_a_refused_client_address_does_not_use_up_the_attempts_of_an_account(db: Database) -> None:
    counts = [(Kind.ADDRESS, "192.0.2.7"), (Kind.ACCOUNT, EMAIL)]
    for number in range(LIMITS[Kind.ADDRESS].attempts):
        throttling.count_attempt(db, kind=Kind.ADDRESS, name="192.0.2.7", now=NOW, secret_key=KEY)
        assert number < LIMITS[Kind.ADDRESS].attempts
    for _ in range(2):
        with pytest.raises(TooManyAttempts):
            throttling.count_attempts(db, counts, now=NOW, secret_key=KEY)
    with db.reading() as session:
        assert session.scalars(select(Throttle.kind)).all() == ["address"]


def test_success_forgets_the_accounts_attempts_and_takes_back_the_one_of_the_address(db: Database) -> None:
    use_up(db)
    for _ in range(3):
        throttling.count_attempt(db, kind=Kind.ADDRESS, name="192.0.2.7", now=NOW, secret_key=KEY)
    with db.writing() as session:
        throttling.take_attempt_back(session, kind=Kind.ADDRESS, name="192.0.2.7", secret_key=KEY)
        throttling.forget_attempts(session, kind=Kind.ACCOUNT, name=EMAIL, secret_key=KEY)
    with db.reading() as session:
        assert session.execute(select(Throttle.kind, Throttle.attempts)).all() == [("address", 2)]


def test_no_name_lies_in_the_table_and_none_can_be_found_without_the_key(db: Database) -> None:
    attempt(db)
    throttling.count_attempt(db, kind=Kind.ACCOUNT, name=EMAIL, now=NOW, secret_key="another" * 5)
    with db.reading() as session:
        keys = session.scalars(select(Throttle.key)).all()
    assert len(set(keys)) == 2
    assert all(len(key) == 64 and "kari" not in key for key in keys)


@pytest.mark.parametrize("name", ["", "\ud800", "a\0b", "x" * 100_000])
def test_any_name_can_be_counted(db: Database, name: str) -> None:
    assert attempt(db, name=name)


def test_old_attempts_are_forgotten_and_present_ones_kept(db: Database) -> None:
    attempt(db, name="gammel")
    attempt(db, name="ny", after=LONGEST)
    throttling.forget_old_attempts(db, now=NOW + LONGEST + SECOND)
    with db.reading() as session:
        assert session.scalars(select(Throttle.began_at)).all() == [NOW + LONGEST]


def test_a_refusal_is_told_in_the_security_log_without_a_name(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    use_up(db)
    with caplog.at_level(logging.INFO, logger="dialogen"):
        assert not attempt(db)
    assert [(each.name, each.getMessage()) for each in caplog.records] == [
        ("dialogen.security", "too many attempts: account")
    ]


def test_of_many_threads_at_once_no_more_than_allowed_are_let_through(db: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: attempt(db), range(40))) == LIMIT.attempts


_ATTEMPTS = """
import sys
from datetime import datetime
from dialogen.database.engine import Database
from dialogen.domain.errors import TooManyAttempts
from dialogen.domain.throttling import Kind
from dialogen.services import throttling
db, let_through = Database(sys.argv[1]), 0
print("ready", flush=True)
sys.stdin.readline()
for _ in range(20):
    try:
        throttling.count_attempt(
            db, kind=Kind.ACCOUNT, name=sys.argv[2], now=datetime.fromisoformat(sys.argv[3]), secret_key=sys.argv[4]
        )
        let_through += 1
    except TooManyAttempts:
        pass
print(let_through)
"""


def test_of_four_processes_at_once_no_more_than_allowed_are_let_through(db: Database) -> None:
    processes = [fork(_ATTEMPTS, db.url, EMAIL, NOW.isoformat(), KEY) for _ in range(4)]
    for each in processes:
        assert each.stdout.readline() == "ready\n"
    for each in processes:
        each.tell("go")
    let_through = [int(each.ended()[1]) for each in processes]
    assert sum(let_through) == LIMIT.attempts
