"""Writes a table as a workbook with one sheet, row by row: the rows lie in a file and never all in memory."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import BinaryIO

import xlsxwriter

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


def workbook(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> BinaryIO:
    """Return an open file, at its beginning, that goes when it is closed; rows beyond what a sheet holds are left out."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever reads it closes it
    try:
        with _sheet(file, name, header) as sheet:
            for number, row in enumerate(rows, 1):
                if number >= ROWS_MOST:
                    break
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


@contextmanager
def _sheet(file: BinaryIO, name: str, header: Sequence[str]) -> Iterator[xlsxwriter.worksheet.Worksheet]:
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        sheet = book.add_worksheet(name)
        sheet.set_column(0, max(0, len(header) - 1), _WIDTH)
        sheet.freeze_panes(1, 0)
        for column, text in enumerate(header):
            sheet.write_string(0, column, text, book.add_format({"bold": True}) if not column else None)
        yield sheet


def _write(sheet: xlsxwriter.worksheet.Worksheet, number: int, row: Sequence[object]) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, date):
            sheet.write_datetime(number, column, cell)
        elif isinstance(cell, int):
            sheet.write_number(number, column, cell)
        elif cell is not None:
            sheet.write_string(number, column, str(cell)[:32_767])
