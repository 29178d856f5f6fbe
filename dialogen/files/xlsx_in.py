"""Reads the first sheet of an XLSX workbook as a stream, so that neither many rows nor a far-off cell fill the memory.

Only the shared strings are kept, once each. Written from ECMA-376 part 1 (SpreadsheetML), sections 18.2 to 18.8.
"""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from xml.parsers.expat import ExpatError

from dialogen.files.tables import FileRefused, Line, is_blank, opened
from dialogen.files.xlsx_cells import Formats, cells_of_rows
from dialogen.files.xlsx_parts import UnsafeXml, date_styles, elements, strings_of

LARGEST_FILE = 50 * 1024 * 1024
MOST_ROWS = 1_048_576
# What 50 MB can unpack to is without measure; what a million rows of inquiries unpack to is not.
LARGEST_SHEET = 4 * 1024**3
LARGEST_STRINGS = 512 * 1024**2
_WORKSHEET, _STRINGS, _STYLES, _WORKBOOK = "/worksheet", "/sharedStrings", "/styles", "/officeDocument"
_ZIP, _OLD_OR_LOCKED = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    ExpatError,
    UnsafeXml,
    LookupError,
    ValueError,
    EOFError,
    RuntimeError,
    OSError,
)


class XlsxTable:
    """The first sheet of a workbook. Its first row that is not empty is the header."""

    delimiter = ";"  # what a Norwegian spreadsheet program opens and saves

    def __init__(self, path: Path, stream: BinaryIO) -> None:
        self.name = str(path)
        if stream.read(4) == _OLD_OR_LOCKED:
            raise FileRefused(self.name, "is an old Excel file, or locked with a password; save it as XLSX without one")
        if stream.seek(0, 2) > LARGEST_FILE:
            raise FileRefused(self.name, f"is larger than {LARGEST_FILE // 1024**2} MB; save it as CSV")
        self._archive = zipfile.ZipFile(stream)
        self._sheet, self._formats = self._open_workbook()
        first = next(self._rows(), None)
        if first is None:
            raise FileRefused(self.name, "is empty")
        self.header = [str(cell) for cell in first.cells]

    def lines(self) -> Iterator[Line]:
        """Yield the rows after the header, from the beginning each time."""
        try:
            rows = self._rows()
            next(rows, None)
            yield from rows
        except _UNREADABLE as error:
            raise FileRefused(self.name, f"is not a readable XLSX workbook: {error}") from error

    def _rows(self) -> Iterator[Line]:
        with self._archive.open(self._sheet) as part:
            for number, cells in cells_of_rows(part, self._formats):
                if number > MOST_ROWS:
                    raise FileRefused(self.name, f"has more than {MOST_ROWS} rows; save it as CSV")
                if not is_blank(cells):
                    yield Line(number, cells)

    def _open_workbook(self) -> tuple[str, Formats]:
        workbook = next(iter(self._related("", _WORKBOOK).values()))
        sheets = self._related(workbook, _WORKSHEET)
        listed, since_1904 = [], False
        with self._archive.open(workbook) as part:
            for _, name, attributes in elements(part):
                if name == "workbookPr":
                    since_1904 = attributes.get("date1904", "0") in ("1", "true")
                elif name == "sheet":
                    listed += [value for key, value in attributes.items() if key.endswith(":id")]
        sheet = next(sheets[each] for each in listed if each in sheets)
        self._check_size(sheet, LARGEST_SHEET)
        strings, dates = [], frozenset[int]()
        for part_name in self._related(workbook, _STRINGS).values():
            self._check_size(part_name, LARGEST_STRINGS)
            with self._archive.open(part_name) as part:
                strings = strings_of(part)
        for part_name in self._related(workbook, _STYLES).values():
            with self._archive.open(part_name) as part:
                dates = date_styles(part)
        return sheet, Formats(strings, dates, since_1904)

    def _related(self, part: str, kind: str) -> dict[str, str]:
        """Return the parts of one kind that a part refers to, by the number it calls them."""
        folder, name = posixpath.split(part)
        found = {}
        with self._archive.open(posixpath.join(folder, "_rels", f"{name}.rels")) as relations:
            for _, element, attributes in elements(relations):
                if element == "Relationship" and attributes["Type"].endswith(kind):
                    target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"]))
                    found[attributes["Id"]] = target.lstrip("/")
        return found

    def _check_size(self, part: str, most: int) -> None:
        if self._archive.getinfo(part).file_size > most:
            raise FileRefused(self.name, "unpacks to more than any list of inquiries; save it as CSV")


def is_xlsx(path: Path) -> bool:
    """Say whether a file is, or by its name should be, a workbook; raises FileRefused when it cannot be read."""
    with opened(path) as stream:
        return path.suffix.lower() == ".xlsx" or stream.read(4) in (_ZIP, _OLD_OR_LOCKED)


@contextmanager
def open_xlsx(path: Path) -> Iterator[XlsxTable]:
    """Open a workbook's first sheet; raises FileRefused when it is broken, locked, too large or empty."""
    with opened(path) as stream:
        try:
            table = XlsxTable(path, stream)
        except (*_UNREADABLE, StopIteration) as error:
            raise FileRefused(path, f"is not a readable XLSX workbook: {str(error) or 'it has no sheet'}") from error
        yield table
