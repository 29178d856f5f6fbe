"""The commands users, tokens and units: what they print, and what they refuse."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import pytest
from click.testing import Result
from flask import Flask

from config import Config
from dialogen import clock
from dialogen.cli.accounts import users
from dialogen.cli.tokens import api_tokens
from dialogen.cli.units import units
from dialogen.database.engine import Database
from dialogen.database.models import ApiToken
from dialogen.domain.accounts import Scope
from dialogen.domain.errors import Conflict, InvalidInput, NotFound, WrongState
from dialogen.domain.tokens import last_day_unless_given
from dialogen.extensions import Office
from dialogen.mail.post import ShowingPost
from dialogen.services import accounts, sessions, setup, tokens
from tests.factories import CALLER, TODAY

Run = Callable[..., Result]
KARI = "kari@asker.example"
PASSWORD = "riktig hest batteri stift"


@pytest.fixture
def run(db: Database, tmp_path: Path) -> Run:
    """Run a command on the tests' database, in an application with no other door than these commands."""
    config = Config.from_env(
        {
            "DIALOGEN_DATA_DIR": str(tmp_path),
            "DIALOGEN_DATABASE_URL": db.url,
            "DIALOGEN_BASE_URL": "https://dialogen.asker.example",
        }
    )
    app = Flask("dialogen")
    app.extensions["dialogen"] = Office(config, db, ShowingPost())
    runner = app.test_cli_runner()

    def invoke(group: click.Group, *words: str, stdin: str | bytes = "") -> Result:
        return runner.invoke(group, words, input=stdin)

    return invoke


def add(run: Run, *words: str, email: str = KARI, stdin: str | bytes = "") -> Result:
    """Add an account called Kari Nordmann."""
    return run(users, "add", email, "--name", "Kari Nordmann", *words, stdin=stdin)


def token_of_today(db: Database) -> tuple[tokens.TokenView, str]:
    """Issue a token in the office's way, past the command line."""
    now = clock.now()
    return tokens.issue_token(db, email=KARI, scopes=[Scope.CASES_READ], expires_on=None, today=now.date(), now=now)


def test_each_role_is_given_in_each_unit(db: Database, run: Run) -> None:
    for name in ("Kultur", "Natur"):
        setup.add_unit(db, by=None, now=clock.now(), name=name, email=None)
    done = add(run, "--role", "handler", "--role", "manager", "--unit", "Kultur", "--unit", "natur")
    assert done.exit_code == 0
    account = accounts.get_account_by_email(db, KARI)
    assert sorted((role.role.value, role.unit_name) for role in account.roles) == [
        ("handler", "Kultur"),
        ("handler", "Natur"),
        ("manager", "Kultur"),
        ("manager", "Natur"),
    ]


@pytest.mark.parametrize(("words", "everywhere"), [(["--unit", "*"], True), ([], False)])
def test_a_star_is_all_units_and_no_unit_is_none(db: Database, run: Run, words: list[str], everywhere: bool) -> None:
    add(run, "--role", "statistician", *words)
    assert [role.everywhere for role in accounts.get_account_by_email(db, KARI).roles] == [everywhere]


def test_a_new_account_without_a_password_gets_a_link_that_works_once(db: Database, run: Run) -> None:
    last = add(run, "--role", "admin").stdout.splitlines()[-1]
    address, _, secret = last.rpartition("/")
    assert address == "https://dialogen.asker.example/sign-in/link"
    assert sessions.set_first_password(db, secret=secret, password=PASSWORD, now=clock.now(), caller=CALLER)


@pytest.mark.parametrize("end", ["\n", "\r\n", "", "\nen linje til\n"])
def test_a_password_is_the_first_line_of_standard_input(db: Database, run: Run, end: str) -> None:
    done = add(run, "--role", "admin", "--password-stdin", stdin=f" blåbær og {PASSWORD}{end}")
    assert done.exit_code == 0
    assert "sign-in/link" not in done.output
    assert PASSWORD not in done.output
    assert sessions.sign_in(db, email=KARI, password=f" blåbær og {PASSWORD}", now=clock.now(), caller=CALLER)


