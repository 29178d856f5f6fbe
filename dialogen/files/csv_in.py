"""Reads CSV: finds out encoding and delimiter, and streams the rows with the line each of them starts on."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from dialogen.files.tables import Cell, FileRefused, Line, is_blank, opened

LONGEST_LINE = 1_000_000  # characters; what is longer is no table, and would not fit in memory
_CHUNK = 1 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DELIMITERS = ",;\t"
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")
_SENTENCES = {
    "unexpected end of data": "a quotation mark is opened here and never closed",
    "expected after": "text stands after a closing quotation mark; double the quotation marks inside a cell",
}


class CsvTable:
    """A CSV file. Memory does not grow with its rows."""

    def __init__(self, path: Path, stream: BinaryIO, *, delimiter: str | None, encoding: str | None) -> None:
        self.name = str(path)
        self._stream = stream
        self._encoding = _encoding_of(stream, self.name, named=encoding)
        self.delimiter = delimiter or _delimiter_of(self._header_text())
        first = next(self._rows(), None)
        if first is None:
            raise FileRefused(self.name, "is empty")
        if first.problem:
            raise FileRefused(self.name, f"line {first.number}: {first.problem}")
        self.header = [str(cell) for cell in first.cells]

    def lines(self) -> Iterator[Line]:
        """Yield the rows after the header, from the beginning each time."""
        rows = self._rows()
        next(rows, None)
        return rows

    def _header_text(self) -> str:
        for text in _lines_of(self._text(), self.name):
            if _NO_TEXT.search(text):
                raise FileRefused(self.name, "is not a text file")
            if text.strip():
                return text
        raise FileRefused(self.name, "is empty")

    def _text(self) -> io.TextIOWrapper:
        # The same open file each time: another one may lie under its name by now.
        self._stream.seek(0)
        return open(self._stream.fileno(), encoding=self._encoding, newline="", closefd=False)

    def _rows(self) -> Iterator[Line]:
        taken: list[str] = []
        # Strict: a stray quotation mark would otherwise swallow rows without a word.
        reader = csv.reader(_noting(_lines_of(self._text(), self.name), taken), delimiter=self.delimiter, strict=True)
        while True:
            start = reader.line_num + 1
            taken.clear()
            try:
                cells: list[Cell] = [*next(reader)]
            except StopIteration:
                return
            except csv.Error as error:
                if "field limit" in str(error):
                    # From here on the reader would take the inside of a cell for rows.
                    raise FileRefused(self.name, f"line {start}: a cell is too long, or its quotes never end") from None
                yield Line(start, ["".join(taken).rstrip("\r\n")], _sentence(error))
                continue
            if cells and not is_blank(cells):
                yield Line(start, cells)


@contextmanager
def open_csv(path: Path, *, delimiter: str | None = None, encoding: str | None = None) -> Iterator[CsvTable]:
    """Open a CSV file; raises FileRefused for what is no text, is empty, or does not have the named encoding."""
    with opened(path) as stream:
        yield CsvTable(path, stream, delimiter=delimiter, encoding=encoding)


def _noting(lines: Iterator[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def _lines_of(text: io.TextIOWrapper, name: str) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise FileRefused(name, f"holds a line of more than {LONGEST_LINE} characters; it is no table")
        yield line


def _sentence(error: csv.Error) -> str:
    return next((ours for theirs, ours in _SENTENCES.items() if theirs in str(error)), str(error))


def _encoding_of(stream: BinaryIO, name: str, *, named: str | None) -> str:
    start = stream.read(4)
    for bom, encoding in _BOMS:
        if start.startswith(bom):
            candidates = [encoding]
            break
    else:
        candidates = [named] if named else ["utf-8", "cp1252"]
    for encoding in candidates:
        if _decodes(stream, encoding):
            return encoding
    raise FileRefused(name, f"is not text in {' or '.join(candidates).replace('cp1252', 'Windows-1252')}")


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _delimiter_of(header: str) -> str:
    outside_quotes = "".join(header.split('"')[::2])
    return max(_DELIMITERS, key=outside_quotes.count)
