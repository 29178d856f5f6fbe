"""Writes rejected rows as CSV in the columns they came in, each with its reason as the last cell."""

import csv
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from dialogen.files.cells import BadCell, text_of
from dialogen.files.csv_out import as_it_was, kept_harmless
from dialogen.files.tables import Cell, CellError, FileRefused, Table

REASON_HEADER = "rejected because"


class RejectsFile:
    """The file for rejected rows; made empty at once, so that an unwritable one stops an import before it begins."""

    def __init__(self, path: Path, *, not_the_same_as: Path) -> None:
        self._path = path
        with suppress(OSError):
            if path.samefile(not_the_same_as):
                raise FileRefused(path, "is the file to be imported; name another one for the rejected rows")
        self._write([], delimiter=",")

    def write(self, table: Table, rejected: Iterable[tuple[int, str]]) -> None:
        """Write the rows whose line numbers are given, in order, each with its reason, below the table's own header.

        Cells are written as they were: a row can be mended and imported again, its reason is then left aside. What a
        spreadsheet would take for a formula has an apostrophe before it, which the import takes away again.
        """
        self._write(_rows(table, rejected), delimiter=table.delimiter)

    def _write(self, rows: Iterable[list[str]], *, delimiter: str) -> None:
        try:
            # With a byte order mark, by which Excel and our own import know the encoding.
            with open(
                self._path, "w", encoding="utf-8-sig", newline="", errors="replace", opener=_for_the_owner_alone
            ) as stream:
                csv.writer(stream, delimiter=delimiter).writerows(rows)
        except OSError as error:
            raise FileRefused(self._path, f"cannot be written: {error.strerror}") from error


def was_rejected(header: list[str]) -> bool:
    """Say whether a file with this header holds rows that were rejected once before."""
    return bool(header) and header[-1].strip() == REASON_HEADER


def _for_the_owner_alone(path: str, flags: int) -> int:
    # The rows hold what people wrote about. A file that is there already keeps the mode that its owner gave it.
    return os.open(path, flags, 0o600)


def _rows(table: Table, rejected: Iterable[tuple[int, str]]) -> Iterable[list[str]]:
    again = was_rejected(table.header)
    width = len(table.header) - again
    yield [*(_written(cell, again) for cell in table.header[:width]), REASON_HEADER]
    reasons = iter(rejected)
    wanted = next(reasons, None)
    for line in table.lines():
        if wanted is None:
            return
        if line.number == wanted[0]:
            cells = [_written(cell, again) for cell in line.cells]
            if len(line.cells) <= len(table.header):
                cells = cells[:width]
            yield [*cells, *[""] * (width - len(cells)), wanted[1]]
            wanted = next(reasons, None)


def _written(cell: Cell, again: bool) -> str:
    if isinstance(cell, str):
        return kept_harmless(as_it_was(cell) if again else cell)
    if isinstance(cell, CellError):
        return cell.name
    try:
        return text_of(cell)
    except BadCell:
        return str(cell)
