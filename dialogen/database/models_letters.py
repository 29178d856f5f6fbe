"""Tables of letters to senders: what units have set up for them, and each one with its text and its delivery."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from dialogen.database.base import Base, closed_list
from dialogen.domain.languages import Language
from dialogen.domain.letter_texts import Purpose
from dialogen.domain.letters import LetterEnd, LetterState


class LetterTemplate(Base):
    """A text that letters to senders begin with: one unit's, or everybody's."""

    __tablename__ = "letter_templates"
    __table_args__ = (
        # The scope is a value, not NULL, so that the same name cannot stand twice.
        UniqueConstraint("scope", "purpose", "name_key"),
        CheckConstraint("(unit_id IS NULL) = (scope = '*')", name="scope_is_unit"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(20))  # * or the unit's number
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    purpose: Mapped[Purpose] = mapped_column(closed_list(Purpose, "purpose"))
    name: Mapped[str] = mapped_column(String(100))
    name_key: Mapped[str] = mapped_column(String(100))
    language: Mapped[Language] = mapped_column(closed_list(Language, "language"))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)


class ReceiptRuleRow(Base):
    """What a unit has chosen about receipts; a unit that has chosen nothing has no row."""

    __tablename__ = "receipt_rules"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True, autoincrement=False)
    is_on: Mapped[bool]
    internal: Mapped[bool]


class CaseLetter(Base):
    """One e-mail to the sender of a case, fixed with its Message-ID before the first attempt to send it.

    Address, texts and reason can be erased; that there was a letter, and what became of it, stays.
    """

    __tablename__ = "case_letters"
    __table_args__ = (
        CheckConstraint("(dropped_for IS NOT NULL) = (state = 'dropped')", name="reason_when_dropped"),
        CheckConstraint("expected_on IS NOT NULL OR purpose <> 'interim_reply'", name="interim_reply_has_a_day"),
        Index("ix_case_letters_case", "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    purpose: Mapped[Purpose] = mapped_column(closed_list(Purpose, "purpose"))
    language: Mapped[Language] = mapped_column(closed_list(Language, "language"))
    to_address: Mapped[str | None] = mapped_column(String(254))
    subject: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    #: Of an interim reply: when an answer can be expected, and why the deadline moves there, if it does.
    expected_on: Mapped[date | None]
    extends: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(Text)
    from_name: Mapped[str] = mapped_column(String(450))
    reply_to: Mapped[str | None] = mapped_column(String(254))
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    state: Mapped[LetterState] = mapped_column(closed_list(LetterState, "state"))
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    claimed_by: Mapped[str | None] = mapped_column(String(200))
    claim_ends_at: Mapped[datetime | None]
    #: Who sent it off; None for a receipt, which nobody does.
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    dropped_for: Mapped[LetterEnd | None] = mapped_column(closed_list(LetterEnd, "dropped_for"))
    #: What the mail server, or the connection to it, last answered; it may repeat the address.
    last_answer: Mapped[str | None] = mapped_column(String(500))


#: In the very words of the indexes, by which SQLite knows them again.
IS_ON_ITS_WAY = text("case_letters.state IN ('waiting', 'claimed')")
IS_STOPPED = text("case_letters.state = 'dead'")
_ON_ITS_WAY, _STOPPED = text("state IN ('waiting', 'claimed')"), text("state = 'dead'")
_ANSWER = text("purpose = 'answer' AND state IN ('waiting', 'claimed')")
_RECEIPT = text("purpose = 'receipt'")
Index("ix_case_letters_unfinished", CaseLetter.id, sqlite_where=_ON_ITS_WAY, postgresql_where=_ON_ITS_WAY)
Index("ix_case_letters_stopped", CaseLetter.case_id, sqlite_where=_STOPPED, postgresql_where=_STOPPED)
# Of two people who answer one case at the same moment only one sends a letter off; and nobody gets two receipts.
Index("uq_case_letters_answer", CaseLetter.case_id, unique=True, sqlite_where=_ANSWER, postgresql_where=_ANSWER)
Index("uq_case_letters_receipt", CaseLetter.case_id, unique=True, sqlite_where=_RECEIPT, postgresql_where=_RECEIPT)
Index(
    "ix_case_letters_receipts_to",
    CaseLetter.to_address,
    CaseLetter.created_at,
    sqlite_where=_RECEIPT,
    postgresql_where=_RECEIPT,
)
