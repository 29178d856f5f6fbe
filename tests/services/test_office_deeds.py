"""Every deed of an administrator is told in the office's own log: who, what and to what, before and after."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import Letter, OfficeEvent
from dialogen.domain.accounts import Role, Scope, Standing
from dialogen.domain.deadlines import Roll
from dialogen.domain.errors import DialogenError, NotAllowed
from dialogen.domain.history import Author, Door
from dialogen.domain.letters import LetterState
from dialogen.services import accounts, letters, sessions, setup, tokens
from dialogen.services.passwords import Hasher
from tests.factories import NOW, TODAY, make_account, make_unit, standing
from tests.importing import Importer

EMAIL, NAME, PASSWORD = "kari@asker.example", "Kari Nordmann", "tre grønne bøtter i kø"
CHEAP = Hasher(memory_kib=8, passes=1)
Told = tuple[str, str, str | None, list[tuple[str, str | None, str | None]]]


def told(db: Database) -> list[Told]:
    """Return the log as (action, subject, its number, [(field, before, after)]), oldest first."""
    with db.reading() as session:
        return [
            (
                line.action,
                line.subject,
                line.subject_id,
                [(each["field"], each["before"], each["after"]) for each in line.changes],
            )
            for line in session.scalars(select(OfficeEvent).order_by(OfficeEvent.id))
        ]


def authors(db: Database) -> set[tuple[int | None, str]]:
    with db.reading() as session:
        return {(line.actor_id, line.door) for line in session.scalars(select(OfficeEvent))}


@pytest.fixture
def admin(db: Database) -> Standing:
    """An administrator."""
    return standing(make_account(db, "admin@asker.example", roles=((Role.ADMIN, "-"),)), (Role.ADMIN, "-"))


def add(db: Database, by: Standing | None, *roles: tuple[Role, str | int | None], **more: Any) -> int:
    values: dict[str, Any] = {"email": EMAIL, "name": NAME, "password": None, **more}
    return accounts.add_account(db, by=by, roles=roles, now=NOW, hasher=CHEAP, **values)[0].id


def test_a_new_account_is_told_with_its_roles_and_without_its_name(db: Database, admin: Standing) -> None:
    unit = make_unit(db, "Kultur")
    number = add(db, admin, (Role.HANDLER, "Kultur"), (Role.STATISTICIAN, "*"), (Role.ADMIN, None), password=PASSWORD)
    assert told(db) == [
        ("account_added", "account", str(number), [("email", None, None), ("name", None, None)]),
        ("role_given", "account", str(number), [("role", None, "handler"), ("where", None, str(unit))]),
        ("role_given", "account", str(number), [("role", None, "statistician"), ("where", None, "*")]),
        ("role_given", "account", str(number), [("role", None, "admin"), ("where", None, "-")]),
        ("password_set", "account", str(number), []),
    ]
    assert authors(db) == {(admin.account_id, "web")}


def test_what_an_account_has_already_is_not_told_again(db: Database, admin: Standing) -> None:
    number = add(db, admin, (Role.HANDLER, "*"))
    before = len(told(db))
    add(db, admin, (Role.HANDLER, "*"))
    assert told(db)[before:] == []
    add(db, admin, (Role.MANAGER, "*"), name="Kari Nygift")
    assert told(db)[before:] == [
        ("account_changed", "account", str(number), [("name", None, None)]),
        ("role_given", "account", str(number), [("role", None, "manager"), ("where", None, "*")]),
    ]


def test_shutting_out_and_letting_in_are_told_once(db: Database, admin: Standing) -> None:
    number = add(db, admin)
    for _ in range(2):
        accounts.disable_account(db, by=admin, id=number, now=NOW)
    for _ in range(2):
        accounts.enable_account(db, by=admin, id=number, now=NOW)
    assert told(db)[1:] == [
        ("account_disabled", "account", str(number), [("disabled", "no", "yes")]),
        ("account_enabled", "account", str(number), [("disabled", "yes", "no")]),
    ]


def test_a_role_that_is_taken_away_is_told(db: Database, admin: Standing) -> None:
    number = add(db, admin, (Role.HANDLER, "*"))
    accounts.remove_role(db, by=admin, account_id=number, role=Role.HANDLER, unit="*", now=NOW)
    assert told(db)[-1] == (
        "role_taken",
        "account",
        str(number),
        [("role", "handler", None), ("where", "*", None)],
    )


def test_the_command_line_has_no_account(db: Database) -> None:
    add(db, None)
    setup.add_unit(db, by=None, name="Kultur", email=None, now=NOW)
    assert authors(db) == {(None, "command_line")}


def test_units_are_told_by_name_and_their_addresses_not_at_all(db: Database, admin: Standing) -> None:
    unit = setup.add_unit(db, by=admin, name="Kultur", email="kultur@asker.example", now=NOW)
    for _ in range(2):
        setup.change_unit(db, by=admin, unit_id=unit.id, name="Kultur og idrett", email=None, now=NOW)
    number = str(unit.id)
    assert told(db) == [
        ("unit_added", "unit", number, [("name", None, "Kultur"), ("email", None, None)]),
        ("unit_changed", "unit", number, [("name", "Kultur", "Kultur og idrett"), ("email", None, None)]),
    ]


def test_kinds_are_told(db: Database, admin: Standing) -> None:
    kind = setup.add_kind(db, by=admin, name="Skryt", now=NOW)
    for _ in range(2):
        setup.change_kind(db, by=admin, kind_id=kind.id, name="Skryt", in_use=False, law=None, now=NOW)
    assert told(db) == [
        ("kind_added", "kind", str(kind.id), [("word", None, "Skryt"), ("name", None, "Skryt")]),
        ("kind_changed", "kind", str(kind.id), [("in_use", "yes", "no")]),
    ]


def test_rules_and_closed_days_are_told(db: Database, admin: Standing) -> None:
    setup.add_rule(db, by=admin, valid_from=date(2027, 1, 1), days=10, roll=Roll.NEXT_WORKING_DAY, now=NOW)
    setup.add_closed_day(db, by=admin, day=date(2026, 12, 24), name="Julaften", now=NOW)
    setup.remove_closed_day(db, by=admin, day=date(2026, 12, 24), now=NOW)
    assert told(db) == [
        ("rule_added", "rule", "2", [("valid_from", None, "2027-01-01"), ("days", None, "10"), ("roll", None, "next_working_day")]),
        ("closed_day_added", "closed_day", "2026-12-24", []),
        ("closed_day_removed", "closed_day", "2026-12-24", []),
    ]  # fmt: skip


def test_an_import_tells_its_counts_and_what_it_made_and_no_file_name(db: Database, tmp_path: Path) -> None:
    text = "referanse;mottatt;virksomhet;sakstype\nA-1;03.03.2014;Kultur;Skryt\nA-2;04.03.2014;Kultur;klage\n"
    Importer(db, tmp_path)(text)
    Importer(db, tmp_path)(text.replace("04.03", "05.03"))
    first, kind, run, again = told(db)
    assert (first[0], first[3]) == ("unit_added", [("name", None, "Kultur")])
    assert (kind[0], kind[3][1]) == ("kind_added", ("name", None, "Skryt"))
    counts = [("imported", None, "2"), ("updated", None, "0"), ("unchanged", None, "0"), ("rejected", None, "0")]
    assert run == ("import_run", "import", None, [("source", None, "import"), *counts])
    assert again[3][1:4] == [("imported", None, "0"), ("updated", None, "1"), ("unchanged", None, "1")]
    assert authors(db) == {(None, "import")}


def test_an_import_that_writes_nothing_tells_nothing(db: Database, tmp_path: Path) -> None:
    bring = Importer(db, tmp_path)
    bring("referanse;mottatt\nA-1;03.03.2014\n", dry_run=True)
    bring("referanse;mottatt\nA-1;03.03.2014\nA-2;feil\n")
    assert told(db) == []
    bring("referanse;mottatt\nA-1;03.03.2014\nA-2;feil\n", keep_going=True, rejects=tmp_path / "rejects.csv")
    assert told(db)[0][3][-1] == ("rejected", None, "1")


REFUSED: list[Callable[[Database, Standing], object]] = [
    lambda db, by: accounts.disable_account(db, by=by, id=by.account_id, now=NOW),
    lambda db, by: accounts.remove_role(db, by=by, account_id=by.account_id, role=Role.ADMIN, unit=None, now=NOW),
    lambda db, by: accounts.enable_account(db, by=standing(1, (Role.MANAGER, "*")), id=by.account_id, now=NOW),
    lambda db, by: setup.remove_closed_day(db, by=by, day=date(2026, 12, 24), now=NOW),
    lambda db, by: setup.add_kind(db, by=by, name="Klage", now=NOW),
    lambda db, by: setup.change_unit(db, by=by, unit_id=99, name="Ny", email=None, now=NOW),
]


@pytest.mark.parametrize("deed", REFUSED)
def test_a_refused_deed_is_not_told(
    db: Database, admin: Standing, deed: Callable[[Database, Standing], object]
) -> None:
    with pytest.raises(DialogenError):
        deed(db, admin)
    assert told(db) == []


def test_a_link_into_an_account_is_made_by_administrators_alone(db: Database, admin: Standing) -> None:
    number = add(db, None)
    manager = standing(make_account(db, roles=((Role.MANAGER, "*"),)), (Role.MANAGER, "*"))
    for by in (manager, standing(number)):
        with pytest.raises(NotAllowed):
            sessions.make_sign_in_link(db, by=by, account_id=number, now=NOW, author=Author(by.account_id, Door.WEB))
    author = Author(admin.account_id, Door.WEB)
    sessions.make_sign_in_link(db, by=admin, account_id=number, now=NOW, author=author)
    assert told(db)[-1] == ("link_made", "account", str(number), [])


def test_nobody_makes_a_token_for_another_account(db: Database, admin: Standing) -> None:
    add(db, None)
    with pytest.raises(NotAllowed):
        tokens.issue_token(db, email=EMAIL, scopes=[Scope.CASES_READ], expires_on=None, today=TODAY, now=NOW, by=admin)
    own, _ = tokens.issue_token(
        db,
        email="admin@asker.example",
        scopes=[Scope.STATS_READ],
        expires_on=None,
        today=TODAY,
        now=NOW,
        by=admin,
        author=Author(admin.account_id, Door.WEB),
    )
    assert told(db)[-1][:3] == ("token_made", "token", str(own.id))


def test_a_letter_that_is_sent_again_is_told(db: Database, admin: Standing) -> None:
    with db.writing() as session:
        letter = Letter(
            recipient="account:1",
            to_address=EMAIL,
            morning=TODAY,
            message_id="<1@asker.example>",
            subject="Frister",
            text="Frister",
            html="Frister",
            state=LetterState.DEAD,
            attempts=9,
            next_try_at=NOW,
            created_at=NOW,
        )
        session.add(letter)
        session.flush()
        number = letter.id
    letters.send_again(db, letter_id=number, by=admin, now=NOW)
    assert told(db) == [("letter_resent", "letter", str(number), [])]
    assert authors(db) == {(admin.account_id, "web")}