@pytest.mark.parametrize("stdin", ["", "\n", "kort\n", b"\xe6\xf8\xe5 riktig hest batteri\n"])
def test_a_password_that_cannot_be_one_is_refused_and_no_account_made(
    db: Database, run: Run, stdin: str | bytes
) -> None:
    done = add(run, "--role", "admin", "--password-stdin", stdin=stdin)
    assert isinstance(done.exception, InvalidInput)
    assert accounts.list_accounts(db) == []


def test_the_same_address_again_adds_and_prints_no_link_once_there_is_a_password(db: Database, run: Run) -> None:
    add(run, "--role", "handler", "--password-stdin", stdin=PASSWORD)
    done = run(users, "add", KARI.upper(), "--role", "manager", "--unit", "*")
    assert done.stdout == f"changed {KARI}\tKari Nordmann\thandler, manager in all units\tenabled\n"


def test_an_unknown_unit_is_told_with_what_to_do_and_nothing_is_made(db: Database, run: Run) -> None:
    setup.add_unit(db, by=None, now=clock.now(), name="Kultur", email=None)
    done = add(run, "--role", "handler", "--unit", "Natur")
    assert done.exit_code == 1
    assert done.stderr == (
        'Error: there is no unit Natur; add it with: dialogen units add "Natur" (the units are: Kultur)\n'
    )
    assert accounts.list_accounts(db) == []


@pytest.mark.parametrize("words", [[], ["--role", "sjef"]])
def test_no_role_or_an_unknown_one_is_wrong_usage(run: Run, words: list[str]) -> None:
    assert add(run, *words).exit_code == 2


def test_users_are_listed_a_line_each(db: Database, run: Run) -> None:
    setup.add_unit(db, by=None, now=clock.now(), name="Kultur", email=None)
    add(run, "--role", "manager", "--unit", "Kultur", email="leder@asker.example")
    add(run, "--role", "admin", "--password-stdin", stdin=PASSWORD)
    assert run(users, "list").stdout.splitlines() == [
        f"{KARI}\tKari Nordmann\tadmin\tenabled",
        "leder@asker.example\tKari Nordmann\tmanager in Kultur\tno password yet",
    ]


def test_an_account_is_disabled_and_enabled_again(db: Database, run: Run) -> None:
    add(run, "--role", "handler", "--unit", "*")
    assert run(users, "disable", KARI).stdout == f"disabled {KARI}\n"
    assert run(users, "list").stdout.endswith("\tdisabled\n")
    again = add(run, "--role", "manager")
    assert (again.exit_code, again.stderr) == (0, "the account is disabled\n")
    assert "sign-in/link" not in again.stdout
    assert run(users, "enable", KARI).stdout == f"enabled {KARI}\n"
    assert not accounts.get_account_by_email(db, KARI).disabled


def test_the_last_administrator_is_not_disabled(run: Run) -> None:
    add(run, "--role", "admin")
    assert isinstance(run(users, "disable", KARI).exception, WrongState)
    assert isinstance(run(users, "disable", "ola@asker.example").exception, NotFound)


def test_a_forgotten_password_is_replaced_by_a_new_link(db: Database, run: Run) -> None:
    add(run, "--role", "admin", "--password-stdin", stdin=PASSWORD)
    secret = run(users, "link", KARI).stdout.splitlines()[-1].rpartition("/")[2]
    assert sessions.account_of_link(db, secret=secret, now=clock.now()).email == KARI
    assert isinstance(run(users, "link", "ola@asker.example").exception, NotFound)


def test_several_scopes_may_stand_after_one_option(db: Database, run: Run) -> None:
    add(run, "--role", "handler", "--unit", "*")
    run(api_tokens, "create", "--user", KARI, "--scope", "cases:read", "stats:read", "--expires", "2099-01-01")
    assert "cases:read stats:read" in run(api_tokens, "list").stdout


