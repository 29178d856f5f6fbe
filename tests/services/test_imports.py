"""Importing files: what becomes a case, what is refused, and that it is all or nothing."""

import json
from collections.abc import Set
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from dialogen.database.engine import Database
from dialogen.database.models import Case, CaseEvent, CasePersonal, ImportRow, Kind, Unit
from dialogen.domain.accounts import Role
from dialogen.domain.cases import Channel, ExclusionReason, Stream
from dialogen.domain.errors import DialogenError
from dialogen.domain.history import Author, Door
from dialogen.domain.imports import ImportCounts
from dialogen.files.profiles import Profile
from dialogen.files.tables import FileRefused
from dialogen.services import report_formats, reports
from dialogen.services.import_profiles import save_profile
from dialogen.services.imports import ImportOrder, import_cases
from tests.factories import NOW, TODAY, make_account, make_unit, standing
from tests.files.workbooks import make_workbook
from tests.importing import OSLO, Ear, Importer

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def bring(db: Database, tmp_path: Path) -> Importer:
    return Importer(db, tmp_path)


# -- new rows --------------------------------------------------------------------------------------------------


def test_a_new_row_becomes_a_case_with_its_deadline_and_its_own_reference(db: Database, bring: Importer) -> None:
    handler_id = make_account(db, "kari@asker.example")
    text = (
        "referanse;mottatt;besvart;type;virksomhet;saksbehandler;kanal;sakstype;emne;holdt utenfor\n"
        "A-1;03.03.2014;04.03.2014;intern;Kultur;KARI@asker.example;e-post;klage;Hull i vei;trukket\n"
    )
    assert bring(text) == (1, 0, 0, 0)
    case = bring.case()
    assert (case.reference, case.source) == ("2026-000001", "import")
    assert (case.received_on, case.due_on, case.deadline, case.answered_on) == (
        date(2014, 3, 3),
        date(2014, 3, 17),
        date(2014, 3, 17),
        date(2014, 3, 4),
    )
    assert (case.stream, case.channel, case.exclusion) == (
        Stream.INTERNAL,
        Channel.EMAIL,
        ExclusionReason.WITHDRAWN,
    )
    assert (case.handler_id, case.rule_version, case.registered_on) == (handler_id, 1, TODAY)
    with db.reading() as session:
        assert session.get_one(CasePersonal, case.id).subject == "Hull i vei"
        assert session.get_one(Kind, case.kind_id).word == "complaint"
        assert session.get_one(Unit, case.unit_id).name == "Kultur"
    assert bring.story() == [
        (
            "registered",
            {
                "received_on": (None, "2014-03-03"),
                "due_on": (None, "2014-03-17"),
                "rule_version": (None, "1"),
                "stream": (None, "internal"),
                "channel": (None, "email"),
                "kind": (None, "complaint"),
                "unit": (None, "Kultur"),
                "handler": (None, "kari@asker.example"),
                "source": (None, "import"),
                "external_reference": (None, "A-1"),
                "answered_on": (None, "2014-03-04"),
                "exclusion": (None, "withdrawn"),
            },
        )
    ]


def test_the_published_year_comes_in_whole_and_again_changes_nothing(bring: Importer) -> None:
    asker = DATA / "asker-dialogen-2014.csv"
    assert bring(asker) == (212, 0, 0, 0)
    assert len(bring.ear.notes) == 6
    assert figures(bring, 2014, as_of=date(2015, 1, 15)) >= expected("asker-dialogen-2014")
    assert bring(asker) == (0, 0, 212, 0)
    assert bring.ear.notes == []
    assert bring.rows(CaseEvent) == 212


def test_real_data_comes_in_by_its_profile(bring: Importer) -> None:
    boston = DATA / "boston311-2015-comments.csv"
    assert bring(boston, profile="boston311") == (5798, 0, 0, 0)
    assert figures(bring, 2015, as_of=date(2016, 2, 1)) >= expected("boston311-2015-comments")
    assert bring(boston, profile="boston311") == (0, 0, 5798, 0)


