"""The address of a list of cases: what the reader asked for, read and written. A list is all in its address.

Units, handlers and kinds stand there by number, so that no name of a person is in it, and a new name of a unit breaks no
bookmark; a unit's name and a handler's address are read, too. Words that were searched for are in it, and nowhere else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from dialogen.domain.case_changes import CaseFilter
from dialogen.domain.case_lists import COLUMNS, ORDERS, PAGE_SIZE, PAGE_SIZES, Column, Order, Sorting, columns_of
from dialogen.domain.cases import Channel, Stream
from dialogen.domain.deadlines import OPEN_STATES, State
from dialogen.domain.errors import FieldProblem, InvalidInput, Problem
from dialogen.languages import N_
from dialogen.web.forms import DIGITS_MOST, read_day

OPEN, ALL = "open", "all"
ME, NONE = "me", "none"
#: The words of the filter that stand for several states, before the single ones.
SEVERAL_STATES: dict[str, tuple[str, frozenset[State]]] = {
    OPEN: (N_("Åpne"), OPEN_STATES),
    ALL: (N_("Alle"), frozenset()),
}
#: The days that can be asked for, by what of a case they bound.
DAYS = {
    "received_from": "received_from",
    "received_to": "received_to",
    "due_from": "deadline_from",
    "due_to": "deadline_to",
    "original_from": "due_from",
    "original_to": "due_to",
}
MARKS = {
    "waits": "waits",
    "extended": "past_original",
    "nobody": "nobody_to_tell",
    "late": "registered_late",
    "afterwards": "registered_afterwards",
    "moved": "moved_out",
}
SINGLE = ("state", "handler", "kind", "channel", "stream", *DAYS, *MARKS, "q")
SEVERAL = ("unit", "column")
#: As a list goes unless it is told otherwise: the worst first.
BY_DEADLINE = Sorting(Order.BY_DEADLINE)
_MOST = 100  # values of one name that are looked at
_SORTS = {order.value: order for order in ORDERS.values()} | {Order.BY_NUMBER.value: Order.BY_NUMBER}


@dataclass(frozen=True)
class Wanted:
    """What the reader asked the list for, as it stands in the address. An unknown choice counts as none made."""

    asked: Mapping[str, str]  # of the names in SINGLE, those with a value
    units: tuple[str, ...]
    sorting: Sorting
    columns: tuple[Column, ...]
    own_columns: bool  # whether the columns were asked for in the address
    size: int
    cursor: str

    @classmethod
    def of(cls, address: MultiDict[str, str], *, columns: Iterable[Column] = COLUMNS) -> "Wanted":
        """Read an address; `columns` are shown when it names none."""
        # No page can show a NUL, and no database stores one.
        single = {name: address.get(name, "").replace("\x00", "").strip() for name in (*SINGLE, "cursor")}
        several = {name: _several(address, name) for name in SEVERAL}
        named = columns_of(several["column"])
        asked = {name: value for name, value in single.items() if value and name != "cursor"}
        return cls(
            asked=asked | {"state": _state(single["state"])},
            units=several["unit"],
            sorting=_sorting(address.get("sort", "")),
            columns=named or tuple(columns),
            own_columns=bool(named),
            size=_size(address.get("size", "")),
            cursor=single["cursor"],
        )

    def __hash__(self) -> int:
        return hash(
            (*self.asked.items(), self.units, self.sorting, self.columns, self.own_columns, self.size, self.cursor)
        )

    def __getitem__(self, name: str) -> str:
        return self.asked.get(name, "")

    @property
    def state(self) -> str:
        """The word for the states asked for."""
        return self.asked["state"]

    @property
    def q(self) -> str:
        """The words searched for."""
        return self["q"]

    @property
    def sort(self) -> str:
        """The word for the order."""
        return word_of(self.sorting)

    @property
    def is_narrowed(self) -> bool:
        """Whether something is asked for beyond the filters that are always shown."""
        return bool(set(self.asked) - {"state", "handler", "q"}) or len(self.units) > 1

    @property
    def is_all_open(self) -> bool:
        """Whether all open cases are asked for, and nothing more is said of them."""
        return self.asked == {"state": OPEN} and not self.units

    def naming(self, *, units: Mapping[str, str], handlers: Mapping[str, str]) -> "Wanted":
        """Return it with the numbers of units and handlers for their names and addresses, as far as they are known."""
        handler = handlers.get(self["handler"].casefold())
        return replace(
            self,
            units=tuple(dict.fromkeys(units.get(each.casefold(), each) for each in self.units)),
            asked=dict(self.asked) | ({"handler": handler} if handler else {}),
        )

    def filter(self, *, me: int) -> CaseFilter:
        """Return it as the services want it; raises InvalidInput naming each day that is none."""
        handler = self["handler"]
        several = SEVERAL_STATES.get(self.state)
        named = [each for each in self.units if each != NONE and _number(each) is None]
        return CaseFilter(
            states=several[1] if several else frozenset({State(self.state)}),
            stream=Stream(self["stream"]) if self["stream"] in set(Stream) else None,
            channel=Channel(self["channel"]) if self["channel"] in set(Channel) else None,
            unit=named[0] if named else None,
            unit_ids=frozenset(number for each in self.units if (number := _number(each)) is not None),
            without_unit=NONE in self.units,
            handler_id=me if handler == ME else _number(handler),
            handler=handler if handler not in ("", ME, NONE) and _number(handler) is None else None,
            without_handler=handler == NONE,
            kind_id=_number(self["kind"]),
            without_kind=self["kind"] == NONE,
            q=self.q or None,
            **self._days(),
            **self._marks(),
        )

    def _days(self) -> dict[str, Any]:
        days = {name: read_day(self[name]) for name in DAYS}
        wrong = [
            FieldProblem(name, Problem.NOT_A_DATE, {"value": self[name]})
            for name, day in days.items()
            if self[name] and day is None
        ]
        if wrong:
            raise InvalidInput(wrong)
        return {DAYS[name]: day for name, day in days.items()}

    def _marks(self) -> dict[str, Any]:
        return {field: bool(self[name]) for name, field in MARKS.items()}

    def address(self, **other: str | list[str] | None) -> dict[str, str | list[str]]:
        """Return the parts of the address of this list, with others in their place; from its first page."""
        there: dict[str, str | list[str] | None] = {
            **self.asked,
            "unit": list(self.units),
            "sort": self.sort if self.sorting != BY_DEADLINE else None,
            "column": [each.value for each in self.columns] if self.own_columns else None,
            "size": str(self.size) if self.size != PAGE_SIZE else None,
            **other,
        }
        return {name: value for name, value in there.items() if value}

    def arrangement(self) -> dict[str, str | list[str]]:
        """Return what of it says how the list is arranged, and not which cases it shows."""
        return {name: value for name, value in self.address().items() if name in ("sort", "column", "size")}

    def kept(self) -> dict[str, str | list[str]]:
        """Return what may be kept of it for later: all but words, which may be a person's name."""
        handler = self["handler"] if self["handler"] in (ME, NONE) or _number(self["handler"]) is not None else None
        units = [each for each in self.units if each == NONE or _number(each) is not None]
        return self.address(q=None, handler=handler, unit=units)

    def as_view(self) -> dict[str, str | list[str]]:
        """Return what is kept of it under a name: also its columns, which its other readers have not chosen."""
        return {**self.kept(), "column": [each.value for each in self.columns]}


def word_of(sorting: Sorting) -> str:
    """Return what the address calls an order."""
    return f"{'-' if sorting.is_descending else ''}{sorting.order.value}"


def _several(address: MultiDict[str, str], name: str) -> tuple[str, ...]:
    values = [each.replace("\x00", "").strip() for each in address.getlist(name)[:_MOST]]
    return tuple(dict.fromkeys(each for each in values if each))


def _state(word: str) -> str:
    return word if word in {*SEVERAL_STATES, *State} else OPEN


def _sorting(word: str) -> Sorting:
    order = _SORTS.get(word.removeprefix("-"))
    return BY_DEADLINE if order is None else Sorting(order, word.startswith("-"))


def _size(word: str) -> int:
    return next((size for size in PAGE_SIZES if word == str(size)), PAGE_SIZE)


def _number(word: str) -> int | None:
    is_number = word.isascii() and word.isdigit() and len(word) <= DIGITS_MOST
    return int(word) if is_number else None
