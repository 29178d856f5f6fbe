"""Signing in elsewhere, before a service that lies, forges, stumbles or keeps silent: only the right answer counts."""

import hashlib
import logging
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from dialogen import clock
from dialogen.domain.errors import NotSignedIn, Problem
from dialogen.domain.outside import Asked, Identity, OutsidePerson
from dialogen.oidc.metadata import SECONDS
from dialogen.oidc.provider import Provider
from tests.oidc.coming import ASKED, Claims, come, refused
from tests.oidc.conftest import our_side
from tests.oidc.crooked import (
    CLIENT_ID,
    CLIENT_SECRET,
    CODE,
    SUBJECT,
    Crooked,
    key,
)


def test_the_way_in_asks_for_a_code_with_pkce_state_and_nonce(crooked: Crooked, provider: Provider) -> None:
    address = urlsplit(provider.way_in(ASKED, now=clock.now(), fresh=False))
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{crooked.issuer}/authorize"
    challenge = urlsafe_b64encode(hashlib.sha256(ASKED.verifier.encode()).digest()).rstrip(b"=").decode()
    assert {name: values[0] for name, values in parse_qs(address.query).items()} == {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": "https://dialogen.asker.example/sign-in/oidc/callback",
        "scope": "openid profile email",
        "state": ASKED.state,
        "nonce": ASKED.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    fresh = parse_qs(urlsplit(provider.way_in(ASKED, now=clock.now(), fresh=True)).query)
    assert fresh["prompt"] == ["login"]


def test_who_comes_back_is_known_by_issuer_and_subject(crooked: Crooked, provider: Provider) -> None:
    person = come(crooked, provider)
    assert person == OutsidePerson(
        identity=Identity(crooked.issuer, SUBJECT),
        name="Kari Nordmann",
        email="kari@asker.example",
        app_roles=frozenset({"Dialogen.Leder"}),
    )
    _, form, headers = next(each for each in crooked.seen if each[0] == "/token")
    assert form["grant_type"] == "authorization_code"
    assert "client_secret" not in form
    assert headers["Authorization"].startswith("Basic ")


def test_the_secret_travels_in_the_body_where_the_service_takes_it_there(crooked: Crooked, provider: Provider) -> None:
    crooked.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"]}
    come(crooked, provider)
    _, form, headers = next(each for each in crooked.seen if each[0] == "/token")
    assert (form["client_id"], form["client_secret"]) == (CLIENT_ID, CLIENT_SECRET)
    assert "Authorization" not in headers


@pytest.mark.parametrize(
    ("claims", "email", "roles"),
    [
        ({"email": None, "preferred_username": "kari@asker.example"}, "kari@asker.example", {"Dialogen.Leder"}),
        ({"email_verified": False}, None, {"Dialogen.Leder"}),
        ({"email": 7, "roles": None}, None, set()),
        ({"roles": "Dialogen.Admin"}, "kari@asker.example", {"Dialogen.Admin"}),
        ({"roles": ["Dialogen.Admin", 7, None]}, "kari@asker.example", {"Dialogen.Admin"}),
        ({"roles": {"Dialogen.Admin": True}}, "kari@asker.example", set()),
    ],
)
def test_what_is_told_of_a_person_is_taken_only_in_the_form_it_must_have(
    crooked: Crooked, provider: Provider, claims: Claims, email: str | None, roles: set[str]
) -> None:
    crooked.claims = claims
    person = come(crooked, provider)
    assert (person.email, person.app_roles) == (email, frozenset(roles))


def test_a_new_key_of_the_service_is_asked_for_at_once(crooked: Crooked, provider: Provider) -> None:
    come(crooked, provider)
    crooked.signing = key("second")
    come(crooked, provider)
    assert crooked.count("/keys") == 2
    assert crooked.count("/.well-known/openid-configuration") == 1


def test_a_key_that_the_service_does_not_show_is_unknown_for_good(crooked: Crooked, provider: Provider) -> None:
    crooked.shown = [key("first"), key("third")]
    crooked.signing = key("second")
    assert "unknown key" in str(refused(crooked, provider))


def test_what_the_service_says_of_itself_is_kept_for_an_hour(crooked: Crooked, provider: Provider) -> None:
    began: datetime = clock.now()
    for minutes, asked in ((0, 1), (59, 1), (61, 2)):
        provider.way_in(ASKED, now=began + timedelta(minutes=minutes), fresh=False)
        assert crooked.count("/.well-known/openid-configuration") == asked


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"issuer": "https://login.evil.example"}, "another issuer"),
        ({"issuer": None}, "another issuer"),
        ({"token_endpoint": "http://login.evil.example/token"}, "token_endpoint is no https address"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "authorization_endpoint is no https address"),
        ({"jwks_uri": None}, "jwks_uri is no https address"),
        ({"end_session_endpoint": "//evil.example"}, "end_session_endpoint is no https address"),
    ],
)
def test_a_service_that_speaks_for_another_or_in_the_clear_is_not_believed(
    crooked: Crooked, provider: Provider, told: Claims, says: str
) -> None:
    crooked.metadata = told
    with pytest.raises(NotSignedIn) as refusal:
        provider.way_in(ASKED, now=clock.now(), fresh=False)
    assert refusal.value.problem is Problem.OUTSIDE_NOT_BELIEVED
    assert says in str(refusal.value)


