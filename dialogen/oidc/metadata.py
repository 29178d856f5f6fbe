"""What the sign-in service says of itself: its addresses (OpenID Connect Discovery 1.0) and its public keys."""

import json
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import requests
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey, import_key

from dialogen.domain.errors import NotSignedIn, Problem

Seconds = tuple[float, float]
SECONDS: Seconds = (3, 5)  # to connect, and to wait for the next piece: no page waits longer for another's server
_PIECE = 64 * 1024
_PIECES = 8
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_DISCOVERY = "/.well-known/openid-configuration"


@dataclass(frozen=True)
class Metadata:
    """Where the browser and this installation turn to."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None
    takes_secret_in_body: bool


def fetch_metadata(issuer: str, *, seconds: Seconds = SECONDS) -> Metadata:
    """Fetch what an issuer says of itself.

    Raises NotSignedIn when it does not answer (OUTSIDE_AWAY), or answers for another issuer or with addresses that are
    not safe (OUTSIDE_NOT_BELIEVED).
    """
    said = fetch(issuer.rstrip("/") + _DISCOVERY, seconds=seconds)
    if said.get("issuer") != issuer:
        raise NotSignedIn(Problem.OUTSIDE_NOT_BELIEVED, why="its discovery document names another issuer")
    return Metadata(
        authorization_endpoint=_safe(said.get("authorization_endpoint"), "authorization_endpoint"),
        token_endpoint=_safe(said.get("token_endpoint"), "token_endpoint"),
        jwks_uri=_safe(said.get("jwks_uri"), "jwks_uri"),
        end_session_endpoint=_safe(said["end_session_endpoint"], "end_session_endpoint")
        if said.get("end_session_endpoint")
        else None,
        # A secret in the body needs no agreement on how it is quoted, which one in a header does.
        takes_secret_in_body="client_secret_post" in (said.get("token_endpoint_auth_methods_supported") or ()),
    )


def fetch_keys(metadata: Metadata, *, seconds: Seconds = SECONDS) -> KeySet:
    """Fetch the public keys that sign; shared secrets and kinds that are not known here are left out."""
    listed = fetch(metadata.jwks_uri, seconds=seconds).get("keys")
    keys = (_signing_key(each) for each in (listed if isinstance(listed, list) else ()))
    found: list[Key] = [key for key in keys if key is not None]
    if not found:
        raise NotSignedIn(Problem.OUTSIDE_NOT_BELIEVED, why="it shows no key to check a signature with")
    return KeySet(found)


def fetch(address: str, *, seconds: Seconds = SECONDS) -> dict[str, Any]:
    """Fetch a JSON object; raises NotSignedIn (OUTSIDE_AWAY) when there is none. Follows no redirect."""
    try:
        with requests.get(
            address, timeout=seconds, allow_redirects=False, stream=True, headers={"Accept": "application/json"}
        ) as answer:
            body = b"".join(islice(answer.iter_content(_PIECE), _PIECES))
            status = answer.status_code
    except requests.RequestException as error:
        raise NotSignedIn(Problem.OUTSIDE_AWAY, why=type(error).__name__) from None
    if status != requests.codes.ok:
        raise NotSignedIn(Problem.OUTSIDE_AWAY, why=f"{urlsplit(address).path} answers with {status}")
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise NotSignedIn(Problem.OUTSIDE_AWAY, why=f"{urlsplit(address).path} answers with no JSON object")
    return said


def _safe(address: object, name: str) -> str:
    parts = urlsplit(address) if isinstance(address, str) else None
    if parts is None or not parts.hostname or not (parts.scheme == "https" or parts.hostname in _LOOPBACK):
        raise NotSignedIn(Problem.OUTSIDE_NOT_BELIEVED, why=f"its {name} is no https address")
    return parts.geturl()


def _signing_key(listed: object) -> RSAKey | ECKey | None:
    if not isinstance(listed, dict) or listed.get("use", "sig") != "sig" or listed.get("kty") not in ("RSA", "EC"):
        return None
    try:
        key = import_key(listed)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return key if isinstance(key, RSAKey | ECKey) and not key.is_private else None
