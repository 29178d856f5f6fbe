"""Queries about forms that a lost session interrupted."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dialogen.database.models import Account, AccountSession, KeptForm


def account_of_any_session(session: Session, secret_hash: str) -> int | None:
    """Return whose session this is or was, also when it is over; None when it is unknown or the account disabled."""
    query = (
        select(Account.id)
        .join(AccountSession, AccountSession.account_id == Account.id)
        .where(AccountSession.secret_hash == secret_hash, Account.disabled_at.is_(None))
    )
    return session.scalars(query).one_or_none()


def add_kept_form(
    session: Session, *, secret_hash: str, account_id: int, sealed: str, now: datetime, until: datetime
) -> None:
    """Keep a sealed form."""
    session.add(KeptForm(secret_hash=secret_hash, account_id=account_id, sealed=sealed, kept_at=now, kept_until=until))


def take_kept_form(session: Session, secret_hash: str) -> KeptForm | None:
    """Return a kept form and forget it: it is shown once."""
    kept = session.scalars(select(KeptForm).where(KeptForm.secret_hash == secret_hash).with_for_update()).one_or_none()
    if kept is not None:
        session.delete(kept)
    return kept


def forget_past(session: Session, now: datetime) -> None:
    """Forget the forms that nobody came back to."""
    session.execute(delete(KeptForm).where(KeptForm.kept_until <= now))
