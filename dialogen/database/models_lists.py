"""Tables of lists of cases: views that people saved, how their lists begin, and steps on many cases."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dialogen.database.base import Base, closed_list
from dialogen.domain.bulk import BulkStep, Fate


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


class BulkRun(Base):
    """One step on many cases at once. Kept for some days: what it did stands in the history of each case."""

    __tablename__ = "bulk_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    step: Mapped[BulkStep] = mapped_column(closed_list(BulkStep, "step"))
    done_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class BulkItem(Base):
    """What one step on many came to for one case, and what the case was before."""

    __tablename__ = "bulk_items"

    run_id: Mapped[int] = mapped_column(ForeignKey("bulk_runs.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    fate: Mapped[Fate] = mapped_column(closed_list(Fate, "fate"))
    problem: Mapped[str | None] = mapped_column(String(60))  # the name of a Problem, of a case that was left out
    #: The case's version after it: while it has that, nobody has changed it since.
    version: Mapped[int]
    #: What the step changed, as it was: numbers and days.
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    undone: Mapped[Fate | None] = mapped_column(closed_list(Fate, "undone"))
