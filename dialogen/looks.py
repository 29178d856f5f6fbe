"""What a route shows, stated on its view beside its guard, and remembered until the door writes it to the access log.

Knows nothing of accounts or databases: a mark alone logs nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import g

NOT_MODIFIED = 304  # the reader is shown what they have kept
P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Glance:
    """What one request looks at, in the words of the access log."""

    action: str
    subject: str
    reference: str | None = None
    shown: int | None = None


def looks_at(
    subject: str, action: str = "opened", *, by: str = "reference"
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a view with what it shows: a Sight, and the Manner (opened, listed, searched, exported) of looking.

    The look counts when the view answers by itself, also with a form to be filled in again; what it refuses by
    raising was not seen, and what leads elsewhere (3xx but 304) shows nothing. `by` names the part of the address that says
    which one was looked at. The view may say more of it by `tell`.
    """

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def looking(*args: P.args, **kwargs: P.kwargs) -> R:
            which = kwargs.get(by)
            g.beginning = Glance(action, subject, None if which is None else str(which))
            answer = view(*args, **kwargs)
            g.glance = g.beginning
            return answer

        looking.look = (subject, action)  # type: ignore[attr-defined]
        return looking

    return mark


def tell(*, action: str | None = None, reference: str | None = None, shown: int | None = None) -> None:
    """Say more of the look that this request is; only inside a view that `looks_at` marks."""
    glance = cast(Glance, g.beginning)
    glance.action = action or glance.action
    glance.reference = reference or glance.reference
    glance.shown = glance.shown if shown is None else shown


def taken(status: int) -> Glance | None:
    """Return what this request looked at, once; None when nothing was seen. `status` is that of its answer."""
    glance = cast(Glance | None, g.pop("glance", None))
    return None if 300 <= status < 400 and status != NOT_MODIFIED else glance


def look_of(view: Callable[..., object]) -> tuple[str, str] | None:
    """Return the subject and the action that a view states, None when it states no look."""
    return getattr(view, "look", None)
