"""Checks an ID token whole (OpenID Connect Core 1.0, 3.1.3.7): signature, issuer, audience, times, nonce, party."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from dialogen.domain.errors import NotSignedIn, Problem

#: Signatures with a private key alone. With "none" anybody could write a token, and with HS256 whoever knows what both
#: sides know, which a public key also is.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
CLOCKS_MAY_DIFFER = 120  # seconds
#: Headers that are not known are passed over, as RFC 7515 has it; "crit" still names those that must be known.
_READER = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)


class UnknownKey(Exception):
    """The token names a key that is not among those known: the service may have a new one."""


@dataclass(frozen=True)
class Expected:
    """What a token must say to be meant for this sign-in."""

    issuer: str
    client_id: str
    nonce: str


def read_id_token(token: str, keys: KeySet, *, expected: Expected, now: datetime) -> dict[str, Any]:
    """Return the claims of a token that can be believed; raises UnknownKey, or NotSignedIn saying what is wrong."""
    try:
        read = jwt.decode(token, keys, algorithms=ALGORITHMS, registry=_READER)
        claims = CodeIDToken(read.claims, read.header, _demands(expected), _asked(expected))
        claims.validate(now=int(now.timestamp()), leeway=CLOCKS_MAY_DIFFER)
    except InvalidKeyIdError:
        raise UnknownKey from None
    except ExpiredTokenError:
        raise NotSignedIn(Problem.OUTSIDE_CLOCKS, why="the token had expired when it came") from None
    except (JoseError, ValueError, TypeError, KeyError, OverflowError) as error:
        raise _refusal(error) from None
    if claims["aud"] not in (expected.client_id, [expected.client_id]):
        raise NotSignedIn(Problem.OUTSIDE_NOT_BELIEVED, why="the token is meant for others too")
    return dict(claims)


def _demands(expected: Expected) -> dict[str, Any]:
    return {
        "iss": {"essential": True, "value": expected.issuer},
        "aud": {"essential": True, "value": expected.client_id},
        "sub": {"essential": True},
        "exp": {"essential": True},
        "iat": {"essential": True},
    }


def _asked(expected: Expected) -> dict[str, str]:
    return {"nonce": expected.nonce, "client_id": expected.client_id}


def _refusal(error: Exception) -> NotSignedIn:
    """Say which part of a token is wrong, never what it held."""
    if isinstance(error, ClaimError) and error.claim in ("iat", "nbf"):
        return NotSignedIn(Problem.OUTSIDE_CLOCKS, why=f"the token's {error.claim} lies ahead, or is missing")
    if isinstance(error, ClaimError):
        return NotSignedIn(Problem.OUTSIDE_NOT_BELIEVED, why=f"the token's {error.claim} is wrong or missing")
    return NotSignedIn(Problem.OUTSIDE_NOT_BELIEVED, why=f"the token cannot be read ({type(error).__name__})")
