"""The list as a file: its columns, and only what its reader may see."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dialogen.domain.answers import noark_code
from dialogen.domain.case_lists import Column, ListFile
from dialogen.files.csv_out import excel_lines, rfc_lines
from dialogen.files.list_words import ANSWER_MANNERS, COLUMNS, STATES, STREAMS
from dialogen.files.report_words import CHANNELS
from dialogen.files.xlsx_out import ROWS_MOST, pieces, workbook
from dialogen.languages import N_, Words, gettext
from dialogen.services.case_views import CaseView

CASES_OF_A_SHEET = ROWS_MOST - 1  # beside the head
#: What every file begins with, by the words for programs.
_ALWAYS = {
    "reference": N_("Referanse"),
    "external_reference": N_("Ekstern referanse"),
    "subject": N_("Emne"),
}
#: What stands beside what a column is named after.
_BESIDE = {
    Column.STATE: {"marks": N_("Merknader")},
    Column.DEADLINE: {"days_left": N_("Dager igjen")},
    Column.MANNER: {"noark_code": N_("Avskrivningsmåte (Noark 5)")},
}
_LISTS: dict[str, Words[Any]] = {"state": STATES, "channel": CHANNELS, "stream": STREAMS, "manner": ANSWER_MANNERS}
_MARKS = {
    "past_original": N_("Opprinnelig frist er ute"),
    "nobody_to_tell": N_("Ingen å varsle"),
    "pending": N_("En endring venter på godkjenning"),
}


@dataclass(frozen=True)
class _Words:
    """The words of a file, read while its reader's language is known: some of it is written when that is over."""

    lists: Mapping[str, Mapping[Any, str]]
    marks: Mapping[str, str]
    always: list[str]
    columns: Mapping[Column, list[str]]

    @classmethod
    def for_people(cls) -> "_Words":
        """Read them in the present language."""
        return cls(
            {name: dict(words.items()) for name, words in _LISTS.items()},
            {name: gettext(text) for name, text in _MARKS.items()},
            [gettext(text) for text in _ALWAYS.values()],
            {column: [COLUMNS[column], *map(gettext, _BESIDE.get(column, {}).values())] for column in Column},
        )

    @classmethod
    def for_programs(cls) -> "_Words":
        """Take the words of the API."""
        return cls(
            {name: {word: word.value for word in words} for name, words in _LISTS.items()},
            {name: name for name in _MARKS},
            list(_ALWAYS),
            {column: [column.value, *_BESIDE.get(column, {})] for column in Column},
        )

    def header(self, columns: tuple[Column, ...]) -> list[str]:
        """Return the head of the file."""
        return [*self.always, *(text for column in columns for text in self.columns[column])]

    def cells(self, case: CaseView, column: Column) -> list[object]:
        """Return what a column tells of a case, and what stands beside it."""
        return _CELLS[column](self, case)

    def state(self, case: CaseView) -> list[object]:
        """Return the state of a case, and what marks it."""
        marks = [text for name, text in self.marks.items() if getattr(case, name)]
        return [self.lists["state"][case.state], "; ".join(marks) or None]

    def word(self, name: str, value: Any) -> str | None:
        """Return the word of a list, None for what the reader may not see."""
        return None if value is None else self.lists[name][value]


_CELLS: dict[Column, Callable[[_Words, CaseView], list[object]]] = {
    Column.STATE: _Words.state,
    Column.DEADLINE: lambda _, case: [case.deadline, case.days_left],
    Column.UNIT: lambda _, case: [case.unit],
    Column.HANDLER: lambda _, case: [case.handler and case.handler.name],
    Column.RECEIVED: lambda _, case: [case.received_on],
    Column.ANSWERED: lambda _, case: [case.answered_on],
    Column.MANNER: lambda words, case: [words.word("manner", case.answer_manner), noark_code(case.answer_manner)],
    Column.KIND: lambda _, case: [case.kind and case.kind.name],
    Column.CHANNEL: lambda words, case: [words.word("channel", case.channel)],
    Column.STREAM: lambda words, case: [words.word("stream", case.stream)],
}


def file_of(kind: ListFile, columns: tuple[Column, ...], cases: Iterable[CaseView]) -> Iterator[bytes]:
    """Write cases as a file, piece by piece, in the present language or in the words of the API."""
    words = _Words.for_programs() if kind is ListFile.CSV else _Words.for_people()
    header, rows = words.header(columns), (_row(case, columns, words) for case in cases)
    if kind is ListFile.XLSX:
        return pieces(workbook(gettext("Henvendelser"), header, rows))
    if kind is ListFile.CSV:
        return (line.encode("utf-8") for line in rfc_lines(header, rows))
    return (line.encode("utf-8") for line in excel_lines(header, ([_norwegian(cell) for cell in row] for row in rows)))


def _row(case: CaseView, columns: tuple[Column, ...], words: _Words) -> list[object]:
    row: list[object] = [case.reference, case.external_reference, case.personal and case.personal.subject]
    for column in columns:
        row += words.cells(case, column)
    return row


def _norwegian(cell: object) -> object:
    return f"{cell:%d.%m.%Y}" if isinstance(cell, date) else cell
