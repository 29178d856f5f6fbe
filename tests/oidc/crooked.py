"""A small sign-in service of the tests' own, on loopback, that lies, forges, stumbles or keeps silent as told."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jws, jwt
from joserfc.jwk import RSAKey

CLIENT_ID = "dialogen"
CLIENT_SECRET = "en hemmelighet som bare testene kjenner"
SUBJECT = "q1w2e3r4"
CODE = "en-kode"

Answer = tuple[int, dict[str, Any] | str]


@cache
def key(kid: str, *, owner: str = "service") -> RSAKey:
    """Return somebody's private key of this name; made once, since that takes long."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


def unsigned(claims: dict[str, Any], header: dict[str, Any]) -> str:
    """Return a token that claims to need no signature."""
    return f"{_quoted(header | {'alg': 'none'})}.{_quoted(claims)}."


def with_shared_secret(claims: dict[str, Any], secret: bytes, kid: str) -> str:
    """Return a token that is signed with something both sides know."""
    signed = f"{_quoted({'alg': 'HS256', 'kid': kid, 'typ': 'JWT'})}.{_quoted(claims)}"
    return f"{signed}.{_base64(hmac.digest(secret, signed.encode(), 'sha256'))}"


def tampered(token: str, **claims: Any) -> str:
    """Return a token whose claims were changed after it was signed."""
    header, payload, signature = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))) | claims
    return ".".join((header, _quoted(said), signature))


def _quoted(part: dict[str, Any]) -> str:
    return _base64(json.dumps(part).encode())


def _base64(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


@dataclass
class Crooked:
    """What the service says; a test changes it before it is asked."""

    issuer: str
    signing: RSAKey = field(default_factory=lambda: key("first"))
    claims: dict[str, Any] = field(default_factory=dict)  # of the next token, over what is right; None takes one away
    header: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    forge: Callable[[dict[str, Any], dict[str, Any]], str] | None = None
    answers: dict[str, Answer] = field(default_factory=dict)  # instead of what is right, by path
    silent: bool = False
    seen: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)  # path, form, headers
    nonce: str = ""
    challenge: str = ""
    shown: list[RSAKey] = field(default_factory=list)
    spent: bool = False

    def count(self, path: str) -> int:
        """Return how often a path was asked for."""
        return sum(1 for each, _, _ in self.seen if each == path)

    def follow(self, way_in: str) -> str:
        """Be a browser that goes the way in and signs in there; returns the state that comes back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(way_in).query).items()}
        self.nonce, self.challenge, self.spent = asked["nonce"], asked["code_challenge"], False
        assert asked["code_challenge_method"] == "S256"
        return asked["state"]

    def answer(self, path: str, form: dict[str, str]) -> Answer:
        """Return what is answered at a path."""
        if path in self.answers:
            return self.answers[path]
        if path == "/.well-known/openid-configuration":
            return 200, self._discovery() | self.metadata
        if path == "/keys":
            return 200, {"keys": [each.as_dict(private=False) for each in (self.shown or [self.signing])]}
        return self._token(form) if path == "/token" else (404, "")

    def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def _token(self, form: dict[str, str]) -> Answer:
        challenge = _base64(hashlib.sha256(form["code_verifier"].encode()).digest())
        if self.spent or form["code"] != CODE or challenge != self.challenge:
            return 400, {"error": "invalid_grant", "error_description": "Kari Nordmann er ukjent"}
        self.spent = True
        return 200, {"access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": self._id_token()}

    def _id_token(self) -> str:
        now = int(time.time())
        right = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": SUBJECT,
            "nonce": self.nonce,
            "iat": now,
            "exp": now + 300,
            "name": "Kari Nordmann",
            "email": "kari@asker.example",
            "roles": ["Dialogen.Leder"],
        }
        claims = {name: value for name, value in (right | self.claims).items() if value is not None}
        header = {"alg": "RS256", "kid": self.signing.kid, "typ": "JWT"} | self.header
        if self.forge is not None:
            return self.forge(claims, header)
        registry = jws.JWSRegistry(strict_check_header=False)
        return jwt.encode(header, claims, self.signing, registry=registry)


@contextmanager
def crooked_provider() -> Iterator[Crooked]:
    """Serve such a service on loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.crooked = Crooked(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="crooked", daemon=True)
    thread.start()
    yield server.crooked  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(dict(parse_qsl(body)))

    def _answer(self, form: dict[str, str]) -> None:
        crooked: Crooked = self.server.crooked  # type: ignore[attr-defined]
        crooked.seen.append((self.path, form, dict(self.headers)))
        if crooked.silent:
            time.sleep(2)
            return
        status, said = crooked.answer(self.path, form)
        body = (said if isinstance(said, str) else json.dumps(said)).encode()
        self.send_response(status)
        if status in (301, 302, 307):
            self.send_header("Location", body.decode())
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
