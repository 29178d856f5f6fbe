"""The second step in a browser: the way in, setting one up, the own page, and the reset by an administrator."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from config import Config
from dialogen.database.engine import Database
from dialogen.database.models import Account
from dialogen.domain.accounts import Role
from dialogen.extensions import Office
from dialogen.services.passwords import Hasher
from dialogen.services.sealing import SecretKeys
from tests.factories import NOW, make_account
from tests.totp import code_at, give_second_step, secret_in
from tests.web.conftest import SignIn
from tests.web.pages import Page, Reader

PASSWORD = "riktig hest batteri stift"
KARI = "kari@asker.example"
STEP = timedelta(seconds=30)


@pytest.fixture
def keys(app: Flask) -> SecretKeys:
    """The keys of the application under test."""
    return SecretKeys.of(app.extensions["dialogen"].config)


@pytest.fixture
def in_production(app: Flask) -> Iterator[None]:
    """Let the application demand what an installation in production demands."""
    office: Office = app.extensions["dialogen"]
    config: Config = replace(office.config, env="production", base_url="http://localhost")
    app.extensions["dialogen"] = replace(office, config=config)
    yield
    app.extensions["dialogen"] = office  # the application is the whole run's


def add_person(db: Database, role: Role = Role.HANDLER) -> int:
    number = make_account(db, KARI, name="Kari Behandler", roles=((role, "*"),))
    with db.writing() as session:
        session.get_one(Account, number).password_hash = Hasher(memory_kib=8, passes=1).hash(PASSWORD)
    return number


@pytest.fixture
def kari(db: Database, keys: SecretKeys) -> int:
    """A person with a password and a second step."""
    number = add_person(db)
    give_second_step(db, number, now=NOW, keys=keys)
    return number


def show_password(reader: Reader, at: str = "/") -> Page:
    return reader.press(reader.get(at), "Logg inn", email=KARI, password=PASSWORD)


def test_after_the_password_the_code_is_asked_for_and_leads_on(nobody: Reader, kari: int) -> None:
    page = show_password(nobody, "/reports/mv-1.1/2025?by=month")
    assert page.heading == "Bekreft innloggingen"
    assert page.all("input", name="code", autocomplete="one-time-code", inputmode="numeric")
    page = nobody.press(page, "Fortsett", code=code_at(NOW))
    assert page.heading == "MV.1.1 for 2025"
    assert page.path.endswith("by=month")


def test_the_cookie_of_the_password_is_worth_nothing_after_the_code(nobody: Reader, kari: int) -> None:
    page = show_password(nobody)
    with nobody.client.session_transaction() as cookie:
        before = cookie["_user_id"]
    nobody.press(page, "Fortsett", code=code_at(NOW))
    with nobody.client.session_transaction() as cookie:
        assert cookie["_user_id"] != before
        cookie["_user_id"] = before
    assert nobody.get("/cases").heading == "Logg inn"


@pytest.mark.parametrize(
    "path", ["/", "/cases", "/account", "/account/second-step", "/admin/people", "/sign-in/second-step/new"]
)
def test_halfway_in_every_page_asks_for_the_code(nobody: Reader, kari: int, path: str) -> None:
    show_password(nobody)
    assert nobody.get(path).heading == "Bekreft innloggingen"
    assert nobody.client.get("/api/v1/docs").status_code == 401


def test_halfway_in_the_frame_shows_nobody_as_signed_in(nobody: Reader, kari: int) -> None:
    page = show_password(nobody)
    assert "Kari" not in page.text
    assert not {"Henvendelser", "Årsrapport"} & set(page.links())


def test_a_wrong_code_and_one_used_before_are_told_alike(nobody: Reader, kari: int) -> None:
    page = show_password(nobody)
    page = nobody.press(page, "Fortsett", code="000000", status=403)
    assert "Koden er feil eller allerede brukt." in page.text
    assert page.title.startswith("Feil: ")
    page = nobody.press(page, "Fortsett", code=code_at(NOW))
    nobody.press(page, "Logg ut")
    page = nobody.press(show_password(nobody), "Fortsett", code=code_at(NOW), status=403)
    assert "Koden er feil eller allerede brukt." in page.text


def test_too_many_codes_are_told_with_how_long_to_wait(nobody: Reader, kari: int) -> None:
    page = show_password(nobody)
    for _ in range(5):
        page = nobody.press(page, "Fortsett", code="000000", status=403)
    page = nobody.press(page, "Fortsett", code=code_at(NOW), status=429)
    assert page.headers["Retry-After"] == "900"


def test_signing_in_can_be_given_up_halfway(nobody: Reader, kari: int) -> None:
    page = nobody.press(show_password(nobody), "Avbryt innloggingen")
    assert page.heading == "Logg inn"
    assert nobody.get("/sign-in/second-step").heading == "Logg inn"


def test_whoever_waits_too_long_begins_again(nobody: Reader, kari: int) -> None:
    page = show_password(nobody)
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        page = nobody.press(page, "Fortsett", code=code_at(NOW + timedelta(minutes=10)))
        assert page.heading == "Logg inn"


def test_whoever_is_in_is_led_on(signed_in: SignIn) -> None:
    reader = signed_in((Role.HANDLER, "*"))
    assert reader.get("/sign-in/second-step?next=/letters").path == "/letters"
    assert reader.get("/sign-in/second-step/new?next=//ond.example").heading == "Min dag"


def test_a_recovery_code_opens_once_and_tells_how_many_are_left(nobody: Reader, kari: int) -> None:
    nobody.press(show_password(nobody), "Fortsett", code=code_at(NOW))
    page = nobody.press(nobody.get("/account/second-step/codes"), "Lag nye koder", proof=PASSWORD)
    codes = [item.text or "" for item in page.all("code")]
    assert (page.heading, len(codes)) == ("Gjenopprettingskoder", 10)
    assert codes[0] not in nobody.get("/account/second-step").text
    nobody.press(page, "Logg ut")
    page = show_password(nobody)
    page = nobody.get(page.links()["Har du ikke appen? Bruk en gjenopprettingskode"])
    page = nobody.press(page, "Fortsett", code=codes[0])
    assert "Du brukte en gjenopprettingskode og har 9 igjen." in page.text
    nobody.press(page, "Logg ut")
    nobody.press(show_password(nobody), "Fortsett", code=codes[0], status=403)


def test_a_link_to_a_new_password_stops_before_the_second_step_too(
    signed_in: SignIn, kari: int, nobody: Reader
) -> None:
    admin = signed_in((Role.ADMIN, "*"))
    made = admin.press(admin.get(f"/admin/people/{kari}"), "Lag ny lenke til passord")
    path = next(each for each in made.text.split() if "/sign-in/link/" in each)
    page = nobody.get(path[path.index("/sign-in") :])
    page = nobody.press(page, "Lagre og logg inn", password="et helt nytt og langt passord")
    assert page.heading == "Bekreft innloggingen"
    assert "du er logget inn" not in page.text


@pytest.mark.usefixtures("in_production")
def test_an_administrator_in_production_sets_one_up_before_anything_opens(db: Database, nobody: Reader) -> None:
    add_person(db, Role.ADMIN)
    page = show_password(nobody, "/admin/people")
    assert page.heading == "Sett opp totrinnsinnlogging"
    for path in ("/", "/admin/units", "/account", "/sign-in/second-step"):
        assert nobody.get(path).heading == "Sett opp totrinnsinnlogging"
    page = nobody.get("/admin/people")
    (picture,) = (each for each in page.all("img") if each.get("alt"))
    assert (picture.get("src") or "").startswith("data:image/svg+xml")
    key = page.all("code")[0].text or ""
    assert secret_in(page.links()["Åpne nøkkelen i appen på denne telefonen"]) == key.replace(" ", "")
    again = nobody.press(page, "Fullfør", code="000000", status=422)
    assert again.all("code")[0].text == key, "the same key, so that the app need not learn another"
    page = nobody.press(again, "Fullfør", code=code_at(NOW, key))
    assert page.heading == "Gjenopprettingskoder"
    assert nobody.get(page.links()["Jeg har tatt vare på kodene"]).heading == "Personer"
    nobody.press(page, "Logg ut")
    assert show_password(nobody).heading == "Bekreft innloggingen"


@pytest.mark.usefixtures("in_production")
def test_an_administrator_in_production_cannot_take_it_off(db: Database, nobody: Reader, keys: SecretKeys) -> None:
    give_second_step(db, add_person(db, Role.ADMIN), now=NOW, keys=keys)
    nobody.press(show_password(nobody), "Fortsett", code=code_at(NOW))
    page = nobody.get("/account/second-step")
    assert "Slå av totrinnsinnlogging" not in page.links()
    page = nobody.press(nobody.get("/account/second-step/remove"), "Slå av", proof=PASSWORD, status=409)
    assert "Administratorer må ha totrinnsinnlogging." in page.text


def test_it_is_turned_on_and_off_on_the_own_page(db: Database, nobody: Reader) -> None:
    add_person(db)
    page = nobody.get(show_password(nobody).links()["Kari Behandler"])
    page = nobody.get(page.links()["Totrinnsinnlogging"])
    assert "Totrinnsinnlogging er av." in page.text
    page = nobody.get(page.links()["Sett opp totrinnsinnlogging"])
    key = page.all("code")[0].text or ""
    page = nobody.press(page, "Slå på totrinnsinnlogging", code=code_at(NOW, key), proof="feil", status=422)
    assert "Dette er verken passordet ditt eller en gyldig kode." in page.text
    page = nobody.press(page, "Slå på totrinnsinnlogging", code=code_at(NOW, key), proof=PASSWORD)
    assert page.heading == "Gjenopprettingskoder"
    page = nobody.get(page.links()["Jeg har tatt vare på kodene"])
    assert "Du har 10 gjenopprettingskoder igjen." in page.text
    page = nobody.press(nobody.get(page.links()["Slå av totrinnsinnlogging"]), "Slå av", proof=code_at(NOW + STEP, key))
    assert "Totrinnsinnloggingen er slått av." in page.text


def test_a_key_shown_long_ago_is_replaced(db: Database, nobody: Reader) -> None:
    add_person(db)
    show_password(nobody)
    page = nobody.get("/account/second-step/new")
    key = page.all("code")[0].text or ""
    late = NOW + timedelta(minutes=45)
    with time_machine.travel(late, tick=False):
        page = nobody.press(page, "Slå på totrinnsinnlogging", code=code_at(late, key), proof=PASSWORD, status=409)
        assert "Nøkkelen ble vist for lenge siden." in page.text
        new = page.all("code")[0].text or ""
        assert new != key
        page = nobody.press(page, "Slå på totrinnsinnlogging", code=code_at(late, new), proof=PASSWORD)
        assert page.heading == "Gjenopprettingskoder"


def test_there_are_no_new_codes_for_what_is_not_set_up(db: Database, nobody: Reader) -> None:
    add_person(db)
    show_password(nobody)
    page = nobody.press(nobody.get("/account/second-step/codes"), "Lag nye koder", proof=PASSWORD, status=409)
    assert "Kontoen har ikke totrinnsinnlogging." in page.text


def test_whoever_signs_in_elsewhere_is_told_to_need_nothing_here(signed_in: SignIn) -> None:
    reader = signed_in((Role.HANDLER, "*"))
    assert "Du trenger ikke noe mer her." in reader.get("/account/second-step").text
    assert reader.get("/account/second-step/new").path == "/account/second-step"


def test_an_administrator_resets_what_somebody_lost(signed_in: SignIn, nobody: Reader, kari: int) -> None:
    nobody.press(show_password(nobody), "Fortsett", code=code_at(NOW))
    admin = signed_in((Role.ADMIN, "*"))
    page = admin.get(f"/admin/people/{kari}")
    page = admin.press(admin.get(page.links()["Totrinnsinnlogging"]), "Nullstill totrinnsinnloggingen")
    assert "Personen har ikke satt opp totrinnsinnlogging her." in page.text
    assert nobody.get("/cases").heading == "Logg inn"
    assert show_password(nobody).heading == "Min dag"


def test_nobody_but_administrators_sees_or_resets_anybodys(signed_in: SignIn, kari: int) -> None:
    signed_in((Role.MANAGER, "*")).get(f"/admin/people/{kari}/second-step", status=403)
    signed_in((Role.ADMIN, "*")).get("/admin/people/999/second-step", status=404)


def test_an_administrators_own_is_not_reset_but_changed(db: Database, nobody: Reader, keys: SecretKeys) -> None:
    own = add_person(db, Role.ADMIN)
    give_second_step(db, own, now=NOW, keys=keys)
    nobody.press(show_password(nobody), "Fortsett", code=code_at(NOW))
    page = nobody.get(f"/admin/people/{own}/second-step")
    assert page.links()["siden for kontoen din"] == "/account/second-step"
    assert "Nullstill" not in page.text
