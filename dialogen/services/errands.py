"""Long work that people order and may leave: ordering it, following it, stopping it, and fetching what it made.

It is done by errand_runner.py, in the scheduler's process. Whoever ordered an errand sees it, and nobody else.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialogen.database import errands as rows
from dialogen.domain.errands import ERRAND_KEPT, FILE_KEPT, OVER, UNFINISHED_MOST, Doing, ErrandKind, ErrandState
from dialogen.domain.errors import NotFound, Problem, WrongState
from dialogen.services.private_files import erase_strays, private_folder

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database
    from dialogen.database.models import Errand

LISTED_MOST = 50


@dataclass(frozen=True)
class ErrandView:
    """An errand as its page shows it. `told` is how it ended, in words of its kind or of a refusal."""

    id: int
    kind: ErrandKind
    state: ErrandState
    ordered_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    stop_asked: bool
    doing: Doing | None
    done: int
    total: int | None
    told: Mapping[str, Any]
    file_as: str | None  # what its result is saved as; None without one, and when it was erased
    file_until: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether nothing of it changes any more."""
        return self.state in OVER


def order_errand(db: "Database", *, kind: ErrandKind, account_id: int, asked: Mapping[str, Any], now: datetime) -> int:
    """Order long work and return its number. `asked` says what is wanted, in words of its kind, fit for JSON.

    Raises WrongState when too much of what the account ordered is not done yet.
    """
    with db.writing() as session:
        return order_within(session, kind=kind, account_id=account_id, asked=asked, now=now)


def order_within(
    session: "Session", *, kind: ErrandKind, account_id: int, asked: Mapping[str, Any], now: datetime
) -> int:
    """Order long work within a transaction, as `order_errand` does."""
    if rows.count_unfinished(session, account_id) >= UNFINISHED_MOST:
        raise WrongState(Problem.ERRANDS_ENOUGH, most=UNFINISHED_MOST)
    return rows.add_errand(session, kind=kind, account_id=account_id, asked=asked, now=now).id


def show_errand(db: "Database", *, errand_id: int, account_id: int) -> ErrandView:
    """Return an errand; raises NotFound for one that somebody else ordered."""
    with db.reading() as session:
        return _view(rows.get_errand(session, errand_id, account_id=account_id))


def list_errands(db: "Database", *, account_id: int) -> list[ErrandView]:
    """Return what an account ordered lately, newest first."""
    with db.reading() as session:
        return [_view(row) for row in rows.errands_of(session, account_id, limit=LISTED_MOST)]


def stop_errand(db: "Database", *, errand_id: int, account_id: int, now: datetime) -> None:
    """Stop an errand: at once when it waits, else at its next good place; nothing of it is kept. Raises NotFound."""
    with db.writing() as session:
        row = rows.get_errand(session, errand_id, account_id=account_id, lock=True)
        if row.state is ErrandState.WAITING:
            end(row, ErrandState.STOPPED, told={}, now=now)
        elif row.state is ErrandState.RUNNING and row.stop_asked_at is None:
            row.stop_asked_at = now


def end(row: "Errand", state: ErrandState, *, told: Mapping[str, Any], now: datetime) -> None:
    """End an errand within a transaction; what was asked for is forgotten."""
    row.state, row.told, row.finished_at = state, dict(told), now
    row.asked, row.claimed_by, row.claim_ends_at, row.doing = {}, None, None, None


def result_of(db: "Database", *, folder: Path, errand_id: int, account_id: int, now: datetime) -> tuple[Path, str]:
    """Return where an errand's result lies, and what it is saved as; raises NotFound when there is none any more."""
    saved_as = show_errand(db, errand_id=errand_id, account_id=account_id).file_as
    path = find_findings(db, folder=folder, errand_id=errand_id, account_id=account_id, now=now)
    if path is None or saved_as is None:
        raise NotFound(Problem.NO_SUCH, what="result", value=errand_id)
    return path, saved_as


def find_findings(db: "Database", *, folder: Path, errand_id: int, account_id: int, now: datetime) -> Path | None:
    """Return where that lies which an errand made, also what only a page shows; None when there is nothing any more."""
    with db.reading() as session:
        row = rows.get_errand(session, errand_id, account_id=account_id)
        name, until = row.file, row.file_until
    path = folder / name if name else None
    return path if path is not None and until is not None and until > now and path.is_file() else None


def new_result(folder: Path, suffix: str) -> Path:
    """Return a path for a new result, which nobody can guess."""
    return private_folder(folder) / f"{secrets.token_hex(16)}{suffix}"


def forget_old(db: "Database", *, folder: Path, now: datetime) -> None:
    """Erase results that were kept a day, errands that were over a month ago, and what killed processes left behind."""
    with db.writing() as session:
        for row in rows.files_past(session, now):
            (folder / str(row.file)).unlink(missing_ok=True)
            row.file = row.file_as = row.file_until = None
        rows.forget_before(session, now - ERRAND_KEPT)
        kept = rows.files_kept(session)
    erase_strays(folder, kept=kept, before=now - FILE_KEPT)


def _view(row: "Errand") -> ErrandView:
    return ErrandView(
        id=row.id,
        kind=ErrandKind(row.kind),
        state=row.state,
        ordered_at=row.ordered_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        stop_asked=row.stop_asked_at is not None,
        doing=Doing(row.doing) if row.doing else None,
        done=row.done,
        total=row.total,
        told=row.told,
        file_as=row.file_as,
        file_until=row.file_until,
    )
