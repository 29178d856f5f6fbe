"""The second step at the door: codes that open once, drift, throttling, recovery codes, and a change of the key."""

import base64
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogen.database import accounts
from dialogen.database import sessions as session_rows
from dialogen.database.engine import Database
from dialogen.database.models import Account, AccountSession, RecoveryCode, SecondStep
from dialogen.domain.accounts import Stage
from dialogen.domain.errors import NotSignedIn, Problem, TooManyAttempts
from dialogen.services import second_step_entry, second_steps, sessions
from dialogen.services.account_views import AccountView
from dialogen.services.sealing import SecretKeys
from tests.factories import NOW, make_account
from tests.forks import fork
from tests.meanwhile import meanwhile
from tests.services.entry import (
    CALLER,
    CHEAP,
    EMAIL,
    PASSWORD,
    STEP,
    add_person,
    recovery_codes,
    refusal,
    sign_in,
    stage_of,
    take,
    told,
)
from tests.totp import KEYS, SECRET, code_at, give_second_step


@pytest.fixture
def kari(db: Database) -> AccountView:
    """A person with a password and a second step."""
    account = add_person(db)
    give_second_step(db, account.id, now=NOW)
    return account


def test_the_right_password_alone_opens_nothing(db: Database, kari: AccountView) -> None:
    secret = sign_in(db)
    assert stage_of(db, secret) is Stage.SECOND_STEP
    assert sessions.account_of_session(db, secret=secret, now=NOW) is None


def test_the_code_opens_a_new_session_and_ends_the_one_that_waited(db: Database, kari: AccountView) -> None:
    waiting = sign_in(db)
    opened = take(db, code_at(NOW), waiting)
    assert opened != waiting
    assert stage_of(db, opened) is Stage.FULL
    assert stage_of(db, waiting) is None


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_phone_may_be_half_a_minute_ahead_or_behind(db: Database, kari: AccountView, steps: int) -> None:
    assert take(db, code_at(NOW + steps * STEP))


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_of_another_minute_opens_nothing(db: Database, kari: AccountView, steps: int) -> None:
    assert refusal(db, code_at(NOW + steps * STEP)) is Problem.WRONG_CODE


@pytest.mark.parametrize("typed", ["", "000000", "abcdef", "x" * 5000, "\ud800", "a\0b", PASSWORD])
def test_a_wrong_code_opens_nothing(db: Database, kari: AccountView, typed: str) -> None:
    assert refusal(db, typed) is Problem.WRONG_CODE


def test_a_code_opens_once(db: Database, kari: AccountView) -> None:
    take(db, code_at(NOW))
    assert refusal(db, code_at(NOW)) is Problem.WRONG_CODE


def test_after_a_code_no_earlier_one_opens_but_a_later_one_does(db: Database, kari: AccountView) -> None:
    take(db, code_at(NOW))
    assert refusal(db, code_at(NOW - STEP)) is Problem.WRONG_CODE
    assert take(db, code_at(NOW + STEP))


def test_a_secret_copied_to_another_account_opens_nothing_there(db: Database, kari: AccountView) -> None:
    give_second_step(db, make_account(db), now=NOW)
    with db.writing() as session:
        rows = {row.account_id: row for row in session.scalars(select(SecondStep))}
        other = next(row for number, row in rows.items() if number != kari.id)
        rows[kari.id].sealed_secret = other.sealed_secret
    assert refusal(db, code_at(NOW)) is Problem.WRONG_CODE


def test_the_secret_does_not_stand_in_the_database_as_it_is(db: Database, kari: AccountView) -> None:
    with db.reading() as session:
        sealed = session.scalars(select(SecondStep.sealed_secret)).one()
    assert SECRET not in sealed
    assert base64.b32decode(SECRET) not in base64.urlsafe_b64decode(sealed)


def test_a_session_that_waits_lasts_ten_minutes(db: Database, kari: AccountView) -> None:
    waiting, late = sign_in(db), NOW + timedelta(minutes=10)
    with pytest.raises(NotSignedIn) as refused:
        second_step_entry.take_second_step(db, secret=waiting, code=code_at(late), keys=KEYS, now=late)
    assert refused.value.problem is Problem.SIGN_IN_OVER


def test_a_full_session_takes_no_second_step(db: Database, kari: AccountView) -> None:
    opened = take(db, code_at(NOW))
    with pytest.raises(NotSignedIn):
        take(db, code_at(NOW + STEP), opened)


def test_an_account_that_is_disabled_meanwhile_stays_out(db: Database, kari: AccountView) -> None:
    waiting = sign_in(db)
    with db.writing() as session:
        session.get_one(Account, kari.id).disabled_at = NOW
    with pytest.raises(NotSignedIn):
        take(db, code_at(NOW), waiting)


def test_after_too_many_wrong_codes_not_even_the_right_one_is_looked_at(db: Database, kari: AccountView) -> None:
    assert [refusal(db, "000000") for _ in range(5)] == [Problem.WRONG_CODE] * 5
    with pytest.raises(TooManyAttempts):
        take(db, code_at(NOW))
    with pytest.raises(TooManyAttempts):
        recovery_codes(db, kari)
    later = NOW + timedelta(minutes=15)
    waiting = sessions.sign_in(db, email=EMAIL, password=PASSWORD, now=later, caller=CALLER, hasher=CHEAP)
    assert second_step_entry.take_second_step(db, secret=waiting, code=code_at(later), keys=KEYS, now=later)


def test_a_right_code_begins_the_count_anew(db: Database, kari: AccountView) -> None:
    for _ in range(4):
        refusal(db, "000000")
    take(db, code_at(NOW))
    for _ in range(4):
        refusal(db, "000000")
    assert take(db, code_at(NOW + STEP))


