"""Queries about the second step of a sign-in."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogen.database.models import SecondStep


def is_confirmed(session: Session, account_id: int) -> bool:
    """Say whether an account has a second step that works."""
    query = select(SecondStep.account_id).where(
        SecondStep.account_id == account_id, SecondStep.confirmed_at.is_not(None)
    )
    return session.scalar(query) is not None
