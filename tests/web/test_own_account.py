"""The page of one's own account: another password, and where one is signed in."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.domain.throttling import LIMITS, Kind
from dialogen.services import accounts, throttling
from dialogen.web.browsers import browser_in_words
from tests.factories import NOW
from tests.web.conftest import SignIn, build_app, on_database
from tests.web.pages import Page, Reader

EMAIL = "kari@asker.example"
PASSWORD = "riktig hest batteri stift"
OTHER = "gul traktor over fjorden"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"


@pytest.fixture
def kari(db: Database) -> int:
    """An account with a password."""
    view, _ = accounts.add_account(
        db, by=None, email=EMAIL, name="Kari Behandler", roles=[(Role.HANDLER, "*")], password=PASSWORD, now=NOW
    )
    return view.id


def sign_in(reader: Reader, *, browser: str = FIREFOX, password: str = PASSWORD, status: int = 200) -> Page:
    """Sign in at the page, with a browser that says what it is."""
    reader.client.environ_base["HTTP_USER_AGENT"] = browser
    return reader.press(reader.get("/sign-in"), "Logg inn", status=status, email=EMAIL, password=password)


def test_the_account_page_says_where_one_is_signed_in_and_for_how_long(nobody: Reader, kari: int) -> None:
    sign_in(nobody)
    page = nobody.get("/account")
    assert "ikke har brukt Dialogen på 2 timer, og senest 12 timer etter" in page.text
    assert "Firefox på Windows Denne nettleseren Logget inn 11.02.2026 kl. 06.30, sist brukt 11.02.2026" in page.text


def test_an_administrator_is_told_of_the_shorter_time(signed_in: SignIn) -> None:
    page = signed_in((Role.ADMIN, "-")).get("/account")
    assert "ikke har brukt Dialogen på 30 minutter" in page.text


def test_a_session_elsewhere_can_be_ended(nobody: Reader, kari: int) -> None:
    elsewhere = Reader(nobody.app, nobody.db)
    sign_in(nobody)
    sign_in(elsewhere, browser=SAFARI)
    page = nobody.get("/account")
    (link,) = page.all("a", aria_label="Avslutt Safari på iPhone, logget inn 11.02.2026 kl. 06.30")
    page = nobody.get(link.get("href", ""))
    page = nobody.press(page, "Avslutt innloggingen", status=422, present="feil")
    assert page.links()["Passordet ditt: Dette er ikke passordet du har nå."] == "#present"
    assert elsewhere.get("/cases").heading == "Henvendelser"
    page = nobody.press(page, "Avslutt innloggingen", present=PASSWORD)
    assert "Innloggingen er avsluttet." in page.text
    assert "iPhone" not in page.text
    assert elsewhere.get("/cases").heading == "Logg inn"
    assert nobody.get("/cases").heading == "Henvendelser"


def test_all_others_can_be_ended_at_once(nobody: Reader, kari: int) -> None:
    others = [Reader(nobody.app, nobody.db) for _ in range(2)]
    for reader in (nobody, *others):
        sign_in(reader)
    page = nobody.get(nobody.get("/account").links()["Logg ut alle andre steder"])
    page = nobody.press(page, "Logg ut alle andre steder", present=PASSWORD)
    assert "Du er logget ut alle andre steder." in page.text
    assert [reader.get("/cases").heading for reader in others] == ["Logg inn", "Logg inn"]
    assert "Logg ut alle andre steder" not in nobody.get("/account").text


def test_whoever_has_no_password_here_only_confirms(signed_in: SignIn) -> None:
    reader = signed_in((Role.HANDLER, "*"))
    page = reader.get("/account/sessions/end-others")
    assert not page.all("input", type="password")
    assert "Du er logget ut alle andre steder." in reader.press(page, "Logg ut alle andre steder").text


def test_guessing_the_password_where_sessions_are_ended_is_slowed_down(nobody: Reader, kari: int) -> None:
    sign_in(nobody)
    page = nobody.get("/account/sessions/end-others")
    for _ in range(LIMITS[Kind.ACCOUNT].attempts):
        nobody.press(page, "Logg ut alle andre steder", status=422, present="feil")
    page = nobody.press(page, "Logg ut alle andre steder", status=429, present=PASSWORD)
    assert page.headers["Retry-After"] == "900"


def test_a_session_ended_in_one_process_opens_nothing_in_another(nobody: Reader, kari: int, tmp_path: Path) -> None:
    sign_in(nobody)
    other_process = on_database(build_app(tmp_path), Database(nobody.db.url))
    other_process.config["SECRET_KEY"] = nobody.app.config["SECRET_KEY"]
    there = Reader(other_process, nobody.db)
    there.client._cookies = nobody.client._cookies
    assert there.get("/cases").heading == "Henvendelser"
    nobody.press(nobody.get("/account"), "Logg ut")
    assert there.get("/cases").heading == "Logg inn"
    other_process.extensions["dialogen"].db.dispose()


def test_the_password_is_changed_by_whoever_knows_the_present_one(nobody: Reader, kari: int) -> None:
    elsewhere = Reader(nobody.app, nobody.db)
    sign_in(nobody)
    sign_in(elsewhere)
    page = nobody.get("/account/password")
    page = nobody.press(page, "Bytt passord", status=422, present="feil", password=OTHER)
    assert page.links()["Passordet du har nå: Dette er ikke passordet du har nå."] == "#present"
    page = nobody.press(page, "Bytt passord", status=422, present=PASSWORD, password="Kari Behandler 2026")
    assert page.links()[
        "Nytt passord: Passordet er for lett å gjette. Bruk flere ord som ikke hører sammen, og ingen navn eller årstall."
    ]
    assert page.value("present") == page.value("password") == ""
    page = nobody.press(page, "Bytt passord", present=PASSWORD, password=OTHER)
    assert "Passordet er byttet." in page.text
    assert page.heading == "Din konto"
    assert elsewhere.get("/cases").heading == "Logg inn"
    sign_in(elsewhere, status=422)
    assert sign_in(elsewhere, password=OTHER).heading == "Min dag"


def test_a_change_gives_the_browser_another_cookie(nobody: Reader, kari: int) -> None:
    sign_in(nobody)
    with nobody.client.session_transaction() as cookie:
        before = cookie["_user_id"]
    nobody.press(nobody.get("/account/password"), "Bytt passord", present=PASSWORD, password=OTHER)
    with nobody.client.session_transaction() as cookie:
        assert cookie["_user_id"] != before


def test_whoever_has_no_password_is_offered_none(signed_in: SignIn) -> None:
    reader = signed_in((Role.HANDLER, "*"))
    assert "Bytt passord" not in reader.get("/account").links()
    assert "Passordet bytter du der du logger inn." in reader.get("/account/password").text


def test_an_administrator_signs_a_person_out_everywhere(nobody: Reader, kari: int, signed_in: SignIn) -> None:
    sign_in(nobody)
    admin = signed_in((Role.ADMIN, "-"))
    page = admin.press(admin.get(f"/admin/people/{kari}"), "Logg ut alle steder")
    assert "Personen er logget ut alle steder." in page.text
    assert nobody.get("/cases").heading == "Logg inn"


def test_too_many_attempts_are_told_when_to_try_again(nobody: Reader, kari: int) -> None:
    for _ in range(LIMITS[Kind.ACCOUNT].attempts):
        sign_in(nobody, password="feil", status=422)
    page = sign_in(nobody, status=429)
    assert "Du har prøvd for mange ganger. Prøv igjen om 15 minutter." in page.text
    assert page.headers["Retry-After"] == "900"
    with time_machine.travel(NOW + timedelta(minutes=15), tick=False):
        assert sign_in(nobody).heading == "Min dag"


def test_an_unknown_address_is_slowed_down_in_the_same_words(nobody: Reader) -> None:
    pages = [sign_in(nobody, status=422) for _ in range(LIMITS[Kind.ACCOUNT].attempts)]
    assert {page.text for page in pages} == {pages[0].text}
    assert "Du har prøvd for mange ganger. Prøv igjen om 15 minutter." in sign_in(nobody, status=429).text


def use_up(reader: Reader, address: str) -> None:
    """Let as many passwords be wrong from a client address as may be."""
    key = reader.app.extensions["dialogen"].config.secret_key
    for _ in range(LIMITS[Kind.ADDRESS].attempts):
        throttling.count_attempt(reader.db, kind=Kind.ADDRESS, name=address, now=NOW, secret_key=key)


def test_a_made_up_client_address_helps_nobody_without_a_proxy(nobody: Reader, kari: int) -> None:
    use_up(nobody, "127.0.0.1")
    nobody.client.environ_base["HTTP_X_FORWARDED_FOR"] = "203.0.113.9"
    sign_in(nobody, status=429)


def test_behind_a_proxy_each_client_is_slowed_down_by_itself(db: Database, kari: int, tmp_path: Path) -> None:
    reader = Reader(on_database(build_app(tmp_path, DIALOGEN_PROXIES="1"), db), db)
    use_up(reader, "192.0.2.1")
    # The proxy adds what it saw after whatever the client had made up.
    for made_up in ("203.0.113.9", '"', 'x"y', '"203.0.113.9', "\\"):
        reader.client.environ_base["HTTP_X_FORWARDED_FOR"] = f"{made_up}, 192.0.2.1"
        sign_in(reader, status=429)
    reader.client.environ_base["HTTP_X_FORWARDED_FOR"] = "192.0.2.1, 192.0.2.2"
    assert sign_in(reader).heading == "Min dag"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (FIREFOX, "Firefox på Windows"),
        (SAFARI, "Safari på iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge på Windows"),
        ("Mozilla/5.0 (X11; CrOS x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36", "Chrome på ChromeOS"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", "Chrome på Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari på Mac"),
        ("curl/8.0", "Ukjent nettleser"),
        ("<script>alert(1)</script>", "Ukjent nettleser"),
        ("", "Ukjent nettleser"),
        (None, "Ukjent nettleser"),
    ],
)
def test_a_browser_is_known_again_by_its_words(name: str | None, words: str) -> None:
    assert browser_in_words(name) == words
