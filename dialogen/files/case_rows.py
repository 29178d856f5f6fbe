"""Reads the rows of a table as cases: finds the columns by header or profile, and turns each row into plain values."""

from collections.abc import Mapping
from datetime import tzinfo
from enum import StrEnum

from dialogen.domain import texts
from dialogen.domain.cases import Channel, ExclusionReason, Stream
from dialogen.domain.errors import Problem
from dialogen.domain.imports import NEEDED_FIELDS, BadRow, CaseRow
from dialogen.domain.national_ids import holds_national_id, without_national_ids
from dialogen.domain.texts import word_key
from dialogen.files import cells
from dialogen.files.cells import BadCell, Convert
from dialogen.files.columns import FIELDS, HEADERS, header_key, words_of
from dialogen.files.csv_out import as_it_was
from dialogen.files.profiles import Profile
from dialogen.files.rejects_csv import REASON_HEADER, was_rejected
from dialogen.files.tables import Cell, FileRefused, Line, Table, is_blank, shown

KIND_MOST = 100
#: field → its closed list, and what an empty cell means.
CLOSED_LISTS: dict[str, tuple[type[StrEnum], StrEnum | None]] = {
    "stream": (Stream, Stream.EXTERNAL),
    "channel": (Channel, Channel.IMPORT),
    "excluded": (ExclusionReason, None),
}


class CaseReader:
    """Reads the lines of one table. `columns` are the fields the file has, `ignored` the headers it does not use."""

    def __init__(self, table: Table, profile: Profile, zone: tzinfo) -> None:
        self._file = table.name
        places = self._places_by_profile(table, profile) if profile.columns else self._places_by_header(table)
        for needed in NEEDED_FIELDS:
            if needed not in places:
                raise FileRefused(table.name, f"has no column {needed} ({FIELDS[needed]})")
        self.columns = frozenset(places)
        self.ignored = [] if profile.columns else self._unused(table)
        self._width = len(table.header)
        self._again = was_rejected(table.header)
        self._plan = [(field, place, self._reader(field, profile, zone)) for field, place in places.items()]

    def read(self, line: Line) -> CaseRow | BadRow:
        """Return the row's values, or every reason why it cannot be imported."""
        row, width = line.cells, len(line.cells)
        if line.problem or (width > self._width and not is_blank(row[self._width :])):
            too_wide = f"has {width} cells, but the header {self._width}; quote a cell that holds the delimiter"
            return BadRow(line.number, None, line.problem or too_wide)
        values: dict[str, object] = {}
        problems: list[str] = []
        for field, place, convert in self._plan:
            cell = row[place] if place < width else ""
            if self._again and isinstance(cell, str):
                cell = as_it_was(cell)
            try:
                values[field] = convert(cell)
            except BadCell as error:
                # What else is wrong with a number that should not be here is beside the point, and would repeat it.
                problems.append(sentence(field, Problem.NATIONAL_ID if holds_national_id(str(cell)) else str(error)))
        problems += [f"{field} is missing" for field in NEEDED_FIELDS if values.get(field, "") is None]
        if problems:
            reference = values.get("reference")
            return BadRow(line.number, None if reference is None else str(reference), "; ".join(problems))
        return CaseRow(line.number, **values)  # type: ignore[arg-type]

    def cells(self, line: Line) -> dict[str, Cell]:
        """Return a row's cells by the fields they are meant for, as they stand in the file."""
        return {field: line.cells[place] if place < len(line.cells) else "" for field, place, _ in self._plan}

    def _places_by_header(self, table: Table) -> dict[str, int]:
        places: dict[str, int] = {}
        for place, header in enumerate(table.header):
            field = HEADERS.get(header_key(header))
            if field is None:
                continue
            if field in places:
                first = table.header[places[field]].strip()
                raise FileRefused(
                    self._file, f"has two columns for {field}: {shown(first)} and {shown(header.strip())}"
                )
            places[field] = place
        return places

    def _places_by_profile(self, table: Table, profile: Profile) -> dict[str, int]:
        headers = [header_key(header) for header in table.header]
        places = {}
        for field, column in profile.columns.items():
            key = header_key(column)
            if headers.count(key) != 1:
                how_many = "no column" if key not in headers else "more than one column"
                raise FileRefused(self._file, f"has {how_many} {column}, which the profile names for {field}")
            places[field] = headers.index(key)
        return places

    def _unused(self, table: Table) -> list[str]:
        known = {*HEADERS, "", header_key(REASON_HEADER)}
        return [shown(header.strip()) for header in table.header if header_key(header) not in known]

    def _reader(self, field: str, profile: Profile, zone: tzinfo) -> Convert[object]:
        convert = _readers(profile, zone)[field]
        values = profile.values.get(field)
        if values is None:
            return convert
        if field in CLOSED_LISTS:
            self._check_words(field, values)
        return cells.translated(convert, values)

    def _check_words(self, field: str, values: Mapping[str, str]) -> None:
        words = words_of(CLOSED_LISTS[field][0])
        for value in values.values():
            if value and word_key(value) not in words:
                why = f"[values.{field}] of the profile: {shown(value)} is not one of {', '.join(words)}"
                raise FileRefused(self._file, why)


def _readers(profile: Profile, zone: tzinfo) -> dict[str, Convert[object]]:
    closed = {
        field: cells.word(words_of(closed_list), empty=empty) for field, (closed_list, empty) in CLOSED_LISTS.items()
    }
    day = cells.day(zone, date_format=profile.date_format)
    return {
        "reference": cells.checked_text(most=texts.REFERENCE_MOST),
        "received": day,
        "answered": day,
        "unit": cells.name(most=texts.NAME_MOST),
        "handler": cells.address(),
        "kind": cells.name(most=KIND_MOST),
        "subject": cells.checked_text(most=texts.SUBJECT_MOST),
        **closed,
    }


def sentence(field: str, message: str) -> str:
    """Return a message about a field as one sentence: "answered 2014-02-30 is not a date"."""
    told = without_national_ids(message)
    return f"{field}: {told}" if told.startswith("the ") else f"{field} {told}"
