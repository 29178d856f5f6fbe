"""What is chosen in a browser, without an account: kept in a cookie of its own for a year, and never trusted."""

from enum import StrEnum
from typing import TypeVar

from flask import request
from werkzeug import Response as WerkzeugResponse

from dialogen.extensions import office

Choice = TypeVar("Choice", bound=StrEnum)
_A_YEAR = 365 * 24 * 60 * 60


def remember(answer: WerkzeugResponse, about: str, chosen: StrEnum) -> None:
    """Let the browser keep a choice."""
    is_production = office().config.is_production
    answer.set_cookie(
        _cookie(about), chosen, max_age=_A_YEAR, secure=is_production, httponly=True, samesite="Lax", path="/"
    )


def recalled(about: str, choices: type[Choice]) -> Choice | None:
    """Return what this browser has chosen, if anything."""
    return known(request.cookies.get(_cookie(about)), choices)


def known(word: str | None, choices: type[Choice]) -> Choice | None:
    """Return the choice that a word stands for; None for any other word."""
    return next((each for each in choices if each == word), None)


def _cookie(about: str) -> str:
    return f"__Host-dialogen-{about}" if office().config.is_production else f"dialogen-{about}"
