"""Of two people with one case the later is told what changed, as far as they may see it, and nothing is written over."""

from datetime import date

import pytest
from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import Case
from dialogen.domain.case_changes import CaseChanges, NewCase, Sender
from dialogen.domain.cases import Channel, ExclusionReason, Stream
from dialogen.domain.history import Action, Author, Change, Door
from dialogen.services import case_changes, cases, meanwhile, registration
from dialogen.services.meanwhile import ChangedMeanwhile
from tests.factories import NOW, TODAY
from tests.services.desk import Desk, case_of, deed, events_of, furnish, personal_of

RECEIVED = date(2026, 2, 2)


@pytest.fixture
def desk(db: Database) -> Desk:
    """An office with its people."""
    return furnish(db)


@pytest.fixture
def reference(db: Database, desk: Desk) -> str:
    """A case, registered as it should be."""
    new = NewCase(
        received_on=RECEIVED,
        channel=Channel.EMAIL,
        subject="Mørk gangvei",
        unit="Vei og park",
        sender=Sender(email="ola@asker.example"),
    )
    author = Author(None, Door.COMMAND_LINE)
    return registration.register_case(db, new=new, by=None, author=author, today=TODAY, now=NOW).reference


def change(db: Database, reference: str, changes: CaseChanges, *, by: object, seen: int | None = None) -> int:
    """Change a case; returns its version."""
    made = deed(by, seen_version=seen)  # type: ignore[arg-type]
    return case_changes.change_case(db, reference=reference, changes=changes, reason="Feil", deed=made).version


def test_changes_of_different_parts_are_both_kept(db: Database, desk: Desk, reference: str) -> None:
    change(db, reference, CaseChanges(channel=Channel.PHONE), by=desk.manager, seen=1)
    version = change(db, reference, CaseChanges(subject="Mørk gangvei ved skolen"), by=desk.handler, seen=1)
    assert version == 3
    view = meanwhile.case_as_seen(db, reference=reference, version=1, by=desk.manager, today=TODAY)
    assert view.channel is Channel.EMAIL
    assert view.personal is not None
    assert view.personal.subject == "Mørk gangvei"


def test_the_later_of_two_is_told_and_changes_nothing(db: Database, desk: Desk, reference: str) -> None:
    change(db, reference, CaseChanges(subject="Mørk vei"), by=desk.manager, seen=1)
    with pytest.raises(ChangedMeanwhile) as refusal:
        change(db, reference, CaseChanges(subject="Mørk sti"), by=desk.handler, seen=1)
    found = refusal.value.found
    assert refusal.value.values == {"version": 2}
    assert [(line.by, line.at, line.changes, line.earlier) for line in found.lines] == [
        ("Leder", NOW, (Change("subject", None, None),), {"subject": "Mørk gangvei"})
    ]
    assert found.seen.personal is not None
    assert found.case.personal is not None
    assert (found.seen.personal.subject, found.case.personal.subject) == ("Mørk gangvei", "Mørk vei")
    assert change(db, reference, CaseChanges(subject="Mørk sti"), by=desk.handler, seen=2) == 3


def test_a_strict_deed_lets_nothing_pass(db: Database, desk: Desk, reference: str) -> None:
    cases.note_case(db, reference=reference, note="Ringte", deed=deed(desk.manager))
    one = deed(desk.handler, seen_version=1)
    strict = cases.Deed(one.by, one.author, one.today, one.now, seen_version=1, is_strict=True)
    with pytest.raises(ChangedMeanwhile) as refusal:
        cases.note_case(db, reference=reference, note="Ringte tilbake", deed=strict)
    assert [(line.action, line.note) for line in refusal.value.found.lines] == [(Action.NOTED, "Ringte")]
    either = cases.Deed(
        one.by, one.author, one.today, one.now, seen_version=1, also_seen=frozenset({2}), is_strict=True
    )
    assert cases.note_case(db, reference=reference, note="Ringte tilbake", deed=either).version == 3


