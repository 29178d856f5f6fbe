"""What a case's alerts came to: whom each was for, and the letter that carried it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogen.database.models import Account, Alert, Letter, Unit


def alerts_of(session: Session, case_id: int, *, mornings: int) -> list[Any]:
    """Return the alerts of a case's newest mornings, oldest first: (alert, account's name, unit's name, letter's state,
    attempts, when it was finished), the last five None where there is none."""
    newest = select(Alert.raised_at).where(Alert.case_id == case_id).distinct()
    newest = newest.order_by(Alert.raised_at.desc()).limit(mornings)
    query = (
        select(Alert, Account.name, Unit.name, Letter.state, Letter.attempts, Letter.finished_at)
        .outerjoin(Account, Account.id == Alert.account_id)
        .outerjoin(Unit, Unit.id == Alert.unit_id)
        .outerjoin(Letter, Letter.id == Alert.letter_id)
        .where(Alert.case_id == case_id, Alert.raised_at.in_(newest))
        .order_by(Alert.raised_at, Alert.deadline, Alert.id)
    )
    return list(session.execute(query))
