"""A lost session comes back to the same form with the text kept: for the same account, in the same browser, once."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from dialogen.database.engine import Database
from dialogen.database.models import Account, AccountSession, CaseEvent, KeptForm
from dialogen.domain.accounts import Role
from dialogen.services.passwords import Hasher
from tests.factories import NOW, make_account, make_case, make_unit
from tests.web.conftest import reference_of
from tests.web.pages import Page, Reader

PASSWORD = "gul traktor over fjorden"
NOTE = "Ringte og avtalte befaring ved gjerdet."


@pytest.fixture
def unit(db: Database) -> int:
    """A unit."""
    return make_unit(db, "Vei")


def person(db: Database, unit: int, email: str) -> int:
    """Add a handler who can sign in by password."""
    account_id = make_account(db, email, roles=((Role.HANDLER, unit),))
    with db.writing() as session:
        from_here = Hasher(memory_kib=8, passes=1).hash(PASSWORD)
        session.execute(update(Account).where(Account.id == account_id).values(password_hash=from_here))
    return account_id


@pytest.fixture
def lost(app: Flask, db: Database, unit: int) -> tuple[Reader, Page, str]:
    """Kari, who was about to save a note when her session was over; the page she sees, and that of her note."""
    kari = person(db, unit, "kari@asker.example")
    person(db, unit, "ola@asker.example")
    path = f"/cases/{reference_of(db, make_case(db, unit_id=unit))}/note"
    reader = Reader(app, db).sign_in(kari)
    page = reader.get(path)
    with db.writing() as session:
        session.execute(update(AccountSession).values(expires_at=NOW - timedelta(seconds=1)))
    return reader, reader.press(page, "Lagre notat", note=NOTE), path


def sign_in(reader: Reader, page: Page, email: str = "kari@asker.example") -> Page:
    """Sign in by password on the page that asks for it."""
    return reader.press(page, "Logg inn", email=email, password=PASSWORD)


def notes(db: Database) -> int:
    """Count the notes that were saved."""
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(CaseEvent).where(CaseEvent.action == "noted")) or 0


def kept(db: Database) -> list[str]:
    """Return what is kept, as it lies in the database."""
    with db.reading() as session:
        return list(session.scalars(select(KeptForm.sealed)))


def test_the_same_account_finds_its_text_again_unsaved_and_saves_it(
    db: Database, lost: tuple[Reader, Page, str]
) -> None:
    reader, page, path = lost
    assert page.heading == "Logg inn"
    assert NOTE not in "".join(kept(db))
    page = sign_in(reader, page)
    assert page.path == path
    assert page.value("note").strip() == NOTE
    assert "Ingenting er lagret ennå" in page.text
    assert notes(db) == 0
    assert not kept(db)
    reader.press(page, "Lagre notat")
    assert notes(db) == 1
    assert reader.get(path).value("note").strip() == ""


def test_another_account_finds_nothing_and_it_is_erased(db: Database, lost: tuple[Reader, Page, str]) -> None:
    reader, page, path = lost
    page = sign_in(reader, page, "ola@asker.example")
    assert page.path == path
    assert NOTE not in page.text
    assert not kept(db)


def test_another_browser_finds_nothing(app: Flask, db: Database, lost: tuple[Reader, Page, str]) -> None:
    _, _, path = lost
    other = Reader(app, db)
    page = sign_in(other, other.get(path))
    assert page.value("note").strip() == ""


def test_what_is_an_hour_old_is_not_shown(db: Database, lost: tuple[Reader, Page, str]) -> None:
    reader, page, _ = lost
    with db.writing() as session:
        session.execute(update(KeptForm).values(kept_until=NOW))
    assert sign_in(reader, page).value("note").strip() == ""
    assert not kept(db)


def test_what_was_tampered_with_is_not_shown(db: Database, lost: tuple[Reader, Page, str]) -> None:
    reader, page, _ = lost
    with db.writing() as session:
        sealed = session.scalars(select(KeptForm.sealed)).one()
        session.execute(update(KeptForm).values(sealed=sealed[:40] + sealed[40:60].swapcase() + sealed[60:]))
    assert sign_in(reader, page).value("note").strip() == ""


def test_a_form_of_secrets_is_never_kept(app: Flask, db: Database, unit: int) -> None:
    reader = Reader(app, db).sign_in(person(db, unit, "kari@asker.example"))
    page = reader.get("/account/password")
    with db.writing() as session:
        session.execute(update(AccountSession).values(expires_at=NOW - timedelta(seconds=1)))
    reader.press(page, "Bytt passord", present=PASSWORD, password="et helt annet passord her")
    assert not kept(db)


def test_a_form_in_another_window_can_still_be_saved_after_signing_in_again(
    db: Database, lost: tuple[Reader, Page, str], unit: int
) -> None:
    reader, page, path = lost
    sign_in(reader, page)
    open_elsewhere = reader.get(path)
    with db.writing() as session:
        session.execute(update(AccountSession).values(expires_at=NOW - timedelta(seconds=1)))
    sign_in(reader, reader.get("/sign-in"))
    reader.press(open_elsewhere, "Lagre notat", note=NOTE)
    assert notes(db) == 1


def test_a_form_whose_token_is_too_old_leads_to_itself_again_with_its_text(app: Flask, db: Database, unit: int) -> None:
    reader = Reader(app, db).sign_in(person(db, unit, "kari@asker.example"))
    path = f"/cases/{reference_of(db, make_case(db, unit_id=unit))}/note"
    page = reader.get(path)
    page = reader.press(page, "Lagre notat", status=400, note=NOTE, csrf_token="for gammelt")
    assert "vi tok vare på det du skrev" in page.text
    assert page.links()["Åpne skjemaet igjen"] == path
    page = reader.get(path)
    assert page.value("note").strip() == NOTE
    assert notes(db) == 0
    reader.press(page, "Lagre notat")
    assert notes(db) == 1


def test_nothing_is_kept_of_what_another_site_sends(app: Flask, db: Database, unit: int) -> None:
    reader = Reader(app, db).sign_in(person(db, unit, "kari@asker.example"))
    path = f"/cases/{reference_of(db, make_case(db, unit_id=unit))}/note"
    answer = reader.client.post(path, data={"note": NOTE}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400
    assert "Åpne skjemaet igjen" not in answer.text
    assert not kept(db)
