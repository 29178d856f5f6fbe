"""What came within thirty days from the same sender or about the same, within the reader's reach alone."""

from collections.abc import Collection
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from dialogen.database import erasure
from dialogen.database.engine import Database
from dialogen.database.models import CaseMark
from dialogen.domain.accounts import Standing
from dialogen.domain.case_changes import CaseChanges, NewCase, Sender
from dialogen.domain.cases import Channel
from dialogen.domain.history import Author, Door
from dialogen.domain.likeness import Mark
from dialogen.domain.retention import Keepsake
from dialogen.services import case_changes, case_views, likeness, registration
from dialogen.services.case_views import CaseView
from dialogen.services.likeness import Similar
from tests.factories import NOW, TODAY
from tests.services.desk import Desk, deed, furnish
from tests.statements import counted

DAY = timedelta(days=1)
OLA = Sender(name="Ola", email="ola@asker.example", phone="99 88 77 66")


@pytest.fixture
def desk(db: Database) -> Desk:
    """An office with its people."""
    return furnish(db)


def new(subject: str | None = None, sender: Sender = OLA, *, unit: str = "Vei og park", on: date = TODAY) -> NewCase:
    """Return an inquiry."""
    return NewCase(received_on=on, channel=Channel.EMAIL, subject=subject, sender=sender, unit=unit)


def register(db: Database, case: NewCase) -> CaseView:
    """Register an inquiry."""
    author = Author(None, Door.COMMAND_LINE)
    return registration.register_case(db, new=case, by=None, author=author, today=TODAY, now=NOW)


def found(db: Database, case: NewCase, by: Standing) -> dict[str, set[Mark]]:
    """Return what a reader is told of before an inquiry is registered."""
    return {each.case.reference: set(each.marks) for each in likeness.similar_to_new(db, new=case, by=by, today=TODAY)}


def similar_to(db: Database, view: CaseView, by: Standing, *, but: Collection[int] = ()) -> list[Similar]:
    """Return what a reader is told that is like a case."""
    with db.reading() as session:
        return likeness.similar_to_case(session, view=view, by=by, today=TODAY, but=but)


def test_the_same_sender_or_subject_is_told_once_with_all_that_is_the_same(db: Database, desk: Desk) -> None:
    first = register(db, new("Mørk gangvei", on=TODAY - 30 * DAY)).reference
    second = register(db, new("Hull i veien", Sender(email="OLA@asker.example"))).reference
    register(db, new("Mørk gangvei", on=TODAY - 31 * DAY))
    register(db, new("Noe annet", Sender(name="Ola")))
    assert found(db, new("SV: mørk gangvei"), desk.handler) == {first: set(Mark), second: {Mark.EMAIL}}
    assert list(found(db, new("Mørk gangvei"), desk.handler)) == [second, first], "the newest first"
    assert found(db, new("Mørk gangvei", Sender(phone="+4799887766")), desk.handler) == {
        first: {Mark.PHONE, Mark.SUBJECT}
    }
    assert found(db, new(sender=Sender()), desk.handler) == {}


def test_only_whose_words_the_reader_may_see_is_told(db: Database, desk: Desk) -> None:
    register(db, new("Mørk gangvei", unit="Skole"))
    here = register(db, new("Mørk gangvei"))
    assert set(found(db, new("Mørk gangvei"), desk.handler)) == {here.reference}
    assert len(found(db, new("Mørk gangvei"), desk.chief)) == 2
    for reader in (desk.statistician, desk.admin):
        assert found(db, new("Mørk gangvei"), reader) == {}
        view = case_views.show_case(db, reference=here.reference, by=reader, today=TODAY)
        assert similar_to(db, view, reader) == []


def test_a_case_is_not_like_itself_nor_like_what_is_left_out(db: Database, desk: Desk) -> None:
    one, other = register(db, new("Mørk gangvei")), register(db, new("Lyst"))
    similar = similar_to(db, one, desk.handler)
    assert [(each.case.reference, each.marks) for each in similar] == [
        (other.reference, frozenset({Mark.EMAIL, Mark.PHONE}))
    ]
    assert similar_to(db, one, desk.handler, but=[other.id]) == []


def test_marks_follow_corrections(db: Database, desk: Desk) -> None:
    reference = register(db, new("Mørk gangvei")).reference
    changes = CaseChanges(subject="Lys", sender=Sender(), received_on=TODAY - 40 * DAY)
    case_changes.change_case(db, reference=reference, changes=changes, reason="Feil", deed=deed(desk.manager))
    assert found(db, new("Mørk gangvei"), desk.manager) == {}
    assert found(db, new("Lys"), desk.manager) == {}
    assert found(db, new("Lys", on=TODAY - 20 * DAY), desk.manager) == {reference: {Mark.SUBJECT}}


def test_marks_are_erased_with_what_they_were_made_from(db: Database, desk: Desk) -> None:
    view = register(db, new("Mørk gangvei"))
    for keepsake, left in ((Keepsake.NOTES, 3), (Keepsake.SENDER, 1), (Keepsake.CONTENT, 0)):
        with db.writing() as session:
            erasure.erase(session, keepsake, [view.id], at=NOW)
        with db.reading() as session:
            assert len(session.scalars(select(CaseMark)).all()) == left


def test_no_more_than_ten_are_told_in_one_query(db: Database, desk: Desk) -> None:
    for number in range(12):
        register(db, new(f"Sak {number}"))
    with counted(db) as asked:
        assert len(found(db, new("Sak 3"), desk.handler)) == 10
    assert len([each for each in asked if "case_marks" in each]) == 1


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_what_is_similar_is_found_by_the_index(db: Database, desk: Desk) -> None:
    register(db, new("Mørk gangvei"))
    with counted(db) as asked:
        found(db, new("Mørk gangvei"), desk.chief)
    (query,) = (each for each in asked if "case_marks" in each)
    with db.reading() as session:
        plan = [
            str(row)
            for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", (1,) * query.count("?"))
        ]
    assert any("case_marks USING COVERING INDEX ix_case_marks_key (key=?" in line for line in plan), plan
