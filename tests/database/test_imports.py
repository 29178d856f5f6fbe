"""The import's tables: rows kept aside on disk, and cases written in bulk on both databases."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from dialogen.database import imports as import_rows
from dialogen.database.cases import reserve_numbers
from dialogen.database.engine import Database
from dialogen.database.imports import NewCase
from dialogen.database.models import Case, CaseEvent, CasePersonal, ImportRow
from dialogen.database.staging import Staging
from dialogen.domain.cases import Channel, ExclusionReason, Stream
from dialogen.domain.errors import Conflict
from dialogen.domain.imports import BadRow, CaseRow
from tests.factories import make_account, make_case, make_unit

NOW = datetime(2026, 2, 11, 5, 30, 15, 123456, tzinfo=UTC)
FULL = CaseRow(
    2,
    "A-1",
    date(2014, 3, 27),
    date(2014, 3, 28),
    Stream.INTERNAL,
    "Kultur",
    "kari@asker.example",
    Channel.LETTER,
    "klage",
    "Måking",
    ExclusionReason.DUPLICATE,
)


def row(line: int, reference: str) -> CaseRow:
    return CaseRow(line, reference, date(2014, 3, 27))


def test_rows_come_back_as_they_were_put_aside_in_the_files_order() -> None:
    with Staging() as staging:
        staging.add([row(5, "A-3"), FULL])
        staging.add([row(4, "A-2")])
        assert list(staging.good_batches(2)) == [[FULL, row(4, "A-2")], [row(5, "A-3")]]


def test_every_row_of_a_reference_that_stands_more_than_once_is_rejected_good_or_bad() -> None:
    with Staging() as staging:
        staging.add([row(2, "A-1"), row(3, "A-2"), row(5, "A-3"), row(6, "A-3"), row(7, "a-2")])
        staging.reject([BadRow(4, "A-2", "received x is not a date"), BadRow(8, None, "reference is missing")])
        staging.reject_duplicates()
        assert [each.line for batch in staging.good_batches(9) for each in batch] == [2, 7]
        assert dict(staging.rejected()) == {
            3: "reference A-2 stands 2 times in the file, first on line 3",
            4: "received x is not a date; reference A-2 stands 2 times in the file, first on line 3",
            5: "reference A-3 stands 2 times in the file, first on line 5",
            6: "reference A-3 stands 2 times in the file, first on line 5",
            8: "reference is missing",
        }
        assert staging.counts() == (2, 5)


def test_a_good_row_that_is_rejected_later_is_good_no_more() -> None:
    with Staging() as staging:
        staging.add([row(2, "A-1"), row(3, "A-2")])
        staging.reject([BadRow(3, "A-2", "refused")])
        assert (staging.counts(), list(staging.rejected())) == ((1, 1), [(3, "refused")])


def new_case(reference: str, **values: object) -> NewCase:
    blank: dict[str, object] = {
        "external_reference": reference,
        "stream": "external",
        "channel": "import",
        "kind_id": None,
        "unit_id": None,
        "handler_id": None,
        "received_on": "2014-03-27",
        "rule_version": 1,
        "due_on": "2014-04-10",
        "answered_on": None,
        "exclusion": None,
        "subject": None,
        "subject_digest": None,
        "changes": "[]",
        "fields": "{}",
    }
    return NewCase(**(blank | values))  # type: ignore[arg-type]


def add(db: Database, *cases: NewCase) -> None:
    with db.writing() as session:
        first = reserve_numbers(session, registered_on=date(2026, 2, 11), count=len(cases))
        import_rows.add_cases(session, cases, first=first, source="portal", registered_on=date(2026, 2, 11), at=NOW)


def test_cases_written_in_bulk_read_as_any_other(db: Database) -> None:
    unit_id, handler_id = make_unit(db), make_account(db)
    awkward = 'tab\t, line\n, "quotes", \\N, back\\slash, æøå'
    add(
        db,
        new_case(
            "A-1",
            unit_id=unit_id,
            handler_id=handler_id,
            answered_on="2014-03-28",
            exclusion="spam",
            subject=awkward,
            subject_digest="0" * 64,
            changes='[{"field": "unit", "before": null, "after": "Måking \\"\\\\"}]',
            fields='{"unit": null}',
        ),
    )
    with db.reading() as session:
        case = session.scalars(select(Case)).one()
        assert (case.reference, case.source, case.external_reference) == ("2026-000001", "portal", "A-1")
        assert (case.stream, case.channel, case.exclusion) == (Stream.EXTERNAL, Channel.IMPORT, ExclusionReason.SPAM)
        assert (case.unit_id, case.handler_id, case.kind_id) == (unit_id, handler_id, None)
        assert (case.received_on, case.due_on, case.deadline) == (
            date(2014, 3, 27),
            date(2014, 4, 10),
            date(2014, 4, 10),
        )
        assert (case.answered_on, case.extended_to, case.registered_on) == (
            date(2014, 3, 28),
            None,
            date(2026, 2, 11),
        )
        assert (case.created_at, case.version) == (NOW, 1)
        assert session.scalars(select(CasePersonal)).one().subject == awkward
        event = session.scalars(select(CaseEvent)).one()
        assert (event.case_id, event.action, event.door, event.at) == (case.id, "registered", "import", NOW)
        assert event.changes == [{"field": "unit", "before": None, "after": 'Måking "\\'}]
        imported = session.scalars(select(ImportRow)).one()
        assert (imported.case_id, imported.fields, imported.imported_at) == (case.id, {"unit": None}, NOW)


def test_numbers_go_on_after_those_that_are_given_by_other_doors(db: Database) -> None:
    add(db, new_case("A-1"), new_case("A-2"))
    by_hand = make_case(db)
    add(db, new_case("A-3"))
    with db.reading() as session:
        cases = {case.external_reference: case for case in session.scalars(select(Case))}
        session.expunge_all()
    assert [cases[each].reference for each in ("A-1", "A-2", "A-3")] == ["2026-000001", "2026-000002", "2026-000003"]
    assert cases["A-1"].id < cases["A-2"].id < by_hand < cases["A-3"].id


def test_a_reference_is_known_within_its_source(db: Database) -> None:
    add(db, new_case("A-1"))
    case_id = make_case(db, external_reference="A-2")
    with db.reading() as session:
        known = import_rows.known_rows(session, source="portal", references=["A-1", "A-2"])
        assert list(known) == ["A-1"]
        assert known["A-1"].fields == {}
        by_hand = import_rows.known_rows(session, source="import", references=["A-1", "A-2"])
        assert (by_hand["A-2"].case_id, by_hand["A-2"].fields) == (case_id, None)
        assert import_rows.any_of_source(session, "portal")
        assert not import_rows.any_of_source(session, "other")


def test_a_reference_that_somebody_else_registered_meanwhile_is_a_conflict_that_tells_no_row(db: Database) -> None:
    add(db, new_case("A-1", subject="Lys"))
    with pytest.raises(Conflict, match="import the file again"):
        add(db, new_case("A-2"), new_case("A-1", subject="Lys"))
    with db.reading() as session:
        assert session.scalars(select(Case.external_reference)).all() == ["A-1"]
