"""Accounts: adding, adding to, shutting out, and what never happens to the last administrator."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event

from dialogen.database import accounts as rows
from dialogen.database.engine import Database
from dialogen.domain.accounts import Membership, Role, Scope, Standing
from dialogen.domain.errors import InvalidInput, NotAllowed, NotFound, NotSignedIn, Problem, WrongState
from dialogen.services import accounts, sessions, tokens
from dialogen.services.passwords import Hasher
from tests.factories import BY_HAND, CALLER, NOW, TODAY, make_account, make_unit, standing
from tests.meanwhile import meanwhile

CHEAP = Hasher(memory_kib=8, passes=1)
PASSWORD = "riktig hest batteri stift"


def add(
    db: Database,
    email: str = "kari@asker.example",
    *roles: tuple[Role, str | int | None],
    name: str | None = "Kari Nordmann",
    password: str | None = None,
    by: Standing | None = None,
) -> accounts.AccountView:
    """Add an account with a cheaply hashed password."""
    account, _ = accounts.add_account(
        db, by=by, email=email, name=name, roles=roles, password=password, now=NOW, hasher=CHEAP
    )
    return account


def test_an_account_has_the_roles_it_was_given_where_it_was_given_them(db: Database) -> None:
    unit = make_unit(db, "Kultur")
    account = add(
        db,
        "kari@asker.example",
        (Role.HANDLER, "KULTUR"),
        (Role.MANAGER, unit),
        (Role.STATISTICIAN, "*"),
        (Role.ADMIN, None),
    )
    assert [(role.role, role.unit_name, role.everywhere) for role in account.roles] == [
        (Role.HANDLER, "Kultur", False),
        (Role.MANAGER, "Kultur", False),
        (Role.STATISTICIAN, None, True),
        (Role.ADMIN, None, False),
    ]
    assert account.standing.memberships == {
        Membership(Role.HANDLER, unit),
        Membership(Role.MANAGER, unit),
        Membership(Role.STATISTICIAN, everywhere=True),
        Membership(Role.ADMIN),
    }


def test_an_address_is_kept_in_lower_case_and_a_name_tidied(db: Database) -> None:
    account = add(db, " Kari.Nordmann@Asker.Example ", name="  Kari \t  A\u030asen ")
    assert (account.email, account.name) == ("kari.nordmann@asker.example", "Kari Åsen")


def test_the_same_address_again_adds_roles_and_makes_no_second_account(db: Database) -> None:
    make_unit(db, "Kultur")
    first = add(db, "kari@asker.example", (Role.HANDLER, "Kultur"))
    again, created = accounts.add_account(
        db,
        by=None,
        email="KARI@asker.example",
        name="Kari Hansen",
        roles=[(Role.HANDLER, "Kultur"), (Role.MANAGER, "Kultur")],
        password=None,
        now=NOW,
    )
    assert not created
    assert (again.id, again.name) == (first.id, "Kari Hansen")
    assert [role.role for role in again.roles] == [Role.HANDLER, Role.MANAGER]


def test_without_a_name_an_account_keeps_the_one_it_has(db: Database) -> None:
    add(db)
    assert add(db, name=None).name == "Kari Nordmann"


def test_a_new_account_needs_a_name(db: Database) -> None:
    with pytest.raises(InvalidInput, match="name: is required"):
        add(db, name=None)
    assert accounts.list_accounts(db) == []


@pytest.mark.parametrize(
    "email",
    ["", "kari", "kari@", "@asker.example", "Kari <kari@asker.example>", "a b@asker.example", "kåre@x.no", "a\0@x.no"],
)
def test_what_is_not_an_address_is_refused(db: Database, email: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        add(db, email)
    assert [(each.field, each.problem) for each in refusal.value.problems] == [("email", Problem.NOT_AN_EMAIL)]


@pytest.mark.parametrize("where", ["Ukjent", 77, 2**70, "a\0b"])
def test_an_unknown_unit_is_refused_and_no_account_is_made(db: Database, where: str | int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        add(db, "kari@asker.example", (Role.HANDLER, where))
    assert [each.field for each in refusal.value.problems] == ["unit"]
    assert accounts.list_accounts(db) == []


def test_a_short_password_is_refused(db: Database) -> None:
    with pytest.raises(InvalidInput, match="password: is too short: at least 12 characters"):
        add(db, password="kort")


def test_a_password_that_is_not_text_is_refused(db: Database) -> None:
    with pytest.raises(InvalidInput) as refusal:
        add(db, password="riktig hest \ud800")
    assert refusal.value.problem is Problem.NOT_TEXT


def test_a_new_password_ends_what_the_old_one_opened(db: Database) -> None:
    account = add(db, password=PASSWORD)
    secret = sessions.sign_in(db, email=account.email, password=PASSWORD, now=NOW, caller=CALLER, hasher=CHEAP)
    link = sessions.make_sign_in_link(db, by=None, account_id=account.id, now=NOW, author=BY_HAND)
    add(db, password="et helt annet passord")
    assert sessions.account_of_session(db, secret=secret, now=NOW) is None
    with pytest.raises(NotSignedIn):
        sessions.account_of_link(db, secret=link, now=NOW)


def test_only_administrators_change_accounts(db: Database) -> None:
    account = add(db, "kari@asker.example", (Role.HANDLER, "*"))
    for by in (
        standing(1, (Role.MANAGER, "*")),
        standing(1, (Role.STATISTICIAN, "*"), (Role.HANDLER, "*")),
        standing(1),
    ):
        with pytest.raises(NotAllowed):
            add(db, "ola@asker.example", (Role.ADMIN, None), by=by)
        with pytest.raises(NotAllowed):
            accounts.disable_account(db, by=by, id=account.id, now=NOW)
        with pytest.raises(NotAllowed):
            accounts.enable_account(db, by=by, now=NOW, id=account.id)
        with pytest.raises(NotAllowed):
            accounts.remove_role(db, by=by, now=NOW, account_id=account.id, role=Role.HANDLER, unit="*")
    assert accounts.list_accounts(db) == [account]


def test_an_administrator_may_add_an_account(db: Database) -> None:
    assert add(db, "ola@asker.example", by=standing(1, (Role.ADMIN, "-"))).email == "ola@asker.example"


def test_a_disabled_account_is_shut_out_everywhere_at_once(db: Database) -> None:
    account = add(db, "kari@asker.example", (Role.HANDLER, "*"), password=PASSWORD)
    secret = sessions.sign_in(db, email=account.email, password=PASSWORD, now=NOW, caller=CALLER, hasher=CHEAP)
    link = sessions.make_sign_in_link(db, by=None, account_id=account.id, now=NOW, author=BY_HAND)
    _, token = tokens.issue_token(
        db, email=account.email, scopes=[Scope.CASES_READ], expires_on=None, today=TODAY, now=NOW
    )
    assert accounts.disable_account(db, by=None, email="KARI@asker.example", now=NOW).disabled
    assert sessions.account_of_session(db, secret=secret, now=NOW) is None
    assert tokens.bearer(db, secret=token, today=TODAY, now=NOW) is None
    with pytest.raises(NotSignedIn):
        sessions.account_of_link(db, secret=link, now=NOW)
    with pytest.raises(NotSignedIn):
        sessions.sign_in(db, email=account.email, password=PASSWORD, now=NOW, caller=CALLER, hasher=CHEAP)


def test_an_enabled_account_comes_in_again_but_its_old_sessions_do_not(db: Database) -> None:
    account = add(db, "kari@asker.example", (Role.HANDLER, "*"), password=PASSWORD)
    secret = sessions.sign_in(db, email=account.email, password=PASSWORD, now=NOW, caller=CALLER, hasher=CHEAP)
    accounts.disable_account(db, by=None, id=account.id, now=NOW)
    accounts.disable_account(db, by=None, id=account.id, now=NOW)
    assert accounts.enable_account(db, by=None, now=NOW, id=account.id) == account
    assert sessions.account_of_session(db, secret=secret, now=NOW) is None
    assert sessions.sign_in(db, email=account.email, password=PASSWORD, now=NOW, caller=CALLER, hasher=CHEAP)


def test_adding_to_a_disabled_account_leaves_it_disabled(db: Database) -> None:
    make_account(db, "kari@asker.example", disabled=True)
    assert add(db, "kari@asker.example", (Role.HANDLER, "*")).disabled


def test_nobody_can_be_disabled_who_is_not_there(db: Database) -> None:
    with pytest.raises(NotFound, match=r"there is no account kari@asker\.example"):
        accounts.disable_account(db, by=None, email="kari@asker.example", now=NOW)
    for number in (0, -1, 4, 2**40, 2**70):
        with pytest.raises(NotFound):
            accounts.disable_account(db, by=None, id=number, now=NOW)


def test_the_last_administrator_can_neither_be_disabled_nor_lose_the_role(db: Database) -> None:
    account = add(db, "kari@asker.example", (Role.ADMIN, None))
    make_account(db, roles=((Role.ADMIN, "-"),), disabled=True)
    make_account(db, roles=((Role.MANAGER, "*"),))
    with pytest.raises(WrongState) as refusal:
        accounts.disable_account(db, by=None, id=account.id, now=NOW)
    assert refusal.value.problem is Problem.LAST_ADMINISTRATOR
    with pytest.raises(WrongState):
        accounts.remove_role(db, by=None, now=NOW, account_id=account.id, role=Role.ADMIN, unit=None)
    assert accounts.find_account(db, account.id) == account


def test_one_of_two_administrators_can_go(db: Database) -> None:
    first = add(db, "kari@asker.example", (Role.ADMIN, None))
    second = add(db, "ola@asker.example", (Role.ADMIN, "*"))
    assert accounts.remove_role(db, by=None, now=NOW, account_id=first.id, role=Role.ADMIN, unit=None).roles == ()
    with pytest.raises(WrongState):
        accounts.disable_account(db, by=None, id=second.id, now=NOW)


def test_one_of_two_admin_roles_of_the_last_administrator_can_go(db: Database) -> None:
    account = add(db, "kari@asker.example", (Role.ADMIN, None), (Role.ADMIN, "*"))
    left = accounts.remove_role(db, by=None, now=NOW, account_id=account.id, role=Role.ADMIN, unit="*")
    assert [role.everywhere for role in left.roles] == [False]


def test_two_administrators_who_disable_each_other_leave_one(db: Database) -> None:
    pair = [add(db, email, (Role.ADMIN, None)).id for email in ("kari@asker.example", "ola@asker.example")]

    def disable(number: int) -> bool:
        try:
            return accounts.disable_account(db, by=None, id=number, now=NOW).disabled
        except WrongState:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(disable, pair)) == [False, True]


def test_whoever_becomes_administrator_signs_in_anew(db: Database) -> None:
    add(db, "kari@asker.example", (Role.HANDLER, "*"), password=PASSWORD)
    secret = sessions.sign_in(db, email="kari@asker.example", password=PASSWORD, now=NOW, caller=CALLER, hasher=CHEAP)
    add(db, "kari@asker.example", (Role.MANAGER, "*"))
    assert sessions.account_of_session(db, secret=secret, now=NOW)
    add(db, "kari@asker.example", (Role.ADMIN, "*"))
    assert sessions.account_of_session(db, secret=secret, now=NOW) is None


def test_a_role_is_taken_away_where_it_was_given(db: Database) -> None:
    unit = make_unit(db, "Kultur")
    account = add(db, "kari@asker.example", (Role.HANDLER, unit), (Role.HANDLER, "*"))
    left = accounts.remove_role(db, by=None, now=NOW, account_id=account.id, role=Role.HANDLER, unit="Kultur")
    assert [role.everywhere for role in left.roles] == [True]
    with pytest.raises(NotFound):
        accounts.remove_role(db, by=None, now=NOW, account_id=account.id, role=Role.HANDLER, unit=unit)


def test_accounts_are_found_by_number_and_address(db: Database) -> None:
    account = add(db, "kari@asker.example", (Role.HANDLER, "*"))
    assert accounts.find_account(db, account.id) == account
    assert accounts.get_account_by_email(db, " KARI@asker.example") == account


@pytest.mark.parametrize("email", ["ola@asker.example", "ikke en adresse", "a\0@asker.example", "\ud800", ""])
def test_a_search_for_an_address_that_nobody_has_finds_nobody(db: Database, email: str) -> None:
    with pytest.raises(NotFound):
        accounts.get_account_by_email(db, email)


@pytest.mark.parametrize("number", [0, -1, 7, 2**31, 2**70])
def test_a_number_that_nobody_has_finds_nobody(db: Database, number: int) -> None:
    assert accounts.find_account(db, number) is None


def test_accounts_are_listed_as_norwegians_sort_names(db: Database) -> None:
    for number, name in enumerate(["Åse", "Østen", "Zara", "Ærlig", "anne", "Aage", "Bo"]):
        add(db, f"p{number}@asker.example", name=name)
    names = [account.name for account in accounts.list_accounts(db)]
    assert names == ["anne", "Bo", "Zara", "Ærlig", "Østen", "Aage", "Åse"]


def test_a_list_of_accounts_takes_one_query_however_long_it_is(db: Database) -> None:
    unit = make_unit(db)
    for _ in range(5):
        make_account(db, roles=((Role.HANDLER, unit), (Role.MANAGER, "*")))
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    assert [len(account.roles) for account in accounts.list_accounts(db)] == [2] * 5
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 1


def test_a_case_can_be_given_to_the_enabled_handlers_and_managers_of_its_unit_and_of_all_units(db: Database) -> None:
    unit, other = make_unit(db), make_unit(db)
    make_account(db, name="Unn", roles=((Role.HANDLER, unit),))
    make_account(db, name="Leif", roles=((Role.MANAGER, unit), (Role.HANDLER, unit)))
    make_account(db, name="Alle", roles=((Role.HANDLER, "*"),))
    make_account(db, name="Borte", roles=((Role.HANDLER, unit),), disabled=True)
    make_account(db, name="Annen", roles=((Role.HANDLER, other),))
    make_account(db, name="Ingensteds", roles=((Role.HANDLER, "-"),))
    make_account(db, name="Tall", roles=((Role.STATISTICIAN, unit), (Role.ADMIN, "*")))
    assert [account.name for account in accounts.handlers_for(db, unit_id=unit)] == ["Alle", "Leif", "Unn"]
    assert [account.name for account in accounts.handlers_for(db, unit_id=None)] == ["Alle"]


def test_the_same_account_added_by_many_at_once_is_one_account_with_all_roles(db: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda role: add(db, "kari@asker.example", (role, None), (Role.HANDLER, "*")), Role))
    assert len({account.id for account in made}) == 1
    (account,) = accounts.list_accounts(db)
    assert account.standing.memberships == {
        *(Membership(role) for role in Role),
        Membership(Role.HANDLER, everywhere=True),
    }


def test_an_account_that_somebody_else_is_just_adding_is_added_to(db: Database) -> None:
    account = meanwhile(
        db,
        lambda session: rows.add_account(session, email="kari@asker.example", name="Kari", now=NOW),
        lambda: add(db, "kari@asker.example", (Role.HANDLER, "*"), name="Kari Hansen"),
    )
    assert accounts.list_accounts(db) == [account]
    assert (account.name, len(account.roles)) == ("Kari Hansen", 1)
