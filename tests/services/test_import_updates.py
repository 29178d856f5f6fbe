"""The same reference again: a row is compared with the row as last imported, and updates its case."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import Account, Case, CasePersonal, EventText, Unit
from dialogen.domain.cases import Channel, ExclusionReason, Stream
from tests.factories import make_account, make_case, make_unit
from tests.importing import Importer

OPEN = "referanse;mottatt;besvart;virksomhet;emne\nA-1;2014-03-03;;Kultur;Hull\n"


@pytest.fixture
def bring(db: Database, tmp_path: Path) -> Importer:
    return Importer(db, tmp_path)


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
