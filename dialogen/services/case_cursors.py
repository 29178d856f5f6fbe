"""Cursors of lists of cases: a place as a word for an address, and back. Numbers and dates, nothing personal."""

import base64
import binascii
import json
from datetime import date

from dialogen.database.case_orders import Place
from dialogen.domain.case_lists import Order, Sorting
from dialogen.domain.errors import InvalidInput, Problem

_NUMBERS = 2**31


def cursor_at(place: Place, sorting: Sorting) -> str:
    """Return the word for a place in an order."""
    day = place.day and place.day.isoformat()
    told = [_kind(sorting), place.case_id, day, place.group, int(place.is_backwards)]
    return base64.urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).decode().rstrip("=")


def place_in(cursor: str, sorting: Sorting) -> Place:
    """Return the place that a word stands for; raises InvalidInput for one that no list of this order gave."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        kind, case_id, day, group, backwards = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if kind != _kind(sorting) or not _is_number(case_id) or type(backwards) is not int or backwards not in (0, 1):
            raise ValueError(cursor)
        if group is not None and not _is_number(group):
            raise ValueError(cursor)
        found = None if sorting.order is Order.BY_NUMBER else date.fromisoformat(day)
        return Place(case_id, found, group, bool(backwards))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise InvalidInput.of("cursor", Problem.BAD_CURSOR) from None


def _kind(sorting: Sorting) -> str:
    return f"{'-' if sorting.is_descending else ''}{sorting.order.value}"


def _is_number(value: object) -> bool:
    return type(value) is int and 0 <= value < _NUMBERS
