"""Reads the cells of an XLSX sheet as a stream: texts, numbers, dates and errors, each as what it is."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import IO

from dialogen.files.tables import Cell, CellError
from dialogen.files.xlsx_parts import local, parser_of_parts, unescaped

_CHUNK = 1 << 16
_MS_A_DAY = 86_400_000
_FEBRUARY_29_1900 = 60  # the day that Lotus 1-2-3 made up, and every spreadsheet program since has kept


@dataclass(frozen=True)
class Formats:
    """What the cells of a workbook refer to: its strings, the styles that show dates, and the first day it counts."""

    strings: list[str]
    date_styles: frozenset[int]
    since_1904: bool = False

    def day(self, serial: float) -> Cell:
        """Return the date that a serial number shows, or the number itself when there is no such date."""
        # A midnight that came out a hair too early is still midnight: programs round to the millisecond.
        days = math.floor(serial + 0.5 / _MS_A_DAY) if math.isfinite(serial) else -1
        if self.since_1904:
            first = date(1904, 1, 1)
        elif days == _FEBRUARY_29_1900:
            return serial
        else:
            first = date(1899, 12, 30) if days > _FEBRUARY_29_1900 else date(1899, 12, 31)
        try:
            return first + timedelta(days=days) if days > 0 else serial
        except OverflowError:
            return serial

    def value(self, text: str, kind: str, style: int) -> Cell:
        """Return what a cell holds, by its type and style."""
        if kind == "s":
            return self.strings[int(text)]
        if kind in ("str", "inlineStr", "d"):
            return unescaped(text)
        if kind == "e":
            return CellError(text)
        if kind == "b":
            return text.strip() in ("1", "true")
        if not text.strip():
            return ""
        number = float(text)
        return self.day(number) if style in self.date_styles else number


def cells_of_rows(part: IO[bytes], formats: Formats) -> Iterator[tuple[int, list[Cell]]]:
    """Yield the number and the cells of each row that has any; cells left out in the file are empty texts."""
    reader = _SheetReader(formats)
    while chunk := part.read(_CHUNK):
        reader.parser.Parse(chunk)
        yield from reader.rows
        reader.rows.clear()
    reader.parser.Parse(b"", True)
    yield from reader.rows


class _SheetReader:
    """Collects finished rows while the parser walks through the sheet."""

    def __init__(self, formats: Formats) -> None:
        self.rows: list[tuple[int, list[Cell]]] = []
        self._formats = formats
        self._columns: dict[str, int] = {}  # the numbers of the column letters met so far
        self._row = 0
        self._cells: list[Cell] = []
        self._column = -1
        self._kind, self._style = "n", 0
        self._text: list[str] = []
        self._in_value = self._in_reading = False
        self.parser = parser_of_parts()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        element = name if ":" not in name else local(name)
        if element == "c":
            self._kind = attributes.get("t", "n")
            self._style = int(attributes.get("s", "0"))
            self._column = self._number(attributes["r"]) if "r" in attributes else self._column + 1
            self._text.clear()
        elif element in ("v", "t"):
            self._in_value = True
        elif element == "rPh":
            self._in_reading = True
        elif element == "row":
            self._begin_row(int(attributes.get("r", self._row + 1)))

    def _begin_row(self, number: int) -> None:
        if number <= self._row:
            raise ValueError(f"row {number} comes after row {self._row}")
        self._row = number
        self._cells, self._column = [], -1

    def _data(self, text: str) -> None:
        if self._in_value and not self._in_reading:
            self._text.append(text)

    def _end(self, name: str) -> None:
        element = name if ":" not in name else local(name)
        if element in ("v", "t"):
            self._in_value = False
        elif element == "c":
            if self._text:
                self._put(self._formats.value("".join(self._text), self._kind, self._style))
        elif element == "rPh":
            self._in_reading = False
        elif element == "row" and self._cells:
            self.rows.append((self._row, self._cells))

    def _put(self, value: Cell) -> None:
        missing = self._column - len(self._cells)
        if missing > 0:
            self._cells.extend([""] * missing)
        if missing < 0:
            self._cells[self._column] = value
        else:
            self._cells.append(value)

    def _number(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            column = 0
            for letter in letters:
                column = column * 26 + ord(letter.upper()) - 64
            if not 1 <= column <= 16_384:
                raise ValueError(f"there is no cell {reference[:20]}")
            self._columns[letters] = column
        return column - 1
