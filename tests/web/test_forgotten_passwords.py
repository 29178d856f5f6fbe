"""Asking for a new password at the sign-in page: the same answer to everybody, and a link that sets it."""

from flask import Flask
from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import Letter
from dialogen.domain.accounts import Role
from dialogen.domain.throttling import LIMITS, Kind
from tests.factories import make_account
from tests.web.conftest import SignIn
from tests.web.pages import Page, Reader

EMAIL = "kari@asker.example"


def ask(reader: Reader, email: str, *, status: int = 200) -> Page:
    """Ask for a link at the page."""
    return reader.press(reader.get("/sign-in/forgot"), "Send meg en lenke", status=status, email=email)


def test_the_sign_in_page_leads_to_it_and_it_leads_back(nobody: Reader) -> None:
    page = nobody.get("/sign-in")
    assert page.links()["Glemt passord?"] == "/sign-in/forgot"
    page = nobody.get("/sign-in/forgot")
    assert page.heading == "Glemt passord"
    assert "virker én gang, og i 1 time" in page.text
    assert page.links()["Til innloggingen"] == "/sign-in"


def test_the_answer_does_not_tell_whether_there_is_an_account(app: Flask, db: Database) -> None:
    make_account(db, EMAIL)
    make_account(db, "stengt@asker.example", disabled=True)
    addresses = (EMAIL, "ukjent@asker.example", "stengt@asker.example", "ingen adresse")
    pages = [ask(Reader(app, db), email) for email in addresses]
    assert "Har adressen en konto i Dialogen, kommer det straks en e-post" in pages[0].text
    assert len({(page.text, page.path, page.status) for page in pages}) == 1
    with db.reading() as session:
        assert session.scalars(select(Letter.to_address)).all() == [EMAIL]


def test_an_empty_address_is_asked_for(nobody: Reader) -> None:
    assert ask(nobody, " ", status=422).links()["E-post: Må fylles ut."] == "#email"


def test_asking_too_often_is_told_when_to_try_again(nobody: Reader) -> None:
    for _ in range(LIMITS[Kind.RESET].attempts):
        ask(nobody, "ukjent@asker.example")
    page = ask(nobody, "ukjent@asker.example", status=429)
    assert "Du har prøvd for mange ganger. Prøv igjen om 60 minutter." in page.text
    assert page.headers["Retry-After"] == "3600"


def test_the_letter_stands_on_the_letters_page_without_its_link(
    db: Database, nobody: Reader, signed_in: SignIn
) -> None:
    reader = signed_in((Role.HANDLER, "*"), email=EMAIL)
    ask(nobody, EMAIL)
    page = reader.get("/letters")
    assert "Nytt passord i Dialogen" in page.text
    assert "http://127.0.0.1:8000/sign-in/link/************" in page.text