def figures(bring: Importer, year: int, *, as_of: date) -> Set[tuple[str, str]]:
    """Return the yearly report after an import, entry by entry."""
    report = reports.yearly_report(bring.db, year=year, as_of=as_of, today=TODAY)
    return {(key, json.dumps(value)) for key, value in report_formats.report_json(report).items()}


def expected(name: str) -> Set[tuple[str, str]]:
    """Return the report that a separate script computed from a file, entry by entry."""
    told = json.loads((DATA / f"{name}.expected.json").read_text(encoding="utf-8"))
    (report,) = (each for each in told.values() if isinstance(each, dict))
    of_the_import = ("rows", "rejected", "imported")
    return {(key, json.dumps(value)) for key, value in report.items() if key not in of_the_import}


def test_a_workbook_comes_in_with_dates_as_dates_and_as_text(bring: Importer) -> None:
    rows: list[list[object]] = [
        ["Referanse", "Mottatt", "Besvart"],
        ["A-1", date(2012, 1, 1), "10.01.2012"],
        [1234, "2012-01-02", None],
    ]
    assert bring(make_workbook(bring.folder / "rows.xlsx", rows)) == (2, 0, 0, 0)
    assert bring.case().received_on == date(2012, 1, 1)
    assert bring.case("1234").answered_on is None


def test_a_number_in_a_workbook_is_no_date(bring: Importer) -> None:
    rows: list[list[object]] = [["Referanse", "Mottatt"], ["A-1", 40909]]
    assert bring(make_workbook(bring.folder / "rows.xlsx", rows)) == (0, 0, 0, 1)
    assert bring.ear.bad == [(2, "received 40909 is a number, not a date; format the cell as a date")]


def test_an_unknown_unit_and_kind_are_made_once_and_said(db: Database, bring: Importer) -> None:
    make_unit(db, "Skole")
    text = "referanse;mottatt;virksomhet;sakstype\nA-1;2014-03-03;KULTUR;Ny Type\nA-2;2014-03-03;kultur;ny_type\nA-3;2014-03-03;SKOLE;Klage\n"
    assert bring(text) == (3, 0, 0, 0)
    assert bring.ear.notes == ["made the unit KULTUR", "made the kind Ny Type"]
    assert bring.case("A-1").unit_id == bring.case("A-2").unit_id
    assert bring.case("A-1").kind_id == bring.case("A-2").kind_id


def test_a_column_that_is_not_imported_is_said(bring: Importer) -> None:
    bring("referanse;mottatt;besvrat\nA-1;2014-03-03;2014-03-04\n")
    assert bring.ear.notes == ["columns that are not imported: besvrat"]


def test_the_local_date_of_a_time_with_an_offset_counts(bring: Importer) -> None:
    bring("referanse;mottatt\nA-1;2025-12-31T22:30:00Z\nA-2;2025-12-31T23:30:00Z\n")
    assert bring.case("A-1").received_on == date(2025, 12, 31)
    assert bring.case("A-2").received_on == date(2026, 1, 1)


# -- all or nothing --------------------------------------------------------------------------------------------

BAD = (
    "referanse;mottatt;besvart;saksbehandler;virksomhet\n"
    "A-1;2014-03-03;;;Kultur\n"
    "A-2;2014-03-03;2014-03-02;;Kultur\n"
    "A-3;2014-03-03;;ingen@asker.example;Ny\n"
    "A-4;2014-02-30;;;\n"
    "A-5;2014-03-03;;;\n"
    "A-5;2014-03-04;;;\n"
    "A-6;2026-02-12;;;\n"
    "A-7;1899-12-31;;;\n"
    "A-8;2026-02-11;2026-02-12;;\n"
)
REASONS = [
    (3, "answered on 2014-03-02: the case was received later, on 2014-03-03"),
    (4, "handler ingen@asker.example is not the e-mail address of an account that can handle cases"),
    (5, "received 2014-02-30 is not a date"),
    (6, "reference A-5 stands 2 times in the file, first on line 6"),
    (7, "reference A-5 stands 2 times in the file, first on line 6"),
    (8, "received on 2026-02-12: the date is after today"),
    (9, "received on 1899-12-31: a date before 1900 cannot be right"),
    (10, "answered on 2026-02-12: the date is after today"),
]


