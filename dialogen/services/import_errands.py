"""The two kinds of long work that an import is: the check of an uploaded file, and its import."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialogen.database import uploads as upload_rows
from dialogen.domain.accounts import check_may_administer
from dialogen.domain.errands import Doing, ErrandState
from dialogen.domain.errors import Problem, WrongState
from dialogen.domain.history import Author, Door
from dialogen.domain.imports import BadRow, ImportCounts
from dialogen.domain.national_ids import without_national_ids
from dialogen.files.case_rows import CaseReader
from dialogen.files.profiles import Profile, parse_profile
from dialogen.files.tables import Line, shown
from dialogen.services.errand_work import Interrupted, Outcome, Work
from dialogen.services.imports import ImportOrder, import_cases, opened_table

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

FIRST_ROWS = 20
BAD_ROWS_SHOWN = 200
NOTES_SHOWN = 50
MADE_SHOWN = 200
_DOINGS = {"read": Doing.READING, "compared": Doing.COMPARING, "written": Doing.WRITING}


class _Follower:
    """Hears of an import's rows: tells how far it is, and keeps some of what it has to say."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._rows: int | None = None
        self.bad: list[tuple[int, str]] = []
        self.notes: list[str] = []

    def progress(self, doing: str, rows: int) -> None:
        """Tell how far the import is; when all is read, it is known how many rows there are."""
        at = _DOINGS[doing]
        if at is Doing.READING:
            self._rows = rows
            self._work.tell(at, rows)
        else:
            self._work.tell(at, rows, self._rows)

    def rejected(self, line: int, reason: str) -> None:
        """Keep a bad row, one of the first."""
        if len(self.bad) < BAD_ROWS_SHOWN:
            self.bad.append((line, reason))

    def note(self, text: str) -> None:
        """Keep what is worth knowing."""
        if len(self.notes) < NOTES_SHOWN:
            self.notes.append(without_national_ids(text))


def check_import(work: Work) -> Outcome:
    """Go through an uploaded file as its import would, and put what was found into a file for its page."""
    path, profile = _upload(work)
    follower = _Follower(work)
    order = ImportOrder(path, profile=profile, dry_run=True, keep_going=True)
    counts = import_cases(work.db, order=order, today=work.today(), now=work.now(), zone=work.zone, listener=follower)
    bad = dict(follower.bad)
    first = [row | {"bad": bad.get(row["line"], row["bad"])} for row in _first_rows(path, profile, work)]
    found = {"bad": follower.bad, "notes": follower.notes, "first": first}
    result = work.result(".json")
    result.write_text(json.dumps(found), encoding="utf-8")
    return Outcome(asdict(counts) | {"upload": work.asked["upload"]}, result)


def run_import(work: Work) -> Outcome | None:
    """Import an uploaded file. Its rows and the end of the errand are kept together or not at all; then it is erased."""
    path, profile = _upload(work)
    follower, rejects = _Follower(work), work.result(".csv")
    keep_going = bool(work.asked["keep_going"])
    order = ImportOrder(
        path, profile=profile, keep_going=keep_going, rejects=rejects, by=Author(work.account.id, Door.WEB)
    )

    def end(session: "Session", counts: ImportCounts, made: list[tuple[str, str]]) -> None:
        work.end_within(session, _outcome(work, counts, rejects, made))

    try:
        counts = import_cases(
            work.db,
            order=order,
            today=work.today(),
            now=work.now(),
            zone=work.zone,
            listener=follower,
            at_last=end,
        )
    except Interrupted:
        rejects.unlink(missing_ok=True)
        raise
    if counts.rejected and not keep_going:  # nothing was imported, and so nothing ended it
        return _outcome(work, counts, rejects, [], state=ErrandState.FAILED)
    if not counts.rejected:
        rejects.unlink(missing_ok=True)
    _erase_upload(work, path)
    return None


def _outcome(
    work: Work,
    counts: ImportCounts,
    rejects: Path,
    made: list[tuple[str, str]],
    *,
    state: ErrandState = ErrandState.DONE,
) -> Outcome:
    told: dict[str, Any] = asdict(counts) | {"made": made[:MADE_SHOWN], "upload": work.asked["upload"]}
    if not counts.rejected:
        return Outcome(told, state=state)
    return Outcome(told, rejects, "avviste-rader.csv", state=state)


def _upload(work: Work) -> tuple[Path, Profile]:
    """Return an upload's file and how it is to be read, if whoever ordered the work may still import."""
    check_may_administer(work.account.standing)
    with work.db.reading() as session:
        row = upload_rows.get_upload(session, int(work.asked["upload"]), account_id=work.account.id)
        if row.file is None or row.toml is None:
            raise WrongState(Problem.UPLOAD_DONE)
        return work.folders.uploads / row.file, parse_profile(row.name, row.toml)


def _erase_upload(work: Work, path: Path) -> None:
    path.unlink(missing_ok=True)
    with work.db.writing() as session:
        upload_rows.get_upload(session, int(work.asked["upload"]), account_id=work.account.id).file = None


def _first_rows(path: Path, profile: Profile, work: Work) -> list[dict[str, Any]]:
    with opened_table(path, profile) as table:
        reader = CaseReader(table, profile, work.zone)
        return [_shown(line, reader) for line in islice(table.lines(), FIRST_ROWS)]


def _shown(line: Line, reader: CaseReader) -> dict[str, Any]:
    """Return a row as its page shows it: as it would be imported, or as it stands in the file and why it is bad."""
    row = reader.read(line)
    if isinstance(row, BadRow):
        return {"line": line.number, "bad": row.reason, "values": _texts(reader.cells(line))}
    return {
        "line": line.number,
        "bad": None,
        "values": _texts({field: getattr(row, field) for field in reader.columns}),
    }


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    return {field: "" if value is None else shown(value) for field, value in values.items()}


@dataclass(frozen=True)
class Found:
    """What the check of a file found, besides its counts: bad rows, what is worth knowing, and the first rows."""

    bad: list[tuple[int, str]]
    notes: list[str]
    first: list[dict[str, Any]]


def found_by_check(path: Path) -> Found:
    """Read what a check has found; `path` is its result."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return Found([(line, reason) for line, reason in content["bad"]], content["notes"], content["first"])
