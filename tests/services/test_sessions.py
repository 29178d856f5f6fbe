"""Signing in: what opens a session, how long it lasts, and links that work once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from dialogen.database.engine import Database
from dialogen.database.models import Account, AccountSession, SignInLink
from dialogen.domain.accounts import Role
from dialogen.domain.errors import InvalidInput, NotFound, NotSignedIn, Problem, WrongState
from dialogen.services import accounts, sessions
from dialogen.services.passwords import Hasher
from tests.factories import BY_HAND, CALLER, NOW, make_account
from tests.statements import statements

CHEAP = Hasher(memory_kib=8, passes=1)
PASSWORD = "riktig hest batteri stift"
EMAIL = "kari@asker.example"
SECOND = timedelta(seconds=1)


class CountingHasher(Hasher):
    """Counts how often a password was checked."""

    def __init__(self) -> None:
        super().__init__(memory_kib=8, passes=1)
        self.checks = 0

    def is_right(self, password: str, kept: str | None) -> bool:
        self.checks += 1
        return super().is_right(password, kept)


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


def sign_in(db: Database, password: str = PASSWORD, email: str = EMAIL) -> str:
    """Sign in at the tests' moment, with cheap hashes."""
    return sessions.sign_in(db, email=email, password=password, now=NOW, caller=CALLER, hasher=CHEAP)


def kept_hash(db: Database) -> str | None:
    """Return the only account's hash."""
    with db.reading() as session:
        return session.scalars(select(Account.password_hash)).one()


def test_the_right_password_opens_a_session(db: Database, kari: accounts.AccountView) -> None:
    assert sessions.account_of_session(db, secret=sign_in(db), now=NOW) == kari


def test_the_address_may_be_typed_in_any_case(db: Database, kari: accounts.AccountView) -> None:
    assert sign_in(db, email=" Kari@ASKER.example ")


def test_an_accent_may_be_composed_in_either_way(db: Database) -> None:
    accounts.add_account(
        db, by=None, email=EMAIL, name="Kari", roles=[], password="blåbærsyltetøy", now=NOW, hasher=CHEAP
    )
    assert sign_in(db, password="bla\u030abærsyltetøy")


@pytest.mark.parametrize(
    "password", ["feil hest batteri stift", "", PASSWORD + " ", PASSWORD.upper(), "\ud800", "x" * 5000]
)
def test_a_wrong_password_opens_nothing(db: Database, kari: accounts.AccountView, password: str) -> None:
    with pytest.raises(NotSignedIn) as refusal:
        sign_in(db, password=password)
    assert refusal.value.problem is Problem.WRONG_SIGN_IN
    with db.reading() as session:
        assert session.scalars(select(AccountSession)).all() == []


@pytest.mark.parametrize("email", ["ola@asker.example", "kari", "", "a\0@asker.example", "\ud800@asker.example"])
def test_an_unknown_address_is_refused_in_the_same_words_and_costs_a_check_too(db: Database, email: str) -> None:
    hasher = CountingHasher()
    with pytest.raises(NotSignedIn) as refusal:
        sessions.sign_in(db, email=email, password=PASSWORD, now=NOW, caller=CALLER, hasher=hasher)
    assert (refusal.value.problem, hasher.checks) == (Problem.WRONG_SIGN_IN, 1)


def test_disabled_accounts_and_those_without_a_password_are_refused_alike(
    db: Database, kari: accounts.AccountView
) -> None:
    accounts.disable_account(db, by=None, id=kari.id, now=NOW)
    make_account(db, "ny@asker.example")
    for email in (EMAIL, "ny@asker.example"):
        hasher = CountingHasher()
        with pytest.raises(NotSignedIn) as refusal:
            sessions.sign_in(db, email=email, password=PASSWORD, now=NOW, caller=CALLER, hasher=hasher)
        assert (refusal.value.problem, hasher.checks) == (Problem.WRONG_SIGN_IN, 1)


