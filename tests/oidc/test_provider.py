"""Signing in elsewhere, before a service that lies, forges, stumbles or keeps silent: only the right answer counts."""

import hashlib
import logging
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt

from dialogen import clock
from dialogen.domain.errors import NotSignedIn, Problem
from dialogen.domain.outside import Asked, Identity, OutsidePerson
from dialogen.oidc.metadata import SECONDS
from dialogen.oidc.provider import Provider
from tests.national_ids import MADE_UP
from tests.oidc.conftest import our_side
from tests.oidc.crooked import (
    CLIENT_ID,
    CLIENT_SECRET,
    CODE,
    SUBJECT,
    Crooked,
    key,
    tampered,
    unsigned,
    with_shared_secret,
)

ASKED = Asked(state="tilstand", nonce="engangstall", verifier="v" * 43)
Claims = dict[str, Any]


def come(crooked: Crooked, provider: Provider, code: str = CODE, **more: Any) -> OutsidePerson:
    """Go there, sign in, and come back."""
    crooked.follow(provider.way_in(ASKED, now=clock.now(), fresh=False))
    return provider.person_of(code, ASKED, now=more.pop("now", clock.now()), **more)


def refused(crooked: Crooked, provider: Provider, **more: Any) -> NotSignedIn:
    with pytest.raises(NotSignedIn) as refusal:
        come(crooked, provider, **more)
    for personal in ("Kari", "kari@", SUBJECT, CLIENT_SECRET, CODE, ASKED.nonce):
        assert personal not in str(refusal.value)
    return refusal.value


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


def forged_with_another_key(claims: Claims, header: Claims) -> str:
    return jwt.encode(header, claims, key("first", owner="forger"))


@pytest.mark.parametrize(
    "forge",
    [
        forged_with_another_key,
        unsigned,
        lambda claims, header: unsigned(claims, header)[:-1],
        lambda claims, header: with_shared_secret(claims, CLIENT_ID.encode(), header["kid"]),
        lambda claims, header: with_shared_secret(claims, CLIENT_SECRET.encode(), header["kid"]),
        lambda claims, header: "no.token",
        lambda claims, header: "",
        lambda claims, header: "a.b.c.d.e",
        lambda claims, header: "æ.ø.å",
        lambda claims, header: "W10.W10.W10",
    ],
    ids=[
        "another key",
        "alg none",
        "alg none, cut",
        "HS256 client id",
        "HS256 secret",
        "two",
        "none",
        "five",
        "æøå",
        "[]",
    ],
)
def test_a_token_that_the_service_did_not_sign_is_refused(
    crooked: Crooked, provider: Provider, forge: Callable[[Claims, Claims], str]
) -> None:
    crooked.forge = forge
    assert refused(crooked, provider).problem is Problem.OUTSIDE_NOT_BELIEVED


@pytest.mark.parametrize("public", ["pem", "der"])
def test_a_token_signed_with_the_public_key_as_a_shared_secret_is_refused(
    crooked: Crooked, provider: Provider, public: str
) -> None:
    secret = crooked.signing.as_pem(private=False) if public == "pem" else crooked.signing.as_der(private=False)
    crooked.forge = lambda claims, header: with_shared_secret(claims, secret, header["kid"])
    assert refused(crooked, provider).problem is Problem.OUTSIDE_NOT_BELIEVED


def test_a_shared_secret_among_the_keys_is_passed_over(crooked: Crooked, provider: Provider) -> None:
    listed = [{"kty": "oct", "k": "aGVtbWVsaWc", "kid": "first"}, {"kty": "AKP", "kid": "pq"}, 7, {"kty": "RSA"}]
    crooked.answers["/keys"] = (200, {"keys": listed})
    crooked.forge = lambda claims, header: with_shared_secret(claims, b"hemmelig", "first")
    assert "no key" in str(refused(crooked, provider))


