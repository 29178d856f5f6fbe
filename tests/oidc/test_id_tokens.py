"""What a token must be to be believed: signed by the service, meant for us, for this attempt, and for now."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from joserfc import jwt

from dialogen import clock
from dialogen.domain.errors import Problem
from dialogen.oidc.provider import Provider
from tests.national_ids import MADE_UP
from tests.oidc.coming import Claims, come, refused
from tests.oidc.crooked import CLIENT_ID, CLIENT_SECRET, SUBJECT, Crooked, key, tampered, unsigned, with_shared_secret


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
    ],
    ids=str,
)
def test_a_token_for_another_or_without_what_it_must_say_is_refused(
    crooked: Crooked, provider: Provider, claims: Claims
) -> None:
    crooked.claims = claims
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
