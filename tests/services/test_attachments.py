"""Files attached to cases: added with a trace, kept once, opened by who may, taken away, erased and swept up."""

import io
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from dialogen.database import erasure, kept
from dialogen.database.engine import Database
from dialogen.domain.accounts import Standing
from dialogen.domain.errors import InvalidInput, NotAllowed, NotFound, Problem, WrongState
from dialogen.domain.persons import Person
from dialogen.domain.retention import Keepsake
from dialogen.files.subject_json import subject_text
from dialogen.services import attachments, case_pages
from dialogen.services.attachments import Cabinet, Handed
from dialogen.services.subjects import Request, subject_file
from tests.attached import PDF, PNG
from tests.factories import BY_HAND, NOW, PERSONAL, TODAY, make_case
from tests.national_ids import MADE_UP
from tests.services.desk import Desk, case_of, deed, events_of, furnish, reference_of, texts_of

AT_ONCE = timedelta(days=-40_000)  # as old as anything is


@pytest.fixture
def desk(db: Database) -> Desk:
    """An office with its people."""
    return furnish(db)


@pytest.fixture
def cabinet(tmp_path: Path) -> Cabinet:
    """A folder for files of at most a megabyte, three of a case."""
    return Cabinet.of(tmp_path / "attachments", megabytes=1, most_files=3)


def attach(db: Database, cabinet: Cabinet, case_id: int, by: Standing, files: Sequence[tuple[str, bytes]]) -> None:
    handed = [Handed(name, io.BytesIO(held)) for name, held in files]
    with attachments.taken_in(cabinet, handed) as checked:
        attachments.attach(db, cabinet, reference=reference_of(db, case_id), files=checked, deed=deed(by))


def listed(db: Database, case_id: int, by: Standing) -> list[tuple[int, str]]:
    page = case_pages.open_case(db, reference=reference_of(db, case_id), by=by, today=TODAY, limit=9)
    return [(each.id, each.name) for each in page.files]


def on_disk(cabinet: Cabinet) -> list[bytes]:
    return sorted(path.read_bytes() for path in cabinet.folder.glob("*/*") if path.is_file())


def test_a_file_is_attached_with_a_trace_and_opened_by_who_may(db: Database, desk: Desk, cabinet: Cabinet) -> None:
    case_id = make_case(db, unit_id=desk.unit)
    attach(db, cabinet, case_id, desk.handler, [("C:\\Kart.pdf", PDF), ("bilde.png", PNG)])
    assert events_of(db, case_id) == [("attached", []), ("attached", [])]
    assert texts_of(db, case_id) == [("attachment", "Kart.pdf"), ("attachment", "bilde.png")]
    assert case_of(db, case_id).version == 3
    (number, name), _ = listed(db, case_id, desk.handler)
    reference = reference_of(db, case_id)
    opened = attachments.open_attachment(db, cabinet, reference=reference, attachment_id=number, by=desk.handler)
    assert (name, opened.name, opened.media_type) == ("Kart.pdf", "Kart.pdf", "application/pdf")
    assert opened.path.read_bytes() == PDF
    assert opened.path.stat().st_mode & 0o077 == 0
    for reader in (desk.statistician, desk.admin):
        assert listed(db, case_id, reader) == []
        with pytest.raises(NotAllowed):
            attachments.open_attachment(db, cabinet, reference=reference, attachment_id=number, by=reader)
    other = reference_of(db, make_case(db, unit_id=desk.unit))
    with pytest.raises(NotFound):
        attachments.open_attachment(db, cabinet, reference=other, attachment_id=number, by=desk.handler)


@pytest.mark.parametrize(
    ("name", "held", "problem"),
    [
        ("stor.txt", b"a" * ((1 << 20) + 1), Problem.ATTACHMENT_TOO_LARGE),
        ("tom.txt", b"", Problem.FILE_EMPTY),
        ("faktura.pdf.exe", b"MZ", Problem.FILE_DANGEROUS),
        ("faktura.pdf", b"MZ\x00", Problem.FILE_NOT_ITS_NAME),
        ("faktura.pdf", PNG, Problem.FILE_DISAGREES),
        (f"{MADE_UP}.pdf", PDF, Problem.NATIONAL_ID),
    ],
)
def test_what_may_not_be_attached_leaves_nothing(
    db: Database, desk: Desk, cabinet: Cabinet, name: str, held: bytes, problem: Problem
) -> None:
    case_id = make_case(db, unit_id=desk.unit)
    with pytest.raises(InvalidInput) as refused:
        attach(db, cabinet, case_id, desk.handler, [("bilde.png", PNG), (name, held)])
    assert refused.value.problem is problem
    assert on_disk(cabinet) == []
    assert events_of(db, case_id) == []


