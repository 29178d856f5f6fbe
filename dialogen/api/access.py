"""Who is asking: the guards of the API's routes. Programs show a bearer token; a cookie opens the documentation alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import Response, current_app, g, request
from flask_login import current_user

from dialogen import clock
from dialogen.api.preconditions import Precondition
from dialogen.api.problems import Refused
from dialogen.domain.accounts import Scope, Standing
from dialogen.domain.history import Author, Door
from dialogen.domain.tokens import Allowance
from dialogen.extensions import office
from dialogen.guards import guarded
from dialogen.services import tokens
from dialogen.services.cases import Deed
from dialogen.services.token_meter import Meter

P = ParamSpec("P")
R = TypeVar("R")
NEVER = 0  # the version of a case that nobody can have seen
REALM = 'Bearer realm="dialogen"'


@dataclass(frozen=True)
class Asking:
    """The program that is asking, by whose rights, and when: today is read once, here at the door."""

    token_id: int
    standing: Standing
    scopes: frozenset[Scope]
    today: date
    now: datetime

    @property
    def author(self) -> Author:
        """Who the history names for what is done now."""
        return Author(self.standing.account_id, Door.API)

    def deed(self, match: Precondition) -> Deed:
        """What a service wants to know of somebody who changes a case, and of which version they mean."""
        tags = match.if_match
        if tags is None or tags.anything:
            return Deed(by=self.standing, author=self.author, today=self.today, now=self.now)
        seen = tags.versions or [NEVER]
        return Deed(
            by=self.standing,
            author=self.author,
            today=self.today,
            now=self.now,
            seen_version=seen[0],
            also_seen=frozenset(seen[1:]),
            is_strict=True,
        )


def asking() -> Asking:
    """Return who is asking; only behind a guard of this module that needs a token."""
    return cast(Asking, g.asking)


def requires(scope: Scope) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a route be used only with a token of this scope."""

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @guarded(scope.value)
        @wraps(view)
        def guarded_view(*args: P.args, **kwargs: P.kwargs) -> R:
            g.asking = _asking()
            if scope not in g.asking.scopes:
                challenge = f'{REALM}, error="insufficient_scope", scope="{scope.value}"'
                raise Refused(403, f"the token lacks the scope {scope.value}", headers={"WWW-Authenticate": challenge})
            return view(*args, **kwargs)

        return guarded_view

    return guard


def requires_session_or_token(view: Callable[P, R]) -> Callable[P, R]:
    """Let a route that shows no case be used by whoever is signed in, and with any token."""

    @guarded("session or token")
    @wraps(view)
    def guarded_view(*args: P.args, **kwargs: P.kwargs) -> R:
        if request.authorization is not None or not _is_signed_in():
            g.asking = _asking()
        return view(*args, **kwargs)

    return guarded_view


def _is_signed_in() -> bool:
    signed_in: Any = current_user
    return bool(signed_in.is_authenticated)


def _asking() -> Asking:
    shown = request.authorization
    if shown is None or shown.type != "bearer" or not shown.token:
        raise Refused(401, "show a token: Authorization: Bearer …", headers={"WWW-Authenticate": REALM})
    here = office()
    now, today = clock.now(), clock.today(here.config.timezone)
    meter: Meter = current_app.extensions["dialogen.meter"]
    found = tokens.bearer(here.db, secret=shown.token, today=today, now=now, meter=meter)
    if found is None:
        challenge = f'{REALM}, error="invalid_token"'
        raise Refused(401, "the token is not valid, or no longer", headers={"WWW-Authenticate": challenge})
    g.allowance = found.allowance
    if not found.allowed:
        wait = str(found.allowance.seconds)
        limit = found.allowance.limit
        raise Refused(429, f"the token has made its {limit} requests of this minute", headers={"Retry-After": wait})
    return Asking(found.token_id, found.standing, found.scopes, today, now)


def tell_allowance(response: Response) -> Response:
    """Say on every answer to a token how many requests it has left, in the three fields of the IETF's draft."""
    allowance: Allowance | None = g.get("allowance")
    if allowance is not None and allowance.limit:
        response.headers["RateLimit-Limit"] = str(allowance.limit)
        response.headers["RateLimit-Remaining"] = str(allowance.remaining)
        response.headers["RateLimit-Reset"] = str(allowance.seconds)
    return response
