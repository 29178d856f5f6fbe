"""The commands about a sign-in elsewhere: break-glass accounts, and what the doctor says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dialogen.database.engine import Database
from dialogen.database.models import Account, SecondStep
from dialogen.domain.accounts import Role
from tests.cli.program import Outcome, Program
from tests.factories import NOW, make_account, make_unit
from tests.mailbox import HOST, Mailbox
from tests.oidc.crooked import CLIENT_SECRET, Crooked, crooked_provider
from tests.services.outside import told

SECRET = "not a secret but long enough to be one"


@pytest.fixture
def service() -> Iterator[Crooked]:
    """A sign-in service."""
    with crooked_provider() as service:
        yield service


@pytest.fixture
def program(
    db: Database,
    service: Crooked,
    mailbox: Mailbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Program:
    """The console script where people sign in elsewhere."""
    settings = {
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": db.url,
        "MAIL_SERVER": HOST,
        "MAIL_PORT": str(mailbox.port),
        "OIDC_ISSUER": service.issuer,
        "OIDC_CLIENT_ID": "dialogen",
        "OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "OIDC_ROLES": "D.Admin=admin; D.Leder=manager:Skole; D.Leder=handler:Skole; D.Borte=handler:Borte",
    }
    return Program(settings, monkeypatch, capsys)


def said(done: Outcome, subject: str) -> str:
    """Return the verdict and words about a thing."""
    (line,) = [line for line in done.out.splitlines() if line[6:].startswith(f"{subject}: ")]
    return f"{line[:6].strip()} {line.partition(': ')[2]}"


def test_a_break_glass_account_is_made_and_taken_back(db: Database, program: Program) -> None:
    made = program("users", "add", "glass@asker.example", "--name", "Glass", "--role", "admin", "--break-glass")
    assert made.out.splitlines()[0] == "added glass@asker.example\tGlass\tadmin\tno password yet, break-glass"
    back = program("users", "break-glass", "glass@asker.example", "--off")
    assert back.out == "changed glass@asker.example\tGlass\tadmin\tno password yet\n"
    assert program("users", "break-glass", "glass@asker.example").out.endswith("break-glass\n")
    assert [after for action, after in told(db) if action == "break_glass_changed"] == [["on"], ["off"], ["on"]]
    assert "no account" in program("users", "break-glass", "ingen@asker.example").refusal


def test_the_doctor_says_whether_the_service_answers(program: Program, service: Crooked) -> None:
    assert said(program("doctor"), "sign-in service") == f"ok {service.issuer} answers"
    service.metadata = {"issuer": "https://login.evil.example"}
    words = said(program("doctor"), "sign-in service")
    assert words.startswith(f"todo {service.issuer}: ")
    assert "another issuer; see the DIALOGEN_OIDC_ settings" in words
    service.answers["/.well-known/openid-configuration"] = (503, "")
    assert "answers with 503" in said(program("doctor"), "sign-in service")


def test_the_doctor_names_units_of_the_table_that_are_not_there(db: Database, program: Program) -> None:
    make_unit(db, "Skole")
    assert said(program("doctor"), "app roles").startswith("todo there is no unit Borte, which gives nobody a role")
    make_unit(db, "borte")
    assert said(program("doctor"), "app roles") == "ok 3 give roles here"


def test_the_doctor_wants_a_way_in_when_the_service_is_away(db: Database, program: Program) -> None:
    account = make_account(db, "glass@asker.example", roles=((Role.ADMIN, "-"),))
    assert said(program("doctor"), "break-glass").startswith("todo no account can sign in when")
    with db.writing() as session:
        row = session.get_one(Account, account)
        row.break_glass = True
    assert said(program("doctor"), "break-glass").startswith("todo no account can sign in when"), "it has no password"
    with db.writing() as session:
        session.get_one(Account, account).password_hash = "a hash"
    assert said(program("doctor"), "break-glass") == "ok 1"
    in_production = {"ENV": "production", "SECRET_KEY": SECRET, "BASE_URL": "https://dialogen.asker.example"}
    assert "set up its second step" in said(program("doctor", **in_production), "break-glass")
    with db.writing() as session:
        session.add(SecondStep(account_id=account, sealed_secret="sealed", set_up_at=NOW, last_step=1))
    assert said(program("doctor", **in_production), "break-glass") == "ok 1"


def test_where_people_sign_in_here_the_doctor_is_silent_of_it(program: Program) -> None:
    none = dict.fromkeys(("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_ROLES"), "")
    assert "sign-in service" not in program("doctor", **none).out
