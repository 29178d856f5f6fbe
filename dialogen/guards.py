"""Who may use a route, stated on its view function. Doors build their guards on this, and a test proves none forgot.

The mark survives functools.wraps. Knows nothing of accounts: a mark alone guards nothing.
"""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"


def guarded(name: str) -> Callable[[View], View]:
    """Mark a view with the name of the guard that stands before it, e.g. "cases:read" or "signed in"."""

    def mark(view: View) -> View:
        view.guard = name  # type: ignore[attr-defined]
        return view

    return mark


def public(reason: str) -> Callable[[View], View]:
    """Mark a view as open to everybody, and say why it may be."""
    return guarded(f"{PUBLIC}: {reason}")


def guard_of(view: Callable[..., Any]) -> str | None:
    """Return the name of the guard a view states, None when it forgot to."""
    return getattr(view, "guard", None)
