"""What every kind of input file is read as: a header and rows of cells, each with its line. Opens either kind."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from dialogen.domain.errors import DialogenError, Problem
from dialogen.domain.national_ids import without_national_ids


@dataclass(frozen=True)
class CellError:
    """A cell that holds no value: what the spreadsheet calls it, such as #N/A."""

    name: str


#: What a cell can hold. CSV knows text alone.
Cell = str | int | float | bool | date | CellError


class Line(NamedTuple):
    """One row of a file: where it starts, its cells as they are, and what makes it unreadable if anything does."""

    number: int
    cells: list[Cell]
    problem: str | None = None


class Table(Protocol):
    """A file opened for reading, as often as needed."""

    name: str
    header: list[str]
    delimiter: str  # for a file of rejected rows in the same shape

    def lines(self) -> Iterator[Line]:
        """Yield the rows after the header, without the empty ones."""


class FileRefused(DialogenError):
    """A file that cannot be read as what it should be, as a whole."""

    def __init__(self, name: str | Path, why: str) -> None:
        super().__init__(Problem.FILE_REFUSED, file=name, why=why)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading bytes; raises FileRefused when there is none, or when it is a folder or a pipe."""
    try:
        if path.exists() and not path.is_file():
            raise FileRefused(path, "is a folder" if path.is_dir() else "is not an ordinary file; save it as one first")
        stream = path.open("rb")
    except (OSError, ValueError) as error:
        raise FileRefused(path, f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
    with stream:
        yield stream


def is_blank(cells: list[Cell]) -> bool:
    """Say whether a row holds nothing, as spreadsheets leave below their data."""
    return not any(cell.strip() if isinstance(cell, str) else True for cell in cells)


def shown(text: object) -> str:
    """Return a piece of input fit for one line of a terminal: short, without control characters and identity numbers."""
    told = without_national_ids(str(text))  # first: what stands between its digits may be a control character
    tidy = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in told)
    return tidy if len(tidy) <= 60 else tidy[:57] + "..."
