"""Files that an administrator uploaded to import them: kept in a private folder, and erased after a day at the latest.

Whoever uploaded a file has it anyway; nobody else sees it, or anything of it.
"""

import secrets
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from dialogen.database import errands as errand_rows
from dialogen.database import uploads as rows
from dialogen.domain.accounts import Standing, check_may_administer
from dialogen.domain.errands import ErrandKind, ErrandState
from dialogen.domain.errors import InvalidInput, Problem, WrongState
from dialogen.domain.national_ids import without_national_ids
from dialogen.domain.texts import in_one_line
from dialogen.files.profiles import Profile, parse_profile, toml_of
from dialogen.files.xlsx_in import LARGEST_FILE, is_xlsx
from dialogen.services.errands import order_within
from dialogen.services.imports import opened_table
from dialogen.services.private_files import erase_strays, private_folder

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database
    from dialogen.database.models import ImportUpload

UPLOAD_KEPT = timedelta(days=1)
NAME_MOST = 255


@dataclass(frozen=True)
class UploadView:
    """An uploaded file, how it is to be read once that is known, and the long work that has to do with it."""

    id: int
    name: str
    size: int
    uploaded_at: datetime
    kept_until: datetime
    path: Path | None  # None once it is erased
    profile: Profile | None
    check_id: int | None
    run_id: int | None


def keep_upload(db: "Database", *, folder: Path, by: Standing, name: str, stream: BinaryIO, now: datetime) -> int:
    """Keep an uploaded file and return its number; raises InvalidInput for one that is too large, and FileRefused for
    one that is no table."""
    check_may_administer(by)
    part = private_folder(folder) / f"{secrets.token_hex(16)}.part"
    try:
        with part.open("xb") as kept:
            shutil.copyfileobj(stream, kept, 1 << 20)
        size = part.stat().st_size
        if size > LARGEST_FILE:
            raise InvalidInput.of("file", Problem.FILE_TOO_LARGE, most=LARGEST_FILE // 1024**2)
        path = part.rename(part.with_suffix(".xlsx" if is_xlsx(part) else ".csv"))
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    try:
        with opened_table(path, Profile()):
            pass
        with db.writing() as session:
            shown = without_national_ids(in_one_line(name))[:NAME_MOST] or path.name
            until = now + UPLOAD_KEPT
            return rows.add_upload(
                session, account_id=by.account_id, name=shown, size=size, file=path.name, now=now, until=until
            ).id
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def show_upload(db: "Database", *, folder: Path, by: Standing, upload_id: int) -> UploadView:
    """Return an upload; raises NotFound for one of somebody else's."""
    check_may_administer(by)
    with db.reading() as session:
        return _view(rows.get_upload(session, upload_id, account_id=by.account_id), folder)


def list_uploads(db: "Database", *, folder: Path, by: Standing) -> list[UploadView]:
    """Return the uploads of an administrator, newest first."""
    check_may_administer(by)
    with db.reading() as session:
        return [_view(row, folder) for row in rows.uploads_of(session, by.account_id)]


def choose_profile(db: "Database", *, by: Standing, upload_id: int, profile: Profile) -> None:
    """Say how an upload is to be read; what was checked before holds no longer. Raises FileRefused for a profile that
    cannot be one, and WrongState once the file is being imported."""
    check_may_administer(by)
    parse_profile("profile", toml_of(profile))
    with db.writing() as session:
        row = rows.get_upload(session, upload_id, account_id=by.account_id, lock=True)
        _check_waits(session, row)
        row.toml, row.check_id, row.run_id = toml_of(profile), None, None


def order_check(db: "Database", *, by: Standing, upload_id: int, now: datetime) -> int:
    """Order that an upload is looked through as its import would, without changing anything."""
    return _order(db, ErrandKind.IMPORT_CHECK, by=by, upload_id=upload_id, keep_going=True, now=now)


def order_import(db: "Database", *, by: Standing, upload_id: int, keep_going: bool, now: datetime) -> int:
    """Order that an upload is imported, once it was checked."""
    return _order(db, ErrandKind.IMPORT, by=by, upload_id=upload_id, keep_going=keep_going, now=now)


def _order(db: "Database", kind: ErrandKind, *, by: Standing, upload_id: int, keep_going: bool, now: datetime) -> int:
    check_may_administer(by)
    with db.writing() as session:
        row = rows.get_upload(session, upload_id, account_id=by.account_id, lock=True)
        _check_waits(session, row)
        if row.toml is None or (kind is ErrandKind.IMPORT and row.check_id is None):
            raise WrongState(Problem.UPLOAD_NOT_CHECKED)
        asked = {"upload": upload_id, "keep_going": keep_going}
        errand_id = order_within(session, kind=kind, account_id=by.account_id, asked=asked, now=now)
        if kind is ErrandKind.IMPORT:
            row.run_id = errand_id
        else:
            row.check_id, row.run_id = errand_id, None
    return errand_id


def _check_waits(session: "Session", row: "ImportUpload") -> None:
    """Refuse a file that is being imported, or was; one whose import failed may be tried again."""
    run = None if row.run_id is None else errand_rows.find_errand(session, row.run_id)
    if row.file is None or (run is not None and run.state not in (ErrandState.FAILED, ErrandState.STOPPED)):
        raise WrongState(Problem.UPLOAD_DONE)


def throw_away(db: "Database", *, folder: Path, by: Standing, upload_id: int) -> None:
    """Erase an upload and all that is known of it; raises NotFound."""
    check_may_administer(by)
    with db.writing() as session:
        row = rows.get_upload(session, upload_id, account_id=by.account_id)
        _erase(row, folder)
        rows.forget_upload(session, row.id)


def forget_old(db: "Database", *, folder: Path, now: datetime) -> None:
    """Erase the uploads of yesterday, and what killed processes left behind."""
    with db.writing() as session:
        for row in rows.uploads_past(session, now):
            _erase(row, folder)
            rows.forget_upload(session, row.id)
        kept = rows.files_kept(session)
    erase_strays(folder, kept=kept, before=now - UPLOAD_KEPT)


def _erase(row: "ImportUpload", folder: Path) -> None:
    if row.file is not None:
        with suppress(FileNotFoundError):
            (folder / row.file).unlink()
        row.file = None


def _view(row: "ImportUpload", folder: Path) -> UploadView:
    return UploadView(
        id=row.id,
        name=row.name,
        size=row.size,
        uploaded_at=row.uploaded_at,
        kept_until=row.kept_until,
        path=folder / row.file if row.file else None,
        profile=parse_profile(row.name, row.toml) if row.toml else None,
        check_id=row.check_id,
        run_id=row.run_id,
    )
