"""Queries about accounts, sessions and tokens: what they find, what they leave out, and what they lock."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from dialogen.database import accounts, sessions, setup, tokens
from dialogen.database.attempts import added
from dialogen.database.engine import Database
from dialogen.database.models import Unit
from dialogen.domain.accounts import Role
from dialogen.domain.errors import NotFound
from tests.factories import NOW, TODAY, make_account, make_unit

SECOND = timedelta(seconds=1)


def test_a_row_that_is_there_already_is_not_added_and_the_rest_of_the_transaction_stands(db: Database) -> None:
    make_unit(db, "Kultur")
    with db.writing() as session:
        assert added(session, Unit(name="Natur", name_key="natur"))
        assert not added(session, Unit(name="KULTUR", name_key="kultur"))
        assert added(session, Unit(name="Skole", name_key="skole"))
    with db.reading() as session:
        assert [unit.name for unit in setup.units(session)] == ["Kultur", "Natur", "Skole"]


def test_an_address_that_is_taken_gives_no_account(db: Database) -> None:
    make_account(db, "kari@asker.example")
    with db.writing() as session:
        assert accounts.add_account(session, email="kari@asker.example", name="Ola", now=NOW) is None
        assert [account.name for account in accounts.accounts_with_roles(session)[0]] == ["Prøve Prøvesen"]


def test_accounts_come_in_the_order_of_their_numbers(db: Database) -> None:
    numbers = [make_account(db) for _ in range(3)]
    with db.reading() as session:
        assert [account.id for account in accounts.accounts_with_roles(session)[0]] == numbers


def test_a_membership_is_added_once(db: Database) -> None:
    number, unit = make_account(db), make_unit(db)
    with db.writing() as session:
        for expected in (True, False):
            assert (
                accounts.add_membership(session, number, role=Role.HANDLER, scope=str(unit), unit_id=unit) is expected
            )
        assert [(row.scope, name) for row, name in accounts.roles_of(session, [number])] == [
            (str(unit), setup.get_unit(session, unit).name)
        ]


def test_roles_can_be_asked_of_some_accounts_or_of_all(db: Database) -> None:
    first = make_account(db, roles=((Role.HANDLER, "*"), (Role.ADMIN, "-")))
    second = make_account(db, roles=((Role.MANAGER, "*"),))
    make_account(db)
    with db.reading() as session:
        assert [row.account_id for row, _ in accounts.roles_of(session)] == [first, first, second]
        assert [row.role for row, _ in accounts.roles_of(session, [second])] == [Role.MANAGER]
        assert accounts.roles_of(session, []) == []


def test_an_account_that_is_not_there_cannot_be_locked(db: Database) -> None:
    with db.writing() as session:
        for number in (7, 2**70):
            with pytest.raises(NotFound):
                accounts.lock_account(session, number)


def test_locking_reads_an_account_as_it_is_now(db: Database) -> None:
    number = make_account(db, "kari@asker.example")
    with db.writing() as session:
        assert accounts.find_account(session, number) is not None
        session.execute(text("UPDATE accounts SET name = 'Kari Hansen'"))
        assert accounts.lock_account(session, number).name == "Kari Hansen"


def test_administrators_are_the_enabled_accounts_with_the_role_anywhere(db: Database) -> None:
    unit = make_unit(db)
    numbers = [
        make_account(db, roles=((Role.ADMIN, "-"), (Role.ADMIN, "*"))),
        make_account(db, roles=((Role.ADMIN, unit),)),
    ]
    make_account(db, roles=((Role.ADMIN, "*"),), disabled=True)
    make_account(db, roles=((Role.MANAGER, "*"),))
    with db.writing() as session:
        assert accounts.lock_administrators(session) == numbers


def test_a_session_is_found_while_it_holds(db: Database) -> None:
    number = make_account(db)
    with db.writing() as session:
        sessions.add_session(session, number, secret_hash="a" * 64, now=NOW, expires_at=NOW + SECOND)
    with db.reading() as session:
        before = NOW - SECOND
        assert sessions.find_open_session(session, "a" * 64, now=NOW, seen_after=before) is not None
        assert sessions.find_open_session(session, "a" * 64, now=NOW + SECOND, seen_after=before) is None
        assert sessions.find_open_session(session, "a" * 64, now=NOW, seen_after=NOW) is None
        assert sessions.find_open_session(session, "b" * 64, now=NOW, seen_after=before) is None


def test_ending_an_accounts_sessions_leaves_those_of_others_and_the_moment_others_ended(db: Database) -> None:
    mine, other = make_account(db), make_account(db)
    with db.writing() as session:
        for number, letter in ((mine, "a"), (mine, "b"), (other, "c")):
            sessions.add_session(session, number, secret_hash=letter * 64, now=NOW, expires_at=NOW + SECOND)
        sessions.end_session(session, "a" * 64, now=NOW)
        sessions.end_sessions(session, mine, now=NOW + SECOND)
    with db.reading() as session:
        held = [
            letter
            for letter in "abc"
            if sessions.find_open_session(session, letter * 64, now=NOW, seen_after=NOW - SECOND)
        ]
    assert held == ["c"]


def test_a_token_is_found_by_the_hash_of_its_secret_until_its_last_day(db: Database) -> None:
    number = make_account(db)
    with db.writing() as session:
        row = tokens.add_token(session, number, secret_hash="a" * 64, scopes="cases:read", expires_on=TODAY, now=NOW)
        assert tokens.note_use(session.connection(), row.id, seen=None, now=NOW)
        assert not tokens.note_use(session.connection(), row.id, seen=None, now=NOW + SECOND), (
            "somebody else has noted it since"
        )
    with db.reading() as session:
        found = tokens.find_working_token(session, "a" * 64, today=TODAY)
        assert [(each.last_used_at, each.account_id, each.role) for each in found] == [(NOW, number, None)]
        assert tokens.find_working_token(session, "a" * 64, today=TODAY + timedelta(days=1)) == []


def test_kinds_are_found_by_word_and_by_name(db: Database) -> None:
    with db.reading() as session:
        words = [kind.word for kind in setup.kinds_called(session, ["Fault Report", "SPØRSMÅL", "ukjent"])]
    assert words == ["question", "fault_report"]
