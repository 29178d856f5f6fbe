"""Tables of the two logs beside the history of cases: what administrators changed, and who looked at what."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from dialogen.database.base import Base


class OfficeEvent(Base):
    """One change of the office itself: people, units, rules, keys. Only ever added to, each chained to the one before."""

    __tablename__ = "office_events"
    __table_args__ = (Index("ix_office_events_subject", "subject", "subject_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(40))
    door: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    #: What was changed: account, unit, token, …, and its number or key.
    subject: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[str | None] = mapped_column(String(40))
    #: [{"field", "before", "after"}]; of names, addresses and secrets only that they changed.
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class ChainHead(Base):
    """The newest digest of a chain and how many lines it has: a tail that was cut off shows, and writers queue here."""

    __tablename__ = "chain_heads"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    count: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class AccessEntry(Base):
    """One look: who opened, searched, listed or exported what. Holds no search words and no personal value."""

    __tablename__ = "access_entries"
    __table_args__ = (
        # Pages of the log go by instant, newest first, whichever of these they are filtered by.
        Index("ix_access_entries_at", "at", "id"),
        Index("ix_access_entries_account", "account_id", "at", "id"),
        Index("ix_access_entries_reference", "reference", "at", "id"),
        Index("ix_access_entries_action", "action", "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(20))
    door: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    token_id: Mapped[int | None] = mapped_column(ForeignKey("api_tokens.id"))
    #: What was looked at: case, cases, report, letters, people, …
    subject: Mapped[str] = mapped_column(String(30))
    #: Of the one case; else the year of a report, or the number of what was opened.
    reference: Mapped[str | None] = mapped_column(String(20))
    #: How many cases, people or letters the answer showed.
    shown: Mapped[int | None] = mapped_column(Integer)
