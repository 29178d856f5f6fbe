"""Signing in elsewhere from end to end: our application, a service of somebody else's making in its own process, HTTP."""

import hashlib
import logging
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from dialogen import clock
from dialogen.database.engine import Database
from dialogen.database.sessions import end_sessions
from dialogen.domain.accounts import Role
from dialogen.domain.history import Author, Door
from dialogen.services import accounts, break_glass, identities, sessions
from dialogen.services.passwords import Hasher
from tests.factories import make_account, make_unit
from tests.oidc.crooked import crooked_provider
from tests.oidc.served import SERVICE, Browser, Served, link_on, served, words
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, ProviderProcess, provider_process
from tests.services.outside import roles_of, told

PASSWORD = "riktig hest batteri stift"
BY_COMMAND = Author(None, Door.COMMAND_LINE)


@pytest.fixture(scope="module")
def service() -> Iterator[ProviderProcess]:
    """The sign-in service, which knows one person."""
    with provider_process() as process:
        yield process


@pytest.fixture(scope="module")
def application(service: ProviderProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The application, served once."""
    with served(service.issuer, tmp_path_factory.mktemp("served")) as application:
        yield application


@pytest.fixture
def browser(db: Database, service: ProviderProcess, application: Served) -> Browser:
    """A browser before the application on the test's database."""
    service.knows("kari", "Dialogen.Senter")
    return Browser(application.on(db).address)


def come_in(browser: Browser, service: ProviderProcess, subject: str = "kari", path: str = "/sign-in/oidc") -> str:
    """Sign in elsewhere and come back; returns what the page says."""
    return words(browser.get(service.sign_in(browser.set_out(path), subject)))


def refused(browser: Browser, back: str, status: int) -> str:
    page = browser.get(back, status=status)
    assert "<h1>Du er ikke logget inn</h1>" in page.text
    assert browser.get("/cases").url.startswith(f"{browser.address}/sign-in"), "nobody was let in"
    return words(page)


def add_local(db: Database, email: str, *roles: Role, glass: bool = False) -> int:
    """Add an account with a password."""
    account, _ = accounts.add_account(
        db,
        by=None,
        email=email,
        name="Lokal Lokalsen",
        roles=[(role, "*") for role in roles],
        password=PASSWORD,
        now=clock.now(),
        hasher=Hasher(memory_kib=8, passes=1),
    )
    if glass:
        break_glass.set_break_glass(db, email=email, on=True, author=BY_COMMAND, now=clock.now())
    return account.id


def sign_in_here(browser: Browser, email: str, status: int = 200) -> str:
    form = browser.get("/sign-in?lokalt")
    return words(browser.post("/sign-in", form, status=status, email=email, password=PASSWORD))


def test_a_person_signs_in_elsewhere_and_works_here(db: Database, browser: Browser, service: ProviderProcess) -> None:
    page = browser.get("/cases", status=200)
    assert 'type="password"' not in page.text, "the local form is tucked away"
    way_in = browser.set_out(link_on(page, f"Logg inn med {SERVICE}"))
    asked = {name: values[0] for name, values in parse_qs(urlsplit(way_in).query).items()}
    assert asked["redirect_uri"] == f"{browser.address}/sign-in/oidc/callback"
    landed = browser.get(service.sign_in(way_in, "kari"))
    assert landed.url == f"{browser.address}/cases"
    assert "Kari Nordmann" in words(landed)
    account = accounts.get_account_by_email(db, "kari@asker.example")
    assert roles_of(db, account.id) == {("handler", "*", "oidc")}


def test_the_service_sees_pkce_state_and_nonce_and_gets_the_verifier(
    browser: Browser, service: ProviderProcess
) -> None:
    come_in(browser, service)
    seen, redeemed = service.saw("/oauth2/authorize")[-1], service.saw("/oauth2/token")[-1]
    assert (seen["response_type"], seen["code_challenge_method"]) == ("code", "S256")
    assert min(len(seen[each]) for each in ("state", "nonce")) >= 43
    digest = hashlib.sha256(redeemed["code_verifier"].encode()).digest()
    assert urlsafe_b64encode(digest).rstrip(b"=").decode() == seen["code_challenge"]
    assert redeemed["redirect_uri"] == seen["redirect_uri"]
    earlier = service.saw("/oauth2/authorize")[:-2]
    assert all(each["state"] != seen["state"] and each["nonce"] != seen["nonce"] for each in earlier)


@pytest.mark.parametrize(
    ("wanted", "lands"), [("/account", "/account"), ("https://evil.example/", "/"), ("//evil.example", "/")]
)
def test_the_way_back_leads_on_to_our_own_pages_alone(
    browser: Browser, service: ProviderProcess, wanted: str, lands: str
) -> None:
    back = service.sign_in(browser.set_out(f"/sign-in/oidc?next={wanted}"), "kari")
    assert browser.get(back).url == browser.address + lands


def test_roles_follow_the_service_at_the_next_sign_in(db: Database, browser: Browser, service: ProviderProcess) -> None:
    school = make_unit(db, "Skole")
    come_in(browser, service)
    service.knows("kari", "Dialogen.Leder.Skole", "Noe.Annet")
    come_in(Browser(browser.address), service)
    account = accounts.get_account_by_email(db, "kari@asker.example")
    assert roles_of(db, account.id) == {("manager", str(school), "oidc")}


def test_who_has_no_role_is_told_and_nothing_is_made(db: Database, browser: Browser, service: ProviderProcess) -> None:
    service.knows("ola", "Noe.Annet")
    said = refused(browser, service.sign_in(browser.set_out(), "ola"), 403)
    assert "Du har ikke fått noen rolle i Dialogen." in said
    assert accounts.list_accounts(db) == []


def test_who_cancels_is_told(browser: Browser, service: ProviderProcess) -> None:
    assert "Du avbrøt innloggingen" in refused(browser, service.cancel(browser.set_out()), 403)


def test_an_answer_that_nobody_asked_for_opens_nothing(browser: Browser, service: ProviderProcess) -> None:
    back = service.sign_in(browser.set_out(), "kari")
    state = parse_qs(urlsplit(back).query)["state"][0]
    other = Browser(browser.address)
    for wrong in (back, back.replace(state, "feil"), f"{browser.address}/sign-in/oidc/callback"):
        assert "Innloggingen ble ikke startet her" in refused(other, wrong, 400)
    assert refused(browser, f"{browser.address}/sign-in/oidc/callback?state={state}", 502)
    assert "eller den er brukt" in refused(browser, back, 400), "a state is used up by the first answer"


def test_an_answer_works_once(browser: Browser, service: ProviderProcess) -> None:
    back = service.sign_in(browser.set_out(), "kari")
    browser.get(back)
    assert "Innloggingen ble ikke fullført" in words(browser.get(back, status=400))


def test_a_code_that_was_used_opens_nothing_in_another_attempt(browser: Browser, service: ProviderProcess) -> None:
    back = service.sign_in(browser.set_out(), "kari")
    browser.get(back)
    code = parse_qs(urlsplit(back).query)["code"][0]
    other = Browser(browser.address)
    state = parse_qs(urlsplit(other.set_out()).query)["state"][0]
    answer = f"{browser.address}/sign-in/oidc/callback?code={code}&state={state}"
    assert "Innloggingen er brukt eller for gammel." in refused(other, answer, 400)


def test_a_code_of_another_attempt_carries_the_wrong_nonce(browser: Browser, service: ProviderProcess) -> None:
    """Somebody's own answer, led into another's browser."""
    attacker, victim = browser, Browser(browser.address)
    code = parse_qs(urlsplit(service.sign_in(attacker.set_out(), "kari")).query)["code"][0]
    state = parse_qs(urlsplit(victim.set_out()).query)["state"][0]
    answer = f"{browser.address}/sign-in/oidc/callback?code={code}&state={state}"
    assert "kan ikke godtas" in refused(victim, answer, 502)


def test_an_attempt_lasts_a_quarter_of_an_hour(browser: Browser, service: ProviderProcess) -> None:
    back = service.sign_in(browser.set_out(), "kari")
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        assert "tok for lang tid" in refused(browser, back, 400)


def test_a_clock_that_goes_wrong_is_told_to_whoever_can_set_it(browser: Browser, service: ProviderProcess) -> None:
    with time_machine.travel(clock.now() - timedelta(minutes=10)):
        back = service.sign_in(browser.set_out(), "kari")
        assert "Klokka hos oss" in refused(browser, back, 502)


def test_a_service_that_is_away_is_told_before_and_after(db: Database, tmp_path: Path) -> None:
    with provider_process() as brief, served(brief.issuer, tmp_path) as application:
        brief.knows("kari", "Dialogen.Senter")
        browser = Browser(application.on(db).address)
        back = brief.sign_in(browser.set_out(), "kari")
        brief.stop()
        assert "svarer ikke som den skal" in refused(browser, back, 503)
        with time_machine.travel(clock.now() + timedelta(hours=2)):
            assert "svarer ikke som den skal" in refused(browser, "/sign-in/oidc", 503)
            assert "svarer ikke" in words(browser.get("/sign-out/oidc", status=503))


def test_an_address_that_has_an_account_is_linked_by_a_one_time_link_and_never_joined(
    db: Database, browser: Browser, service: ProviderProcess
) -> None:
    account = add_local(db, "kari@asker.example", Role.STATISTICIAN)
    said = refused(browser, service.sign_in(browser.set_out(), "kari"), 409)
    assert "Be en administrator om en lenke" in said
    secret = sessions.make_sign_in_link(db, by=None, account_id=account, now=clock.now(), author=BY_COMMAND)
    page = browser.get(f"/sign-in/link/{secret}")
    assert f"Knytt kontoen til {SERVICE}" in words(page)
    assert "Lokal Lokalsen (kari@asker.example)" in words(page)
    way_in = browser.set_out(link_on(page, f"Logg inn hos {SERVICE}"))
    assert parse_qs(urlsplit(way_in).query)["prompt"] == ["login"]
    browser.get(service.sign_in(way_in, "kari"))
    assert roles_of(db, account) == {("statistician", "*", "local"), ("handler", "*", "oidc")}
    assert "Lenken er brukt" in words(Browser(browser.address).get(f"/sign-in/link/{secret}/oidc", status=403))


def test_a_break_glass_account_signs_in_here_and_others_do_not(db: Database, browser: Browser) -> None:
    add_local(db, "glass@asker.example", Role.ADMIN, glass=True)
    add_local(db, "vanlig@asker.example", Role.ADMIN)
    assert "Feil e-postadresse eller passord." in sign_in_here(browser, "vanlig@asker.example", status=422)
    assert "Lokal Lokalsen" in sign_in_here(browser, "glass@asker.example")
    assert [action for action, _ in told(db)].count("break_glass_used") == 1


def test_who_is_signed_in_links_the_account_by_a_fresh_sign_in(
    db: Database, browser: Browser, service: ProviderProcess
) -> None:
    account = add_local(db, "glass@asker.example", Role.ADMIN, glass=True)
    sign_in_here(browser, "glass@asker.example")
    assert browser.get("/account/link?token=feil", status=303, follow=False).headers["Location"] == "/account"
    way_in = browser.set_out(link_on(browser.get("/account"), f"Knytt til {SERVICE}"))
    assert parse_qs(urlsplit(way_in).query)["prompt"] == ["login"]
    back = service.sign_in(way_in, "kari")
    assert "Innloggingen ble ikke startet her" in words(Browser(browser.address).get(back, status=400))
    assert f"Kontoen er knyttet til {SERVICE}." in words(browser.get(back))
    assert "En administrator kan løse den fra igjen." in words(browser.get("/account"))
    come_in(Browser(browser.address), service)
    assert roles_of(db, account) == {("admin", "*", "local"), ("handler", "*", "oidc")}


def test_whose_session_ended_meanwhile_is_not_linked(db: Database, browser: Browser, service: ProviderProcess) -> None:
    account = add_local(db, "glass@asker.example", Role.ADMIN, glass=True)
    sign_in_here(browser, "glass@asker.example")
    back = service.sign_in(browser.set_out(link_on(browser.get("/account"), f"Knytt til {SERVICE}")), "kari")
    with db.writing() as session:
        end_sessions(session, account, now=clock.now())
    assert "Innloggingen ble ikke startet her" in refused(browser, back, 400)
    assert identities.identities_of(db, account) == []


def test_a_service_without_a_place_to_sign_out_is_left_by_closing_the_browser(db: Database, tmp_path: Path) -> None:
    with crooked_provider() as crooked, served(crooked.issuer, tmp_path) as application:
        page = Browser(application.on(db).address).get("/sign-out/oidc")
    assert f"{SERVICE} har ingen side for å logge ut. Lukk nettleseren." in words(page)


def test_an_identity_of_another_account_is_not_linked(db: Database, browser: Browser, service: ProviderProcess) -> None:
    come_in(Browser(browser.address), service)
    add_local(db, "glass@asker.example", Role.ADMIN, glass=True)
    sign_in_here(browser, "glass@asker.example")
    way_in = browser.set_out(link_on(browser.get("/account"), f"Knytt til {SERVICE}"))
    page = browser.get(service.sign_in(way_in, "kari"), status=409)
    assert "er knyttet til en annen konto i Dialogen" in words(page)
    assert "<h1>Kontoen er ikke knyttet</h1>" in page.text


def test_an_administrator_unlinks_an_account(db: Database, browser: Browser, service: ProviderProcess) -> None:
    add_local(db, "glass@asker.example", Role.ADMIN, glass=True)
    visitor = Browser(browser.address)
    come_in(visitor, service)
    account = accounts.get_account_by_email(db, "kari@asker.example")
    sign_in_here(browser, "glass@asker.example")
    page = browser.get(f"/admin/people/{account.id}")
    assert f"Kontoen er knyttet til {service.issuer} ." in words(page)
    assert "Lag lenke som knytter kontoen" in words(page)
    form = page.text.partition("Løs kontoen fra")[0].rpartition('action="')[2].partition('"')[0]
    assert "Kontoen er løst fra innloggingen" in words(browser.post(form, page))
    assert visitor.get("/cases").url.startswith(f"{browser.address}/sign-in"), "it is out at once"
    assert roles_of(db, account.id) == set()


def test_signing_out_ends_our_session_and_offers_to_end_the_other(browser: Browser, service: ProviderProcess) -> None:
    come_in(browser, service)
    page = browser.post("/sign-out", browser.get("/account"))
    assert "Du er logget ut." in words(page)
    way_out = browser.get(link_on(page, "logg ut der også"), status=303, follow=False).headers["Location"]
    assert way_out.startswith(f"{service.issuer}/oauth2/end_session?")
    assert parse_qs(urlsplit(way_out).query) == {
        "client_id": [CLIENT_ID],
        "post_logout_redirect_uri": [f"{browser.address}/sign-in"],
    }


def test_no_log_line_holds_a_code_a_token_a_secret_or_a_person(
    browser: Browser, service: ProviderProcess, caplog: pytest.LogCaptureFixture
) -> None:
    service.knows("ola", email="ola@asker.example", name="Ola Nordmann")
    with caplog.at_level(logging.DEBUG):
        backs = [service.sign_in(browser.set_out(), subject) for subject in ("ola", "kari")]
        for back in backs:
            browser.session.get(back, timeout=60)
        browser.session.get(backs[1], timeout=60)
    # What the tests' own server and browser write is theirs; the product's own server writes no addresses.
    lines = "\n".join(
        each.getMessage() for each in caplog.records if each.name not in ("werkzeug", "urllib3.connectionpool")
    )
    assert "sign-in elsewhere refused" in lines
    for back in backs:
        for secret in (parse_qs(urlsplit(back).query)["code"][0], parse_qs(urlsplit(back).query)["state"][0]):
            assert secret not in lines
    for secret in ("Nordmann", "kari@", "ola@", CLIENT_SECRET, "eyJ"):
        assert secret not in lines


def test_nobody_sets_out_where_people_sign_in_here(db: Database, tmp_path: Path) -> None:
    make_account(db)
    none = dict.fromkeys(("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_ROLES"), "")
    with served("", tmp_path, **none) as application:
        browser = Browser(application.on(db).address)
        for path in ("/sign-in/oidc", "/sign-in/oidc/callback", "/sign-out/oidc"):
            browser.get(path, status=404)
        assert 'type="password"' in browser.get("/sign-in").text