ENTER = """
import sys
from dialogen.database.engine import Database
from dialogen.domain.errors import NotSignedIn
from dialogen.services.second_step_entry import take_second_step
from tests.factories import NOW
from tests.totp import KEYS
sys.stdin.readline()
try:
    take_second_step(Database(sys.argv[1]), secret=sys.argv[2], code=sys.argv[3], keys=KEYS, now=NOW)
except NotSignedIn:
    print("refused")
else:
    print("entered")
"""


def in_processes(db: Database, secrets: list[str], code: str) -> list[str]:
    """Take the second step in as many processes at once; returns how each ended."""
    running = [fork(ENTER, db.url, secret, code) for secret in secrets]
    for process in running:
        process.tell()
    return sorted(process.ended()[1].strip() for process in running)


def test_of_processes_with_the_same_code_one_enters(db: Database, kari: AccountView) -> None:
    assert in_processes(db, [sign_in(db) for _ in range(3)], code_at(NOW)) == ["entered", "refused", "refused"]


def test_of_processes_with_the_same_recovery_code_one_enters(db: Database, kari: AccountView) -> None:
    code = recovery_codes(db, kari)[0]
    assert in_processes(db, [sign_in(db) for _ in range(3)], code) == ["entered", "refused", "refused"]


def test_of_processes_with_the_same_session_one_enters(db: Database, kari: AccountView) -> None:
    assert in_processes(db, [sign_in(db)] * 3, code_at(NOW)) == ["entered", "refused", "refused"]


def test_a_session_that_is_ended_while_its_code_is_looked_at_stays_ended(db: Database, kari: AccountView) -> None:
    waiting = sign_in(db)

    def shut_out(session: Session) -> None:
        accounts.lock_account(session, kari.id)
        session_rows.end_sessions(session, kari.id, now=NOW)

    with pytest.raises(NotSignedIn) as refused:
        meanwhile(db, shut_out, lambda: take(db, code_at(NOW), waiting))
    assert refused.value.problem is Problem.SIGN_IN_OVER


def test_each_recovery_code_opens_once(db: Database, kari: AccountView) -> None:
    codes = recovery_codes(db, kari)
    assert len(set(codes)) == 10
    assert stage_of(db, take(db, codes[3].upper().replace("-", " "))) is Stage.FULL
    assert refusal(db, codes[3]) is Problem.WRONG_CODE
    assert second_steps.second_step_of(db, kari.id).recovery_codes_left == 9
    assert take(db, codes[4])
    assert told(db) == ["recovery_codes_made", "recovery_code_used", "recovery_code_used"]


def test_of_recovery_codes_only_hashes_are_kept(db: Database, kari: AccountView) -> None:
    codes = recovery_codes(db, kari)
    with db.reading() as session:
        kept = session.scalars(select(RecoveryCode.code_hash)).all()
    assert {len(each) for each in kept} == {64}
    assert not {code.replace("-", "") for code in codes} & set(kept)


def test_new_recovery_codes_replace_the_old_ones(db: Database, kari: AccountView) -> None:
    old = recovery_codes(db, kari)
    new = recovery_codes(db, kari)
    assert not set(old) & set(new)
    assert refusal(db, old[0]) is Problem.WRONG_CODE
    assert take(db, new[0])


def test_somebody_elses_recovery_code_opens_nothing(db: Database, kari: AccountView) -> None:
    ola = add_person(db, "ola@asker.example")
    give_second_step(db, ola.id, now=NOW)
    assert refusal(db, recovery_codes(db, ola)[0]) is Problem.WRONG_CODE


NEW_KEYS = SecretKeys("n" * 32, (KEYS.present,))


def test_after_a_change_of_the_secret_key_codes_still_open_and_are_sealed_anew(db: Database, kari: AccountView) -> None:
    assert take(db, code_at(NOW), keys=NEW_KEYS)
    assert take(db, code_at(NOW + STEP), keys=SecretKeys(NEW_KEYS.present))


def test_a_key_lost_without_a_fallback_leaves_the_recovery_codes(
    db: Database, kari: AccountView, caplog: pytest.LogCaptureFixture
) -> None:
    codes, lost = recovery_codes(db, kari), SecretKeys("n" * 32)
    assert refusal(db, code_at(NOW), keys=lost) is Problem.WRONG_CODE
    assert "was the key changed without a fallback?" in caplog.text
    assert take(db, codes[0], keys=lost)


def test_everything_is_sealed_anew_at_once_and_what_no_key_opens_is_counted(db: Database, kari: AccountView) -> None:
    give_second_step(db, make_account(db), now=NOW, keys=SecretKeys("x" * 32))
    give_second_step(db, make_account(db), now=NOW, keys=NEW_KEYS)
    assert second_steps.reseal_all(db, keys=NEW_KEYS, now=NOW) == (1, 1)
    assert second_steps.reseal_all(db, keys=NEW_KEYS, now=NOW) == (0, 1)
    assert take(db, code_at(NOW), keys=SecretKeys(NEW_KEYS.present))


def test_a_wrong_code_leaves_the_session_waiting(db: Database, kari: AccountView) -> None:
    waiting = sign_in(db)
    with pytest.raises(NotSignedIn):
        take(db, "000000", waiting)
    assert take(db, code_at(NOW), waiting)
    with db.reading() as session:
        assert [
            row.ended_at is None for row in session.scalars(select(AccountSession).order_by(AccountSession.id))
        ] == [
            False,
            True,
        ]
