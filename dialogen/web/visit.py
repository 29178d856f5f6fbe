"""Who is here, and when: the facts of one request, read once."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from flask import g, request
from flask_login import current_user

from dialogen import clock
from dialogen.domain.accounts import Stage, Standing
from dialogen.domain.history import Author, Door
from dialogen.extensions import office
from dialogen.services import frames
from dialogen.services.accounts import AccountView
from dialogen.services.cases import Deed
from dialogen.services.frames import Frame
from dialogen.services.throttling import Caller


@dataclass(frozen=True)
class SignedIn:
    """An account and the secret of its session, as Flask-Login wants a user. The cookie holds the secret alone."""

    account: AccountView
    secret: str
    session_id: int
    stage: Stage
    is_active: bool = True
    is_anonymous: bool = False

    @property
    def is_authenticated(self) -> bool:
        """Whether the sign-in is complete: halfway opens nothing but the second step."""
        return self.stage is Stage.FULL

    def get_id(self) -> str:
        """Return what the cookie holds."""
        return self.secret


def signed_in() -> SignedIn | None:
    """Return who is signed in, or None."""
    found = current_user._get_current_object()
    return found if isinstance(found, SignedIn) and found.is_authenticated else None


def halfway() -> SignedIn | None:
    """Return who has shown the right password but not yet taken the second step, or None."""
    found = current_user._get_current_object()
    return found if isinstance(found, SignedIn) and not found.is_authenticated else None


def me() -> AccountView:
    """Return the account that is signed in; only behind a guard that demands one."""
    found = signed_in()
    assert found is not None, "the guard of this route lets nobody in who is not signed in"
    return found.account


def standing() -> Standing:
    """Return the rights of the account that is signed in."""
    return me().standing


def now() -> datetime:
    """Return the instant of this request."""
    if "now" not in g:
        g.now = clock.now()
    return cast(datetime, g.now)


def today() -> date:
    """Return the day of this request, in the office's time zone."""
    return now().astimezone(office().config.timezone).date()


def frame() -> Frame:
    """Return what the frame of every page tells the account that is signed in."""
    if "frame" not in g:
        g.frame = frames.frame_for(office().db, by=standing(), now=now())
    return cast(Frame, g.frame)


def author() -> Author:
    """Return the account that is signed in as the author of what it changes."""
    return Author(me().id, Door.WEB)


def caller() -> Caller:
    """Return who is at the other end, as attempts to come in are counted."""
    return Caller(office().config.secret_key, request.remote_addr, request.user_agent.string)


def deed(*, seen_version: int | None = None) -> Deed:
    """Return what a deed on a case must know of its author and its day."""
    account = me()
    return Deed(
        by=account.standing,
        author=author(),
        today=today(),
        now=now(),
        seen_version=seen_version,
    )
