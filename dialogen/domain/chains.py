"""How the lines of a log are chained: each digest covers the line and the digest before it, so that tampering shows.

The form is fixed for good: a digest that was written once must come out the same on every version and database.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime

from dialogen.domain.history import Change

#: What stands before the first line of every chain.
BEGINNING = bytes(32)

_quoted = json.JSONEncoder(ensure_ascii=False).encode
_compact = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def stored(changes: Iterable[Change]) -> list[dict[str, str | None]]:
    """Return changes as a log keeps them."""
    return [asdict(change) for change in changes]


def canonical(changes: object) -> str:
    """Return changes, as a log keeps them, in the one spelling that is hashed: JSON without blanks, keys in order."""
    return _compact(changes)


def stamp(at: datetime) -> str:
    """Return an aware instant in the one spelling that is hashed: UTC with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def case_digest(
    previous: bytes, *, reference: str, at: str, action: str, door: str, actor_id: int | None, changes: str
) -> bytes:
    """Return the digest of a line of a case's history after the digest before it.

    `at` is spelt by `stamp`, `changes` by `canonical`: an import spells them once, or as it goes along.
    """
    actor = "null" if actor_id is None else str(actor_id)
    head = f"{_quoted(reference)},{_quoted(at)},{_quoted(action)},{_quoted(door)},{actor}"
    return hashlib.sha256(previous + f"[{head},{changes}]".encode()).digest()


def office_digest(
    previous: bytes,
    *,
    at: datetime,
    action: str,
    door: str,
    actor_id: int | None,
    subject: str,
    subject_id: str | None,
    changes: object,
) -> bytes:
    """Return the digest of a line of the office's own log after the digest before it; changes as the log keeps them."""
    content = _compact([stamp(at), action, door, actor_id, subject, subject_id, changes])
    return hashlib.sha256(previous + content.encode()).digest()
