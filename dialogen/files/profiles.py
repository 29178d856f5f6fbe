"""Profiles: TOML files that teach the import another system's export (contract.md, Import file)."""

import codecs
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from dialogen.domain import texts
from dialogen.domain.errors import Problem
from dialogen.domain.imports import DEFAULT_SOURCE, NEEDED_FIELDS
from dialogen.domain.national_ids import holds_national_id
from dialogen.domain.texts import word_key
from dialogen.files.columns import FIELDS
from dialogen.files.tables import FileRefused

BUNDLED = Path(__file__).with_name("known_systems")
_SETTINGS = {"source", "delimiter", "encoding", "date_format"}
_SAMPLE = datetime(2013, 12, 25, 21, 34, 56, tzinfo=UTC)


@dataclass(frozen=True)
class Profile:
    """How a file is to be read. Without columns the headers of contract.md are looked for."""

    source: str = DEFAULT_SOURCE
    delimiter: str | None = None
    encoding: str | None = None
    date_format: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)  # field → column in the file
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # field → word in the file → value


def bundled_profiles() -> list[str]:
    """Return the names of the profiles that come with the product."""
    return sorted(path.stem for path in BUNDLED.glob("*.toml"))


def parse_profile(name: str, toml: str) -> Profile:
    """Read a profile from its text; `name` is what a refusal calls it. Raises FileRefused."""
    try:
        content = tomllib.loads(toml)
    except ValueError as error:
        raise FileRefused(name, f"is not a readable profile: {_one_line(error)}") from error
    return _Reader(name).profile(content)


def toml_of(profile: Profile) -> str:
    """Return a profile as the text that `parse_profile` reads as the same profile."""
    settings = {"source": profile.source, "delimiter": profile.delimiter, "encoding": profile.encoding}
    settings["date_format"] = profile.date_format
    lines = [f"{name} = {_quoted(value)}" for name, value in settings.items() if value is not None]
    tables = {"columns": profile.columns} | {f"values.{field}": words for field, words in profile.values.items()}
    for name, table in tables.items():
        lines += ["", f"[{name}]", *(f"{_quoted(key)} = {_quoted(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def load_profile(name_or_path: str) -> Profile:
    """Read a profile from a TOML file, or one that comes with the product by its name; raises FileRefused."""
    path = BUNDLED / f"{name_or_path}.toml" if name_or_path in bundled_profiles() else Path(name_or_path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        known = ", ".join(bundled_profiles())
        hint = "" if path.exists() else f"; there is no such file, and the known names are: {known}"
        raise FileRefused(name_or_path, f"is not a readable profile: {_one_line(error)}{hint}") from error
    return _Reader(name_or_path).profile(content)


def _one_line(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).replace("\n", " ")


class _Reader:
    """Checks the content of one profile, naming what is wrong."""

    def __init__(self, name: str) -> None:
        self._name = name

    def profile(self, content: dict[str, object]) -> Profile:
        """Return the profile; raises FileRefused."""
        unknown = sorted(content.keys() - _SETTINGS - {"columns", "values"})
        if unknown:
            raise self._refusal(f"{unknown[0]} is no setting of a profile; those are: {', '.join(sorted(_SETTINGS))}")
        columns = self._texts(content.get("columns"), "columns")
        self._check_fields(columns, "columns")
        for needed in NEEDED_FIELDS:
            if needed not in columns:
                raise self._refusal(f"[columns] lacks {needed}")
        return Profile(
            source=self._source(content),
            delimiter=self._delimiter(content),
            encoding=self._encoding(content),
            date_format=self._date_format(content),
            columns=columns,
            values=self._values(content.get("values", {}), columns),
        )

    def _values(self, content: object, columns: Mapping[str, str]) -> dict[str, dict[str, str]]:
        if not isinstance(content, dict):
            raise self._refusal("values must be tables like [values.stream]")
        self._check_fields(content, "values")
        values = {}
        for each, table in content.items():
            if each not in columns:
                raise self._refusal(f"[values.{each}] has no column: name it in [columns]")
            values[each] = {word_key(word): value for word, value in self._texts(table, f"values.{each}").items()}
        return values

    def _check_fields(self, table: Mapping[str, object], where: str) -> None:
        for each in table:
            if each not in FIELDS:
                raise self._refusal(f"{each} in [{where}] is no field; those are: {', '.join(FIELDS)}")

    def _texts(self, table: object, where: str) -> dict[str, str]:
        if not isinstance(table, dict):
            raise self._refusal(f"a table [{where}] is needed")
        for key, value in table.items():
            if not isinstance(value, str):
                raise self._refusal(f"{key} in [{where}] must be a text in quotation marks")
            if holds_national_id(key) or holds_national_id(value):
                raise self._refusal(f"[{where}]: {Problem.NATIONAL_ID}")
        return table

    def _source(self, content: dict[str, object]) -> str:
        source = self._text(content, "source")
        if source is None:
            return DEFAULT_SOURCE
        problem = texts.text_problem("source", source, most=texts.REFERENCE_MOST)
        if problem is not None or not source.strip():
            raise self._refusal(f"source {problem or 'is empty'}")
        return source.strip()

    def _delimiter(self, content: dict[str, object]) -> str | None:
        delimiter = self._text(content, "delimiter")
        if delimiter is not None and (len(delimiter) != 1 or delimiter in '\r\n" '):
            raise self._refusal("delimiter must be one character, neither a space nor a quotation mark")
        return delimiter

    def _encoding(self, content: dict[str, object]) -> str | None:
        encoding = self._text(content, "encoding")
        if encoding is None:
            return None
        try:
            "".encode(encoding)  # refuses what is no encoding of text, such as base64
            return codecs.lookup(encoding).name
        except (LookupError, ValueError):
            raise self._refusal(f"encoding {encoding} is not known; utf-8 and windows-1252 are") from None

    def _date_format(self, content: dict[str, object]) -> str | None:
        date_format = self._text(content, "date_format")
        if date_format is None:
            return None
        try:
            whole = datetime.strptime(_SAMPLE.strftime(date_format), date_format).date() == _SAMPLE.date()
        except ValueError:
            whole = False
        if not whole:
            raise self._refusal(f"date_format {date_format} does not hold a year, a month and a day as strptime writes")
        return date_format

    def _text(self, content: dict[str, object], key: str) -> str | None:
        value = content.get(key)
        if value is not None and not isinstance(value, str):
            raise self._refusal(f"{key} must be a text in quotation marks")
        return value

    def _refusal(self, why: str) -> FileRefused:
        return FileRefused(self._name, why)
