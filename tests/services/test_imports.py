"""Importing files: what is new, what is changed, what is refused, and that it is all or nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from dialogen.database.engine import Database
from dialogen.database.models import Account, Case, CaseEvent, CasePersonal, EventText, ImportRow, Kind, Unit
from dialogen.domain.cases import Channel, ExclusionReason, Stream
from dialogen.domain.errors import DialogenError
from dialogen.domain.imports import ImportCounts
from dialogen.services.imports import ImportOrder, import_cases
from tests.factories import NOW, TODAY, make_account, make_case, make_unit
from tests.files.workbooks import make_workbook

DATA = Path(__file__).parents[1] / "data"
OSLO = ZoneInfo("Europe/Oslo")


@dataclass
class Ear:
    """Hears an import and remembers."""

    bad: list[tuple[int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    reached: list[tuple[str, int]] = field(default_factory=list)

    def progress(self, doing: str, rows: int) -> None:
        """Remember how far it came."""
        self.reached.append((doing, rows))

    def rejected(self, line: int, reason: str) -> None:
        """Remember a bad row."""
        self.bad.append((line, reason))

    def note(self, text: str) -> None:
        """Remember a note."""
        self.notes.append(text)


@dataclass
class Importer:
    """Imports texts as files into one database."""

    db: Database
    folder: Path
    ear: Ear = field(default_factory=Ear)

    def __call__(self, content: str | Path, *, today: date = TODAY, **order: object) -> tuple[int, int, int, int]:
        """Import, and return how many rows are new, updated, unchanged and rejected; `ear` has heard the rest."""
        path = content if isinstance(content, Path) else self.folder / "rows.csv"
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        self.ear = Ear()
        counts = import_cases(
            self.db,
            order=ImportOrder(path, **order),  # type: ignore[arg-type]
            today=today,
            now=NOW,
            zone=OSLO,
            listener=self.ear,
        )
        return counts.imported, counts.updated, counts.unchanged, counts.rejected

    def case(self, reference: str = "A-1") -> Case:
        """Return the case of an external reference."""
        with self.db.reading() as session:
            case = session.scalars(select(Case).where(Case.external_reference == reference)).one()
            session.expunge(case)  # so that it can be looked at afterwards
            return case

    def story(self, reference: str = "A-1") -> list[tuple[str, dict[str, tuple[str | None, str | None]]]]:
        """Return the history of a case: what was done, and which fields went from what to what."""
        of_case = select(CaseEvent).where(CaseEvent.case_id == self.case(reference).id).order_by(CaseEvent.id)
        with self.db.reading() as session:
            events = session.scalars(of_case).all()
            assert {event.door for event in events} == {"import"}
            return [
                (event.action, {each["field"]: (each["before"], each["after"]) for each in event.changes})
                for event in events
            ]

    def by_hand(self, change: Callable[[Case], object], reference: str = "A-1") -> None:
        """Change a case as another door would."""
        with self.db.writing() as session:
            change(session.scalars(select(Case).where(Case.external_reference == reference)).one())

    def rows(self, table: type) -> int:
        """Return how many rows a table has."""
        with self.db.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


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
                "stream": (None, "internal"),
                "unit": (None, "Kultur"),
                "handler": (None, "kari@asker.example"),
                "answered_on": (None, "2014-03-04"),
                "exclusion": (None, "withdrawn"),
            },
        )
    ]


def test_the_published_year_comes_in_whole_and_again_changes_nothing(bring: Importer) -> None:
    asker = DATA / "asker-dialogen-2014.csv"
    assert bring(asker) == (212, 0, 0, 0)
    assert len(bring.ear.notes) == 6
    assert bring(asker) == (0, 0, 212, 0)
    assert bring.ear.notes == []
    assert bring.rows(CaseEvent) == 212


def test_real_data_comes_in_by_its_profile(bring: Importer) -> None:
    boston = DATA / "boston311-2015-comments.csv"
    assert bring(boston, profile="boston311") == (5798, 0, 0, 0)
    assert bring(boston, profile="boston311") == (0, 0, 5798, 0)
    with bring.db.reading() as session:
        external = select(func.count()).select_from(Case).where(Case.stream == Stream.EXTERNAL)
        assert session.scalar(external) == 5791


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


def test_the_numbers_of_an_undone_import_are_given_again(bring: Importer) -> None:
    bring("referanse;mottatt;besvart\nA-1;2014-03-03;\n")
    bring.by_hand(lambda case: setattr(case, "exclusion", ExclusionReason.SPAM))
    assert bring("referanse;mottatt;besvart\nA-2;2014-03-03;\nA-1;2014-03-03;2014-03-05\n") == (0, 0, 0, 1)
    bring("referanse;mottatt\nA-2;2014-03-03\n")
    assert bring.case("A-2").reference == "2026-000002"


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


# -- the same reference again ----------------------------------------------------------------------------------

OPEN = "referanse;mottatt;besvart;virksomhet;emne\nA-1;2014-03-03;;Kultur;Hull\n"


def test_an_equal_row_changes_nothing_even_what_was_changed_by_hand(db: Database, bring: Importer) -> None:
    bring(OPEN)
    other = make_unit(db, "Skole")
    bring.by_hand(lambda case: setattr(case, "unit_id", other))
    assert bring(OPEN.replace("Kultur", "KULTUR")) == (0, 0, 1, 0)
    assert bring.case().unit_id == other


def test_only_the_fields_that_differ_from_the_last_row_are_applied(db: Database, bring: Importer) -> None:
    bring(OPEN)
    other = make_unit(db, "Skole")
    bring.by_hand(lambda case: setattr(case, "unit_id", other))
    assert bring(OPEN.replace(";;Kultur", ";2014-03-05;Kultur")) == (0, 1, 0, 0)
    assert (bring.case().unit_id, bring.case().answered_on) == (other, date(2014, 3, 5))


def test_a_new_answer_is_an_answer_and_a_changed_one_a_correction(bring: Importer) -> None:
    bring(OPEN)
    assert bring("referanse;mottatt;besvart\nA-1;03.03.2014;05.03.2014\n") == (0, 1, 0, 0)
    assert bring("referanse;mottatt;besvart\nA-1;03.03.2014;06.03.2014\n") == (0, 1, 0, 0)
    assert bring.case().answered_on == date(2014, 3, 6)
    assert bring.case().version == 3
    assert bring.story()[1:] == [
        ("answered", {"answered_on": (None, "2014-03-05")}),
        ("corrected", {"answered_on": ("2014-03-05", "2014-03-06")}),
    ]


def test_an_import_corrects_a_late_answer_without_a_second_person(bring: Importer) -> None:
    bring("referanse;mottatt;besvart\nA-1;2014-03-03;2014-03-30\n")
    assert bring("referanse;mottatt;besvart\nA-1;2014-03-03;2014-03-10\n") == (0, 1, 0, 0)
    assert bring("referanse;mottatt;holdt utenfor\nA-1;2014-03-03;test\n") == (0, 1, 0, 0)
    assert bring.case().exclusion is ExclusionReason.TEST
    assert bring.story()[-1] == ("excluded", {"exclusion": (None, "test")})


def test_an_absent_column_touches_nothing(bring: Importer) -> None:
    bring("referanse;mottatt;besvart;type;kanal;virksomhet;emne\nA-1;2014-03-03;2014-03-05;intern;brev;Kultur;Hull\n")
    before = bring.case()
    assert bring("mottatt;referanse\n2014-03-03;A-1\n") == (0, 0, 1, 0)
    after = bring.case()
    assert (after.stream, after.channel, after.unit_id) == (before.stream, before.channel, before.unit_id)
    assert after.version == 1


def test_an_empty_answer_handler_or_exclusion_takes_nothing_away(db: Database, bring: Importer) -> None:
    handler_id = make_account(db, "kari@asker.example")
    header = "referanse;mottatt;besvart;saksbehandler;holdt utenfor\n"
    bring(header + "A-1;2014-03-03;2014-03-05;kari@asker.example;test\n")
    assert bring(header + "A-1;2014-03-03;;;\n") == (0, 0, 1, 0)
    case = bring.case()
    assert (case.answered_on, case.handler_id, case.exclusion) == (
        date(2014, 3, 5),
        handler_id,
        ExclusionReason.TEST,
    )
    assert bring(header + "A-1;2014-03-03;2014-03-05;kari@asker.example;test\n") == (0, 0, 1, 0)


def test_an_empty_unit_kind_or_subject_takes_it_away(bring: Importer) -> None:
    header = "referanse;mottatt;virksomhet;sakstype;emne;type;kanal\n"
    bring(header + "A-1;2014-03-03;Kultur;ros;Fint;intern;brev\n")
    assert bring(header + "A-1;2014-03-03;;;;;\n") == (0, 1, 0, 0)
    case = bring.case()
    assert (case.unit_id, case.kind_id, case.stream, case.channel) == (None, None, Stream.EXTERNAL, Channel.IMPORT)
    assert bring.story()[1:] == [
        (
            "corrected",
            {
                "stream": ("internal", "external"),
                "channel": ("letter", "import"),
                "kind": ("praise", None),
                "subject": (None, None),
            },
        ),
        ("handed_over", {"unit": ("Kultur", None)}),
    ]


def test_a_changed_subject_leaves_its_earlier_words_apart_from_the_history(db: Database, bring: Importer) -> None:
    bring(OPEN)
    assert bring(OPEN.replace("Hull", "Stort hull")) == (0, 1, 0, 0)
    with db.reading() as session:
        assert session.get_one(CasePersonal, bring.case().id).subject == "Stort hull"
        (text,) = session.scalars(select(EventText)).all()
        assert (text.field, text.text) == ("subject", "Hull")
    assert bring.story()[1] == ("corrected", {"subject": (None, None)})


def test_a_subject_that_comes_later_is_stored(db: Database, bring: Importer) -> None:
    bring("referanse;mottatt\nA-1;2014-03-03\n")
    assert bring("referanse;mottatt;emne\nA-1;2014-03-03;Hull\n") == (0, 1, 0, 0)
    with db.reading() as session:
        assert session.get_one(CasePersonal, bring.case().id).subject == "Hull"


def test_a_corrected_reception_reckons_the_deadline_anew(bring: Importer) -> None:
    bring(OPEN)
    assert bring("referanse;mottatt\nA-1;2014-03-04\n") == (0, 1, 0, 0)
    case = bring.case()
    assert (case.received_on, case.due_on, case.deadline, case.version) == (
        date(2014, 3, 4),
        date(2014, 3, 18),
        date(2014, 3, 18),
        2,
    )
    assert bring.story()[1] == (
        "corrected",
        {"received_on": ("2014-03-03", "2014-03-04"), "due_on": ("2014-03-17", "2014-03-18")},
    )


def test_an_extension_stays_unless_the_new_deadline_overtakes_it(bring: Importer) -> None:
    bring(OPEN)

    def extend(case: Case) -> None:
        case.extended_to = case.deadline = date(2014, 3, 20)

    bring.by_hand(extend)
    assert bring("referanse;mottatt\nA-1;2014-03-05\n") == (0, 1, 0, 0)
    assert (bring.case().due_on, bring.case().deadline) == (date(2014, 3, 19), date(2014, 3, 20))
    assert bring("referanse;mottatt\nA-1;2014-03-06\n") == (0, 0, 0, 1)
    assert "extension" in bring.ear.bad[0][1]
    assert bring.case().received_on == date(2014, 3, 5)


def test_changes_of_one_row_are_judged_together(bring: Importer) -> None:
    bring("referanse;mottatt;besvart\nA-1;2014-03-03;2014-03-05\nA-2;2014-03-03;\n")
    text = "referanse;mottatt;besvart\nA-1;2014-04-03;2014-04-05\nA-2;2014-04-03;2014-04-05\n"
    assert bring(text) == (0, 2, 0, 0)
    for reference in ("A-1", "A-2"):
        case = bring.case(reference)
        assert (case.received_on, case.answered_on) == (date(2014, 4, 3), date(2014, 4, 5))
    assert [action for action, _ in bring.story("A-2")] == ["registered", "corrected", "answered"]


def test_a_reception_after_the_answer_that_is_kept_is_refused(bring: Importer) -> None:
    bring("referanse;mottatt;besvart\nA-1;2014-03-03;2014-03-05\n")
    assert bring("referanse;mottatt;besvart\nA-1;2014-03-06;\n") == (0, 0, 0, 1)
    assert bring.ear.bad == [(2, "received on 2014-03-06: the case was answered before that, on 2014-03-05")]


@pytest.mark.parametrize(
    "row",
    ["2014-03-03;2014-03-05;;Kultur", "2014-03-04;;;Kultur", "2014-03-03;;;Skole", "2014-03-03;;test;Kultur"],
)
def test_an_excluded_case_refuses_every_change_and_the_row_is_rejected(bring: Importer, row: str) -> None:
    bring("referanse;mottatt;virksomhet\nA-1;2014-03-03;Kultur\n")
    bring.by_hand(lambda case: setattr(case, "exclusion", ExclusionReason.SPAM))
    assert bring(f"referanse;mottatt;besvart;holdt utenfor;virksomhet\nA-1;{row}\n", keep_going=True) == (0, 0, 0, 1)
    assert bring.ear.bad == [(2, "the case is held outside the statistic; include it again first")]
    assert bring.rows(Unit) == 1, "no unit is made for a refused row"


def test_a_change_that_the_case_already_has_is_an_update_without_history(bring: Importer) -> None:
    bring(OPEN)
    bring.by_hand(lambda case: setattr(case, "answered_on", date(2014, 3, 5)))
    assert bring(OPEN.replace(";;Kultur", ";2014-03-05;Kultur")) == (0, 1, 0, 0)
    assert (bring.case().version, len(bring.story())) == (1, 1)
    assert bring(OPEN.replace(";;Kultur", ";2014-03-05;Kultur")) == (0, 0, 1, 0)


def test_an_open_case_is_handed_over_and_an_answered_one_corrected(db: Database, bring: Importer) -> None:
    make_account(db, "kari@asker.example")
    header = "referanse;mottatt;besvart;virksomhet;saksbehandler\n"
    bring(header + "A-1;2014-03-03;;Kultur;\nA-2;2014-03-03;2014-03-04;Kultur;\nA-3;2014-03-03;;;\n")
    text = (
        header
        + "A-1;2014-03-03;;Skole;kari@asker.example\nA-2;2014-03-03;;Skole;\nA-3;2014-03-03;;;kari@asker.example\n"
    )
    assert bring(text) == (0, 3, 0, 0)
    assert bring.story("A-1")[1] == (
        "handed_over",
        {"unit": ("Kultur", "Skole"), "handler": (None, "kari@asker.example")},
    )
    assert bring.story("A-2")[1] == ("corrected", {"unit": ("Kultur", "Skole")})
    assert bring.story("A-3")[1] == ("assigned", {"handler": (None, "kari@asker.example")})


def test_an_answered_case_keeps_its_handler(db: Database, bring: Importer) -> None:
    make_account(db, "kari@asker.example")
    bring("referanse;mottatt;besvart\nA-1;2014-03-03;2014-03-04\n")
    assert bring("referanse;mottatt;saksbehandler\nA-1;2014-03-03;kari@asker.example\n") == (0, 0, 0, 1)
    assert bring.ear.bad == [(2, "an answered case cannot be assigned")]


def test_a_handler_who_was_disabled_since_does_not_hold_up_equal_rows(db: Database, bring: Importer) -> None:
    account_id = make_account(db, "kari@asker.example")
    text = "referanse;mottatt;saksbehandler\nA-1;2014-03-03;kari@asker.example\n"
    bring(text)
    with db.writing() as session:
        session.get_one(Account, account_id).disabled_at = datetime(2026, 1, 1, tzinfo=UTC)
    assert bring(text) == (0, 0, 1, 0)
    assert bring(text + "A-2;2014-03-03;kari@asker.example\n") == (0, 0, 0, 1)


def test_a_reference_that_another_door_registered_is_not_taken_over(db: Database, bring: Importer) -> None:
    make_case(db, external_reference="A-1")
    assert bring(OPEN) == (0, 0, 0, 1)
    assert bring.ear.bad == [(2, "reference A-1 of the source import is registered already")]


def test_the_same_reference_of_two_sources_is_two_cases(bring: Importer) -> None:
    profile = bring.folder / "portal.toml"
    profile.write_text('source = "portal"\n[columns]\nreference = "referanse"\nreceived = "mottatt"\n')
    bring(OPEN)
    assert bring(OPEN, profile=str(profile)) == (1, 0, 0, 0)
    assert bring.rows(Case) == 2


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