def test_no_refusal_asks_more_of_the_database_than_another(db: Database, kari: accounts.AccountView) -> None:
    make_account(db, "ny@asker.example")
    make_account(db, "stengt@asker.example", disabled=True)

    def refused(email: str) -> list[str]:
        def attempt() -> None:
            with pytest.raises(NotSignedIn):
                sign_in(db, password="feil hest batteri stift", email=email)

        return statements(db, attempt)

    refused(EMAIL)
    asked = [refused(email) for email in (EMAIL, "ukjent@asker.example", "ny@asker.example", "stengt@asker.example")]
    assert asked == [asked[0]] * 4
    assert asked[0].count("commit") == 1  # the attempt, counted before anything is looked at


def test_only_hashes_of_secrets_are_kept(db: Database, kari: accounts.AccountView) -> None:
    secret, link = sign_in(db), sessions.make_sign_in_link(db, by=None, account_id=kari.id, now=NOW, author=BY_HAND)
    with db.reading() as session:
        kept = [*session.scalars(select(AccountSession.secret_hash)), *session.scalars(select(SignInLink.secret_hash))]
    assert [len(each) for each in kept] == [64, 64]
    assert not {secret, link} & set(kept)
    assert (kept_hash(db) or "").startswith("$argon2id$")


def test_a_password_hashed_in_an_older_way_is_hashed_anew_at_sign_in(db: Database, kari: accounts.AccountView) -> None:
    before = kept_hash(db)
    stronger = Hasher(memory_kib=16, passes=1)
    assert sessions.sign_in(db, email=EMAIL, password=PASSWORD, now=NOW, caller=CALLER, hasher=stronger)
    renewed = kept_hash(db)
    assert before is not None
    assert renewed is not None
    assert (stronger.is_outdated(before), stronger.is_outdated(renewed)) == (True, False)
    assert sessions.sign_in(db, email=EMAIL, password=PASSWORD, now=NOW, caller=CALLER, hasher=stronger)
    assert kept_hash(db) == renewed


def test_many_sign_ins_at_once_all_succeed_while_the_hash_is_renewed(db: Database, kari: accounts.AccountView) -> None:
    stronger = Hasher(memory_kib=16, passes=1)

    def enter(_: int) -> str:
        return sessions.sign_in(db, email=EMAIL, password=PASSWORD, now=NOW, caller=CALLER, hasher=stronger)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(enter, range(8)))) == 8


