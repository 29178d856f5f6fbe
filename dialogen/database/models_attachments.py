"""The table of files attached to cases: what they are called and hold; the files lie in a folder, by their digests."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from dialogen.database.base import Base


class Attachment(Base):
    """A file attached to a case. Its name and what it holds are personal: erased with the case's content."""

    __tablename__ = "attachments"
    __table_args__ = (CheckConstraint("size > 0", name="not_empty"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))  # cleaned: domain/attachments.py
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    #: Of what it holds, and where it lies; the same file may be attached to several cases.
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    added_at: Mapped[datetime]
    added_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
