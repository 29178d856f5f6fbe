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
    """Refuse a change that the browser says comes from elsewhere, even with the right token of a form (Fetch Metadata)."""
    if request.method not in SAFE and request.headers.get("Sec-Fetch-Site") in FROM_ELSEWHERE:
        abort(400)


def _name_in(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
