"""Who is asking: the guards of the API's routes. Programs show a bearer token; a cookie opens the documentation alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import g, request
from flask_login import current_user

from dialogen import clock
from dialogen.api.problems import Refused
from dialogen.domain.accounts import Scope, Standing
from dialogen.domain.history import Author, Door
from dialogen.extensions import office
from dialogen.guards import guarded
from dialogen.services import tokens
from dialogen.services.cases import Deed

P = ParamSpec("P")
R = TypeVar("R")
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

    @property
    def deed(self) -> Deed:
        """What a service wants to know of somebody who changes a case."""
        return Deed(by=self.standing, author=self.author, today=self.today, now=self.now)


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
    found = tokens.bearer(here.db, secret=shown.token, today=today, now=now)
    if found is None:
        challenge = f'{REALM}, error="invalid_token"'
        raise Refused(401, "the token is not valid, or no longer", headers={"WWW-Authenticate": challenge})
    return Asking(found.token_id, found.account.standing, found.scopes, today, now)
