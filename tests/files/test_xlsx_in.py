"""Reading XLSX: the first sheet, cells as what they are, and files that are none."""

import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dialogen.files import xlsx_in
from dialogen.files.tables import CellError, FileRefused, Line
from dialogen.files.xlsx_in import is_xlsx, open_xlsx
from dialogen.files.xlsx_parts import shows_date
from tests.files.workbooks import make_raw_workbook, make_workbook


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rows.xlsx"


def lines_of(path: Path) -> list[Line]:
    with open_xlsx(path) as table:
        return list(table.lines())


def test_the_first_sheet_is_read_with_dates_numbers_and_texts_as_they_are(path: Path) -> None:
    make_workbook(
        path,
        [
            ["Referanse", "Mottatt", "Besvart", "Emne"],
            ["A-1", date(2012, 1, 1), "10.01.2012", "måking & brøyting"],
            [12345, datetime(2012, 1, 2, 23, 59, tzinfo=UTC).replace(tzinfo=None), None, True],
        ],
    )
    with open_xlsx(path) as table:
        assert table.header == ["Referanse", "Mottatt", "Besvart", "Emne"]
        assert list(table.lines()) == [
            Line(2, ["A-1", date(2012, 1, 1), "10.01.2012", "måking & brøyting"]),
            Line(3, [12345.0, date(2012, 1, 2), "", True]),
        ]


def test_empty_rows_are_passed_over_and_numbers_are_the_sheets(path: Path) -> None:
    make_workbook(path, [[], ["reference"], [], ["A-1"], [" "], ["A-2"]])
    with open_xlsx(path) as table:
        assert table.header == ["reference"]
        assert [line.number for line in table.lines()] == [4, 6]
        assert [line.number for line in table.lines()] == [4, 6], "and again"


def test_cells_and_rows_without_an_address_follow_each_other(path: Path) -> None:
    cells = '<x:c t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c><x:c><x:v>2</x:v></x:c>'
    make_raw_workbook(path, f"<x:row>{cells}</x:row><x:row>{cells}</x:row>")
    assert lines_of(path) == [Line(2, ["a", 2.0])]


def test_strings_may_be_rich_escaped_or_annotated(path: Path) -> None:
    strings = (
        "<si><r><t>Pla</t></r><r><t>n</t></r></si><si><t>a_x000D_b</t></si><si><t>漢</t><rPh><t>kan</t></rPh></si>"
    )
    cells = "".join(f'<x:c t="s"><x:v>{n}</x:v></x:c>' for n in range(3))
    inline = '<x:c t="inlineStr"><x:is><x:r><x:t>x</x:t></x:r><x:rPh><x:t>no</x:t></x:rPh></x:is></x:c>'
    make_raw_workbook(path, f"<x:row>{cells}</x:row><x:row>{cells}{inline}</x:row>", strings=strings)
    assert lines_of(path)[0].cells == ["Plan", "a\rb", "漢", "x"]


def test_formulas_give_their_results_and_errors_are_told_apart_from_texts(path: Path) -> None:
    row = '<x:c t="str"><x:f>A1</x:f><x:v>A-1</x:v></x:c><x:c t="e"><x:v>#N/A</x:v></x:c><x:c t="d"><x:v>2014-01-02</x:v></x:c>'
    make_raw_workbook(path, f"<x:row>{row}</x:row><x:row>{row}</x:row>")
    assert lines_of(path)[0].cells == ["A-1", CellError("#N/A"), "2014-01-02"]


@pytest.mark.parametrize(
    ("serial", "settings", "value"),
    [
        ("40909", "", date(2012, 1, 1)),
        ("40908.999999999", "", date(2012, 1, 1)),
        ("40908.9", "", date(2011, 12, 31)),
        ("1", "", date(1900, 1, 1)),
        ("59", "", date(1900, 2, 28)),
        ("60", "", 60.0),
        ("61", "", date(1900, 3, 1)),
        ("0.5", "", 0.5),
        ("-3", "", -3.0),
        ("1e300", "", 1e300),
        ("39447", '<x:workbookPr date1904="1"/>', date(2012, 1, 1)),
    ],
)
def test_a_serial_shown_as_a_date_is_that_date(path: Path, serial: str, settings: str, value: object) -> None:
    row = f'<x:row><x:c s="1"><x:v>{serial}</x:v></x:c></x:row>'
    make_raw_workbook(path, f"<x:row><x:c><x:v>7</x:v></x:c></x:row>{row}", settings=settings)
    assert lines_of(path)[0].cells == [value]


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("yyyy-mm-dd", True),
        ("DD.MM.YYYY hh:mm", True),
        ("[$-414]d. mmmm yyyy;@", True),
        ("mmmm", True),
        ("General", False),
        ("0.00", False),
        ("hh:mm", False),
        ("[h]:mm:ss", False),
        ('0 "dager"', False),
        ("[Red]0", False),
        ("#,##0 \\d", False),
    ],
)
def test_a_number_format_shows_a_day_or_it_does_not(path: Path, code: str, is_date: bool) -> None:
    assert shows_date(code) is is_date


def test_a_cell_far_away_costs_nothing_and_one_off_the_sheet_is_refused(path: Path) -> None:
    header = "<x:row><x:c><x:v>7</x:v></x:c></x:row>"
    make_raw_workbook(path, f'{header}<x:row r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>')
    (line,) = lines_of(path)
    assert (line.number, len(line.cells)) == (1_048_576, 16_384)
    for row in (
        '<x:row r="1048577"><x:c><x:v>1</x:v></x:c></x:row>',
        '<x:row r="2"><x:c r="XFE2"><x:v>1</x:v></x:c></x:row>',
        '<x:row r="1"><x:c><x:v>1</x:v></x:c></x:row>',
    ):
        with pytest.raises(FileRefused):
            lines_of(make_raw_workbook(path, header + row))


def test_a_document_type_is_refused(path: Path) -> None:
    make_workbook(path, [["reference"], ["A-1"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"?>", b"?>" + bomb, 1)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(FileRefused, match="document type"):
        lines_of(path)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"PK\x03\x04 not really", "is not a readable XLSX workbook"),
        (b"", "is not a readable XLSX workbook"),
        (b"\xd0\xcf\x11\xe0 old", "old Excel file, or locked with a password"),
    ],
)
def test_what_is_no_workbook_is_refused(path: Path, content: bytes, why: str) -> None:
    path.write_bytes(content)
    assert is_xlsx(path)
    with pytest.raises(FileRefused, match=why), open_xlsx(path):
        pass


def test_another_zip_and_an_empty_sheet_are_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(FileRefused, match="not a readable XLSX"), open_xlsx(path):
        pass
    with pytest.raises(FileRefused, match="is empty"), open_xlsx(make_workbook(path, [])):
        pass


def test_a_damaged_sheet_is_refused_wherever_the_damage_lies(path: Path) -> None:
    make_raw_workbook(path, "<x:row><x:c><x:v>7</x:v></x:c></x:row><x:row><x:c t='s'><x:v>99</x:v></x:c></x:row>")
    with pytest.raises(FileRefused, match="not a readable XLSX"):
        lines_of(path)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(xlsx_in.LARGEST_FILE + 1)
    with pytest.raises(FileRefused, match="larger than 50 MB"), open_xlsx(path):
        pass


def test_a_workbook_is_known_by_its_content_too(tmp_path: Path) -> None:
    assert is_xlsx(make_workbook(tmp_path / "rows.tmp", [["reference"]]))
    (tmp_path / "rows.csv").write_text("reference;received\n")
    assert not is_xlsx(tmp_path / "rows.csv")