def test_a_token_that_was_changed_after_it_was_signed_is_refused(crooked: Crooked, provider: Provider) -> None:
    crooked.forge = lambda claims, header: tampered(
        jwt.encode(header, claims, crooked.signing), roles=["Dialogen.Admin"]
    )
    assert refused(crooked, provider).problem is Problem.OUTSIDE_NOT_BELIEVED


def test_a_key_hidden_in_the_token_itself_is_not_used(crooked: Crooked, provider: Provider) -> None:
    own = key("own")
    crooked.header = {"kid": None, "jwk": own.as_dict(private=False)}
    crooked.forge = lambda claims, header: jwt.encode({"alg": "RS256", "jwk": own.as_dict(private=False)}, claims, own)
    assert refused(crooked, provider).problem is Problem.OUTSIDE_NOT_BELIEVED


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://login.evil.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"aud": [CLIENT_ID, "another"]},
        {"aud": [CLIENT_ID, "another"], "azp": CLIENT_ID},
        {"aud": []},
        {"azp": "another"},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": 10**400},
    ],
    ids=str,
)
def test_a_token_for_another_or_without_what_it_must_say_is_refused(
    crooked: Crooked, provider: Provider, claims: Claims
) -> None:
    crooked.claims = claims
    if claims == {"exp": 10**400}:  # far ahead, but a number: it is the other checks that hold
        assert come(crooked, provider).identity.subject == SUBJECT
        return
    assert refused(crooked, provider).problem is Problem.OUTSIDE_NOT_BELIEVED


@pytest.mark.parametrize("claims", [{"aud": [CLIENT_ID]}, {"azp": CLIENT_ID}])
def test_the_one_audience_may_stand_in_a_list_and_its_party_be_named(
    crooked: Crooked, provider: Provider, claims: Claims
) -> None:
    crooked.claims = claims
    assert come(crooked, provider).identity.subject == SUBJECT


@pytest.mark.parametrize(
    ("subject", "problem"),
    [
        ("x" * 256, Problem.OUTSIDE_NOT_BELIEVED),
        ("kåre", Problem.OUTSIDE_NOT_BELIEVED),
        ("a\x00b", Problem.OUTSIDE_NOT_BELIEVED),
        (MADE_UP, Problem.OUTSIDE_MISCONFIGURED),
    ],
    ids=["long", "not ascii", "nul", "national identity number"],
)
def test_a_subject_that_cannot_be_kept_is_refused_untold(
    crooked: Crooked, provider: Provider, subject: str, problem: Problem
) -> None:
    crooked.claims = {"sub": subject}
    refusal = refused(crooked, provider)
    assert refusal.problem is problem
    assert subject not in str(refusal)


def test_an_issuer_that_differs_by_a_slash_is_another(crooked: Crooked, provider: Provider) -> None:
    crooked.claims = {"iss": f"{crooked.issuer}/"}
    assert refused(crooked, provider).problem is Problem.OUTSIDE_NOT_BELIEVED


@pytest.mark.parametrize(
    ("clock_ahead", "believed"),
    [(timedelta(seconds=415), True), (timedelta(seconds=425), False), (timedelta(seconds=-115), True), (timedelta(seconds=-125), False)],
    ids=["late within", "late", "early within", "early"],
)  # fmt: skip
def test_clocks_may_differ_by_two_minutes(
    crooked: Crooked, provider: Provider, clock_ahead: timedelta, believed: bool
) -> None:
    now = clock.now() + clock_ahead  # a token lives for 300 seconds
    if believed:
        assert come(crooked, provider, now=now).identity.subject == SUBJECT
    else:
        assert refused(crooked, provider, now=now).problem is Problem.OUTSIDE_CLOCKS


def test_a_token_that_is_not_valid_yet_is_told_as_a_matter_of_clocks(crooked: Crooked, provider: Provider) -> None:
    crooked.claims = {"nbf": int(clock.now().timestamp()) + 600}
    assert refused(crooked, provider).problem is Problem.OUTSIDE_CLOCKS


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
