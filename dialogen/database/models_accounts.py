"""Tables of people and units: who may come in, and where they work."""

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialogen.database.base import Base, closed_list
from dialogen.domain.accounts import Origin, Role, Stage
from dialogen.domain.languages import Language
from dialogen.domain.other_laws import Law


class Unit(Base):
    """A part of the municipality that must answer (virksomhet)."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    #: The name as compared: two units cannot differ by case alone.
    name_key: Mapped[str] = mapped_column(String(200), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))


class Account(Base):
    """A person who can sign in. Never deleted, since history names it; disabled instead."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    #: Whether it may sign in with its password though the installation signs in elsewhere (OIDC).
    break_glass: Mapped[bool] = mapped_column(Boolean, default=False)
    #: What its pages and letters are written in; None: as the browser, or the installation, says.
    language: Mapped[Language | None] = mapped_column(closed_list(Language, "language"))
    memberships: Mapped[list["MembershipRow"]] = relationship(
        order_by="MembershipRow.id", cascade="all, delete-orphan", lazy="selectin"
    )


class MembershipRow(Base):
    """A role of an account in one unit, in all (`*`), or in none (`-`)."""

    __tablename__ = "memberships"
    __table_args__ = (
        # The scope is a value, not NULL, so that the same membership cannot stand twice.
        UniqueConstraint("account_id", "role", "scope"),
        CheckConstraint("(unit_id IS NULL) = (scope IN ('*', '-'))", name="scope_is_unit"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    role: Mapped[Role] = mapped_column(closed_list(Role, "role"))
    scope: Mapped[str] = mapped_column(String(20))  # *, - or the unit's number
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    #: Who gave it: an administrator here, or the sign-in elsewhere, which may take it away again.
    origin: Mapped[Origin] = mapped_column(closed_list(Origin, "origin"), default=Origin.LOCAL)


class SignInLink(Base):
    """A one-time link with which a new account sets its first password. Only the secret's hash is kept."""

    __tablename__ = "sign_in_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AccountSession(Base):
    """One sign-in of one browser, so that it can be ended from the other side."""

    __tablename__ = "account_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    #: How far the sign-in has come: only a full one opens the pages.
    stage: Mapped[Stage] = mapped_column(closed_list(Stage, "stage"), default=Stage.FULL)
    #: What the browser called itself, so that its owner knows it again in the list.
    browser: Mapped[str | None] = mapped_column(String(200))


class ApiToken(Base):
    """A key with which a program acts for an account. Only the secret's hash is kept."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str] = mapped_column(String(200))  # words of Scope, a space between
    created_at: Mapped[datetime]
    expires_on: Mapped[date | None]  # the last local date on which it works
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    name: Mapped[str | None] = mapped_column(String(100))  # what it is for
    #: Requests counted since the beginning of the present window of the rate limit.
    window_began_at: Mapped[datetime | None]
    window_count: Mapped[int] = mapped_column(default=0)


class IdempotencyKey(Base):
    """A request a program made once: the same key again is answered with the same case."""

    __tablename__ = "idempotency_keys"

    token_id: Mapped[int] = mapped_column(ForeignKey("api_tokens.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    body_digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the canonical body
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    created_at: Mapped[datetime] = mapped_column(index=True)


class Installation(Base):
    """When this installation was first started: staleness is counted from there. One row."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first_started_at: Mapped[datetime]
    #: Whether it was filled with made-up cases: such a one sends no letter unless a mail server is named.
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)


class ClosedDay(Base):
    """A day on which the office is closed besides the public holidays."""

    __tablename__ = "closed_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))


class Kind(Base):
    """What an inquiry is (sakstype); an editable list."""

    __tablename__ = "kinds"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The stable word for programs; for a kind that an import made, its name.
    word: Mapped[str] = mapped_column(String(100))
    #: The word as compared: neither case nor underscores tell two kinds apart.
    word_key: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    name_key: Mapped[str] = mapped_column(String(100), unique=True)
    in_use: Mapped[bool] = mapped_column(Boolean)
    #: The law that has a deadline of its own for inquiries of this kind.
    law: Mapped[Law | None] = mapped_column(closed_list(Law, "law"))
