"""Tables of retention: how long what is kept, the lists that administrators approve, and what was disposed of."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dialogen.database.base import Base, closed_list
from dialogen.domain.disposal_lists import Assessment
from dialogen.domain.retention import ItemOutcome, Keepsake


class RetentionRule(Base):
    """How many months one type of data is kept, for all kinds of case or for one of them."""

    __tablename__ = "retention_rules"
    __table_args__ = (
        UniqueConstraint("keepsake", "scope"),
        CheckConstraint("months BETWEEN 1 AND 1200", name="months"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    keepsake: Mapped[Keepsake] = mapped_column(closed_list(Keepsake, "keepsake"))
    #: * for all kinds, or the number of one: a value, so that no rule can stand twice.
    scope: Mapped[str] = mapped_column(String(20))
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("kinds.id"))
    months: Mapped[int]


class DisposalList(Base):
    """What was due on a day: frozen, so that what was approved is what is disposed of."""

    __tablename__ = "disposal_lists"

    id: Mapped[int] = mapped_column(primary_key=True)
    for_day: Mapped[date]
    made_at: Mapped[datetime]
    #: SHA-256 of the canonical list: an approval is of this very list. None while it is being made.
    digest: Mapped[str | None] = mapped_column(String(64))
    refused_at: Mapped[datetime | None]
    refused_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    refusal: Mapped[str | None] = mapped_column(Text)  # why; about the list, not about a person
    #: The later list that took the place of this one before two had approved it.
    replaced_by: Mapped[int | None] = mapped_column(ForeignKey("disposal_lists.id"))
    #: When its last item was settled.
    run_at: Mapped[datetime | None]


class DisposalItem(Base):
    """One thing that is due: a type of data of one case, or of the office up to a day."""

    __tablename__ = "disposal_items"
    __table_args__ = (Index("ix_disposal_items_list", "list_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("disposal_lists.id"))
    keepsake: Mapped[Keepsake] = mapped_column(closed_list(Keepsake, "keepsake"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    #: The first day on which a case's item is disposed of; of the access log the last day whose entries go.
    due_on: Mapped[date]
    #: What became of it when the list was run; None while it waits.
    outcome: Mapped[ItemOutcome | None] = mapped_column(closed_list(ItemOutcome, "item_outcome"))


class DisposalApproval(Base):
    """An administrator's yes to a list. It takes two."""

    __tablename__ = "disposal_approvals"

    list_id: Mapped[int] = mapped_column(ForeignKey("disposal_lists.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    at: Mapped[datetime]
    #: What was done for the archive first (arkivlova § 13).
    assessment: Mapped[Assessment] = mapped_column(closed_list(Assessment, "assessment"))


class Disposal(Base):
    """What was disposed of. Only ever added to, and kept when the thing itself is gone."""

    __tablename__ = "disposals"

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("disposal_lists.id"), index=True)
    keepsake: Mapped[Keepsake] = mapped_column(closed_list(Keepsake, "keepsake"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime]
    #: How many values, texts or rows were erased.
    count: Mapped[int]
