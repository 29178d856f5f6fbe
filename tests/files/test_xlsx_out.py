"""Workbooks as they are written: every row is in them, however many a sheet holds."""

import re
import zipfile
from datetime import date

import pytest

from dialogen.files.xlsx_out import ROWS_MOST, workbook


def sheets_of(rows: list[list[object]], rows_most: int = ROWS_MOST) -> dict[str, list[list[str]]]:
    """Return the cells of each sheet of a workbook, row by row, as they stand in its XML; by the sheet's name."""
    with workbook("Liste", ["a", "b"], rows, rows_most=rows_most) as file, zipfile.ZipFile(file) as parts:
        names = re.findall(r'<sheet name="([^"]+)"', parts.read("xl/workbook.xml").decode())
        texts = [parts.read(f"xl/worksheets/sheet{number}.xml").decode() for number in range(1, len(names) + 1)]
    lines = [re.findall(r"<row .*?</row>", text, re.DOTALL) for text in texts]
    cells = [[re.findall(r"<(?:t|v)(?: [^>]*)?>([^<]*)</(?:t|v)>", row) for row in sheet] for sheet in lines]
    return dict(zip(names, cells, strict=True))


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, {"Liste": []}),
        (3, {"Liste": ["0", "1", "2"]}),
        (4, {"Liste": ["0", "1", "2"], "Liste 2": ["3"]}),
        (7, {"Liste": ["0", "1", "2"], "Liste 2": ["3", "4", "5"], "Liste 3": ["6"]}),
    ],
)
def test_what_a_sheet_does_not_hold_goes_on_in_the_next_under_the_same_head(
    count: int, expected: dict[str, list[str]]
) -> None:
    found = sheets_of([[str(number), None] for number in range(count)], rows_most=4)
    assert all(rows[0] == ["a", "b"] for rows in found.values())
    assert {name: [row[0] for row in rows[1:]] for name, rows in found.items()} == expected


def test_texts_stay_texts_whatever_they_look_like_and_days_and_numbers_are_such() -> None:
    [[_, *rows]] = sheets_of([["=1+1", date(2026, 2, 11)], ["http://example.org/", -6]]).values()
    assert rows == [["=1+1", "46064"], ["http://example.org/", "-6"]]
