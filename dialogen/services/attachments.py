"""Files attached to a case: taken in and looked at, added with a trace, opened, taken away, and swept up."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import SEEK_END
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from dialogen.database import attachments as rows
from dialogen.database import cases as case_rows
from dialogen.database import history
from dialogen.database.models import Attachment, Case
from dialogen.database.numbers import is_storable
from dialogen.domain import cases as rules_of_cases
from dialogen.domain import texts
from dialogen.domain.accounts import Act, Standing, reach
from dialogen.domain.attachments import FIELD, check_name, check_type, clean_name
from dialogen.domain.cases import Step
from dialogen.domain.errors import InvalidInput, NotFound, Problem, WrongState
from dialogen.domain.history import Action, Author
from dialogen.domain.meanwhile import about
from dialogen.files.attachment_store import SETTLED, Incoming, Store
from dialogen.files.attachment_types import type_of
from dialogen.services.case_views import CaseView, check_reference, dates_of
from dialogen.services.cases import WORK, Deed, OpenCase, check_may, deed_on_case, seen, tell

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database

SWEPT_AT_ONCE = 500


@dataclass(frozen=True)
class Cabinet:
    """Where an installation keeps attached files, and how big and how many they may be."""

    folder: Path
    most_bytes: int  # of one file
    most_files: int  # of one case

    @classmethod
    def of(cls, folder: Path, *, megabytes: int, most_files: int) -> "Cabinet":
        """Build it from what the settings say."""
        return cls(folder, megabytes << 20, most_files)

    @property
    def store(self) -> Store:
        """The folder."""
        return Store(self.folder)


@dataclass(frozen=True)
class Handed:
    """A file as somebody handed it in."""

    name: str
    stream: BinaryIO


@dataclass(frozen=True)
class Checked:
    """A file that was taken in and may be attached."""

    incoming: Incoming
    name: str
    media_type: str


@dataclass(frozen=True)
class AttachmentView:
    """A file of a case, as its page shows it."""

    id: int
    name: str
    media_type: str
    size: int
    added_at: datetime
    added_by: str | None


@dataclass(frozen=True)
class OpenedFile:
    """A file to be sent to its reader."""

    path: Path
    name: str
    media_type: str


@contextmanager
def taken_in(cabinet: Cabinet, handed: Sequence[Handed]) -> Iterator[list[Checked]]:
    """Take files in and look at them; what is not attached within the block is erased at its end.

    Raises InvalidInput, for the field `files`, for the first that may not be attached.
    """
    store, checked = cabinet.store, list[Checked]()
    sizes = [_size_of(each.stream) for each in handed]
    if max(sizes, default=0) <= cabinet.most_bytes < sum(sizes):
        raise InvalidInput.of("files", Problem.ATTACHMENTS_TOO_LARGE, most=cabinet.most_bytes >> 20)
    try:
        for each in handed:
            name = _checked_name(each.name)
            incoming = store.take_in(each.stream, name=name, most=cabinet.most_bytes)
            checked.append(Checked(incoming, name, ""))
            found = check_type(name, type_of(incoming.path, name=name))
            checked[-1] = Checked(incoming, name, found.name)
        yield checked
    finally:
        for each_checked in checked:
            store.drop(each_checked.incoming)


def _size_of(stream: BinaryIO) -> int:
    size = stream.seek(0, SEEK_END)
    stream.seek(0)
    return size


def _checked_name(name: str) -> str:
    cleaned = clean_name(name)
    check_name(cleaned)
    return texts.required_text("files", cleaned, most=texts.NAME_MOST)


def attach(db: "Database", cabinet: Cabinet, *, reference: str, files: Sequence[Checked], deed: Deed) -> CaseView:
    """Attach files that were taken in to a case."""
    if not files:
        raise InvalidInput.of("files", Problem.REQUIRED)
    with deed_on_case(db, reference=reference, deed=deed, acts=WORK, about=about(Step.ATTACH)) as opened:
        rules_of_cases.check_step(Step.ATTACH, dates_of(opened.case))
        _check_room(opened, cabinet, len(files))
        add_to_case(opened.session, opened.case, cabinet, files=files, author=deed.author, now=deed.now)
    return seen(opened)


def add_to_case(
    session: "Session", case: Case, cabinet: Cabinet, *, files: Sequence[Checked], author: Author, now: datetime
) -> None:
    """Add files that were taken in to a case that is new or locked, each with a line of its history.

    The files are in their place before the rows are kept: a row never names one that is not there.
    """
    if len(files) > cabinet.most_files:
        raise InvalidInput.of("files", Problem.FILES_TOO_MANY, most=cabinet.most_files)
    for each in files:
        cabinet.store.keep(each.incoming)
        session.add(
            Attachment(
                case_id=case.id,
                name=each.name,
                media_type=each.media_type,
                size=each.incoming.size,
                sha256=each.incoming.sha256,
                added_at=now,
                added_by=author.account_id,
            )
        )
        case.version += 1
        history.add_event(session, case.id, at=now, action=Action.ATTACHED, author=author, texts={FIELD: each.name})


def _check_room(opened: OpenCase, cabinet: Cabinet, more: int) -> None:
    personal = case_rows.personal_of(opened.session, opened.case.id)
    if personal.content_erased_at is not None:
        raise WrongState(Problem.DISPOSED_OF, what=FIELD)
    if rows.count_of(opened.session, opened.case.id) + more > cabinet.most_files:
        raise InvalidInput.of("files", Problem.FILES_TOO_MANY, most=cabinet.most_files)


def detach(db: "Database", cabinet: Cabinet, *, reference: str, attachment_id: int, deed: Deed) -> CaseView:
    """Take a file from a case; its history tells that there was one. The file is erased when no case has it."""
    with deed_on_case(db, reference=reference, deed=deed, acts=WORK, about=about(Step.ATTACH)) as opened:
        rules_of_cases.check_step(Step.ATTACH, dates_of(opened.case))
        found = _get(opened.session, opened.case.id, attachment_id)
        rows.remove(opened.session, found.id)
        tell(opened, deed, Action.DETACHED, [], {FIELD: found.name})
        digest = found.sha256
    _erase_unreferred(db, cabinet.store, [digest], now=deed.now, age=SETTLED)
    return seen(opened)


def open_attachment(
    db: "Database", cabinet: Cabinet, *, reference: str, attachment_id: int, by: Standing
) -> OpenedFile:
    """Return a file of a case. Raises NotFound out of reach, NotAllowed to who may not see what is personal about it."""
    check_reference(reference)
    with db.reading() as session:
        case, *_ = case_rows.get_case_row(session, reference, reach(by, Act.SEE))
        check_may(by, Act.SEE_PERSONAL, case)
        found = _get(session, case.id, attachment_id)
        path = cabinet.store.path_of(found.sha256)
        if not path.is_file():
            raise NotFound(Problem.NO_SUCH, what="file", value=attachment_id)
        return OpenedFile(path, found.name, found.media_type)


def attachments_of(session: "Session", view: CaseView) -> tuple[AttachmentView, ...]:
    """Return the files of a case to who may see what is personal about it."""
    if view.personal is None:
        return ()
    return tuple(
        AttachmentView(row.id, row.name, row.media_type, row.size, row.added_at, name)
        for row, name in rows.attachments_of(session, view.id)
    )


def _get(session: "Session", case_id: int, attachment_id: int) -> Attachment:
    found = rows.find_attachment(session, case_id, attachment_id) if is_storable(attachment_id) else None
    if found is None:
        raise NotFound(Problem.NO_SUCH, what="file", value=attachment_id)
    return found


def sweep(db: "Database", cabinet: Cabinet, *, now: datetime, age: timedelta = SETTLED) -> int:
    """Erase the files that no case has any longer, and what was handed in and never kept; returns how many files.

    May run twice, beside another, and be killed anywhere.
    """
    cabinet.store.forget_incoming(now, age=age)
    there, erased = cabinet.store.settled(now, age=age), 0
    while some := list(islice(there, SWEPT_AT_ONCE)):
        erased += _erase_unreferred(db, cabinet.store, some, now=now, age=age)
    return erased


def _erase_unreferred(db: "Database", store: Store, digests: Sequence[str], *, now: datetime, age: timedelta) -> int:
    erased = 0
    for digest in sorted(set(digests) - _referred(db, digests)):
        aside = store.discard(digest, now, age=age)
        if aside is None:
            continue
        if _referred(db, [digest]):  # somebody attached the same meanwhile
            store.put_back(aside, digest)
        else:
            aside.unlink(missing_ok=True)
            erased += 1
    return erased


def _referred(db: "Database", digests: Sequence[str]) -> set[str]:
    with db.reading() as session:
        return rows.referred_to(session, digests)
