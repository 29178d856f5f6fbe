"""Tables of cases: the statistic, its history, and apart from both what is personal and can be erased."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    and_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from dialogen.database.base import Base, closed_list
from dialogen.domain.answers import AnswerManner
from dialogen.domain.cases import Channel, ExclusionReason, Outcome, Stream
from dialogen.domain.deadlines import Roll


class DeadlineRuleRow(Base):
    """One version of the promise. Never changed, since cases keep the version they were given."""

    __tablename__ = "deadline_rules"
    __table_args__ = (
        CheckConstraint("days BETWEEN 1 AND 365", name="days"),
        CheckConstraint("valid_from IS NOT NULL OR version = 1", name="only_first_without_beginning"),
    )

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    valid_from: Mapped[date | None] = mapped_column(unique=True)
    days: Mapped[int]
    roll: Mapped[Roll] = mapped_column(closed_list(Roll, "roll"))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))


class ReferenceCounter(Base):
    """The last number given in a year of registration. Only counts up: a reference is never used again."""

    __tablename__ = "reference_counters"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Case(Base):
    """One inquiry, as the statistic knows it. No personal field lies here."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("source", "external_reference"),
        CheckConstraint("due_on >= received_on", name="due_after_received"),
        CheckConstraint("answered_on >= received_on", name="answered_after_received"),
        CheckConstraint("extended_to > due_on", name="extended_after_due"),
        CheckConstraint("deadline = coalesce(extended_to, due_on)", name="deadline_is_present"),
        CheckConstraint("external_reference IS NULL OR source IS NOT NULL", name="reference_has_source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    source: Mapped[str | None] = mapped_column(String(100))
    external_reference: Mapped[str | None] = mapped_column(String(100))
    stream: Mapped[Stream] = mapped_column(closed_list(Stream, "stream"))
    channel: Mapped[Channel] = mapped_column(closed_list(Channel, "channel"))
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("kinds.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    received_on: Mapped[date]
    rule_version: Mapped[int] = mapped_column(ForeignKey("deadline_rules.version"))
    due_on: Mapped[date]
    extended_to: Mapped[date | None]
    #: The present deadline, extended_to or else due_on: stored so that the deadline pass can search by it.
    deadline: Mapped[date]
    answered_on: Mapped[date | None]
    #: How it was answered, where that was told.
    answer_manner: Mapped[AnswerManner | None] = mapped_column(closed_list(AnswerManner, "answer_manner"))
    exclusion: Mapped[ExclusionReason | None] = mapped_column(closed_list(ExclusionReason, "exclusion"))
    #: The local date of registration: received_on is when it came, this is when we knew.
    registered_on: Mapped[date]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1)
    #: The digest of the newest line of the case's history, so that a tail that was cut off shows.
    history_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))


#: By the name of a database, how a line of history is known that moved a case from external to internal.
_MOVED = '{"field": "stream", "before": "external", "after": "internal"}'
MOVED_OUT = {"sqlite": f"instr(changes, '{_MOVED}') > 0", "postgresql": f"strpos(changes::text, '{_MOVED}') > 0"}
IS_OPEN = and_(Case.answered_on.is_(None), Case.exclusion.is_(None))

# The deadline pass reads this index alone, and only open cases are in it. SQLite takes the last two columns, always
# empty, from the table unless they are here.
Index(
    "ix_cases_open",
    Case.deadline,
    Case.id,
    Case.received_on,
    Case.unit_id,
    Case.handler_id,
    Case.registered_on,
    Case.answered_on,
    Case.exclusion,
    sqlite_where=IS_OPEN,
    postgresql_where=IS_OPEN,
)
# The yearly report reads this index alone, one year of it.
Index(
    "ix_cases_report",
    Case.stream,
    Case.received_on,
    Case.due_on,
    Case.answered_on,
    Case.exclusion,
    Case.deadline,
    Case.rule_version,
    Case.unit_id,
    Case.channel,
    Case.kind_id,
)
Index("ix_cases_unit", Case.unit_id, Case.deadline, Case.id)
Index("ix_cases_handler", Case.handler_id, Case.deadline, Case.id)
# The list of a unit's open cases must not grow slower with all that the unit has answered over the years.
Index("ix_cases_open_unit", Case.unit_id, Case.deadline, Case.id, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)
Index("ix_cases_open_handler", Case.handler_id, Case.deadline, Case.id, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)
# Cases that were answered before anybody registered them: the quality of a year's figure reads this index alone.
Index(
    "ix_cases_afterwards",
    Case.stream,
    Case.received_on,
    Case.exclusion,
    sqlite_where=Case.answered_on < Case.registered_on,
    postgresql_where=Case.answered_on < Case.registered_on,
)
Index("ix_cases_received", Case.received_on, Case.id)  # the list of all cases by the day they came
Index("ix_cases_external_reference", Case.external_reference)


