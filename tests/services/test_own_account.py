"""One's own way in: another password, the sessions that are open, and ending them from either side."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import Account, OfficeEvent, Throttle
from dialogen.domain.accounts import Role, Stage
from dialogen.domain.errors import InvalidInput, NotAllowed, NotFound, NotSignedIn, Problem, TooManyAttempts
from dialogen.domain.history import Author, Door
from dialogen.domain.throttling import LIMITS, Kind
from dialogen.services import accounts, own_account, sessions
from dialogen.services.passwords import Hasher
from tests.factories import BY_HAND, CALLER, NOW, make_account, standing

CHEAP = Hasher(memory_kib=8, passes=1)
EMAIL = "kari@asker.example"
PASSWORD = "riktig hest batteri stift"
OTHER = "gul traktor over fjorden"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def kari(db: Database) -> accounts.AccountView:
    """An account with a password."""
    account, _ = accounts.add_account(
        db,
        by=None,
        email=EMAIL,
        name="Kari Nordmann",
        roles=[(Role.HANDLER, "*")],
        password=PASSWORD,
        now=NOW,
        hasher=CHEAP,
    )
    return account


def sign_in(db: Database, password: str = PASSWORD, *, browser: str | None = None) -> str:
    """Sign in at the tests' moment."""
    caller = replace(CALLER, browser=browser)
    return sessions.sign_in(db, email=EMAIL, password=password, now=NOW, caller=caller, hasher=CHEAP)


def change(
    db: Database, kari: accounts.AccountView, *, present: str = PASSWORD, password: str = OTHER, hasher: Hasher = CHEAP
) -> str:
    """Change the password as its owner."""
    return own_account.change_password(
        db,
        account=kari,
        present=present,
        password=password,
        now=NOW,
        caller=CALLER,
        author=Author(kari.id, Door.WEB),
        place="Asker kommune",
        hasher=hasher,
    )


def is_in(db: Database, secret: str) -> bool:
    """Say whether a session lets somebody in."""
    return sessions.account_of_session(db, secret=secret, now=NOW) is not None


def told(db: Database) -> list[tuple[str, int | None, str | None]]:
    """Return what the office's log tells, as (action, who, of whom)."""
    with db.reading() as session:
        rows = session.execute(
            select(OfficeEvent.action, OfficeEvent.actor_id, OfficeEvent.subject_id).order_by(OfficeEvent.id)
        )
        return [(row.action, row.actor_id, row.subject_id) for row in rows]


def test_a_changed_password_opens_and_the_old_one_no_longer(db: Database, kari: accounts.AccountView) -> None:
    change(db, kari)
    assert sign_in(db, OTHER)
    with pytest.raises(NotSignedIn):
        sign_in(db)


def test_a_change_ends_every_session_and_link_and_opens_one_session(db: Database, kari: accounts.AccountView) -> None:
    old = [sign_in(db), sign_in(db)]
    link = sessions.make_sign_in_link(db, by=None, account_id=kari.id, now=NOW, author=BY_HAND)
    opened = change(db, kari)
    assert [is_in(db, secret) for secret in (*old, opened)] == [False, False, True]
    with pytest.raises(NotSignedIn):
        sessions.account_of_link(db, secret=link, now=NOW)
    assert ("password_set", kari.id, str(kari.id)) in told(db)


def test_the_present_password_is_demanded_and_a_wrong_one_changes_nothing(
    db: Database, kari: accounts.AccountView
) -> None:
    here = sign_in(db)
    with pytest.raises(InvalidInput) as refusal:
        change(db, kari, present="feil hest batteri stift")
    assert [(each.field, each.problem) for each in refusal.value.problems] == [("present", Problem.PASSWORD_WRONG)]
    assert is_in(db, here)
    assert sign_in(db)


@pytest.mark.parametrize("password", ["kort", "KariNordmann2026", "Asker kommune 1"])
def test_a_new_password_must_be_a_good_one(db: Database, kari: accounts.AccountView, password: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        change(db, kari, password=password)
    assert [each.field for each in refusal.value.problems] == ["password"]
    assert sign_in(db)


def test_guessing_the_present_password_counts_with_the_sign_ins(db: Database, kari: accounts.AccountView) -> None:
    for _ in range(LIMITS[Kind.ACCOUNT].attempts):
        with pytest.raises(InvalidInput):
            change(db, kari, present="feil")
    with pytest.raises(TooManyAttempts):
        change(db, kari)
    with pytest.raises(TooManyAttempts):
        sign_in(db)


def test_a_change_takes_the_failed_attempts_away(db: Database, kari: accounts.AccountView) -> None:
    with pytest.raises(InvalidInput):
        change(db, kari, present="feil")
    change(db, kari)
    with db.reading() as session:
        assert session.execute(select(Throttle.kind, Throttle.attempts)).all() == [("address", 1)]


def test_an_account_without_a_password_has_none_to_change(db: Database) -> None:
    view = accounts.find_account(db, make_account(db, EMAIL))
    assert view is not None
    with pytest.raises(InvalidInput):
        change(db, view, present="")


class SlowHasher(Hasher):
    """Disables the account while its password is being checked."""

    def __init__(self, db: Database, account_id: int) -> None:
        super().__init__(memory_kib=8, passes=1)
        self._db, self._account_id = db, account_id

    def is_right(self, password: str, kept: str | None) -> bool:
        right = super().is_right(password, kept)
        accounts.disable_account(self._db, by=None, id=self._account_id, now=NOW)
        return right


def test_whoever_is_shut_out_meanwhile_gets_no_new_session(db: Database, kari: accounts.AccountView) -> None:
    with pytest.raises(NotSignedIn):
        change(db, kari, hasher=SlowHasher(db, kari.id))


def test_of_two_changes_at_once_one_wins(db: Database, kari: accounts.AccountView) -> None:
    def attempt(number: int) -> bool:
        try:
            change(db, kari, password=f"{OTHER} {number}")
        except (NotSignedIn, InvalidInput):
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(attempt, range(4)))
    assert won.count(True) == 1
    assert sign_in(db, f"{OTHER} {won.index(True)}")


