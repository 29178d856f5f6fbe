"""Tables for a Norwegian Excel: what a spreadsheet would take for a formula stays a text."""

import csv
import io
from collections.abc import Iterator

import pytest

from dialogen.files.csv_out import excel_lines, harmless


@pytest.mark.parametrize("text", ["=1+1", "+47", "-1", "@SUM(A1)", "\tx", "\rx", "\n=x", "＝1", "＋1", "－1", "＠x"])
def test_what_begins_like_a_formula_is_made_a_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Ås", "1-2", "a=b", "2026-000143", "'quoted'"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


def test_lines_are_what_excel_reads_in_norwegian() -> None:
    lines = list(excel_lines(["navn", "antall"], [["Åse; Berit", 3], ['=cmd("x")', None]]))
    assert lines == ["\ufeffnavn;antall\r\n", '"Åse; Berit";3\r\n', '"\'=cmd(""x"")";\r\n']


def test_rows_are_written_one_by_one() -> None:
    asked = []

    def rows() -> Iterator[list[object]]:
        for number in range(3):
            asked.append(number)
            yield [number, "a\nb"]

    lines = excel_lines(["n", "t"], rows())
    next(lines), next(lines)
    assert asked == [0]
    text = "".join(lines)
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=";")) == [["1", "a\nb"], ["2", "a\nb"]]
