"""The file of rejected rows: the rows as they came, each with its reason, ready to be mended."""

import stat
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogen.files.csv_in import open_csv
from dialogen.files.csv_out import as_it_was, kept_harmless
from dialogen.files.rejects_csv import RejectsFile
from dialogen.files.tables import FileRefused
from dialogen.files.xlsx_in import open_xlsx
from tests.files.workbooks import make_workbook


def rejected(source: Path, target: Path, *, bad: list[tuple[int, str]]) -> list[str]:
    opened = open_xlsx(source) if source.suffix == ".xlsx" else open_csv(source)
    with opened as table:
        RejectsFile(target, not_the_same_as=source).write(table, bad)
    return target.read_text(encoding="utf-8-sig").splitlines()


def test_rows_are_written_as_they_were_with_the_reason_last(tmp_path: Path) -> None:
    source = tmp_path / "rows.csv"
    source.write_bytes('Referanse;Mottatt;Emne\nA-1;x;=1+1\nA-2;y\nA-3;z;"å; ""b"""\n;;\n'.encode("cp1252"))
    assert rejected(source, tmp_path / "bad.csv", bad=[(2, "one"), (3, "two"), (4, "three")]) == [
        "Referanse;Mottatt;Emne;rejected because",
        "A-1;x;'=1+1;one",
        "A-2;y;;two",
        'A-3;z;"å; ""b""";three',
    ]
    assert (tmp_path / "bad.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_rows_that_are_rejected_again_get_their_new_reason(tmp_path: Path) -> None:
    source = tmp_path / "rows.csv"
    source.write_text("referanse,mottatt,rejected because\nA-1,x,old\nA-2,x,old,and more\n", encoding="utf-8")
    lines = rejected(source, tmp_path / "bad.csv", bad=[(2, "new"), (3, "new")])
    assert lines == ["referanse,mottatt,rejected because", "A-1,x,new", "A-2,x,old,and more,new"]


def test_a_formula_is_disarmed_once_however_often_its_row_is_rejected(tmp_path: Path) -> None:
    source = tmp_path / "rows.csv"
    source.write_text("referanse,emne\nA-1,=1+1\nA-2,'=1\nA-3,'n Bil\n", encoding="utf-8")
    bad = [(2, "why"), (3, "why"), (4, "why")]
    first = rejected(source, tmp_path / "bad.csv", bad=bad)
    assert first[1:] == ["A-1,'=1+1,why", "A-2,''=1,why", "A-3,'n Bil,why"]
    assert rejected(tmp_path / "bad.csv", tmp_path / "worse.csv", bad=bad) == first


@given(text=st.text("'=+-@\t\r\n＝x ", max_size=6))
def test_what_is_disarmed_is_found_again_as_it_was(text: str) -> None:
    assert as_it_was(kept_harmless(text)) == text
    assert not kept_harmless(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_an_unreadable_row_is_written_as_the_line_it_was(tmp_path: Path) -> None:
    source = tmp_path / "rows.csv"
    source.write_text('referanse;mottatt\n"A"1;x\n', encoding="utf-8")
    assert rejected(source, tmp_path / "bad.csv", bad=[(2, "why")])[1] == '"""A""1;x";;why'


def test_the_cells_of_a_workbook_are_written_as_an_import_reads_them(tmp_path: Path) -> None:
    source = make_workbook(tmp_path / "rows.xlsx", [["referanse", "mottatt"], [12345, date(2014, 1, 2)], [1e17, "x"]])
    assert rejected(source, tmp_path / "bad.csv", bad=[(2, "a"), (3, "b")])[1:] == ["12345;2014-01-02;a", "1e+17;x;b"]


def test_the_file_is_emptied_at_once_so_that_no_old_reasons_are_left(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("old")
    RejectsFile(tmp_path / "bad.csv", not_the_same_as=tmp_path / "rows.csv")
    assert (tmp_path / "bad.csv").read_text(encoding="utf-8-sig") == ""


def test_a_new_file_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    RejectsFile(tmp_path / "bad.csv", not_the_same_as=tmp_path / "rows.csv")
    assert stat.S_IMODE((tmp_path / "bad.csv").stat().st_mode) == 0o600


def test_the_input_is_never_written_over(tmp_path: Path) -> None:
    source = tmp_path / "rows.csv"
    source.write_text("referanse;mottatt\n")
    (tmp_path / "link.csv").symlink_to(source)
    for target in (source, tmp_path / "link.csv"):
        with pytest.raises(FileRefused, match="is the file to be imported"):
            RejectsFile(target, not_the_same_as=source)
    assert source.read_text() == "referanse;mottatt\n"


def test_a_place_that_cannot_be_written_to_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="cannot be written"):
        RejectsFile(tmp_path, not_the_same_as=tmp_path / "rows.csv")
