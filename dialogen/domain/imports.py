"""A row of an import file, and how it is compared with the same row as last imported (contract.md, Import file)."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from dialogen.domain.cases import Channel, ExclusionReason, Stream
from dialogen.domain.national_ids import may_hold_national_id
from dialogen.domain.texts import name_key, word_key

DEFAULT_SOURCE = "import"
NEEDED_FIELDS = ("reference", "received")
_TEXTS = ("reference", "subject", "unit", "kind", "handler")
#: An empty cell of these takes nothing away: another system's silence does not reopen a case.
KEPT_WHEN_EMPTY = frozenset({"answered", "handler", "excluded"})


class CaseRow(NamedTuple):
    """One row as the file says it, checked and tidied. None: the cell is empty, or the file has no such column."""

    line: int
    reference: str
    received: date
    answered: date | None = None
    stream: Stream | None = None
    unit: str | None = None
    handler: str | None = None
    channel: Channel | None = None
    kind: str | None = None
    subject: str | None = None
    excluded: ExclusionReason | None = None


class BadRow(NamedTuple):
    """One row that cannot be imported, and why; with its reference where it has one."""

    line: int
    reference: str | None
    reason: str


@dataclass
class ImportCounts:
    """What became of the rows of a file. Each row is counted once."""

    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0

    def __str__(self) -> str:
        return f"imported {self.imported}, updated {self.updated}, unchanged {self.unchanged}, rejected {self.rejected}"


Fields = Mapping[str, str | None]


def fields_of(row: CaseRow) -> dict[str, str | None]:
    """Return the compared fields of a row: dates as YYYY-MM-DD, closed-list words, names as they are compared."""
    return {
        "received": row.received.isoformat(),
        "answered": row.answered.isoformat() if row.answered else None,
        "stream": row.stream or Stream.EXTERNAL.value,
        "unit": name_key(row.unit) if row.unit else None,
        "handler": row.handler,
        "channel": row.channel or Channel.IMPORT.value,
        "kind": word_key(row.kind) if row.kind else None,
        "excluded": row.excluded,
    }


def merged_fields(last: Fields, row: CaseRow, columns: Set[str]) -> dict[str, str | None]:
    """Return the fields a row leaves behind: what the file says, but what was last imported where it is silent."""
    merged = dict(last)
    for field, value in fields_of(row).items():
        if field in columns and not (value is None and field in KEPT_WHEN_EMPTY):
            merged[field] = value
    return merged


def changed_fields(last: Fields, merged: Fields) -> frozenset[str]:
    """Return the fields in which a row differs from the row as last imported."""
    return frozenset(field for field, value in merged.items() if value != last.get(field))


def doubtful_fields(row: CaseRow) -> list[str]:
    """Return the fields of a row whose texts may hold a national identity number."""
    if not may_hold_national_id(f"{row.reference}\n{row.subject}\n{row.unit}\n{row.kind}\n{row.handler}"):
        return []  # as nearly always; a file may have a million rows
    return [field for field in _TEXTS if may_hold_national_id(getattr(row, field) or "")]


def digest_of(subject: str | None) -> str | None:
    """Return the digest by which a change of subject is told, since the subject itself lies apart and can be erased."""
    return sha256(subject.encode()).hexdigest() if subject else None
