"""Signing in and out, the one-time link, and where a sign-in leads on to."""

from datetime import timedelta

import pytest
from flask import Flask

from dialogen.database.engine import Database
from dialogen.database.models import AccountSession
from dialogen.domain.accounts import Role
from dialogen.services import accounts, sessions
from dialogen.web.access import safe_next
from tests.factories import BY_HAND, NOW, make_account
from tests.web.conftest import SignIn
from tests.web.pages import Reader

PASSWORD = "riktig hest batteri stift"


def make_person(db: Database) -> int:
    view, _ = accounts.add_account(
        db,
        by=None,
        email="kari@asker.example",
        name="Kari Behandler",
        roles=[(Role.HANDLER, "*")],
        password=PASSWORD,
        now=NOW,
    )
    return view.id


def test_the_front_page_leads_to_the_sign_in_page(nobody: Reader) -> None:
    page = nobody.get("/")
    assert page.heading == "Logg inn"
    assert page.all("input", type="password", autocomplete="current-password")
    assert page.all("input", autocomplete="username")


def test_whoever_signs_in_comes_to_the_list_and_out_again(db: Database, nobody: Reader) -> None:
    make_person(db)
    page = nobody.press(nobody.get("/"), "Logg inn", email="Kari@Asker.example", password=PASSWORD)
    assert page.heading == "Min dag"
    assert "Kari Behandler" in page.text
    page = nobody.press(page, "Logg ut")
    assert "Du er logget ut." in page.text
    assert nobody.get("/cases").heading == "Logg inn"
    with db.reading() as session:
        assert session.query(AccountSession).one().ended_at is not None


def test_a_wrong_password_is_told_without_saying_which_of_the_two_is_wrong(db: Database, nobody: Reader) -> None:
    make_person(db)
    page = nobody.press(nobody.get("/sign-in"), "Logg inn", status=422, email="kari@asker.example", password="feil")
    assert "Feil e-postadresse eller passord." in page.text
    assert page.title.startswith("Feil: ")
    assert page.value("email") == "kari@asker.example"
    assert page.value("password") == ""


def test_an_empty_sign_in_names_the_fields_and_links_to_them(nobody: Reader) -> None:
    page = nobody.press(nobody.get("/sign-in"), "Logg inn", status=422)
    assert page.links()["E-post: Må fylles ut."] == "#email"
    assert page.links()["Passord: Må fylles ut."] == "#password"


def test_a_sign_in_leads_on_to_the_page_that_was_asked_for(db: Database, nobody: Reader) -> None:
    make_person(db)
    page = nobody.get("/reports/mv-1.1/2025?by=month")
    page = nobody.press(page, "Logg inn", email="kari@asker.example", password=PASSWORD)
    assert page.heading == "MV.1.1 for 2025"
    assert page.path.endswith("by=month")


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "https://ond.example/",
        "//ond.example/",
        "/\\ond.example/",
        "\\\\ond.example",
        "/\t/ond.example",
        "/\n/ond.example",
        "javascript:alert(1)",
        "ond.example",
        "///ond.example",
        "/%0d%0a/..//ond.example\r\n",
    ],
)
def test_a_sign_in_never_leads_out_of_the_product(bare: Flask, target: str | None) -> None:
    with bare.test_request_context():
        assert safe_next(target) == "/"


@pytest.mark.parametrize("target", ["/cases", "/cases?q=%C3%A6", "/reports/mv-1.1/2025?by=month"])
def test_a_sign_in_leads_on_inside_the_product(bare: Flask, target: str) -> None:
    with bare.test_request_context():
        assert safe_next(target) == target


def test_the_sign_in_page_sends_on_whoever_is_signed_in(signed_in: SignIn) -> None:
    assert signed_in((Role.HANDLER, "*")).get("/sign-in").heading == "Min dag"


def test_signing_in_anew_ends_the_session_the_browser_had(db: Database, nobody: Reader) -> None:
    account = make_person(db)
    nobody.sign_in(make_account(db, roles=((Role.HANDLER, "*"),)))
    secret = sessions.make_sign_in_link(db, by=None, account_id=account, now=NOW, author=BY_HAND)
    nobody.press(nobody.get(f"/sign-in/link/{secret}"), "Lagre og logg inn", password=PASSWORD)
    with db.reading() as session:
        assert sorted(row.ended_at is None for row in session.query(AccountSession)) == [False, True]


def test_a_one_time_link_sets_a_password_and_signs_in_once(db: Database, nobody: Reader) -> None:
    account = make_account(db, "ny@asker.example", name="Nils Ny", roles=((Role.HANDLER, "*"),))
    path = f"/sign-in/link/{sessions.make_sign_in_link(db, by=None, account_id=account, now=NOW, author=BY_HAND)}"
    page = nobody.get(path)
    assert "Hei, Nils Ny." in page.text
    page = nobody.press(page, "Lagre og logg inn", status=422, password="kort")
    assert "Passordet er for kort. Det må ha minst 12 tegn." in page.text
    page = nobody.press(page, "Lagre og logg inn", password=PASSWORD)
    assert "Passordet er lagret, og du er logget inn." in page.text
    assert "Lenken er brukt eller for gammel." in nobody.get(path, status=403).text


def test_looking_at_a_one_time_link_does_not_use_it_up(db: Database, nobody: Reader) -> None:
    account = make_account(db)
    path = f"/sign-in/link/{sessions.make_sign_in_link(db, by=None, account_id=account, now=NOW, author=BY_HAND)}"
    assert nobody.get(path).heading == nobody.get(path).heading == "Velg passord"


def test_a_password_manager_learns_whose_password_is_chosen(db: Database, nobody: Reader) -> None:
    account = make_account(db, "kari@asker.example")
    page = nobody.get(
        f"/sign-in/link/{sessions.make_sign_in_link(db, by=None, account_id=account, now=NOW, author=BY_HAND)}"
    )
    (field,) = page.all("input", type="text", autocomplete="username")
    assert field.get("value") == "kari@asker.example"
    assert "readonly" in field.attrib


def test_an_old_or_made_up_link_opens_nothing(db: Database, nobody: Reader) -> None:
    secret = sessions.make_sign_in_link(
        db, by=None, account_id=make_account(db), now=NOW - timedelta(days=8), author=BY_HAND
    )
    for path in (f"/sign-in/link/{secret}", "/sign-in/link/oppdiktet"):
        assert "Be en administrator om en ny." in nobody.get(path, status=403).text


def test_the_cookie_holds_the_secret_of_the_session_and_nothing_of_the_account(db: Database, nobody: Reader) -> None:
    make_person(db)
    nobody.press(nobody.get("/sign-in"), "Logg inn", email="kari@asker.example", password=PASSWORD)
    with nobody.client.session_transaction() as cookie:
        assert set(cookie) <= {"_user_id", "_fresh", "_id", "csrf_token"}
        assert "kari" not in str(dict(cookie))
    answer = nobody.client.get("/sign-in")
    assert "HttpOnly" in answer.headers.get("Set-Cookie", "HttpOnly")


def test_a_session_that_was_ended_elsewhere_opens_nothing(db: Database, signed_in: SignIn) -> None:
    reader = signed_in((Role.HANDLER, "*"))
    with db.writing() as session:
        session.query(AccountSession).update({"ended_at": NOW})
    assert reader.get("/cases").heading == "Logg inn"


def test_everybody_can_see_their_own_roles(signed_in: SignIn) -> None:
    page = signed_in((Role.MANAGER, "*"), email="lise@asker.example").get("/account")
    assert "Leder, alle virksomheter" in page.text
