"""Writes a table as a workbook, row by row: the rows lie in a file and never all in memory."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

ROWS_MOST = 1_048_576  # of a sheet, the head among them
PIECE = 64 * 1024
_WIDTH = 18  # characters of a column
#: A text is a text, whatever it looks like: no formula, no link, no number.
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}


def workbook(
    name: str, header: Sequence[str], rows: Iterable[Sequence[object]], *, rows_most: int = ROWS_MOST
) -> BinaryIO:
    """Return an open file, at its beginning, that goes when it is closed.

    Rows beyond what a sheet holds go on in a next one, under the same head: none is left out.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever reads it closes it
    try:
        with xlsxwriter.Workbook(file, _OPTIONS) as book:
            bold = book.add_format({"bold": True})
            sheet = _sheet(book, name, header, bold)
            for place, row in enumerate(rows):
                number = place % (rows_most - 1) + 1
                if place and number == 1:
                    sheet = _sheet(book, f"{name} {len(book.worksheets()) + 1}", header, bold)
                _write(sheet, number, row)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """Yield a file piece by piece, and close it."""
    with file:
        while piece := file.read(PIECE):
            yield piece


def _sheet(book: xlsxwriter.Workbook, name: str, header: Sequence[str], bold: Format) -> Worksheet:
    sheet = book.add_worksheet(name)
    sheet.set_column(0, max(0, len(header) - 1), _WIDTH)
    sheet.freeze_panes(1, 0)
    for column, text in enumerate(header):
        sheet.write_string(0, column, text, bold)
    return sheet


def _write(sheet: Worksheet, number: int, row: Sequence[object]) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, date):
            sheet.write_datetime(number, column, cell)
        elif isinstance(cell, int):
            sheet.write_number(number, column, cell)
        elif cell is not None:
            sheet.write_string(number, column, str(cell)[:32_767])
