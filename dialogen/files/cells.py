"""Turns one cell into a date, a text or the word of a closed list, or says why it is none."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from dialogen.domain import texts
from dialogen.domain.errors import InvalidInput
from dialogen.domain.texts import word_key
from dialogen.files.tables import Cell, CellError, shown

T = TypeVar("T")
Convert = Callable[[Cell], T]

ADDRESS_MOST = 254
_REMEMBERED = 4096  # days, names and words repeat; more than this would make the memory grow with the file
_LARGEST_EXACT = 10**15  # a spreadsheet keeps 15 digits of a number
_DATE = re.compile(
    r"""(?:(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)|(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4}))
        (?:(?:T|[ ]+)(?P<hours>\d{1,2})[:.](?P<minutes>\d\d)(?:[:.](?P<seconds>\d\d)(?:[.,]\d+)?)?
           [ ]*(?P<offset>Z|[+-]\d\d(?::?\d\d)?)?)?""",
    re.ASCII | re.VERBOSE,
)


class BadCell(ValueError):
    """A cell does not hold what its column needs; the message goes on after the field's name."""


def text_of(cell: Cell) -> str:
    """Return a cell as text: a date as YYYY-MM-DD, a whole number without a decimal point."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, CellError):
        raise BadCell(f"holds the error {shown(cell.name)}")
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        if abs(cell) >= _LARGEST_EXACT:
            raise BadCell("is a number with more digits than a spreadsheet keeps; store it as text")
        return str(int(cell)) if cell.is_integer() else str(cell)
    return str(cell)


def checked_text(*, most: int) -> Convert[str | None]:
    """Return the reader of free text of at most so many characters, tidied; None for an empty cell."""

    def convert(cell: Cell) -> str | None:
        text = text_of(cell)
        if not text:
            return None
        problem = texts.text_problem("", text, most=most)
        if problem is not None:
            raise BadCell(str(problem))
        return text

    return convert


def name(*, most: int) -> Convert[str | None]:
    """Return the reader of names, written as names are stored."""
    tidy = checked_text(most=most)

    @lru_cache(_REMEMBERED, typed=True)
    def convert(cell: Cell) -> str | None:
        text = tidy(cell)
        if text is None:
            return None
        if len(texts.name_key(text)) > most:  # some letters become two when compared
            raise BadCell(f"is too long: at most {most} characters")
        try:
            return texts.required_name("name", text, most=most)
        except InvalidInput as refusal:
            raise BadCell(str(refusal.problems[0])) from None

    return convert


def word(words: Mapping[str, StrEnum], *, empty: StrEnum | None) -> Convert[StrEnum | None]:
    """Return the reader of a closed list's words, ignoring case; `empty` is what an empty cell means."""

    @lru_cache(_REMEMBERED, typed=True)
    def convert(cell: Cell) -> StrEnum | None:
        text = text_of(cell)
        if not text:
            return empty
        found = words.get(word_key(text))
        if found is None:
            raise BadCell(f"{shown(text)} is not one of {', '.join(words)}")
        return found

    return convert


def address() -> Convert[str | None]:
    """Return the reader of e-mail addresses as accounts have them; None for an empty cell."""
    tidy = checked_text(most=ADDRESS_MOST)

    @lru_cache(_REMEMBERED, typed=True)
    def convert(cell: Cell) -> str | None:
        text = tidy(cell)
        return text and text.lower()

    return convert


def day(zone: tzinfo, *, date_format: str | None = None) -> Convert[date | None]:
    """Return the reader of dates; a time with an offset counts by the date it has in `zone`."""

    @lru_cache(_REMEMBERED, typed=True)
    def of_text(text: str) -> date:
        try:
            moment = _moment(text) if date_format is None else datetime.strptime(text, date_format)
            return (moment.astimezone(zone) if moment.tzinfo else moment).date()
        except (ValueError, OverflowError):
            raise BadCell(f"{shown(text)} is not a date") from None

    def convert(cell: Cell) -> date | None:
        if isinstance(cell, str):
            text = cell.strip()
            return of_text(text) if text else None
        if isinstance(cell, date):
            return cell
        if isinstance(cell, CellError):
            raise BadCell(f"holds the error {shown(cell.name)}")
        raise BadCell(f"{text_of(cell)} is a number, not a date; format the cell as a date")

    return convert


def _moment(text: str) -> datetime:
    """Return the instant or the local time of a text in the formats of contract.md; raises ValueError."""
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    part = found.groupdict()
    that_day = date(int(part["year"] or part["y"]), int(part["month"] or part["m"]), int(part["day"] or part["d"]))
    at = time(int(part["hours"] or 0), int(part["minutes"] or 0), int(part["seconds"] or 0))
    return datetime.combine(that_day, at, _offset(part["offset"]) if part["offset"] else None)


def _offset(text: str) -> tzinfo:
    if text == "Z":
        return UTC
    digits = text[1:].replace(":", "")
    distance = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-distance if text[0] == "-" else distance)


def translated(convert: Convert[T], values: Mapping[str, str]) -> Convert[T]:
    """Return a reader that first translates cells as a profile says: "" an empty one, "*" any other not listed."""

    @lru_cache(_REMEMBERED, typed=True)
    def of_text(text: str) -> T:
        otherwise = values.get("*", text) if text else ""
        return convert(values.get(word_key(text), otherwise))

    def translating(cell: Cell) -> T:
        # A cell that is a date by itself is told by that, whatever its text would be.
        return convert(cell) if isinstance(cell, date) else of_text(text_of(cell))

    return translating
