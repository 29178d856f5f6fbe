"""Writes a table as CSV, for programs or for a Norwegian Excel, row by row, so that a long one takes no more memory than a short one."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the machine's old code page
#: What makes a spreadsheet take a text for a formula, the wide forms of East Asian fonts included.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def kept_harmless(text: str) -> str:
    """Make a text harmless so that `as_it_was` finds it again, whatever it was."""
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA_SIGNS) else text


def as_it_was(text: str) -> str:
    """Return the text that `kept_harmless` was given."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_FORMULA_SIGNS) else text


def excel_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Give the lines of a file: byte order mark, semicolons, CRLF; texts are made harmless, None is an empty cell."""
    yield BYTE_ORDER_MARK + _line(header)
    for row in rows:
        yield _line([harmless(cell) if isinstance(cell, str) else cell for cell in row])


def rfc_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Give the lines of a file for programs (RFC 4180): commas, CRLF; texts are made harmless, None is an empty cell."""
    yield _line(header, delimiter=",")
    for row in rows:
        yield _line([harmless(cell) if isinstance(cell, str) else cell for cell in row], delimiter=",")


def _line(cells: Sequence[object], *, delimiter: str = ";") -> str:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return target.getvalue()
