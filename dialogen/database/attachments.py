"""Queries about attached files."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from dialogen.database.models import Account, Attachment


def attachments_of(session: Session, case_id: int) -> list[tuple[Attachment, str | None]]:
    """Return the files of a case, oldest first, each with the name of who added it."""
    query = (
        select(Attachment, Account.name)
        .outerjoin(Account, Account.id == Attachment.added_by)
        .where(Attachment.case_id == case_id)
        .order_by(Attachment.id)
    )
    return [(row, name) for row, name in session.execute(query)]


def count_of(session: Session, case_id: int) -> int:
    """Return how many files a case has."""
    return session.scalar(select(func.count()).select_from(Attachment).where(Attachment.case_id == case_id)) or 0


def find_attachment(session: Session, case_id: int, attachment_id: int) -> Attachment | None:
    """Return a file of a case, or None."""
    query = select(Attachment).where(Attachment.id == attachment_id, Attachment.case_id == case_id)
    return session.scalars(query).one_or_none()


def remove(session: Session, attachment_id: int) -> None:
    """Take a file from its case; the file itself stays until nothing belongs to it."""
    session.execute(delete(Attachment).where(Attachment.id == attachment_id))


def referred_to(session: Session, digests: Collection[str]) -> set[str]:
    """Return those of the digests that some case has a file of."""
    query = select(Attachment.sha256).where(Attachment.sha256.in_(sorted(digests))).distinct()
    return set(session.scalars(query.order_by(Attachment.sha256)))


def names_of(session: Session, case_id: int) -> Sequence[Attachment]:
    """Return the files of a case, oldest first."""
    return session.scalars(select(Attachment).where(Attachment.case_id == case_id).order_by(Attachment.id)).all()
