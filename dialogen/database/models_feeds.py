"""The table of calendar feeds."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from dialogen.database.base import Base


class CalendarFeed(Base):
    """An address at which a calendar fetches deadlines for an account. Only the hash of its secret is kept."""

    __tablename__ = "calendar_feeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    #: Whose cases it shows; None: those of the account itself.
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str] = mapped_column(String(100))  # which calendar it is for
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    #: Requests counted since the beginning of the present window of the rate limit.
    window_began_at: Mapped[datetime | None]
    window_count: Mapped[int] = mapped_column(default=0)
