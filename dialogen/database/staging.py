"""Keeps the rows of an import file aside while they are checked, outside the product's database and outside memory."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date
from types import TracebackType
from typing import Any

from dialogen.domain.cases import Channel, ExclusionReason, Stream
from dialogen.domain.imports import BadRow, CaseRow

_CACHE_KB = 4096
_TABLES = """
CREATE TABLE good (line INTEGER PRIMARY KEY, reference TEXT NOT NULL, received TEXT NOT NULL, answered TEXT, stream TEXT,
    unit TEXT, handler TEXT, channel TEXT, kind TEXT, subject TEXT, excluded TEXT);
CREATE TABLE bad (line INTEGER PRIMARY KEY, reference TEXT, reason TEXT NOT NULL);
"""
_DUPLICATES = """
CREATE INDEX good_reference ON good (reference);
CREATE TABLE duplicates AS
    SELECT reference, count(*) AS times, min(line) AS first
    FROM (SELECT reference, line FROM good UNION ALL SELECT reference, line FROM bad WHERE reference IS NOT NULL)
    GROUP BY reference HAVING count(*) > 1;
UPDATE bad SET reason = reason || '; reference ' || bad.reference || ' stands ' || times || ' times in the file, first on line ' || first
    FROM duplicates WHERE duplicates.reference = bad.reference;
INSERT INTO bad
    SELECT line, reference, 'reference ' || reference || ' stands ' || times || ' times in the file, first on line ' || first
    FROM good JOIN duplicates USING (reference);
DELETE FROM good WHERE line IN (SELECT line FROM bad);
"""


class Staging:
    """A private table of rows on disk. SQLite makes its file without a name, so nothing of it outlives the process."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        for setting in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE", f"cache_size = -{_CACHE_KB}"):
            self._connection.execute(f"PRAGMA {setting}")
        self._connection.executescript(_TABLES)

    def __enter__(self) -> "Staging":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def add(self, rows: Sequence[CaseRow]) -> None:
        """Put good rows aside."""
        self._connection.execute("BEGIN")
        self._connection.executemany(
            "INSERT INTO good VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(row[0], row[1], row[2].isoformat(), row[3].isoformat() if row[3] else None, *row[4:]) for row in rows],
        )
        self._connection.execute("COMMIT")

    def reject(self, rows: Sequence[BadRow]) -> None:
        """Put bad rows aside; rejecting a good row that was put aside takes it out of the good ones."""
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO bad VALUES (?, ?, ?)", rows)
        self._connection.executemany("DELETE FROM good WHERE line = ?", [(row.line,) for row in rows])
        self._connection.execute("COMMIT")

    def reject_duplicates(self) -> None:
        """Reject every row whose reference stands on another row too."""
        self._connection.executescript(_DUPLICATES)

    def good_batches(self, size: int) -> Iterator[list[CaseRow]]:
        """Yield the good rows in the file's order, so many at a time."""
        last = 0
        while rows := self._connection.execute(
            "SELECT * FROM good WHERE line > ? ORDER BY line LIMIT ?", (last, size)
        ).fetchall():
            last = rows[-1][0]
            yield [_case_row(row) for row in rows]

    def rejected(self) -> Iterator[tuple[int, str]]:
        """Yield the line and the reason of each bad row, in the file's order."""
        yield from self._connection.execute("SELECT line, reason FROM bad ORDER BY line")

    def counts(self) -> tuple[int, int]:
        """Return how many rows are good and how many bad."""
        good, bad = self._connection.execute(
            "SELECT (SELECT count(*) FROM good), (SELECT count(*) FROM bad)"
        ).fetchone()
        return int(good), int(bad)


def _case_row(row: tuple[Any, ...]) -> CaseRow:
    line, reference, received, answered, stream, unit, handler, channel, kind, subject, excluded = row
    return CaseRow(
        line,
        reference,
        date.fromisoformat(received),
        date.fromisoformat(answered) if answered else None,
        _STREAMS.get(stream),
        unit,
        handler,
        _CHANNELS.get(channel),
        kind,
        subject,
        _EXCLUSIONS.get(excluded),
    )


# A dictionary finds a member much faster than the enum's own look-up, and this is asked three times a row.
_STREAMS: dict[str | None, Stream] = {each.value: each for each in Stream}
_CHANNELS: dict[str | None, Channel] = {each.value: each for each in Channel}
_EXCLUSIONS: dict[str | None, ExclusionReason] = {each.value: each for each in ExclusionReason}
