"""The page of the change log: what administrators did, in bokmål words, found by person and by subject."""

from datetime import date, timedelta

import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.domain.deadlines import Roll
from dialogen.domain.history import Author, Change, Door
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.services import accounts, office_log, setup
from dialogen.web.office_words import office_told
from tests.factories import NOW, make_account, make_unit, standing
from tests.web.conftest import SignIn
from tests.web.pages import Page, Reader

CHANGES = "/admin/changes"


@pytest.fixture
def admin(signed_in: SignIn) -> Reader:
    return signed_in((Role.ADMIN, "-"))


def tell(db: Database, number: int, **more: object) -> None:
    with db.writing() as session:
        office_log.tell(
            session,
            at=NOW + timedelta(minutes=number),
            action=OfficeAction.CLOSED_DAY_ADDED,
            author=Author(None, Door.COMMAND_LINE),
            subject=Subject.CLOSED_DAY,
            subject_id=f"day {number}",
            **more,  # type: ignore[arg-type]
        )


def test_a_deed_is_told_with_who_did_it_what_to_and_what_changed(db: Database, admin: Reader) -> None:
    unit = make_unit(db, "Kultur")
    author = make_account(db, "sjef@asker.example", name="Siv Sjef", roles=((Role.ADMIN, "-"),))
    account, _ = accounts.add_account(
        db,
        by=standing(author, (Role.ADMIN, "-")),
        email="kari@asker.example",
        name="Kari Nordmann",
        roles=[(Role.HANDLER, unit)],
        password=None,
        now=NOW,
    )
    page = admin.get(CHANGES)
    assert "Rolle gitt 11.02.2026 kl. 06.30, Siv Sjef, i nettleseren Konto: Kari Nordmann" in page.text
    assert "Rolle: Saksbehandler Hvor: Kultur" in page.text
    assert "Konto opprettet" in page.text
    assert "E-post er ført inn Navn er ført inn" in page.text
    assert page.links()["Kari Nordmann"] == f"/admin/people/{account.id}"


def test_the_newest_comes_first_and_the_older_on_the_next_page(db: Database, admin: Reader) -> None:
    for number in range(53):
        tell(db, number)
    first = admin.get(CHANGES)
    days = [f"day {number} " in f"{first.text} " for number in (52, 3, 2)]
    assert days == [True, True, False]
    assert first.text.index("day 52") < first.text.index("day 51")
    older = admin.get(first.links()["Eldre endringer"])
    assert "day 2 " in f"{older.text} "
    assert "day 3 " not in f"{older.text} "
    assert "Eldre endringer" not in older.text


def test_the_log_is_found_by_person_and_by_subject(db: Database, admin: Reader) -> None:
    author = make_account(db, name="Siv Sjef", roles=((Role.ADMIN, "-"),))
    by = standing(author, (Role.ADMIN, "-"))
    setup.add_unit(db, by=by, name="Kultur", email=None, now=NOW)
    setup.add_kind(db, by=None, name="Skryt", now=NOW)
    account, _ = accounts.add_account(
        db, by=by, email="kari@asker.example", name="Kari", roles=[], password=None, now=NOW
    )
    assert_only(admin.get(f"{CHANGES}?by={author}"), "Virksomhet lagt til", "Konto opprettet")
    assert_only(admin.get(f"{CHANGES}?subject=kind"), "Sakstype lagt til")
    assert_only(admin.get(f"{CHANGES}?subject=account&id={account.id}"), "Konto opprettet")
    assert_only(admin.get(f"{CHANGES}?subject=account&id={author}"))


def assert_only(page: Page, *deeds: str) -> None:
    """Expect just these of the deeds on a page."""
    text = page.text
    for deed in ("Virksomhet lagt til", "Sakstype lagt til", "Konto opprettet"):
        assert (deed in text) is (deed in deeds), deed
    assert ("Ingen endringer." in text) is not bool(deeds)


@pytest.mark.parametrize(
    "asked", ["by=x", "by=" + "9" * 30, "subject=nothing", "id=%00", "id=" + "x" * 500, "before=-1", "before=1e9"]
)
def test_what_cannot_be_asked_is_not_asked(db: Database, admin: Reader, asked: str) -> None:
    tell(db, 1)
    assert admin.get(f"{CHANGES}?{asked}").status == 200


def test_an_accounts_page_leads_to_its_own_changes(db: Database, admin: Reader) -> None:
    account = make_account(db, name="Kari Nordmann")
    page = admin.get(f"/admin/people/{account}")
    assert page.links()["Endringer av kontoen"] == f"{CHANGES}?subject=account&id={account}"
    assert page.links()["Endringer som personen har gjort"] == f"{CHANGES}?by={account}"
    assert page.links()["Endringslogg"] == CHANGES


def test_only_administrators_see_the_log(db: Database, signed_in: SignIn) -> None:
    signed_in((Role.MANAGER, "*")).get(CHANGES, status=403)


def test_what_others_wrote_is_shown_as_text(db: Database, admin: Reader) -> None:
    setup.add_unit(db, by=None, name="<b>Kultur</b>", email=None, now=NOW)
    assert "<b>Kultur</b>" in admin.get(CHANGES).text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change("email", None, None), "E-post er endret"),
        (Change("role", "manager", None), "Rolle: Leder → ingen"),
        (Change("where", None, "*"), "Hvor: alle virksomheter"),
        (Change("disabled", "no", "yes"), "Stengt: nei → ja"),
        (Change("roll", None, Roll.NEXT_WORKING_DAY.value), "Når fristen faller på en fridag: "),
        (Change("valid_from", None, date(2027, 1, 1).isoformat()), "Gjelder fra: 01.01.2027"),
        (Change("account", "7", "7"), "Konto nr.: 7"),
        (Change("something new", None, "x"), "something new: x"),
    ],
)
def test_a_change_is_told_in_bokmaal(change: Change, words: str) -> None:
    assert office_told(change, OfficeAction.ACCOUNT_CHANGED).startswith(words)


def test_what_a_new_account_or_unit_was_given_is_not_told_as_changed() -> None:
    assert office_told(Change("email", None, None), OfficeAction.UNIT_ADDED) == "E-post er ført inn"
