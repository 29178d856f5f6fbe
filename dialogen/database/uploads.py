"""Queries about files that people uploaded to import them, and the profiles by which such files are read."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dialogen.database.models import ImportProfile, ImportUpload
from dialogen.database.numbers import is_storable
from dialogen.domain.errors import NotFound, Problem


def add_upload(
    session: Session, *, account_id: int, name: str, size: int, file: str, now: datetime, until: datetime
) -> ImportUpload:
    """Add an uploaded file."""
    upload = ImportUpload(account_id=account_id, uploaded_at=now, kept_until=until, name=name, size=size, file=file)
    session.add(upload)
    session.flush()
    return upload


def get_upload(session: Session, upload_id: int, *, account_id: int, lock: bool = False) -> ImportUpload:
    """Return an upload of the account that made it; raises NotFound for any other."""
    upload = session.get(ImportUpload, upload_id, with_for_update=lock) if is_storable(upload_id) else None
    if upload is None or upload.account_id != account_id:
        raise NotFound(Problem.NO_SUCH, what="upload", value=upload_id)
    return upload


def uploads_of(session: Session, account_id: int) -> list[ImportUpload]:
    """Return an account's uploads, newest first."""
    query = select(ImportUpload).where(ImportUpload.account_id == account_id).order_by(ImportUpload.id.desc())
    return list(session.scalars(query))


def uploads_past(session: Session, now: datetime) -> list[ImportUpload]:
    """Return the uploads whose time is out, locked."""
    query = select(ImportUpload).where(ImportUpload.kept_until <= now).order_by(ImportUpload.id)
    return list(session.scalars(query.with_for_update(skip_locked=True)))


def forget_upload(session: Session, upload_id: int) -> None:
    """Forget an upload; its file is erased by whoever asks for this."""
    session.execute(delete(ImportUpload).where(ImportUpload.id == upload_id))


def files_kept(session: Session) -> set[str]:
    """Return the names of all uploaded files."""
    return {name for name in session.scalars(select(ImportUpload.file).order_by(ImportUpload.id)) if name is not None}


def profiles(session: Session) -> list[ImportProfile]:
    """Return the saved profiles, by name as compared."""
    return list(session.scalars(select(ImportProfile).order_by(ImportProfile.name_key)))


def find_profile(session: Session, name_key: str, *, lock: bool = False) -> ImportProfile | None:
    """Return the profile of a name as compared, or None."""
    query = select(ImportProfile).where(ImportProfile.name_key == name_key)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()