class CasePersonal(Base):
    """What is personal about a case. Can be erased without touching a figure."""

    __tablename__ = "case_personal"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    subject: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    sender_name: Mapped[str | None] = mapped_column(String(200))
    sender_email: Mapped[str | None] = mapped_column(String(254), index=True)
    sender_phone: Mapped[str | None] = mapped_column(String(50))
    #: When the sender, or subject and text, were erased after their retention time; from then on none is put in again.
    sender_erased_at: Mapped[datetime | None]
    content_erased_at: Mapped[datetime | None]


class CaseEvent(Base):
    """One line of a case's history. Only ever added to; holds no personal value."""

    __tablename__ = "case_events"
    __table_args__ = (
        Index("ix_case_events_case", "case_id", "id"),
        # The few cases that were moved from external to internal, among all lines of history.
        Index(
            "ix_case_events_moved",
            "case_id",
            sqlite_where=text(MOVED_OUT["sqlite"]),
            postgresql_where=text(MOVED_OUT["postgresql"]),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[datetime]
    #: What was done: a word of domain/history.py.
    action: Mapped[str] = mapped_column(String(30))
    #: Through which door: web, api, import, command_line or demo.
    door: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    #: [{"field", "before", "after"}]; the values of a personal field are left out, only that it changed is told.
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    #: Over the line and the digest of the case's line before it (domain/chains.py).
    digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class EventText(Base):
    """Free text that belongs to a line of history: reasons, notes, earlier personal values. Can be erased."""

    __tablename__ = "event_texts"
    __table_args__ = (UniqueConstraint("event_id", "field"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("case_events.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    field: Mapped[str] = mapped_column(String(30))  # reason, note, or the personal field whose earlier value this is
    text: Mapped[str] = mapped_column(Text)


class WordsDue(Base):
    """A case whose words must be read anew before a search finds it again, as triggers noted it.

    The index itself, `case_words`, is of another kind in each database: only the migrations and database/case_words.py
    know it.
    """

    __tablename__ = "words_due"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int]  # no foreign key: it is gone before the transaction ends


class PendingChange(Base):
    """A change under four eyes: proposed by one, it counts when a second person approves it (domain.md 4).

    Holds no personal value: the free-text reason lies with the line of history that tells of the proposal.
    """

    __tablename__ = "pending_changes"
    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (outcome IS NULL)", name="decided_with_outcome"),
        CheckConstraint("decided_by <> proposed_by OR outcome = 'withdrawn'", name="second_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    #: What is asked for: excluded or corrected, as history tells it.
    action: Mapped[str] = mapped_column(String(30))
    #: [{"field", "before", "after"}] of exclusion, stream, received_on and answered_on, as in case_events.
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    event_id: Mapped[int] = mapped_column(ForeignKey("case_events.id"))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None] = mapped_column(closed_list(Outcome, "outcome"))


IS_PENDING = PendingChange.decided_at.is_(None)
# At most one change waits for a case, and what waits is found without reading what was decided.
Index(
    "uq_pending_changes_case", PendingChange.case_id, unique=True, sqlite_where=IS_PENDING, postgresql_where=IS_PENDING
)

#: In the very words of the index, by which SQLite knows it again.
IS_REFUSED = text("pending_changes.outcome = 'refused'")
_REFUSED = text("outcome = 'refused'")
Index(
    "ix_pending_changes_refused",
    PendingChange.proposed_by,
    PendingChange.decided_at,
    sqlite_where=_REFUSED,
    postgresql_where=_REFUSED,
)


class ImportRow(Base):
    """A row of an import file as it was last imported, to tell whether the next one is new, equal or changed."""

    __tablename__ = "import_rows"
    __table_args__ = (UniqueConstraint("source", "external_reference"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(100))
    external_reference: Mapped[str] = mapped_column(String(100))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    #: Field by field as last imported, without the personal ones.
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: Whether the subject changed can be told from its digest; the subject itself lies in case_personal.
    subject_digest: Mapped[str | None] = mapped_column(String(64))
    imported_at: Mapped[datetime]
