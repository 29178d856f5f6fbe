"""Tables of how people come in: attempts that are slowed down, the second step, and identities known elsewhere."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dialogen.database.base import Base


class Throttle(Base):
    """Attempts that failed for one account or one address, counted across processes. Holds no readable name of either."""

    __tablename__ = "throttles"

    #: What is counted, e.g. account or address, and the keyed digest (HMAC-SHA-256) of its name.
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    attempts: Mapped[int]
    began_at: Mapped[datetime] = mapped_column(index=True)  # of the present window


class SecondStep(Base):
    """The second step of an account: a shared secret for time-based codes (TOTP, RFC 6238), encrypted."""

    __tablename__ = "second_steps"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, autoincrement=False)
    sealed_secret: Mapped[str] = mapped_column(Text)
    set_up_at: Mapped[datetime]  # when a first right code showed that the person has it
    #: The time step of the last code taken: no code opens twice.
    last_step: Mapped[int]


class RecoveryCode(Base):
    """A code that opens once when the second step is lost. Only its hash is kept."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None]


class AccountIdentity(Base):
    """By whom an account is known elsewhere: issuer and subject of OpenID Connect, never the e-mail address."""

    __tablename__ = "account_identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