def test_a_bad_row_stops_all_and_every_bad_row_is_listed_by_line(bring: Importer) -> None:
    assert bring(BAD) == (0, 0, 0, 8)
    assert bring.ear.bad == REASONS
    assert [bring.rows(table) for table in (Case, CaseEvent, ImportRow, Unit)] == [0, 0, 0, 0]


def test_keeping_going_imports_the_good_rows_and_writes_the_bad_ones(bring: Importer) -> None:
    rejects = bring.folder / "bad.csv"
    assert bring(BAD, keep_going=True, rejects=rejects) == (1, 0, 0, 8)
    assert bring.ear.bad == REASONS
    assert bring.ear.notes == ["made the unit Kultur"], "no unit is made for a row that is not imported"
    lines = rejects.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "referanse;mottatt;besvart;saksbehandler;virksomhet;rejected because"
    assert len(lines) == 9
    assert lines[3] == "A-4;2014-02-30;;;;received 2014-02-30 is not a date"


def test_mended_rejects_can_be_imported(bring: Importer) -> None:
    rejects = bring.folder / "bad.csv"
    bring(BAD, keep_going=True, rejects=rejects)
    mended = rejects.read_text(encoding="utf-8-sig").replace("2014-02-30", "2014-02-28")
    rejects.write_text("".join(line for line in mended.splitlines(True) if line[:3] in ("ref", "A-4")))
    assert bring(rejects) == (1, 0, 0, 0)
    assert bring.ear.notes == []


def test_bad_rows_are_written_even_when_nothing_is_imported(bring: Importer) -> None:
    bring(BAD, rejects=bring.folder / "bad.csv")
    assert len((bring.folder / "bad.csv").read_text(encoding="utf-8").splitlines()) == 9


def test_a_dry_run_says_what_would_happen_and_changes_nothing(bring: Importer) -> None:
    assert bring(BAD, dry_run=True) == (0, 0, 0, 8)
    assert bring.ear.bad == REASONS
    assert bring(BAD, dry_run=True, keep_going=True) == (1, 0, 0, 8)
    assert bring.ear.notes == ["would make the unit Kultur"]
    assert [bring.rows(table) for table in (Case, CaseEvent, ImportRow, Unit)] == [0, 0, 0, 0]


def test_a_dry_run_of_an_update_changes_nothing(bring: Importer) -> None:
    bring("referanse;mottatt\nA-1;2014-03-03\nA-2;2014-03-03\n")
    changed = "referanse;mottatt;besvart;emne;virksomhet\nA-1;2014-03-03;2014-03-04;Nytt;Ny\nA-2;2014-03-03;;;\nA-3;2014-03-03;;;\n"
    assert bring(changed, dry_run=True) == (1, 1, 1, 0)
    assert (bring.case().answered_on, bring.rows(Case), bring.rows(CaseEvent)) == (None, 2, 2)
    assert bring(changed) == (1, 1, 1, 0)


def test_a_refused_step_far_down_undoes_what_was_already_written(bring: Importer) -> None:
    bring("referanse;mottatt;besvart\nA-1;2014-03-03;\n")
    bring.by_hand(lambda case: setattr(case, "exclusion", ExclusionReason.SPAM))
    new = "".join(f"B-{n};2014-03-03;\n" for n in range(4100))
    text = f"referanse;mottatt;besvart\n{new}A-1;2014-03-03;2014-03-05\n{new.replace('B', 'C')}C-x;tull;\n"
    assert bring(text.replace("C-x;tull;\n", "")) == (0, 0, 0, 1)
    assert bring.ear.bad == [(4102, "the case is held outside the statistic; include it again first")]
    assert bring.rows(Case) == 1
    assert bring(text) == (0, 0, 0, 2)
    assert [line for line, _ in bring.ear.bad] == [4102, 8203]


