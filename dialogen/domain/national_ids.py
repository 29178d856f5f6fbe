"""National identity numbers in texts: which are surely there, which may be, and how a text is told without them.

Sources: folkeregisterloven § 2-2, folkeregisterforskriften § 2-2-1, and Skatteetaten on the numbers given from 2032 on.
"""

import re
from collections.abc import Iterator
from datetime import date
from enum import IntEnum

#: What a text that only may hold one is told by, after the name of its field.
DOUBT = "may hold a national identity number"
WITHHELD = "***********"

# Eleven digits of any script, as people write them: in one, 6 and 5, 6, 3 and 2, or with the date's day, month and year
# apart. What stands before the last five may be a break of the line. Account numbers, 4, 2 and 5, are none.
_GAP = r"[\s.\-\u2010-\u2015\u2212]{0,3}"
# Not inside a longer number; it begins with a digit and looks back from there, which lets words be passed over quickly.
_ELEVEN_DIGITS = re.compile(rf"\d\d(?<!\d\d\d)(?:\d{{4}}|([ .\-])\d\d\1\d\d){_GAP}\d{{3}} ?\d\d(?!\d)")
#: What a copied text holds between its signs without showing it: soft hyphens, joiners, marks of direction.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_WEIGHTS_1 = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_WEIGHTS_2 = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_D_NUMBER = 40  # added to the day
#: Added to the month: nothing, as by helping numbers of NAV, and by the made-up people of NAV's and Skatteetaten's tests.
_ADDED_TO_MONTH = (0, 40, 65, 80)
_BEFORE_2032 = frozenset({0})
_FROM_2032 = frozenset({0, 1, 2, 3})  # remainders of the first control digit


class Likeness(IntEnum):
    """How much a text looks as if it held a national identity number."""

    NONE = 0
    POSSIBLE = 1  # by the rule of 2032, which one in a hundred of all eleven digits satisfies
    CERTAIN = 2  # the date and both checksums hold


def likeness(text: str) -> Likeness:
    """Say how much a text looks as if it held a national identity number, D number, or one of made-up people."""
    return max((_likeness(_digits(found)) for found in _candidates(text)), default=Likeness.NONE)


def holds_national_id(text: str) -> bool:
    """Say whether a text holds what must be a national identity number: such a text is refused."""
    return any(is_national_id(_digits(found)) for found in _candidates(text))


def may_hold_national_id(text: str) -> bool:
    """Say whether a text that is not refused may hold one all the same: whoever wrote it is warned."""
    return likeness(text) is Likeness.POSSIBLE


def is_national_id(digits: str) -> bool:
    """Say whether eleven digits have a date and both checksums."""
    return _likeness(digits) is Likeness.CERTAIN


def without_national_ids(text: str) -> str:
    """Return a text as it may be told or logged: what is, or may be, a national identity number is withheld."""
    return _ELEVEN_DIGITS.sub(_withheld, _seen(text)) if likeness(text) else text


def _withheld(found: re.Match[str]) -> str:
    return WITHHELD if _likeness(_digits(found[0])) else found[0]


def _candidates(text: str) -> Iterator[str]:
    return (found[0] for found in _ELEVEN_DIGITS.finditer(_seen(text)))


def _seen(text: str) -> str:
    return text if text.isascii() else _UNSEEN.sub("", text)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _likeness(digits: str) -> Likeness:
    numbers = [int(each) for each in digits]
    if len(numbers) != 11 or _remainder(numbers, _WEIGHTS_2) != 0 or not _has_date(numbers):
        return Likeness.NONE
    first = _remainder(numbers[:10], _WEIGHTS_1)
    if first in _BEFORE_2032:
        return Likeness.CERTAIN
    return Likeness.POSSIBLE if first in _FROM_2032 else Likeness.NONE


def _remainder(numbers: list[int], weights: tuple[int, ...]) -> int:
    return sum(weight * number for weight, number in zip(weights, numbers, strict=True)) % 11


def _has_date(numbers: list[int]) -> bool:
    day, month, year = (10 * numbers[place] + numbers[place + 1] for place in (0, 2, 4))
    days = (day, day - _D_NUMBER)
    return any(_is_date(year, month - added, each) for added in _ADDED_TO_MONTH for each in days)


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        # The century lies in the individual number; 2000 and its years leap as those of 1800 and 1900 do, but for 1900.
        date(2000 + year, month, day)
    except ValueError:
        return False
    return True