@pytest.mark.parametrize("version", [0, 7])
def test_a_version_that_never_was_stands_in_the_way_and_tells_nothing(
    db: Database, desk: Desk, reference: str, version: int
) -> None:
    with pytest.raises(ChangedMeanwhile) as refusal:
        cases.note_case(db, reference=reference, note="Ringte", deed=deed(desk.handler, seen_version=version))
    assert (refusal.value.found.is_known, refusal.value.found.lines) == (False, ())
    seen = meanwhile.case_as_seen(db, reference=reference, version=version, by=desk.handler, today=TODAY)
    assert seen.version == 1


def test_an_administrator_is_told_of_places_and_dates_alone(db: Database, desk: Desk, reference: str) -> None:
    cases.note_case(db, reference=reference, note="Ringte", deed=deed(desk.manager))
    change(db, reference, CaseChanges(subject="Mørk vei"), by=desk.manager)
    change(db, reference, CaseChanges(received_on=date(2026, 2, 3), stream=Stream.INTERNAL), by=desk.manager)
    change(db, reference, CaseChanges(handler="kari@asker.example"), by=desk.manager)
    with pytest.raises(ChangedMeanwhile) as refusal:
        change(db, reference, CaseChanges(handler=None), by=desk.admin, seen=1)
    found = refusal.value.found
    assert [(line.action, [each.field for each in line.changes]) for line in found.lines] == [
        (Action.CORRECTED, ["received_on", "due_on"]),
        (Action.ASSIGNED, ["handler"]),
    ]
    assert all((line.reason, line.note, line.earlier) == (None, None, {}) for line in found.lines)
    assert (found.seen, found.is_known) == (found.case, True)


def test_what_was_only_proposed_was_never_so(db: Database, desk: Desk, reference: str) -> None:
    late = date(2026, 3, 10)
    cases.exclude_case(
        db, reference=reference, reason=ExclusionReason.SPAM, note=None, deed=deed(desk.handler, today=late)
    )
    with pytest.raises(ChangedMeanwhile):
        change(db, reference, CaseChanges(stream=Stream.INTERNAL), by=desk.manager, seen=1)
    seen = meanwhile.case_as_seen(db, reference=reference, version=1, by=desk.manager, today=TODAY)
    assert (seen.exclusion, seen.stream) == (None, Stream.EXTERNAL)


def test_a_corrected_case_is_rewound_field_by_field(db: Database, desk: Desk, reference: str) -> None:
    sender = Sender(name="Ola", email="ola@asker.example")
    cases.answer_case(db, reference=reference, answered_on=TODAY, deed=deed(desk.manager))
    changes = CaseChanges(
        kind="question", unit="Skole", stream=Stream.INTERNAL, answered_on=date(2026, 2, 9), sender=sender
    )
    change(db, reference, changes, by=desk.chief)
    change(db, reference, CaseChanges(kind="complaint"), by=desk.chief)
    seen = meanwhile.case_as_seen(db, reference=reference, version=2, by=desk.chief, today=TODAY)
    assert (seen.kind, seen.unit, seen.stream, seen.answered_on) == (None, "Vei og park", Stream.EXTERNAL, TODAY)
    assert seen.personal is not None
    assert (seen.personal.sender_name, seen.personal.sender_email) == (None, "ola@asker.example")


def test_every_version_of_a_case_is_a_line_of_its_history(db: Database, desk: Desk, reference: str) -> None:
    change(db, reference, CaseChanges(subject="Mørk vei", handler="kari@asker.example"), by=desk.manager)
    cases.note_case(db, reference=reference, note="Ringte", deed=deed(desk.manager))
    with db.reading() as session:
        case_id = session.scalars(select(Case.id).where(Case.reference == reference)).one()
    assert case_of(db, case_id).version == len(events_of(db, case_id)) == 4
    assert personal_of(db, case_id) is not None
