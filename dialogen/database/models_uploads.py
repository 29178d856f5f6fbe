"""Tables of what people hand in for a while: files to import, the profiles they are read by, and forms that a lost
session interrupted."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from dialogen.database.base import Base


class ImportProfile(Base):
    """A named profile (contract.md, Import file), as TOML: the command line and the pages read it alike."""

    __tablename__ = "import_profiles"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    name_key: Mapped[str] = mapped_column(String(100), unique=True)  # as compared
    toml: Mapped[str] = mapped_column(Text)
    saved_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    saved_at: Mapped[datetime]


class ImportUpload(Base):
    """A file that somebody uploaded to import it, and how far they have come with it. Erased within a day."""

    __tablename__ = "import_uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    uploaded_at: Mapped[datetime]
    kept_until: Mapped[datetime] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(255))  # as the browser called it
    size: Mapped[int]
    file: Mapped[str | None] = mapped_column(String(80))  # in the folder of uploads; None once it is erased
    #: How it is to be read, as a profile; None until somebody has looked at its columns.
    toml: Mapped[str | None] = mapped_column(Text)
    #: The errand that checked it as it is to be read now, and the one that imports it. No foreign keys: errands go first.
    check_id: Mapped[int | None]
    run_id: Mapped[int | None]


class KeptForm(Base):
    """What somebody was about to save when their session was over, sealed, for the same browser and account alone."""

    __tablename__ = "kept_forms"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)  # of what the browser's cookie holds
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    kept_at: Mapped[datetime]
    kept_until: Mapped[datetime] = mapped_column(index=True)
    sealed: Mapped[str] = mapped_column(Text)
