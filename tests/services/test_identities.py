"""Linking an account to who somebody is elsewhere, and taking the link away; and break-glass accounts."""

import logging

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogen.database import accounts as queries
from dialogen.database import identities as identity_rows
from dialogen.database.engine import Database
from dialogen.database.models import Account, AccountSession, SignInLink
from dialogen.domain.accounts import Role, Stage
from dialogen.domain.errors import Conflict, DialogenError, NotAllowed, NotFound, NotSignedIn, Problem, WrongState
from dialogen.domain.history import Author, Door
from dialogen.services import break_glass, identities, sessions
from dialogen.services.second_steps import EntryRules
from tests.factories import NOW, make_account, standing
from tests.meanwhile import meanwhile
from tests.services.entry import BY_COMMAND, CALLER, CHEAP, EMAIL, PASSWORD, add_person
from tests.services.outside import come_in, counts, person, roles_of, told

ELSEWHERE = EntryRules(second_step_of_administrators=False, only_break_glass=True)


def link(db: Database, account_id: int, subject: str = "q1w2e3") -> None:
    identities.link_identity(db, account_id=account_id, identity=person(subject=subject).identity, now=NOW)


def make_link(db: Database, account_id: int) -> str:
    return sessions.make_sign_in_link(db, by=None, account_id=account_id, now=NOW, author=BY_COMMAND)


def test_a_linked_account_is_the_one_that_comes_in(db: Database) -> None:
    account = make_account(db, "kari@asker.example", name="Kari Nordmann", roles=((Role.HANDLER, "*"),))
    link(db, account)
    link(db, account)
    assert come_in(db, person("D.Admin")).id == account
    assert roles_of(db, account) == {("handler", "*", "local"), ("admin", "-", "oidc")}
    assert [action for action, _ in told(db)] == ["identity_linked", "role_given"]


def test_one_identity_belongs_to_one_account(db: Database) -> None:
    first, second = make_account(db), make_account(db)
    link(db, first)
    with pytest.raises(Conflict) as refusal:
        link(db, second)
    assert refusal.value.problem is Problem.OUTSIDE_TAKEN
    assert identities.identities_of(db, second) == []


def test_an_account_is_one_person_at_a_service(db: Database) -> None:
    account = make_account(db)
    link(db, account)
    with pytest.raises(Conflict) as refusal:
        link(db, account, subject="another")
    assert refusal.value.problem is Problem.OUTSIDE_LINKED
    assert counts(db) == (1, 1)


def test_a_disabled_account_is_not_linked(db: Database) -> None:
    with pytest.raises(NotSignedIn):
        link(db, make_account(db, disabled=True))


def test_a_one_time_link_links_once_and_ends_what_was_open(db: Database) -> None:
    account = make_account(db, "kari@asker.example", roles=((Role.HANDLER, "*"),))
    with db.writing() as session:
        row = session.get_one(Account, account)
        sessions.open_session(session, row, NOW, browser=None, stage=Stage.FULL)
    secret, other = make_link(db, account), make_link(db, account)
    identities.link_by_secret(db, secret=secret, identity=person().identity, now=NOW)
    assert come_in(db, person()).id == account
    with db.reading() as session:
        assert [row.ended_at for row in session.scalars(select(AccountSession).order_by(AccountSession.id))] == [
            NOW,
            None,
        ]
    for spent in (secret, other, "oppdiktet"):
        with pytest.raises(NotSignedIn) as refusal:
            identities.link_by_secret(db, secret=spent, identity=person(subject="b").identity, now=NOW)
        assert refusal.value.problem is Problem.LINK_SPENT


def test_a_one_time_link_is_not_used_up_by_somebody_it_cannot_link(db: Database) -> None:
    link(db, make_account(db))
    secret = make_link(db, make_account(db))
    with pytest.raises(Conflict):
        identities.link_by_secret(db, secret=secret, identity=person().identity, now=NOW)
    identities.link_by_secret(db, secret=secret, identity=person(subject="right").identity, now=NOW)


def test_of_two_who_use_a_link_at_once_one_is_linked(db: Database) -> None:
    secret = make_link(db, make_account(db))

    def use(session: Session) -> None:
        row = session.scalars(select(SignInLink)).one()
        queries.lock_account(session, row.account_id)
        row.used_at = NOW

    def second() -> Problem:
        with pytest.raises(NotSignedIn) as refusal:
            identities.link_by_secret(db, secret=secret, identity=person().identity, now=NOW)
        return refusal.value.problem

    assert meanwhile(db, use, second) is Problem.LINK_SPENT
    assert counts(db) == (1, 0)


