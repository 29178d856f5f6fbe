"""Tables of lists of cases: views that people saved, and how their lists begin."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dialogen.database.base import Base


class SavedView(Base):
    """A list of cases under a name: its filters, order and columns, never words that were searched for."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("scope", "name_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Whose it is, as a value: `a` and the account's number, or `u` and the unit's. A name stands once for each.
    scope: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))  # who saved it
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str] = mapped_column(String(100))
    name_key: Mapped[str] = mapped_column(String(100))
    #: The parts of the address, each with its values.
    address: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime]


class ListDefault(Base):
    """How an account's list begins when its address asks for nothing. None: as it does for everybody."""

    __tablename__ = "list_defaults"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, autoincrement=False)
    view_id: Mapped[int | None] = mapped_column(ForeignKey("saved_views.id"), index=True)
    columns: Mapped[str | None] = mapped_column(String(200))  # words of Column, a space between
