"""Attempts to sign in elsewhere that are under way, kept in the browser's own signed cookie until it comes back."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import session

from dialogen.domain.errors import NotSignedIn, Problem
from dialogen.domain.outside import Asked

LIFETIME = timedelta(minutes=15)  # a password, a second step, and looking for the telephone
MOST = 4  # windows of one browser
_KEY = "oidc"


@dataclass(frozen=True)
class Attempt:
    """One attempt: its secrets, and what it is for. Without `account_id` and `link` it is to sign in."""

    asked: Asked
    began_at: datetime
    onward: str
    account_id: int | None = None  # who is signed in here, to be linked
    link: str | None = None  # the one-time link whose account is to be linked

    @property
    def is_to_link(self) -> bool:
        """Whether it is to link an account, for which an old sign-in elsewhere proves too little."""
        return self.account_id is not None or self.link is not None


def remember(attempt: Attempt) -> None:
    """Keep an attempt; of more than four the oldest is forgotten."""
    asked = attempt.asked
    kept = list(_kept().items())[-(MOST - 1) :]
    session[_KEY] = dict(kept) | {
        asked.state: [
            asked.nonce,
            asked.verifier,
            int(attempt.began_at.timestamp()),
            attempt.onward,
            attempt.account_id,
            attempt.link,
        ]
    }


def take(state: str | None, *, now: datetime) -> Attempt:
    """Return the attempt that a state is of, which is then used up; raises NotSignedIn."""
    kept = _kept()
    found = kept.pop(state or "", None)
    session[_KEY] = kept
    if found is None or state is None:
        raise NotSignedIn(Problem.OUTSIDE_NOT_BEGUN)
    nonce, verifier, began, onward, account_id, link = found
    attempt = Attempt(Asked(state, nonce, verifier), datetime.fromtimestamp(began, UTC), onward, account_id, link)
    if now - attempt.began_at > LIFETIME:
        raise NotSignedIn(Problem.OUTSIDE_TOO_LATE)
    return attempt


def _kept() -> dict[str, Any]:
    return dict(session.get(_KEY) or {})