def test_of_two_accounts_linked_at_once_to_one_identity_one_is(db: Database) -> None:
    first, other = make_account(db), make_account(db)

    def second() -> Problem:
        with pytest.raises(Conflict) as refusal:
            link(db, other)
        return refusal.value.problem

    taken = meanwhile(
        db, lambda session: identity_rows.add_identity(session, first, person().identity, now=NOW), second
    )
    assert taken is Problem.OUTSIDE_TAKEN
    assert counts(db) == (2, 1)


def unlink(db: Database, account_id: int, identity_id: int, by: tuple[Role, str] = (Role.ADMIN, "-")) -> None:
    admin = standing(1, by)
    identities.unlink_identity(
        db, by=admin, author=Author(1, Door.WEB), account_id=account_id, identity_id=identity_id, now=NOW
    )


def test_without_the_link_its_roles_and_sessions_are_gone(db: Database) -> None:
    make_account(db, roles=((Role.ADMIN, "-"),))
    account = come_in(db, person("D.Senter"))
    (shown,) = identities.identities_of(db, account.id)
    unlink(db, account.id, shown.id)
    assert (roles_of(db, account.id), identities.identities_of(db, account.id)) == (set(), [])
    assert [action for action, _ in told(db)][-2:] == ["role_taken", "identity_unlinked"]
    with db.reading() as session:
        assert all(row.ended_at for row in session.scalars(select(AccountSession)))
    with pytest.raises(NotSignedIn) as refusal:
        come_in(db, person("D.Senter"))
    assert refusal.value.problem is Problem.OUTSIDE_ADDRESS_TAKEN


def test_only_an_administrator_unlinks_and_only_what_is_there(db: Database) -> None:
    make_account(db, roles=((Role.ADMIN, "-"),))
    account = come_in(db, person("D.Senter"))
    (shown,) = identities.identities_of(db, account.id)
    with pytest.raises(NotAllowed):
        unlink(db, account.id, shown.id, by=(Role.MANAGER, "*"))
    for account_id, identity_id in ((account.id, shown.id + 1), (1, shown.id), (999, shown.id)):
        with pytest.raises(NotFound):
            unlink(db, account_id, identity_id)
    assert len(identities.identities_of(db, account.id)) == 1


def test_the_last_administrator_is_not_unlinked(db: Database) -> None:
    account = come_in(db, person("D.Admin"))
    (shown,) = identities.identities_of(db, account.id)
    with pytest.raises(WrongState) as refusal:
        unlink(db, account.id, shown.id)
    assert refusal.value.problem is Problem.LAST_ADMINISTRATOR
    assert roles_of(db, account.id) == {("admin", "-", "oidc")}


def sign_in(db: Database, entry: EntryRules = ELSEWHERE) -> str:
    return sessions.sign_in(db, email=EMAIL, password=PASSWORD, now=NOW, caller=CALLER, entry=entry, hasher=CHEAP)


def test_where_people_sign_in_elsewhere_a_password_opens_nothing(db: Database) -> None:
    account = add_person(db)
    with pytest.raises(NotSignedIn) as refusal:
        sign_in(db)
    assert refusal.value.problem is Problem.WRONG_SIGN_IN
    secret = make_link(db, account.id)
    with pytest.raises(NotSignedIn) as refusal:
        sessions.set_first_password(
            db, secret=secret, password="et helt nytt passord", now=NOW, caller=CALLER, entry=ELSEWHERE, hasher=CHEAP
        )
    assert refusal.value.problem is Problem.LINK_SPENT
    with db.reading() as session:
        assert not list(session.scalars(select(AccountSession)))


def test_a_break_glass_account_comes_in_with_its_password_and_it_is_told(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    account = add_person(db)
    changed = break_glass.set_break_glass(db, email=EMAIL, on=True, author=BY_COMMAND, now=NOW)
    assert changed.break_glass
    break_glass.set_break_glass(db, email=EMAIL, on=True, author=BY_COMMAND, now=NOW)
    with caplog.at_level(logging.WARNING):
        assert sign_in(db)
    assert told(db) == [("break_glass_changed", ["on"]), ("break_glass_used", [])]
    assert f"break-glass account {account.id} signed in with its password" in caplog.text
    assert EMAIL not in caplog.text


def test_where_people_sign_in_here_nothing_is_told_of_it(db: Database) -> None:
    add_person(db)
    break_glass.set_break_glass(db, email=EMAIL, on=True, author=BY_COMMAND, now=NOW)
    assert sign_in(db, EntryRules(second_step_of_administrators=False))
    assert [action for action, _ in told(db)] == ["break_glass_changed"]


def test_an_account_that_is_no_longer_break_glass_stays_out(db: Database) -> None:
    add_person(db)
    for on in (True, False):
        break_glass.set_break_glass(db, email=EMAIL, on=on, author=BY_COMMAND, now=NOW)
    with pytest.raises(NotSignedIn):
        sign_in(db)
    with pytest.raises(DialogenError):
        break_glass.set_break_glass(db, email="ingen@asker.example", on=True, author=BY_COMMAND, now=NOW)