def test_a_tokens_secret_stands_alone_on_the_last_line_and_is_never_shown_again(db: Database, run: Run) -> None:
    add(run, "--role", "handler", "--unit", "*")
    words = ("--scope", "cases:read", "--scope", "stats:read", "--expires", "2099-12-31")
    done = run(api_tokens, "create", "--user", KARI, *words)
    secret = done.stdout.splitlines()[-1]
    now = clock.now()
    bearer = tokens.bearer(db, secret=secret, today=now.date(), now=now)
    assert bearer is not None
    assert bearer.scopes == {Scope.CASES_READ, Scope.STATS_READ}
    listed = run(api_tokens, "list").stdout
    assert secret not in listed
    assert listed.startswith(f"{bearer.token_id}\t{KARI}\tcases:read stats:read\texpires 2099-12-31\tlast used 2")
    assert listed.endswith("\tnot revoked\t-\n")
    assert done.stderr == ""


def test_a_token_without_a_last_day_works_for_a_year_and_that_is_said_beside_the_secret(db: Database, run: Run) -> None:
    add(run, "--role", "handler", "--unit", "*")
    done = run(api_tokens, "create", "--user", KARI, "--scope", "cases:read", "--name", " Portalen \t til Asker ")
    (token,) = tokens.list_tokens(db)
    today = clock.today(ZoneInfo("Europe/Oslo"))
    assert token.expires_on == last_day_unless_given(today)
    assert done.stderr == f"the token works until {token.expires_on}; --expires decides\n"
    assert done.stdout.splitlines()[-1].startswith("dlg_")
    assert run(api_tokens, "list").stdout.endswith("\tnever used\tnot revoked\tPortalen til Asker\n")


def test_a_token_that_no_longer_works_is_listed_with_the_reason(db: Database, run: Run) -> None:
    add(run, "--role", "handler", "--unit", "*")
    token, _ = token_of_today(db)
    with db.writing() as session:
        session.get_one(ApiToken, token.id).expires_on = TODAY
    assert "\tnever used\texpired\t-\n" in run(api_tokens, "list").stdout
    token_of_today(db)
    accounts.disable_account(db, by=None, email=KARI, now=clock.now())
    assert run(api_tokens, "list").stdout.endswith("\tnever used\taccount disabled\t-\n")


def test_a_token_is_revoked_by_the_number_it_is_listed_with(db: Database, run: Run) -> None:
    add(run, "--role", "handler", "--unit", "*")
    _, secret = token_of_today(db)
    number = run(api_tokens, "list").stdout.split()[0]
    assert run(api_tokens, "revoke", number).stdout == f"revoked {number}\n"
    now = clock.now()
    assert tokens.bearer(db, secret=secret, today=now.date(), now=now) is None
    assert "\tnever used\trevoked 2" in run(api_tokens, "list").stdout


def test_tokens_are_refused_for_nobody_and_in_the_past(db: Database, run: Run) -> None:
    add(run, "--role", "handler")
    yesterday = str(clock.now().date() - timedelta(days=2))
    scope = ("--scope", "cases:read")
    refused = run(api_tokens, "create", "--user", KARI, *scope, "--expires", yesterday)
    assert isinstance(refused.exception, InvalidInput)
    assert isinstance(run(api_tokens, "create", "--user", "ola@asker.example", *scope).exception, NotFound)
    assert isinstance(run(api_tokens, "revoke", "7").exception, NotFound)
    assert tokens.list_tokens(db) == []


@pytest.mark.parametrize(
    "words",
    [
        ["create", "--user", KARI],
        ["create", "--user", KARI, "--scope", "cases"],
        ["create", "--user", KARI, "--scope", "cases:read", "--expires", "31.12.2099"],
        ["create", "--scope", "cases:read"],
        ["revoke", "dlg_abc"],
    ],
)
def test_wrong_words_about_tokens_are_wrong_usage(run: Run, words: list[str]) -> None:
    assert run(api_tokens, *words).exit_code == 2


def test_units_are_added_and_listed_a_line_each(run: Run) -> None:
    assert run(units, "add", "Ås skole").stdout == "added Ås skole\t-\n"
    assert run(units, "add", "Natur og idrett", "--email", "Natur@asker.example").exit_code == 0
    assert run(units, "list").stdout == "Natur og idrett\tnatur@asker.example\nÅs skole\t-\n"


def test_a_unit_that_is_there_is_refused(run: Run) -> None:
    run(units, "add", "Kultur")
    assert isinstance(run(units, "add", "KULTUR").exception, Conflict)
    assert run(units, "list").stdout == "Kultur\t-\n"