@pytest.mark.parametrize(
    "answer", [(500, ""), (404, ""), (302, "http://127.0.0.1:1/"), (200, "<html>"), (200, "[]"), (200, "x" * 600_000)]
)
def test_a_service_that_stumbles_is_away(crooked: Crooked, provider: Provider, answer: tuple[int, str]) -> None:
    crooked.answers["/.well-known/openid-configuration"] = answer
    with pytest.raises(NotSignedIn) as refusal:
        provider.check()
    assert refusal.value.problem is Problem.OUTSIDE_AWAY


@pytest.mark.parametrize(
    "answer", [(500, "{}"), (503, "<html>"), (302, "http://127.0.0.1:1/"), (200, "<html>"), (200, "[]")]
)
def test_a_token_endpoint_that_stumbles_is_away(crooked: Crooked, provider: Provider, answer: tuple[int, str]) -> None:
    crooked.answers["/token"] = answer
    assert refused(crooked, provider).problem is Problem.OUTSIDE_AWAY


def test_a_service_that_is_not_there_is_away(crooked: Crooked) -> None:
    with pytest.raises(NotSignedIn) as refusal:
        our_side(crooked, issuer="http://127.0.0.1:1").check()
    assert refusal.value.problem is Problem.OUTSIDE_AWAY
    assert "127.0.0.1" not in str(refusal.value)


def test_a_service_that_keeps_silent_holds_nobody_for_long(crooked: Crooked) -> None:
    assert sum(SECONDS) <= 10
    crooked.silent = True
    with pytest.raises(NotSignedIn) as refusal:
        our_side(crooked, seconds=(0.2, 0.2)).check()
    assert (refusal.value.problem, refusal.value.values["why"]) == (Problem.OUTSIDE_AWAY, "ReadTimeout")


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        ("invalid_grant", Problem.OUTSIDE_CODE_SPENT),
        ("invalid_client", Problem.OUTSIDE_MISCONFIGURED),
        ("temporarily_unavailable", Problem.OUTSIDE_AWAY),
        ("Kari Nordmann", Problem.OUTSIDE_MISCONFIGURED),
        (["invalid_grant"], Problem.OUTSIDE_MISCONFIGURED),
    ],
)
def test_an_error_of_the_service_is_told_by_a_known_word_alone(
    crooked: Crooked, provider: Provider, error: object, problem: Problem
) -> None:
    crooked.answers["/token"] = (400, {"error": error, "error_description": "Kari Nordmann (kari@asker.example)"})
    assert refused(crooked, provider).problem is problem


def test_a_code_opens_once(crooked: Crooked, provider: Provider) -> None:
    come(crooked, provider)
    with pytest.raises(NotSignedIn) as refusal:
        provider.person_of(CODE, ASKED, now=clock.now())
    assert refusal.value.problem is Problem.OUTSIDE_CODE_SPENT


@pytest.mark.parametrize("code", ["", "x" * 5000, "æøå", "a&client_id=other", "a\nb", "a%00b", "\ud800"])
def test_a_made_up_code_opens_nothing(crooked: Crooked, provider: Provider, code: str) -> None:
    crooked.follow(provider.way_in(ASKED, now=clock.now(), fresh=False))
    with pytest.raises(NotSignedIn):
        provider.person_of(code, ASKED, now=clock.now())


def test_the_code_is_of_no_use_without_the_verifier(crooked: Crooked, provider: Provider) -> None:
    crooked.follow(provider.way_in(ASKED, now=clock.now(), fresh=False))
    stolen = Asked(ASKED.state, ASKED.nonce, "w" * 43)
    with pytest.raises(NotSignedIn) as refusal:
        provider.person_of(CODE, stolen, now=clock.now())
    assert refusal.value.problem is Problem.OUTSIDE_CODE_SPENT


def test_no_token_is_no_sign_in(crooked: Crooked, provider: Provider) -> None:
    crooked.answers["/token"] = (200, {"access_token": "a", "token_type": "Bearer"})
    assert "no ID token" in str(refused(crooked, provider))


@pytest.mark.parametrize(("ago", "believed"), [(None, True), (0, True), (3600, False)])
def test_where_a_fresh_sign_in_is_asked_for_an_old_one_is_refused(
    crooked: Crooked, provider: Provider, ago: int | None, believed: bool
) -> None:
    began = clock.now()
    crooked.claims = {} if ago is None else {"auth_time": int(began.timestamp()) - ago}
    if believed:
        assert come(crooked, provider, signed_in_after=began).identity.subject == SUBJECT
    else:
        assert "an old one" in str(refused(crooked, provider, signed_in_after=began))


def test_the_way_out_leads_back_here_where_the_service_has_one(crooked: Crooked, provider: Provider) -> None:
    assert provider.way_out(now=clock.now()) is None
    crooked.metadata = {"end_session_endpoint": f"{crooked.issuer}/out?a=b"}
    later = clock.now() + timedelta(hours=2)
    way_out = provider.way_out(now=later)
    assert way_out is not None
    asked = parse_qs(urlsplit(way_out).query)
    assert asked == {
        "a": ["b"],
        "client_id": [CLIENT_ID],
        "post_logout_redirect_uri": ["https://dialogen.asker.example/sign-in"],
    }


def test_nothing_of_a_person_and_no_secret_is_logged(
    crooked: Crooked, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        come(crooked, provider)
        crooked.claims = {"nonce": "feil"}
        refused(crooked, provider)
    for secret in ("Kari", "kari@", SUBJECT, CLIENT_SECRET, CODE, ASKED.nonce, ASKED.verifier, "eyJ"):
        assert secret not in caplog.text
