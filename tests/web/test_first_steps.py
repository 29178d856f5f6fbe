"""The guide through the first steps: each done by the data itself, and a letter that tries the mail."""

from dataclasses import replace

from flask import Flask

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.extensions import Office
from tests.factories import make_account, make_case, make_unit
from tests.mailbox import Mailbox, free_port, post_to
from tests.web.conftest import SignIn
from tests.web.pages import Page, Reader

STEPS = ("units", "people", "mail", "rule", "cases")
TRY = "Send et prøvebrev til meg"


def left(page: Page) -> list[str]:
    """Return the steps that the page calls not done."""
    headings = {each.get("id"): "".join(each.itertext()) for each in page.all("h2")}
    assert all(("Ikke gjort" in headings[step]) is not ("✓ Gjort" in headings[step]) for step in STEPS)
    return [step for step in STEPS if "Ikke gjort" in headings[step]]


def test_each_step_is_done_when_the_data_says_so(db: Database, signed_in: SignIn) -> None:
    reader = signed_in((Role.ADMIN, "*"))
    assert left(reader.get("/admin/first-steps")) == list(STEPS)
    unit = make_unit(db)
    page = reader.get("/admin/first-steps")
    assert left(page) == ["people", "mail", "rule", "cases"]
    assert "1 virksomhet har ingen som kan svare." in page.text
    make_account(db, roles=((Role.HANDLER, unit), (Role.MANAGER, unit)))
    make_case(db, unit_id=unit)
    page = reader.press(reader.get("/admin/first-steps"), "Regelen er riktig for oss")
    assert left(page) == ["mail"]
    assert "1 steg gjenstår" in reader.get("/").text
    assert "gjenstår" not in reader.press(page, "Legg bort «Kom i gang»").text + reader.get("/").text
    assert left(reader.get("/admin/first-steps")) == ["mail"]


def test_a_letter_that_the_mail_server_took_is_told_and_goes_to_the_reader_alone(
    db: Database, fresh_app: Flask
) -> None:
    email = "anne@asker.example"
    anne = make_account(db, email=email, roles=((Role.ADMIN, "*"),))
    with Mailbox() as mailbox:
        reader = _with_post(fresh_app, db, mailbox).sign_in(anne)
        page = reader.press(reader.get("/admin/first-steps"), TRY)
        assert f"E-posttjeneren tok imot brevet til {email}." in page.text
        assert [letter.recipients for letter in mailbox.letters] == [[email]]
    assert "mail" not in left(page)
    assert "E-post prøvd, og den virket" in reader.get("/admin/changes").text


def test_a_mail_server_that_is_away_is_told_in_plain_words(db: Database, fresh_app: Flask) -> None:
    here: Office = fresh_app.extensions["dialogen"]
    fresh_app.extensions["dialogen"] = replace(here, post=post_to(free_port()))
    reader = Reader(fresh_app, db).sign_in(make_account(db, roles=((Role.ADMIN, "*"),)))
    page = reader.press(reader.get("/admin/first-steps"), TRY)
    assert "Brevet ble ikke sendt. E-posttjeneren svarte:" in page.text
    assert "Sist gang virket det ikke." in page.text
    assert "mail" in left(page)


def test_letters_that_are_only_shown_are_no_trial(signed_in: SignIn) -> None:
    reader = signed_in((Role.ADMIN, "*"))
    page = reader.press(reader.get("/admin/first-steps"), TRY)
    assert "Ingen e-posttjener er satt opp" in page.text
    assert "mail" in left(page)


def _with_post(app: Flask, db: Database, mailbox: Mailbox) -> Reader:
    here: Office = app.extensions["dialogen"]
    app.extensions["dialogen"] = replace(here, post=mailbox.post())
    return Reader(app, db)
