"""Coming in after a sign-in elsewhere: who gets an account, which roles it has, and who is refused."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from dialogen.database import accounts as queries
from dialogen.database.engine import Database
from dialogen.database.models import Account, AccountIdentity, AccountSession
from dialogen.domain.accounts import Role, Stage
from dialogen.domain.errors import NotSignedIn, Problem, WrongState
from dialogen.domain.outside import OutsidePerson
from dialogen.services import accounts, outside_sign_in
from dialogen.services.outside_roles import unknown_units
from tests.factories import NOW, make_account, make_unit, standing
from tests.services.outside import ISSUER, TABLE, come_in, counts, person, roles_of, told


@pytest.fixture
def school(db: Database) -> int:
    """The one unit that the table names and that is there."""
    return make_unit(db, "Skole")


def refused(db: Database, who: OutsidePerson) -> Problem:
    with pytest.raises(NotSignedIn) as refusal:
        come_in(db, who)
    return refusal.value.problem


def test_a_first_sign_in_makes_an_account_with_the_roles_of_the_table(db: Database, school: int) -> None:
    account = come_in(db, person("D.Leder.Skole", "D.Admin"))
    assert (account.email, account.name, account.has_password) == ("kari@asker.example", "Kari Nordmann", False)
    assert roles_of(db, account.id) == {
        ("admin", "-", "oidc"),
        ("manager", str(school), "oidc"),
        ("handler", str(school), "oidc"),
    }
    assert told(db) == [
        ("account_added", ["None", "None"]),
        ("identity_linked", ["None"]),
        ("role_given", ["admin", "-", "oidc"]),
        ("role_given", ["manager", str(school), "oidc"]),
        ("role_given", ["handler", str(school), "oidc"]),
    ]


def test_the_session_is_complete_and_lasts_as_long_as_any(db: Database) -> None:
    come_in(db, person("D.Senter"))
    with db.reading() as session:
        row = session.scalars(select(AccountSession)).one()
        assert (row.stage, row.browser) == (Stage.FULL, "Firefox")
        assert row.expires_at - row.created_at == timedelta(hours=12)


def test_the_same_person_has_the_same_account_whatever_the_address(db: Database) -> None:
    first = come_in(db, person("D.Senter"))
    second = come_in(db, person("D.Senter", email="kari.ny@asker.example", name="Kari Hansen"))
    assert second.id == first.id
    assert (second.email, second.name) == ("kari.ny@asker.example", "Kari Hansen")
    assert told(db)[-1] == ("account_changed", ["None", "None"])


@pytest.mark.parametrize("email", [None, "tull", "leder@asker.example"])
def test_an_address_that_cannot_be_taken_over_changes_nothing(db: Database, email: str | None) -> None:
    make_account(db, "leder@asker.example")
    first = come_in(db, person("D.Senter"))
    assert come_in(db, person("D.Senter", email=email)).email == first.email == "kari@asker.example"


def test_what_an_administrator_set_for_an_account_with_a_password_stays(db: Database) -> None:
    first = come_in(db, person("D.Senter"))
    with db.writing() as session:
        session.get_one(Account, first.id).password_hash = "a hash"
    second = come_in(db, person("D.Senter", email="ny@asker.example", name="Ny"))
    assert (second.email, second.name) == (first.email, first.name)


def test_another_subject_or_issuer_is_another_person(db: Database) -> None:
    first = come_in(db, person("D.Senter"))
    others = [
        person("D.Senter", subject="Q1W2E3", email="b@asker.example"),
        person("D.Senter", issuer=f"{ISSUER}/", email="c@asker.example"),
    ]
    assert len({first.id, *(come_in(db, other).id for other in others)}) == 3


@pytest.mark.parametrize("email", ["kari@asker.example", "KARI@ASKER.EXAMPLE"])
def test_the_address_of_an_account_opens_nothing_and_is_never_joined(db: Database, email: str) -> None:
    local = make_account(db, "kari@asker.example", roles=((Role.ADMIN, "*"),))
    assert refused(db, person("D.Admin", email=email)) is Problem.OUTSIDE_ADDRESS_TAKEN
    assert counts(db) == (1, 0)
    assert roles_of(db, local) == {("admin", "*", "local")}
    assert told(db) == []


@pytest.mark.parametrize("app_roles", [(), ("D.Annet",), ("d.admin",), ("D.Borte",)])
def test_without_an_app_role_that_gives_something_nothing_is_made(db: Database, app_roles: tuple[str, ...]) -> None:
    assert refused(db, person(*app_roles)) is Problem.OUTSIDE_NO_ROLE
    assert counts(db) == (0, 0)


@pytest.mark.parametrize(
    "who",
    [
        person("D.Senter", email=None),
        person("D.Senter", email="ingen adresse"),
        person("D.Senter", name="Kari 01015012345 Nordmann" + "x" * 200),
        person("D.Senter", name="Kari\x00"),
    ],
)
def test_without_an_address_and_a_name_that_can_be_stored_nothing_is_made(db: Database, who: OutsidePerson) -> None:
    assert refused(db, who) is Problem.OUTSIDE_NO_PROFILE
    assert counts(db) == (0, 0)


def test_without_a_name_the_address_stands_for_it(db: Database) -> None:
    assert come_in(db, person("D.Senter", name=None)).name == "kari@asker.example"


def test_roles_become_what_the_table_says_at_every_sign_in(db: Database, school: int) -> None:
    account = come_in(db, person("D.Leder.Skole"))
    come_in(db, person("D.Senter", "D.Skranke"))
    assert roles_of(db, account.id) == {("handler", "*", "oidc")}
    assert [action for action, _ in told(db)].count("role_taken") == 2
    before = told(db)
    come_in(db, person("D.Senter"))
    assert told(db) == before, "nothing is told of a sign-in that changes nothing"


def test_roles_given_here_stay(db: Database, school: int) -> None:
    account = come_in(db, person("D.Senter", "D.Leder.Skole"))
    with db.writing() as session:
        for scope, unit_id in (("*", None), (str(school), school)):
            queries.add_membership(session, account.id, role=Role.HANDLER, scope=scope, unit_id=unit_id)
    for app_roles in ((), ("D.Senter",), ()):
        come_in(db, person(*app_roles))
        assert roles_of(db, account.id) == {("handler", "*", "local"), ("handler", str(school), "local")}


def test_who_has_lost_every_role_is_out_with_every_session(db: Database) -> None:
    account = come_in(db, person("D.Senter"))
    assert refused(db, person()) is Problem.OUTSIDE_NO_ROLE
    assert roles_of(db, account.id) == set()
    with db.reading() as session:
        assert all(row.ended_at is not None for row in session.scalars(select(AccountSession)))


def test_a_disabled_account_stays_out_and_as_it_is(db: Database) -> None:
    account = come_in(db, person("D.Senter"))
    with db.writing() as session:
        session.get_one(Account, account.id).disabled_at = NOW
    before = told(db)
    assert refused(db, person("D.Admin", name="Nytt Navn")) is Problem.OUTSIDE_DISABLED
    assert roles_of(db, account.id) == {("handler", "*", "oidc")}
    assert told(db) == before


def test_an_administrator_from_elsewhere_may_lose_the_role_but_the_one_made_here_stays(db: Database) -> None:
    local = make_account(db, roles=((Role.ADMIN, "-"),))
    come_in(db, person("D.Admin", "D.Senter"))
    by = standing(local, (Role.ADMIN, "-"))
    with pytest.raises(WrongState) as refusal:
        accounts.disable_account(db, by=by, id=local, now=NOW)
    assert refusal.value.problem is Problem.LAST_ADMINISTRATOR
    with pytest.raises(WrongState):
        accounts.remove_role(db, by=by, now=NOW, account_id=local, role=Role.ADMIN, unit=None)
    account = come_in(db, person("D.Senter"))
    assert roles_of(db, account.id) == {("handler", "*", "oidc")}
    assert roles_of(db, local) == {("admin", "-", "local")}


def test_a_unit_that_is_not_there_gives_nothing_and_is_named_to_the_doctor(
    db: Database, school: int, caplog: pytest.LogCaptureFixture
) -> None:
    account = come_in(db, person("D.Borte", "D.Senter"))
    assert roles_of(db, account.id) == {("handler", "*", "oidc")}
    assert "a unit that is not there" in caplog.text
    with db.reading() as session:
        assert unknown_units(session, TABLE) == ["Borte"]


def test_two_windows_at_a_first_sign_in_make_one_account(db: Database) -> None:
    def once(_number: int) -> int:
        return come_in(db, person("D.Senter")).id

    with ThreadPoolExecutor(4) as windows:
        assert len(set(windows.map(once, range(4)))) == 1
    assert counts(db) == (1, 1)


def test_the_last_use_of_a_link_is_noted(db: Database) -> None:
    come_in(db, person("D.Senter"))
    later = NOW + timedelta(days=3)
    outside_sign_in.come_in(db, person=person("D.Senter"), table=TABLE, now=later, browser=None)
    with db.reading() as session:
        row = session.scalars(select(AccountIdentity)).one()
        assert (row.created_at, row.last_used_at) == (NOW, later)


@pytest.mark.parametrize("say", [lambda: person("D.Senter"), lambda: person()])
def test_no_log_line_tells_who_came(
    db: Database, caplog: pytest.LogCaptureFixture, say: Callable[[], OutsidePerson]
) -> None:
    with caplog.at_level(logging.DEBUG, logger="dialogen"), suppress(NotSignedIn):
        come_in(db, say())
    for personal in ("kari", "Kari", "q1w2e3"):
        assert personal not in caplog.text
