"""How a list of cases is arranged: in which order, with which columns, so many a page. Plain choices, no query."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from dialogen.domain.texts import norwegian_key

PAGE_SIZES = (25, 50, 100, 200)
PAGE_SIZE = 50
#: A file of more cases than these is not made while its reader waits: it is ordered, and fetched when it is done.
FILE_AT_ONCE_MOST = 2_000


class Order(StrEnum):
    """By what a list goes, and so what its cursor holds."""

    BY_NUMBER = "number"  # as the cases were registered, which is the order of their references
    BY_DEADLINE = "deadline"
    BY_RECEIVED = "received"
    BY_UNIT = "unit"
    BY_HANDLER = "handler"

    @property
    def is_grouped(self) -> bool:
        """Whether it goes by a name, and under each name by the deadline."""
        return self in (Order.BY_UNIT, Order.BY_HANDLER)


class Column(StrEnum):
    """What a list can tell of a case beside its reference and subject, in the order in which it does."""

    STATE = "state"
    DEADLINE = "deadline"
    UNIT = "unit"
    HANDLER = "handler"
    RECEIVED = "received"
    ANSWERED = "answered"
    MANNER = "manner"
    KIND = "kind"
    CHANNEL = "channel"
    STREAM = "stream"


class ListFile(StrEnum):
    """What a list can be had as."""

    CSV = "csv"  # for programs
    CSV_EXCEL = "csv-excel"
    XLSX = "xlsx"

    @property
    def suffix(self) -> str:
        """What the name of such a file ends with."""
        return "-excel.csv" if self is ListFile.CSV_EXCEL else f".{self.value}"


COLUMNS = (Column.STATE, Column.DEADLINE, Column.UNIT, Column.HANDLER, Column.RECEIVED)
#: The columns by which a list can be sorted.
ORDERS: Mapping[Column, Order] = {
    Column.DEADLINE: Order.BY_DEADLINE,
    Column.UNIT: Order.BY_UNIT,
    Column.HANDLER: Order.BY_HANDLER,
    Column.RECEIVED: Order.BY_RECEIVED,
}


@dataclass(frozen=True)
class Sorting:
    """An order, from its beginning or from its end."""

    order: Order = Order.BY_NUMBER
    is_descending: bool = False


def columns_of(words: Iterable[str]) -> tuple[Column, ...]:
    """Return the columns that words name, each once and in the order of the list; what is no column names none."""
    named = set(words)
    return tuple(column for column in Column if column.value in named)


def ranked(names: Mapping[int, str]) -> dict[int, int]:
    """Return the place of each number in a Norwegian list of the names; equal names go by number."""
    listed = sorted(names, key=lambda number: (norwegian_key(names[number]), number))
    return {number: place for place, number in enumerate(listed)}
