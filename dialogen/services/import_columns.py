"""What a file to import looks like, and how it may be meant: its columns, sample values, dates, and words to translate."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, tzinfo
from itertools import islice
from pathlib import Path

from dialogen.domain.texts import name_key, word_key
from dialogen.files import cells
from dialogen.files.case_rows import CLOSED_LISTS
from dialogen.files.cells import BadCell
from dialogen.files.columns import FIELDS, HEADERS, USUAL_HEADERS, USUAL_WORDS, header_key, usual_key, words_of
from dialogen.files.profiles import Profile
from dialogen.files.tables import Cell, Table, shown
from dialogen.services.import_profiles import NamedProfile
from dialogen.services.imports import opened_table

SAMPLE_ROWS = 200
SAMPLES_SHOWN = 3
WORD_ROWS = 20_000
WORDS_MOST = 30
#: How dates may be written besides as contract.md says; the day before the month first, as here.
DATE_FORMATS = (
    "%d/%m/%Y",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d-%m-%Y",
    "%d-%m-%Y %H:%M",
    "%d.%m.%y",
    "%Y/%m/%d",
    "%Y%m%d",
    "%m/%d/%Y",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
)
_DAYS = ("received", "answered")


@dataclass(frozen=True)
class Columns:
    """The columns of a file that can be told apart, with some values of each."""

    names: list[str]
    samples: Mapping[str, list[Cell]]  # by column: the filled cells of the first rows

    def shown(self, name: str) -> list[str]:
        """Return a few values of a column, fit to be shown."""
        texts = dict.fromkeys(shown(cell) for cell in self.samples[name])
        return list(islice(texts, SAMPLES_SHOWN))


@dataclass(frozen=True)
class DateReading:
    """One way to read the dates of a file, with an example of how it reads one of them."""

    date_format: str | None
    written: str
    meant: date


@dataclass(frozen=True)
class Unknown:
    """A word in the file that stands for nothing known, in the column of a field."""

    field: str
    word: str


def columns_of(path: Path, profile: Profile | None) -> Columns:
    """Look at a file's columns; raises FileRefused when it cannot be read."""
    with opened_table(path, profile or Profile()) as table:
        places = _places(table)
        samples: dict[str, list[Cell]] = {name: [] for name in places}
        for line in islice(table.lines(), SAMPLE_ROWS):
            for name, place in places.items():
                cell = line.cells[place] if place < len(line.cells) else ""
                if cell != "" and not (isinstance(cell, str) and not cell.strip()):
                    samples[name].append(cell)
    return Columns(list(places), samples)


def _places(table: Table) -> dict[str, int]:
    keys = [header_key(header) for header in table.header]
    return {
        header.strip().removeprefix("\ufeff"): place
        for place, header in enumerate(table.header)
        if keys[place] and keys.count(keys[place]) == 1
    }


def guessed(columns: Columns, known: Sequence[NamedProfile], zone: tzinfo) -> tuple[Profile, str | None]:
    """Return how a file is probably meant, and the name of the known profile that fits it, if one does."""
    by_key = {header_key(name): name for name in columns.names}
    for each in known:
        if each.profile.columns and all(header_key(name) in by_key for name in each.profile.columns.values()):
            return each.profile, each.name
    found: dict[str, str] = {}
    # Our own headers first: what another column is usually called takes no field from one that says it plainly.
    for headers, key_of in ((HEADERS, header_key), (USUAL_HEADERS, usual_key)):
        for name in columns.names:
            field = headers.get(key_of(name))
            if field is not None and name not in found.values():
                found.setdefault(field, name)
    readings = date_readings(columns, found, zone)
    return Profile(columns=found, date_format=readings[0].date_format if readings else None), None


def seems_without_headers(columns: Columns, zone: tzinfo) -> bool:
    """Say whether the first row holds a date, as no header does: it would be lost as one."""
    return any(_is_day(name, zone) for name in columns.names)


def _is_day(text: str, zone: tzinfo) -> bool:
    try:
        return cells.day(zone, date_format=None)(text) is not None
    except BadCell:
        return False


def date_readings(columns: Columns, mapped: Mapping[str, str], zone: tzinfo) -> list[DateReading]:
    """Return the ways in which every sample of a date can be read, the likeliest first."""
    samples = [
        cell for field in _DAYS for cell in columns.samples.get(mapped.get(field, ""), []) if isinstance(cell, str)
    ]
    if not samples:
        return []
    readings = []
    for date_format in (None, *DATE_FORMATS):
        try:
            days = [cells.day(zone, date_format=date_format)(cell) for cell in samples]
        except BadCell:
            continue
        if days[0] is not None:
            readings.append(DateReading(date_format, shown(samples[0]), days[0]))
    return readings


def unknown_words(path: Path, profile: Profile, units: Sequence[str]) -> list[Unknown]:
    """Return the words of closed lists, and names of units, that the first rows have and nothing here knows.

    Those that the profile translates already are among them, so that the translation can be changed.
    """
    known = {field: set(words_of(CLOSED_LISTS[field][0])) for field in CLOSED_LISTS}
    known["unit"] = {name_key(name) for name in units}
    found: dict[Unknown, None] = {}
    with opened_table(path, profile) as table:
        places = {header_key(name): place for name, place in _places(table).items()}
        wanted = {
            field: places[header_key(column)]
            for field, column in profile.columns.items()
            if field in known and header_key(column) in places
        }
        for line in islice(table.lines(), WORD_ROWS):
            for field, place in wanted.items():
                text = _text_at(line.cells, place)
                key = name_key(text) if field == "unit" else word_key(text)
                if text and key not in known[field]:
                    found.setdefault(Unknown(field, text))
                    known[field].add(key)
    return list(_few_of_each(found))


def likely_meanings(profile: Profile, unknown: Sequence[Unknown]) -> dict[Unknown, str]:
    """Return what each of these words means by the profile, or probably means; the others are left out.

    Nothing is guessed of a field for which the profile has a word for all others.
    """
    found = {}
    for each in unknown:
        said = profile.values.get(each.field, {})
        guess = None if "*" in said else USUAL_WORDS.get(each.field, {}).get(usual_key(each.word))
        meaning = said.get(word_key(each.word), guess)
        if meaning:
            found[each] = _in_english(each.field, meaning)
    return found


def _in_english(field: str, meaning: str) -> str:
    """Return a word of a closed list as a form offers it: a profile may have its Norwegian one."""
    return str(words_of(CLOSED_LISTS[field][0]).get(word_key(meaning), meaning)) if field in CLOSED_LISTS else meaning


def _few_of_each(found: Mapping[Unknown, None]) -> Iterator[Unknown]:
    counts: dict[str, int] = {}
    for each in sorted(found, key=lambda unknown: list(FIELDS).index(unknown.field)):
        counts[each.field] = counts.get(each.field, 0) + 1
        if counts[each.field] <= WORDS_MOST:
            yield each


def _text_at(row: Sequence[Cell], place: int) -> str:
    try:
        return cells.text_of(row[place]) if place < len(row) else ""
    except BadCell:
        return ""


def translated(profile: Profile, words: Mapping[Unknown, str]) -> Profile:
    """Return a profile that reads these words as said; an empty meaning takes a translation away."""
    values = {field: dict(table) for field, table in profile.values.items() if field in profile.columns}
    for unknown, meaning in words.items():
        table = values.setdefault(unknown.field, {})
        if meaning:
            table[word_key(unknown.word)] = meaning
        else:
            table.pop(word_key(unknown.word), None)
    return replace(profile, values={field: table for field, table in values.items() if table})
