"""The orders of a list of cases in SQL, and where a page of each begins: by keys, so that no page is counted off."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from dialogen.database.models import Account, Case, Unit
from dialogen.domain.case_lists import Order, Sorting, ranked

_NAMES: dict[Order, Any] = {Order.BY_UNIT: Unit, Order.BY_HANDLER: Account}
_GROUPS: dict[Order, Any] = {Order.BY_UNIT: Case.unit_id, Order.BY_HANDLER: Case.handler_id}
_DAYS: dict[Order, Any] = {Order.BY_RECEIVED: Case.received_on}


@dataclass(frozen=True)
class Place:
    """A case at the edge of a page: the next page begins after it, or the former one ends before it.

    `day` is what the order goes by within a group, or alone; `group` the number of the unit or handler, if any.
    """

    case_id: int
    day: date | None = None
    group: int | None = None
    is_backwards: bool = False


@dataclass(frozen=True)
class Ordered:
    """An order made ready: the places of the groups in it, and whether the database may go through its index.

    Where few cases are wanted, they are found first and then sorted: by the bare columns the database might go
    through all cases in their order to find them.
    """

    sorting: Sorting
    ranks: Mapping[int, int] = field(default_factory=dict)
    of_few: bool = False

    def apply(self, query: Any, place: Place | None) -> Any:
        """Return a query in this order, from a place on; backwards from it when the place says so."""
        backwards = place is not None and place.is_backwards
        head_down = self.sorting.is_descending is not backwards
        tail_down = backwards if self._is_grouped else head_down
        keys = [self._settled(key) for key in self._tail()]
        order = [key.desc() if tail_down else key for key in keys]
        after = _beyond(keys, [] if place is None else self._tail_values(place), down=tail_down)
        if self._is_grouped:
            rank = self._rank(_GROUPS[self.sorting.order])
            order.insert(0, rank.desc() if head_down else rank)
            if place is not None:
                here = literal(self._place_of(place.group))
                passed = rank < here if head_down else rank > here
                after = or_(passed, and_(rank == here, after))
        query = query.order_by(*order)
        return query if place is None else query.where(after)

    @property
    def _is_grouped(self) -> bool:
        return self.sorting.order.is_grouped

    def _tail(self) -> list[Any]:
        if self.sorting.order is Order.BY_NUMBER:
            return [Case.id]
        return [_DAYS.get(self.sorting.order, Case.deadline), Case.id]

    def _tail_values(self, place: Place) -> list[Any]:
        return [place.case_id] if self.sorting.order is Order.BY_NUMBER else [place.day, place.case_id]

    def _settled(self, key: Any) -> Any:
        return func.coalesce(key, key) if self.of_few else key

    def _rank(self, group: Any) -> ColumnElement[int]:
        return case(dict(self.ranks), value=group, else_=len(self.ranks)) if self.ranks else literal(0)

    def _place_of(self, group: int | None) -> int:
        return len(self.ranks) if group is None or not self.ranks else self.ranks.get(group, len(self.ranks))


def ordered(session: Session, sorting: Sorting, *, of_few: bool) -> Ordered:
    """Return an order made ready; of one that goes by names these are read."""
    if not sorting.order.is_grouped:
        return Ordered(sorting, of_few=of_few)
    table = _NAMES[sorting.order]
    rows = session.execute(select(table.id, table.name).order_by(table.id))
    return Ordered(sorting, ranks=ranked({row.id: row.name for row in rows}), of_few=of_few)


def place_of(row: Case, order: Order, *, is_backwards: bool = False) -> Place:
    """Return the place of a case in an order."""
    day = None if order is Order.BY_NUMBER else row.received_on if order is Order.BY_RECEIVED else row.deadline
    group = {Order.BY_UNIT: row.unit_id, Order.BY_HANDLER: row.handler_id}.get(order)
    return Place(row.id, day, group, is_backwards)


def _beyond(keys: list[Any], values: list[Any], *, down: bool) -> Any:
    """Return the condition that a row comes after some values."""
    if not values:
        return None
    here, there = (keys[0], values[0]) if len(keys) == 1 else (tuple_(*keys), tuple_(*values))
    return here < there if down else here > there