def test_an_undone_import_leaves_no_number_that_is_used_twice(bring: Importer) -> None:
    bring("referanse;mottatt;besvart\nA-1;2014-03-03;\n")
    bring.by_hand(lambda case: setattr(case, "exclusion", ExclusionReason.SPAM))
    assert bring("referanse;mottatt;besvart\nA-2;2014-03-03;\nA-1;2014-03-03;2014-03-05\n") == (0, 0, 0, 1)
    bring("referanse;mottatt\nA-2;2014-03-03\n")
    assert bring.case("A-2").reference > bring.case("A-1").reference


def test_a_file_without_rows_imports_nothing(bring: Importer) -> None:
    assert bring("referanse;mottatt\n") == (0, 0, 0, 0)


@pytest.mark.parametrize("content", ["", "referanse;dato\nA-1;2014-03-03\n", "\x00\x01\x02"])
def test_a_file_that_is_no_table_of_cases_is_refused(bring: Importer, content: str) -> None:
    with pytest.raises(DialogenError):
        bring(content)


def test_the_year_of_a_reference_is_that_of_registration(bring: Importer) -> None:
    bring("referanse;mottatt\nA-1;2014-03-03\n", today=date(2027, 1, 1))
    assert bring.case().reference == "2027-000001"


def test_progress_is_told_while_reading_and_while_writing(bring: Importer) -> None:
    bring("referanse;mottatt\n" + "".join(f"A-{n};2014-03-03\n" for n in range(2500)))
    assert bring.ear.reached == [("read", 2000), ("read", 2500), ("written", 2000), ("written", 2500)]


def test_two_imports_of_one_file_at_once_bring_it_in_once(bring: Importer) -> None:
    path = bring.folder / "rows.csv"
    path.write_text("referanse;mottatt;virksomhet\n" + "".join(f"A-{n};2014-03-03;Kultur\n" for n in range(500)))
    others = [Importer(bring.db, bring.folder) for _ in range(3)]
    with ThreadPoolExecutor() as pool:
        counts = list(pool.map(lambda importer: importer(path), others))
    assert sorted(counts) == [(0, 0, 500, 0), (0, 0, 500, 0), (500, 0, 0, 0)]
    assert bring.rows(Case) == 500


def test_an_import_that_is_interrupted_leaves_nothing_behind(bring: Importer) -> None:
    class Impatient(Ear):
        def progress(self, doing: str, rows: int) -> None:
            if doing == "written":
                raise KeyboardInterrupt

    path = bring.folder / "rows.csv"
    path.write_text("referanse;mottatt;virksomhet\nA-1;2014-03-03;Kultur\n")
    with pytest.raises(KeyboardInterrupt):
        import_cases(bring.db, order=ImportOrder(path), today=TODAY, now=NOW, zone=OSLO, listener=Impatient())
    assert [bring.rows(table) for table in (Case, CaseEvent, ImportRow, Unit)] == [0, 0, 0, 0]
    assert bring(path) == (1, 0, 0, 0)


def test_counts_are_told_in_one_line() -> None:
    assert str(ImportCounts(1, 2, 3, 4)) == "imported 1, updated 2, unchanged 3, rejected 4"


def test_a_profile_that_was_saved_under_a_name_is_read_by_it(bring: Importer) -> None:
    admin = standing(make_account(bring.db, roles=((Role.ADMIN, "*"),)), (Role.ADMIN, "*"))
    profile = Profile(
        source="gamle",
        columns={"reference": "Nr", "received": "Kom", "stream": "Hvem"},
        values={"stream": {"*": "internal"}},
    )
    author = Author(admin.account_id, Door.WEB)
    save_profile(bring.db, by=admin, author=author, name="Gamle systemet", profile=profile, now=NOW)
    assert bring("Nr;Kom;Hvem\nA-1;2026-02-02;Staff\n", profile="gamle SYSTEMET") == (1, 0, 0, 0)
    case = bring.case()
    assert (case.source, case.stream) == ("gamle", Stream.INTERNAL)
    with pytest.raises(FileRefused, match="there is no such file"):
        bring("Nr;Kom\nA-2;2026-02-02\n", profile="Et annet")
