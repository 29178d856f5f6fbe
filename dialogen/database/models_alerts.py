"""Tables of what is owed and sent: alerts first, letters second, the trace of every pass, and who may make one."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Double,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    literal,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from dialogen.database.base import Base, closed_list
from dialogen.domain.alerts import AlertState, DropReason
from dialogen.domain.ladders import Medium
from dialogen.domain.letters import LetterState


class Letter(Base):
    """One e-mail to one person: fixed, with its Message-ID, before the first attempt to send it."""

    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: account:N or unit:N, as in alerts.
    recipient: Mapped[str] = mapped_column(String(30), index=True)
    to_address: Mapped[str] = mapped_column(String(254))
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    morning: Mapped[date]  # the day of the pass that wrote it
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    state: Mapped[LetterState] = mapped_column(closed_list(LetterState, "state"))
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    claimed_by: Mapped[str | None] = mapped_column(String(200))
    claim_ends_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    #: What the mail server, or the connection to it, last answered.
    last_answer: Mapped[str | None] = mapped_column(String(500))
    #: Of a letter that brings a one-time link: until when it is sent. Each attempt makes a link of its own and puts it in
    #: place of the sign for it; the link is never stored.
    link_until: Mapped[datetime | None]


def _is(column: Any, *words: StrEnum) -> ColumnElement[bool]:
    """Compare with words written out in the SQL: with a parameter the partial indexes below could not be used."""
    return or_(*(column == literal(word, column.type, literal_execute=True) for word in words))


IS_DRAFT = _is(Letter.state, LetterState.DRAFT)
IS_WAITING = _is(Letter.state, LetterState.WAITING)
IS_CLAIMED = _is(Letter.state, LetterState.CLAIMED)
#: In the very words of the index, by which SQLite knows it again.
IS_UNFINISHED = text("letters.state IN ('draft', 'waiting', 'claimed')")
_UNFINISHED = text("state IN ('draft', 'waiting', 'claimed')")
Index(
    "ix_letters_unfinished",
    Letter.next_try_at,
    Letter.id,
    sqlite_where=_UNFINISHED,
    postgresql_where=_UNFINISHED,
)
#: The same of what was given up.
IS_DEAD = text("letters.state = 'dead'")
_DEAD = text("state = 'dead'")
Index("ix_letters_dead", Letter.id, sqlite_where=_DEAD, postgresql_where=_DEAD)


class Alert(Base):
    """One message owed to one recipient because of one deadline."""

    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("case_id", "step", "recipient", "deadline"),
        CheckConstraint("(letter_id IS NOT NULL) OR (state <> 'in_letter')", name="letter_when_in_letter"),
        CheckConstraint("(drop_reason IS NOT NULL) = (state = 'dropped')", name="reason_when_dropped"),
        CheckConstraint("(recipient = 'nobody') = (account_id IS NULL AND unit_id IS NULL)", name="somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    step: Mapped[int]  # days from the deadline
    #: account:N, unit:N, or nobody: a value, so that the unique key holds for it too.
    recipient: Mapped[str] = mapped_column(String(30))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    deadline: Mapped[date]  # the present deadline it was raised for
    state: Mapped[AlertState] = mapped_column(closed_list(AlertState, "state"))
    comes_late: Mapped[bool]
    #: Of a superseded alert: how many earlier steps were passed over together with it.
    others: Mapped[int] = mapped_column(default=0)
    raised_on: Mapped[date]  # the day of the pass
    raised_at: Mapped[datetime]
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"), index=True)
    drop_reason: Mapped[DropReason | None] = mapped_column(closed_list(DropReason, "drop_reason"))


IS_OWED = _is(Alert.state, AlertState.OWED)
IS_UNADDRESSED = _is(Alert.state, AlertState.UNADDRESSED)
#: Closed, though its step may be owed to the same recipient again: it is then armed again.
IS_CLOSED_UNTOLD = _is(Alert.state, AlertState.DROPPED, AlertState.FILLED_IN)
_OWED, _UNADDRESSED = text("state = 'owed'"), text("state = 'unaddressed'")
Index("ix_alerts_owed", Alert.recipient, Alert.id, sqlite_where=_OWED, postgresql_where=_OWED)
Index("ix_alerts_unaddressed", Alert.case_id, sqlite_where=_UNADDRESSED, postgresql_where=_UNADDRESSED)


class LadderRow(Base):
    """One version of the steps by which a unit, or everybody, is alerted. The newest holds; none is ever changed."""

    __tablename__ = "ladders"
    __table_args__ = (
        # The scope is a value, not NULL, so that the same version cannot stand twice.
        UniqueConstraint("scope", "version"),
        CheckConstraint("(unit_id IS NULL) = (scope = '*')", name="scope_is_unit"),
        CheckConstraint(
            "(handler IS NULL) = (manager IS NULL) AND (handler IS NULL) = (again_from IS NULL)"
            " AND (handler IS NULL) = (again_every IS NULL) AND (handler IS NOT NULL OR unit_id IS NOT NULL)",
            name="whole_or_default",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(20))  # * or the unit's number
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    version: Mapped[int]
    #: The steps in days from the deadline, a space between. None in all four: the unit follows the default.
    handler: Mapped[str | None] = mapped_column(String(300))
    manager: Mapped[str | None] = mapped_column(String(300))
    again_from: Mapped[int | None]
    again_every: Mapped[int | None]
    medium: Mapped[Medium] = mapped_column(closed_list(Medium, "medium"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]


class JobRun(Base):
    """The trace of one run of one job: unique for its slot in the timetable, so that it cannot be made twice."""

    __tablename__ = "job_runs"
    __table_args__ = (UniqueConstraint("job", "slot"), Index("ix_job_runs_finished", "job", "finished_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(50))
    slot: Mapped[str] = mapped_column(String(60))  # the instant of the timetable; a pass by hand has one of its own
    worker: Mapped[str] = mapped_column(String(200))
    #: Under which leadership of the schedulers it was begun; None by hand.
    epoch: Mapped[int | None]
    for_day: Mapped[date]
    #: Whether for_day was today: only such a pass counts against staleness.
    present_day: Mapped[bool]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(String(500))
    seen: Mapped[int] = mapped_column(default=0)
    raised: Mapped[int] = mapped_column(default=0)
    sent: Mapped[int] = mapped_column(default=0)
    dropped: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)


class Lease(Base):
    """Which process leads, of all that could: the one that renewed the lease last and not too long ago.

    Its times are seconds since 1970 by the clock of the database, which is the same for everybody who asks.
    """

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    holder: Mapped[str] = mapped_column(String(200))  # the name of a process
    epoch: Mapped[int]  # one more with every change of the holder
    taken_at: Mapped[float] = mapped_column(Double)
    renewed_at: Mapped[float] = mapped_column(Double)
    expires_at: Mapped[float] = mapped_column(Double)