class SlowHasher(Hasher):
    """Lets something happen while the password is being checked for the first time."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__(memory_kib=8, passes=1)
        self._happens: list[Callable[[], object]] = [happens]

    def is_right(self, password: str, kept: str | None) -> bool:
        right = super().is_right(password, kept)
        if self._happens:
            self._happens.pop()()
        return right


@pytest.mark.parametrize(
    "happens",
    [
        lambda db, kari: accounts.disable_account(db, by=None, id=kari.id, now=NOW),
        lambda db, kari: sessions.set_first_password(
            db,
            secret=sessions.make_sign_in_link(db, by=None, account_id=kari.id, now=NOW, author=BY_HAND),
            password="et annet passord",
            now=NOW,
            caller=CALLER,
            hasher=CHEAP,
        ),
    ],
)
def test_an_account_that_is_shut_out_while_its_password_is_checked_stays_out(
    db: Database, kari: accounts.AccountView, happens: Callable[[Database, accounts.AccountView], object]
) -> None:
    with pytest.raises(NotSignedIn):
        sessions.sign_in(
            db, email=EMAIL, password=PASSWORD, now=NOW, caller=CALLER, hasher=SlowHasher(lambda: happens(db, kari))
        )


def test_a_session_lasts_as_long_as_it_is_used_but_no_longer_than_its_lifetime(
    db: Database, kari: accounts.AccountView
) -> None:
    secret, now = sign_in(db), NOW
    while now + timedelta(hours=1) < NOW + sessions.SESSION_LIFETIME:
        now += timedelta(hours=1)
        assert sessions.account_of_session(db, secret=secret, now=now) == kari
    end = NOW + sessions.SESSION_LIFETIME
    assert sessions.account_of_session(db, secret=secret, now=end - SECOND) == kari
    assert sessions.account_of_session(db, secret=secret, now=end) is None


def test_an_idle_session_ends(db: Database, kari: accounts.AccountView) -> None:
    secret = sign_in(db)
    assert sessions.account_of_session(db, secret=secret, now=NOW + sessions.SESSION_IDLE) is None


def test_the_last_use_is_written_at_most_once_a_minute(db: Database, kari: accounts.AccountView) -> None:
    secret, seen = sign_in(db), []
    for seconds in (0, 59, 60, 100, 119, 120):
        sessions.account_of_session(db, secret=secret, now=NOW + seconds * SECOND)
        with db.reading() as session:
            seen.append((session.scalars(select(AccountSession.last_seen_at)).one() - NOW).seconds)
    assert seen == [0, 0, 60, 60, 60, 120]


def test_signing_out_ends_this_session_alone_and_again_is_harmless(db: Database, kari: accounts.AccountView) -> None:
    here, elsewhere = sign_in(db), sign_in(db)
    sessions.end_session(db, secret=here, now=NOW)
    sessions.end_session(db, secret=here, now=NOW)
    sessions.end_session(db, secret="ukjent", now=NOW)
    assert sessions.account_of_session(db, secret=here, now=NOW) is None
    assert sessions.account_of_session(db, secret=elsewhere, now=NOW) == kari


@pytest.mark.parametrize("secret", ["", "ukjent", "\ud800", "a\0b", "x" * 100_000])
def test_an_unknown_secret_is_nobodys(db: Database, kari: accounts.AccountView, secret: str) -> None:
    assert sessions.account_of_session(db, secret=secret, now=NOW) is None
    with pytest.raises(NotSignedIn):
        sessions.account_of_link(db, secret=secret, now=NOW)


def test_a_link_sets_the_first_password_and_signs_in(db: Database) -> None:
    account_id = make_account(db, EMAIL, roles=((Role.HANDLER, "*"),))
    link = sessions.make_sign_in_link(db, by=None, account_id=account_id, now=NOW, author=BY_HAND)
    account = sessions.account_of_link(db, secret=link, now=NOW)
    assert (account.id, account.has_password) == (account_id, False)
    secret = sessions.set_first_password(db, secret=link, password=PASSWORD, now=NOW, caller=CALLER, hasher=CHEAP)
    signed_in = sessions.account_of_session(db, secret=secret, now=NOW)
    assert signed_in is not None
    assert (signed_in.id, signed_in.has_password) == (account_id, True)
    assert sign_in(db)


def test_a_link_works_once_and_takes_the_others_of_its_account_with_it(db: Database) -> None:
    account_id, other_id = make_account(db, EMAIL), make_account(db)
    links = [sessions.make_sign_in_link(db, by=None, account_id=account_id, now=NOW, author=BY_HAND) for _ in range(2)]
    others = sessions.make_sign_in_link(db, by=None, account_id=other_id, now=NOW, author=BY_HAND)
    sessions.set_first_password(db, secret=links[1], password=PASSWORD, now=NOW, caller=CALLER, hasher=CHEAP)
    for link in links:
        with pytest.raises(NotSignedIn) as refusal:
            sessions.set_first_password(
                db, secret=link, password="et annet passord", now=NOW, caller=CALLER, hasher=CHEAP
            )
        assert refusal.value.problem is Problem.LINK_SPENT
    assert sign_in(db)
    assert sessions.account_of_link(db, secret=others, now=NOW).id == other_id


def test_a_link_is_good_for_seven_days(db: Database) -> None:
    link = sessions.make_sign_in_link(db, by=None, account_id=make_account(db, EMAIL), now=NOW, author=BY_HAND)
    end = NOW + timedelta(days=7)
    assert sessions.account_of_link(db, secret=link, now=end - SECOND).email == EMAIL
    with pytest.raises(NotSignedIn):
        sessions.account_of_link(db, secret=link, now=end)
    with pytest.raises(NotSignedIn):
        sessions.set_first_password(db, secret=link, password=PASSWORD, now=end, caller=CALLER, hasher=CHEAP)


def test_a_bad_password_leaves_the_link_as_it_was(db: Database) -> None:
    link = sessions.make_sign_in_link(db, by=None, account_id=make_account(db), now=NOW, author=BY_HAND)
    with pytest.raises(InvalidInput):
        sessions.set_first_password(db, secret=link, password="kort", now=NOW, caller=CALLER, hasher=CHEAP)
    assert sessions.set_first_password(db, secret=link, password=PASSWORD, now=NOW, caller=CALLER, hasher=CHEAP)


def test_a_link_for_somebody_with_a_password_replaces_it_and_ends_what_it_opened(
    db: Database, kari: accounts.AccountView
) -> None:
    old = sign_in(db)
    link = sessions.make_sign_in_link(db, by=None, account_id=kari.id, now=NOW, author=BY_HAND)
    assert sessions.account_of_session(db, secret=old, now=NOW) == kari
    sessions.set_first_password(db, secret=link, password="et annet passord", now=NOW, caller=CALLER, hasher=CHEAP)
    assert sessions.account_of_session(db, secret=old, now=NOW) is None
    with pytest.raises(NotSignedIn):
        sign_in(db)


def test_of_many_who_use_one_accounts_links_at_once_exactly_one_wins(db: Database) -> None:
    account_id = make_account(db, EMAIL)
    links = [sessions.make_sign_in_link(db, by=None, account_id=account_id, now=NOW, author=BY_HAND) for _ in range(2)]

    def use(number: int) -> bool:
        try:
            password = f"passord nummer {number}"
            sessions.set_first_password(
                db, secret=links[number % 2], password=password, now=NOW, caller=CALLER, hasher=CHEAP
            )
        except NotSignedIn:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(use, range(8)))
    assert won.count(True) == 1
    assert sign_in(db, password=f"passord nummer {won.index(True)}")


def test_there_is_no_link_for_nobody_and_none_for_a_disabled_account(db: Database) -> None:
    with pytest.raises(NotFound):
        sessions.make_sign_in_link(db, by=None, account_id=77, now=NOW, author=BY_HAND)
    with pytest.raises(WrongState, match=r"the account kari@asker\.example is disabled"):
        sessions.make_sign_in_link(
            db, by=None, account_id=make_account(db, EMAIL, disabled=True), now=NOW, author=BY_HAND
        )


def test_sessions_and_links_are_forgotten_three_months_after_they_let_somebody_in(
    db: Database, kari: accounts.AccountView
) -> None:
    ended, used = sign_in(db), sessions.make_sign_in_link(db, by=None, account_id=kari.id, now=NOW, author=BY_HAND)
    sessions.end_session(db, secret=ended, now=NOW)
    with db.writing() as session:
        session.execute(update(SignInLink).values(used_at=NOW))
    sign_in(db)
    sessions.make_sign_in_link(db, by=None, account_id=kari.id, now=NOW, author=BY_HAND)

    def left(at: datetime) -> tuple[int, int]:
        sessions.forget_over(db, now=at)
        with db.reading() as session:
            return len(session.scalars(select(AccountSession)).all()), len(session.scalars(select(SignInLink)).all())

    assert used
    assert left(NOW + sessions.OVER_KEPT) == (2, 2)
    assert left(NOW + sessions.OVER_KEPT + SECOND) == (1, 1)
    assert left(NOW + sessions.OVER_KEPT + sessions.LINK_LIFETIME) == (0, 1)
    assert left(NOW + sessions.OVER_KEPT + sessions.LINK_LIFETIME + SECOND) == (0, 0)
