"""Rows as plain values, for pages that change nothing: objects that can be changed cost several times as much."""

from collections import namedtuple
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session


class PlainRows:
    """How the rows of a query are read that asks for some models, and for single columns (None) between them.

    A model's columns come as one value with the same names, or as None where nothing was joined.
    """

    def __init__(self, *parts: Any) -> None:
        self._places: list[tuple[Any, int, int]] = []
        begin = 0
        for model in parts:
            names = () if model is None else model.__mapper__.columns.keys()
            end = begin + (len(names) or 1)
            self._places.append((namedtuple(model.__name__, names) if names else None, begin, end))
            begin = end

    def read(self, session: Session, query: Any, values: Mapping[str, Any] | None = None) -> list[Any]:
        """Return the rows that a query finds."""
        return [self.parts(row) for row in flat(session, query, values)]

    def parts(self, row: tuple[Any, ...]) -> Any:
        """Return a row of `flat` as one value a model."""
        return tuple([_part(row, *place) for place in self._places])

    def begin_of(self, part: int) -> int:
        """Return where a part begins in a row of `flat`."""
        return self._places[part][1]


def flat(session: Session, query: Any, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Return the rows that a query finds, column by column: for whoever keeps what was made of each."""
    return [tuple(row) for row in session.connection().execute(query, values).all()]


def _part(row: Any, values: Any, begin: int, end: int) -> Any:
    # Each model begins with its primary key: without one there was nothing to join.
    return row[begin] if values is None or row[begin] is None else values._make(row[begin:end])
