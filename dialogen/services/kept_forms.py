"""What somebody was about to save when their session was over: kept sealed for an hour, for the same account alone.

It is shown again in the form it came from, and saved only when they press the button again.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dialogen.database import kept_forms as rows
from dialogen.services.sealing import BrokenSeal, SecretKeys, seal, unseal
from dialogen.services.secrets import new_secret, secret_hash

if TYPE_CHECKING:
    from dialogen.database.engine import Database

KEPT = timedelta(hours=1)
MOST = 200_000  # signs of all fields together; what is more is not typed by hand

Fields = Mapping[str, Sequence[str]]


def owner_of(db: "Database", *, session_secret: str) -> int | None:
    """Return whose session this was, or is; None when nobody can be named, or the account is disabled."""
    with db.reading() as session:
        return rows.account_of_any_session(session, secret_hash(session_secret))


def keep_form(
    db: "Database", keys: SecretKeys, *, session_secret: str, path: str, fields: Fields, now: datetime
) -> str | None:
    """Keep what was handed in with a session that is over; returns the secret that brings it back.

    None when it cannot be kept: nobody knows whose it is, or it is too much.
    """
    text = json.dumps({"path": path, "fields": {name: list(values) for name, values in fields.items()}})
    if len(text) > MOST:
        return None
    secret = new_secret()
    with db.writing() as session:
        account_id = rows.account_of_any_session(session, secret_hash(session_secret))
        if account_id is None:
            return None
        rows.forget_past(session, now)
        sealed = seal(keys, text, purpose=_purpose(account_id, secret), now=now)
        rows.add_kept_form(
            session, secret_hash=secret_hash(secret), account_id=account_id, sealed=sealed, now=now, until=now + KEPT
        )
    return secret


def take_form(
    db: "Database", keys: SecretKeys, *, secret: str, account_id: int, path: str, now: datetime
) -> dict[str, list[str]] | None:
    """Return what was kept for a page, once; None for another account, another page, too late, or when it is no seal.

    Whatever the answer, it is kept no longer.
    """
    with db.writing() as session:
        kept = rows.take_kept_form(session, secret_hash(secret))
        if kept is None or kept.account_id != account_id or kept.kept_until <= now:
            return None
        sealed = kept.sealed
    try:
        content = json.loads(unseal(keys, sealed, purpose=_purpose(account_id, secret)))
    except BrokenSeal:
        return None
    return dict(content["fields"]) if content["path"] == path else None


def erase_form(db: "Database", *, secret: str) -> None:
    """Erase what was kept."""
    with db.writing() as session:
        rows.take_kept_form(session, secret_hash(secret))


def forget_old(db: "Database", *, now: datetime) -> None:
    """Forget the forms that nobody came back to."""
    with db.writing() as session:
        rows.forget_past(session, now)


def _purpose(account_id: int, secret: str) -> str:
    # The browser's secret is part of the key: the database alone opens nothing.
    return f"kept form of {account_id} by {secret}"
