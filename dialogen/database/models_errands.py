"""The table of long work that people order: what is asked for, who does it now, how far it has come, how it ended."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from dialogen.database.base import Base, closed_list
from dialogen.domain.errands import ErrandState


class Errand(Base):
    """One errand. Only whoever ordered it sees it; what it asked for is forgotten when it is over."""

    __tablename__ = "errands"
    __table_args__ = (
        Index("ix_errands_account_id", "account_id", "id"),
        Index("ix_errands_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    ordered_at: Mapped[datetime]
    #: What is to be done, in words of its kind; may hold what was searched for, and so is emptied at the end.
    asked: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[ErrandState] = mapped_column(closed_list(ErrandState, "state"))
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None] = mapped_column(String(200))
    claim_ends_at: Mapped[datetime | None]
    stop_asked_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    doing: Mapped[str | None] = mapped_column(String(20))
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    #: How it ended, as its kind tells it: counts and names, or {"problem", "values"} of a refusal.
    told: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: Its result, in the folder of errands; and what a browser saves it as.
    file: Mapped[str | None] = mapped_column(String(80))
    file_as: Mapped[str | None] = mapped_column(Text)
    file_until: Mapped[datetime | None]
