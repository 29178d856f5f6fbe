"""The sign-in service: the way there, what its answer is worth, and the way out. Authorization code flow with PKCE.

Knows nothing of accounts. What it raises says what is wrong in words of our own, never what was sent or answered.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc.jwk import KeySet

from dialogen.domain.errors import NotSignedIn, Problem
from dialogen.domain.national_ids import holds_national_id
from dialogen.domain.outside import SUBJECT_MOST, Asked, Identity, OutsidePerson
from dialogen.oidc.id_tokens import CLOCKS_MAY_DIFFER, Expected, UnknownKey, read_id_token
from dialogen.oidc.metadata import SECONDS, Metadata, Seconds, fetch_keys, fetch_metadata

KEPT_FOR = timedelta(hours=1)  # what the service says of itself; an unknown key asks at once
SCOPE = "openid profile email"
#: What the service may answer instead of a code or a token (RFC 6749, OpenID Connect Core 1.0); other words are not
#: repeated, since anybody can write an address.
_ERRORS = {
    "access_denied": Problem.OUTSIDE_CANCELLED,
    "invalid_grant": Problem.OUTSIDE_CODE_SPENT,
    "server_error": Problem.OUTSIDE_AWAY,
    "temporarily_unavailable": Problem.OUTSIDE_AWAY,
    **dict.fromkeys(
        (
            "invalid_client",
            "invalid_request",
            "invalid_scope",
            "unauthorized_client",
            "unsupported_response_type",
            "unsupported_grant_type",
            "interaction_required",
            "login_required",
            "account_selection_required",
            "consent_required",
        ),
        Problem.OUTSIDE_MISCONFIGURED,
    ),
}


@dataclass(frozen=True)
class Registration:
    """How this installation is known to the service, and where the service sends people back to."""

    issuer: str
    client_id: str
    client_secret: str
    come_back_to: str
    end_at: str


class Provider:
    """One sign-in service, asked lazily; may be used by several threads at once."""

    def __init__(self, registration: Registration, *, name: str, seconds: Seconds = SECONDS) -> None:
        self.registration = registration
        self.name = name
        self._seconds = seconds
        self._metadata: tuple[datetime, Metadata] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    def way_in(self, asked: Asked, *, now: datetime, fresh: bool) -> str:
        """Return where the browser goes to sign in; with `fresh` whoever is signed in there must sign in again."""
        known = self._known(now)
        with self._client(known) as client:
            address, _ = client.create_authorization_url(
                known.authorization_endpoint,
                state=asked.state,
                nonce=asked.nonce,
                code_verifier=asked.verifier,
                **({"prompt": "login"} if fresh else {}),
            )
        return str(address)

    def person_of(
        self, code: str, asked: Asked, *, now: datetime, signed_in_after: datetime | None = None
    ) -> OutsidePerson:
        """Return who came back with a code, once its ID token has been checked whole.

        With `signed_in_after` a service that tells when somebody signed in must tell a later time. Raises NotSignedIn.
        """
        registered = self.registration
        expected = Expected(registered.issuer, registered.client_id, asked.nonce)
        claims = self._read(self._redeem(code, asked, now), expected, now)
        if signed_in_after is not None and _was_before(claims.get("auth_time"), signed_in_after):
            raise NotSignedIn(Problem.OUTSIDE_NOT_BELIEVED, why="the sign-in there is an old one")
        return _person(claims)

    def way_out(self, *, now: datetime) -> str | None:
        """Return where the browser goes to sign out there too, None when the service has no such place."""
        known, registered = self._known(now), self.registration
        if known.end_session_endpoint is None:
            return None
        sign = "&" if "?" in known.end_session_endpoint else "?"
        back = {"client_id": registered.client_id, "post_logout_redirect_uri": registered.end_at}
        return f"{known.end_session_endpoint}{sign}{urlencode(back)}"

    def refusal_of(self, error: object) -> NotSignedIn:
        """Return the refusal for an error that the service answered with."""
        known = error if isinstance(error, str) and error in _ERRORS else None
        return NotSignedIn(_ERRORS[known] if known else Problem.OUTSIDE_MISCONFIGURED, why=known or "another error")

    def check(self) -> None:
        """Ask the service anew what it says of itself and for its keys; raises NotSignedIn saying what is wrong."""
        fetch_keys(fetch_metadata(self.registration.issuer, seconds=self._seconds), seconds=self._seconds)

    def _known(self, now: datetime) -> Metadata:
        kept = self._metadata
        if kept is None or now - kept[0] > KEPT_FOR:
            kept = self._metadata = (now, fetch_metadata(self.registration.issuer, seconds=self._seconds))
        return kept[1]

    def _known_keys(self, now: datetime, *, anew: bool) -> KeySet:
        kept = self._keys
        if kept is None or anew or now - kept[0] > KEPT_FOR:
            kept = self._keys = (now, fetch_keys(self._known(now), seconds=self._seconds))
        return kept[1]

    def _client(self, known: Metadata) -> OAuth2Session:
        return OAuth2Session(
            client_id=self.registration.client_id,
            client_secret=self.registration.client_secret,
            token_endpoint_auth_method="client_secret_post" if known.takes_secret_in_body else "client_secret_basic",
            scope=SCOPE,
            redirect_uri=self.registration.come_back_to,
            code_challenge_method="S256",
        )

    def _redeem(self, code: str, asked: Asked, now: datetime) -> str:
        known = self._known(now)
        try:
            with self._client(known) as client:
                answer = client.fetch_token(
                    known.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=asked.verifier,
                    timeout=self._seconds,
                    allow_redirects=False,
                )
        except OAuthError as error:
            raise self.refusal_of(error.error) from None
        except (requests.RequestException, ValueError) as error:
            raise NotSignedIn(Problem.OUTSIDE_AWAY, why=f"its token endpoint: {type(error).__name__}") from None
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotSignedIn(Problem.OUTSIDE_NOT_BELIEVED, why="it gave no ID token")
        return token

    def _read(self, token: str, expected: Expected, now: datetime) -> dict[str, Any]:
        try:
            return read_id_token(token, self._known_keys(now, anew=False), expected=expected, now=now)
        except UnknownKey:
            pass  # services change their keys
        try:
            return read_id_token(token, self._known_keys(now, anew=True), expected=expected, now=now)
        except UnknownKey:
            raise NotSignedIn(Problem.OUTSIDE_NOT_BELIEVED, why="the token is signed with an unknown key") from None


def _was_before(told: object, instant: datetime) -> bool:
    """Say whether a time that the service tells lies before an instant; one that it does not tell never does."""
    return isinstance(told, int | float) and told < instant.timestamp() - CLOCKS_MAY_DIFFER


def _person(claims: dict[str, Any]) -> OutsidePerson:
    roles, subject = claims.get("roles"), claims["sub"]
    if not subject.isascii() or not subject.isprintable() or len(subject) > SUBJECT_MOST:
        raise NotSignedIn(Problem.OUTSIDE_NOT_BELIEVED, why="the token's sub is not up to 255 plain characters")
    if holds_national_id(subject):
        raise NotSignedIn(Problem.OUTSIDE_MISCONFIGURED, why="it knows people by national identity numbers")
    email = None if claims.get("email_verified") is False else _text(claims, "email")
    return OutsidePerson(
        identity=Identity(claims["iss"], subject),
        name=_text(claims, "name"),
        # Entra ID tells the address only when asked to; what people sign in with there has the form of one.
        email=email or _text(claims, "preferred_username"),
        app_roles=frozenset(each for each in (roles if isinstance(roles, list) else [roles]) if isinstance(each, str)),
    )


def _text(claims: dict[str, Any], name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) and value.strip() else None
