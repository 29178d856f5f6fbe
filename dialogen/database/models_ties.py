"""Tables of what ties cases together: links that people made, and marks by which a case is known again."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dialogen.database.base import Base, closed_list
from dialogen.domain.likeness import Mark


class CaseLink(Base):
    """Two cases that belong together. It stands once, for both."""

    __tablename__ = "case_links"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    linked_at: Mapped[datetime]
    linked_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))


class CaseMark(Base):
    """A digest of a sender's address or number, or of a subject, as they are compared. Erased with them."""

    __tablename__ = "case_marks"
    # What came within some days is found without reading what the same sender wrote over the years.
    __table_args__ = (Index("ix_case_marks_key", "key", "received_on", "case_id", "mark"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    mark: Mapped[Mark] = mapped_column(closed_list(Mark, "mark"), primary_key=True)
    key: Mapped[str] = mapped_column(String(32))
    #: The case's own, here so that the index has it.
    received_on: Mapped[date]