def test_open_sessions_are_listed_last_used_first_and_this_one_is_marked(
    db: Database, kari: accounts.AccountView
) -> None:
    first, second = sign_in(db, browser="Firefox"), sign_in(db)
    sessions.end_session(db, secret=sign_in(db), now=NOW)
    later = NOW + 5 * MINUTE
    visitor = sessions.visitor_of_session(db, secret=first, now=later)
    assert visitor is not None
    listed = own_account.open_sessions(db, account=kari, this=visitor.session_id, now=later)
    assert [(each.browser, each.is_this) for each in listed] == [("Firefox", True), (None, False)]
    assert [(each.began_at, each.last_seen_at) for each in listed] == [(NOW, later), (NOW, NOW)]
    assert is_in(db, second)


def test_sessions_that_let_nobody_in_are_not_listed(db: Database, kari: accounts.AccountView) -> None:
    sign_in(db)
    with db.writing() as session:
        row = session.get_one(Account, kari.id)
        sessions.open_session(session, row, NOW, browser=None, stage=Stage.SECOND_STEP)
    assert len(own_account.open_sessions(db, account=kari, this=None, now=NOW)) == 1
    idle = NOW + sessions.SESSION_IDLE
    assert own_account.open_sessions(db, account=kari, this=None, now=idle) == []


def test_one_session_is_ended_and_no_other_and_none_of_another_account(
    db: Database, kari: accounts.AccountView
) -> None:
    here, there = sign_in(db), sign_in(db)
    visitor = sessions.visitor_of_session(db, secret=there, now=NOW)
    assert visitor is not None
    own_account.end_own_session(db, account_id=make_account(db), session_id=visitor.session_id, now=NOW)
    own_account.end_own_session(db, account_id=kari.id, session_id=2**70, now=NOW)
    assert is_in(db, there)
    for _ in range(2):
        own_account.end_own_session(db, account_id=kari.id, session_id=visitor.session_id, now=NOW)
    assert [is_in(db, here), is_in(db, there)] == [True, False]


def test_all_other_sessions_are_ended(db: Database, kari: accounts.AccountView) -> None:
    here, there, elsewhere = sign_in(db), sign_in(db), sign_in(db)
    visitor = sessions.visitor_of_session(db, secret=here, now=NOW)
    assert visitor is not None
    own_account.end_other_sessions(db, account_id=kari.id, this=visitor.session_id, now=NOW)
    assert [is_in(db, each) for each in (here, there, elsewhere)] == [True, False, False]


def test_an_administrator_ends_all_sessions_of_a_person_and_it_is_told(
    db: Database, kari: accounts.AccountView
) -> None:
    here = sign_in(db)
    admin = make_account(db, roles=((Role.ADMIN, "-"),))
    author = Author(admin, Door.WEB)
    by = standing(admin, (Role.ADMIN, "-"))
    own_account.end_sessions_of(db, by=by, account_id=kari.id, now=NOW, author=author)
    assert not is_in(db, here)
    assert told(db)[-1] == ("sessions_ended", admin, str(kari.id))
    with pytest.raises(NotFound):
        own_account.end_sessions_of(db, by=by, account_id=99, now=NOW, author=author)
    with pytest.raises(NotAllowed):
        own_account.end_sessions_of(
            db, by=standing(admin, (Role.MANAGER, "*")), account_id=kari.id, now=NOW, author=author
        )


def test_an_administrators_session_lies_unused_for_half_an_hour_at_most(
    db: Database, kari: accounts.AccountView
) -> None:
    accounts.add_account(db, by=None, email=EMAIL, name=None, roles=[(Role.ADMIN, None)], password=None, now=NOW)
    secret = sign_in(db)
    assert sessions.account_of_session(db, secret=secret, now=NOW + 29 * MINUTE) is not None
    assert sessions.account_of_session(db, secret=secret, now=NOW + 58 * MINUTE) is not None
    assert sessions.account_of_session(db, secret=secret, now=NOW + 88 * MINUTE) is None