def test_a_case_has_only_so_many_files_and_a_refusal_leaves_none_behind(
    db: Database, desk: Desk, cabinet: Cabinet
) -> None:
    case_id = make_case(db, unit_id=desk.unit)
    attach(db, cabinet, case_id, desk.handler, [("a.png", PNG), ("b.png", PNG)])
    with pytest.raises(InvalidInput, match="at most 3 files"):
        attach(db, cabinet, case_id, desk.handler, [("c.pdf", PDF), ("d.pdf", PDF)])
    assert on_disk(cabinet) == [PNG]


def test_a_file_lies_once_and_goes_with_the_last_case_that_has_it(db: Database, desk: Desk, cabinet: Cabinet) -> None:
    cases = [make_case(db, unit_id=desk.unit) for _ in range(2)]
    for case_id in cases:
        attach(db, cabinet, case_id, desk.handler, [("kart.pdf", PDF)])
    assert on_disk(cabinet) == [PDF]
    for case_id, left in zip(cases, ([PDF], []), strict=True):
        ((number, _),) = listed(db, case_id, desk.handler)
        reference = reference_of(db, case_id)
        attachments.detach(db, cabinet, reference=reference, attachment_id=number, deed=deed(desk.handler))
        assert attachments.sweep(db, cabinet, now=NOW) == 0, "what is young may be on its way to a case"
        attachments.sweep(db, cabinet, now=NOW, age=AT_ONCE)
        assert on_disk(cabinet) == left
        with pytest.raises(NotFound):
            attachments.open_attachment(db, cabinet, reference=reference, attachment_id=number, by=desk.handler)
    assert texts_of(db, cases[0]) == [("attachment", "kart.pdf")] * 2, "the trace stays"


def test_a_sweep_takes_what_a_dead_process_left_and_nothing_that_a_case_has(
    db: Database, desk: Desk, cabinet: Cabinet
) -> None:
    case_id = make_case(db, unit_id=desk.unit)
    attach(db, cabinet, case_id, desk.handler, [("kart.pdf", PDF)])
    store = cabinet.store
    store.keep(store.take_in(io.BytesIO(b"kept, and never told"), name="a", most=99))
    store.take_in(io.BytesIO(b"never kept"), name="b", most=99)
    (digest,) = [path.name for path in cabinet.folder.glob("*/*") if path.read_bytes() == PDF]
    assert store.discard(digest, NOW, age=AT_ONCE) is not None, "as by a sweep that was killed halfway"
    assert attachments.sweep(db, cabinet, now=NOW, age=AT_ONCE) == 1
    assert on_disk(cabinet) == [PDF]


def test_files_and_their_names_are_erased_with_the_content(db: Database, desk: Desk, cabinet: Cabinet) -> None:
    case_id = make_case(db, unit_id=desk.unit)
    attach(db, cabinet, case_id, desk.handler, [("kart.pdf", PDF)])
    with db.writing() as session:
        (keeping,) = kept.keepings(session, [case_of(db, case_id)], zone=NOW.tzinfo)  # type: ignore[arg-type]
        assert keeping.left[Keepsake.CONTENT] == 3, "the text, the file and its name"
        erasure.erase(session, Keepsake.CONTENT, [case_id], at=NOW)
    assert listed(db, case_id, desk.handler) == []
    assert texts_of(db, case_id) == []
    assert attachments.sweep(db, cabinet, now=NOW, age=AT_ONCE) == 1
    assert on_disk(cabinet) == []
    with pytest.raises(WrongState):
        attach(db, cabinet, case_id, desk.handler, [("ny.pdf", PDF)])


def test_a_sender_s_right_of_access_covers_the_files(db: Database, desk: Desk, cabinet: Cabinet) -> None:
    case_id = make_case(db, unit_id=desk.unit)
    attach(db, cabinet, case_id, desk.handler, [("kart.pdf", PDF)])
    request = Request(Person(email=PERSONAL["sender_email"]), TODAY, NOW, NOW.tzinfo, BY_HAND)  # type: ignore[arg-type]
    found = subject_file(db, request=request)
    (case,) = found.cases
    assert [(each.name, each.size) for each in case.files] == [("kart.pdf", len(PDF))]
    assert '"name": "kart.pdf"' in subject_text(found, "Asker kommune")
