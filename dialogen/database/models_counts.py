"""The table of running counts: what a year comes to, without counting its cases anew at every look."""

from datetime import date

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dialogen.database.base import Base


class OutcomeCount(Base):
    """So many cases more, or less, that have these facts in common. Only their sum says how many there are.

    Triggers add to it in the statement that changes a case (database/count_triggers.py), so that the sum is right in
    every transaction. Rows of the same facts are brought together now and then (database/outcome_counts.py).
    """

    __tablename__ = "outcome_counts"

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]  # of reception
    stream: Mapped[str] = mapped_column(String(30))
    unit_id: Mapped[int]  # no foreign key: 0 stands for no unit
    #: The original deadline; the first day there is for those whose deadline was past when rows were brought together.
    due_on: Mapped[date]
    answered: Mapped[bool]
    by_due: Mapped[bool]
    by_extension: Mapped[bool]
    exclusion: Mapped[str] = mapped_column(String(30))  # empty: none
    rule_version: Mapped[int]
    registered_late: Mapped[bool]  # when the deadline was past already
    cases: Mapped[int]


Index(
    "ix_outcome_counts_facts",
    OutcomeCount.year,
    OutcomeCount.stream,
    OutcomeCount.unit_id,
    OutcomeCount.due_on,
    OutcomeCount.answered,
    OutcomeCount.by_due,
    OutcomeCount.by_extension,
    OutcomeCount.exclusion,
    OutcomeCount.rule_version,
    OutcomeCount.registered_late,
    OutcomeCount.cases,
)
