"""Who may be asked for, and by whom: in production the own name alone, and no change on behalf of another site.

Nothing is ever built from the name that a request came by; refusing another one keeps caches, proxies and pages of
other origins (DNS rebinding) from making something of an answer all the same.
"""

from urllib.parse import urlsplit

from flask import Flask, abort, request

from dialogen.extensions import office

#: What asks whether the installation works: a load balancer asks by address, and has no other name for it.
PROBES = "api_health"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FROM_ELSEWHERE = frozenset({"cross-site", "same-site"})
USUAL_PORTS = {"http": 80, "https": 443}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def register(app: Flask) -> None:
    """Let no request past that asks for somebody else, or that another site makes a browser send."""
    app.before_request(_demand_own_name)
    app.before_request(_demand_own_site)


def _demand_own_name() -> None:
    config = office().config
    if not config.is_production or request.blueprint == PROBES:
        return
    if _name_in(f"//{request.host}") not in LOOPBACK | {_name_in(config.base_url)}:
        abort(400)


def _demand_own_site() -> None:
    """Refuse a change that the browser says comes from elsewhere, even with the right token of a form.

    Browsers say so by Fetch Metadata, older ones by the origin. What says neither is no browser of somebody signed in,
    or one whose referrer somebody cuts off: the token and the cookie hold those.
    """
    if request.method not in SAFE and is_from_elsewhere():
        abort(400)


def is_from_elsewhere() -> bool:
    """Say whether the browser says that another site made it send this request."""
    return request.headers.get("Sec-Fetch-Site") in FROM_ELSEWHERE or not _is_own_origin(request.headers.get("Origin"))


def _is_own_origin(origin: str | None) -> bool:
    """Say whether a form came from a page of ours; outside production nobody knows by what name we are called."""
    config = office().config
    if origin is None or not config.is_production:
        return True
    is_local = _name_in(f"//{request.host}") in LOOPBACK and _name_in(origin) in LOOPBACK
    return is_local or _place_of(origin) == _place_of(config.base_url)


def _place_of(address: str) -> tuple[str, str | None, int | None] | None:
    """Return scheme, name and port of an address, the port that goes without saying too; None when it is none."""
    try:
        parts = urlsplit(address)
        return parts.scheme, parts.hostname, parts.port or USUAL_PORTS.get(parts.scheme)
    except ValueError:
        return None


def _name_in(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
