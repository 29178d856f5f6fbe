"""The requests that programs made once, by token and key."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from dialogen.database.models import IdempotencyKey


def find_idempotency_key(session: Session, *, token_id: int, key: str) -> IdempotencyKey | None:
    """Return what was handed in under this key, or None."""
    return session.get(IdempotencyKey, (token_id, key))


def forget_idempotency_keys(session: Session, *, before: datetime) -> None:
    """Forget keys so old that nobody repeats their requests any more."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < before))
