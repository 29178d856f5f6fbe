"""Rows as cases: finding the columns, and every reason why a row is none."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from dialogen.domain.cases import Channel, ExclusionReason, Stream
from dialogen.domain.imports import BadRow, CaseRow
from dialogen.files.case_rows import CaseReader
from dialogen.files.profiles import Profile
from dialogen.files.tables import FileRefused, Line

OSLO = ZoneInfo("Europe/Oslo")
PLAIN = Profile()


@dataclass
class Rows:
    """A table made of a header alone; rows are handed to the reader one by one."""

    header: list[str]
    name: str = "rows.csv"
    delimiter: str = ";"

    def lines(self) -> Iterator[Line]:
        """Yield nothing."""
        yield from ()


def read(header: str, row: str, profile: Profile = PLAIN) -> CaseRow | BadRow:
    reader = CaseReader(Rows(header.split(";")), profile, OSLO)
    return reader.read(Line(2, [*row.split(";")]))


def test_norwegian_headers_and_words_make_a_case() -> None:
    header = "Holdt utenfor;Emne;SAKSTYPE;kanal;Saksbehandler;virksomhet;Type;besvart; mottatt ;Referanse"
    row = "duplikat;Hull i vei;klage;brev;Kari@Asker.example;Kultur;Intern;28.03.2014;27.03.2014;A-1"
    assert read(header, row) == CaseRow(
        line=2,
        reference="A-1",
        received=date(2014, 3, 27),
        answered=date(2014, 3, 28),
        stream=Stream.INTERNAL,
        unit="Kultur",
        handler="kari@asker.example",
        channel=Channel.LETTER,
        kind="klage",
        subject="Hull i vei",
        excluded=ExclusionReason.DUPLICATE,
    )


def test_empty_cells_mean_external_and_import_and_nothing_else() -> None:
    header = "reference;received;answered;stream;unit;handler;channel;kind;subject;excluded"
    assert read(header, "A-1;2014-03-27;;;;;;;;") == CaseRow(
        2, "A-1", date(2014, 3, 27), stream=Stream.EXTERNAL, channel=Channel.IMPORT
    )


def test_absent_columns_say_nothing() -> None:
    assert read("reference;received", "A-1;2014-03-27") == CaseRow(2, "A-1", date(2014, 3, 27))


def test_missing_cells_at_the_end_are_empty_and_empty_ones_beyond_the_header_do_not_matter() -> None:
    header = "reference;received;answered;subject"
    good = CaseRow(2, "A-1", date(2014, 3, 27))
    assert read(header, "A-1;2014-03-27") == good
    assert read(header, "A-1;2014-03-27;;; ;") == good


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A-1;2014-03-27;2014-02-30;ekstern", "answered 2014-02-30 is not a date"),
        ("A-1;2014-03-27;;sideveis", "stream sideveis is not one of external, internal, ekstern, intern"),
        (";2014-03-27;;", "reference is missing"),
        (" ; ;;", "reference is missing; received is missing"),
        ("Sum 212", "received is missing"),
        ("A-1;i går;i dag;hit", "received i går is not a date; answered i dag is not a date; stream hit is not one of"),
        ("A-1;2014-03-27;;;more", "has 5 cells, but the header 4; quote a cell that holds the delimiter"),
        ("01010750160;2014-03-27;;", "reference: the text seems to hold a national identity number"),
        (f"{'x' * 101};2014-03-27;;", "reference is too long: at most 100 characters"),
    ],
)
def test_a_bad_row_says_all_that_is_wrong_with_it(row: str, reason: str) -> None:
    bad = read("reference;received;answered;stream", row)
    assert isinstance(bad, BadRow)
    assert bad.reason.startswith(reason)


def test_a_bad_row_keeps_its_reference_so_that_its_double_is_found() -> None:
    assert read("reference;received", "A-1;never") == BadRow(2, "A-1", "received never is not a date")


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("referanse;dato", r"has no column received \(mottatt\)"),
        ("mottatt", r"has no column reference \(referanse\)"),
        ("referanse;mottatt;Received", "has two columns for received: mottatt and Received"),
        ("referanse;mottatt;emne;EMNE", "has two columns for subject"),
    ],
)
def test_a_header_without_the_needed_columns_or_with_two_of_a_kind_is_refused(header: str, why: str) -> None:
    with pytest.raises(FileRefused, match=why):
        CaseReader(Rows(header.split(";")), PLAIN, OSLO)


def test_headers_that_are_not_known_are_named_so_that_a_misspelt_one_is_seen() -> None:
    reader = CaseReader(Rows(["referanse", "mottatt", "besvrat", "", "rejected because", "besvrat"]), PLAIN, OSLO)
    assert reader.ignored == ["besvrat", "besvrat"]
    assert reader.columns == {"reference", "received"}


PORTAL = Profile(
    columns={"reference": "ID", "received": "opened", "stream": "Source", "unit": "Dep", "kind": "Dep"},
    values={"stream": {"app": "Intern", "*": "external"}, "unit": {"": "Ukjent"}},
)


def test_with_a_profile_only_its_columns_count() -> None:
    row = read("mottatt;id;OPENED;source;dep;answered", "x;A-1;2014-03-27;APP;;y", PORTAL)
    assert row == CaseRow(2, "A-1", date(2014, 3, 27), stream=Stream.INTERNAL, unit="Ukjent")


@pytest.mark.parametrize(
    ("header", "why"), [("id;opened;source", "no column Dep"), ("id;id;opened;source;dep", "more")]
)
def test_a_column_that_a_profile_names_must_be_there_once(header: str, why: str) -> None:
    with pytest.raises(FileRefused, match=f"has {why}.*which the profile names for"):
        CaseReader(Rows(header.split(";")), PORTAL, OSLO)


def test_a_profile_cannot_translate_to_a_word_that_is_not_in_the_list() -> None:
    wrong = Profile(columns=PORTAL.columns, values={"stream": {"app": "inside"}})
    with pytest.raises(FileRefused, match=r"\[values.stream\] of the profile: inside is not one of external"):
        CaseReader(Rows(["id", "opened", "source", "dep"]), wrong, OSLO)
