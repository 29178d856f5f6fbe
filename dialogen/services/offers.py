"""What somebody can choose among when they filter a list of cases."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from dialogen.database import offers
from dialogen.database.offers import NameRow, Of
from dialogen.domain.accounts import HANDLING_ROLES, Act, Reach, Standing, reach
from dialogen.domain.texts import norwegian_key

if TYPE_CHECKING:
    from dialogen.database.engine import Database

OFFERS_KEPT = 256


@dataclass(frozen=True)
class Named:
    """A unit, a kind or a person by number and name; of a person the address, too."""

    id: int
    name: str
    email: str = ""


@dataclass(frozen=True, eq=False)
class Offered:
    """The units all of whose cases somebody sees, the people who handle cases there, and the kinds: each by name.

    Equal ones are the same, while they are kept.
    """

    units: tuple[Named, ...]
    handlers: tuple[Named, ...]
    kinds: tuple[Named, ...]


def offered_to(db: "Database", *, by: Standing) -> Offered:
    """Return what a reader can filter by."""
    with db.reading() as session:
        names = offers.names(session)
    return _offered(names, reach(by, Act.SEE))


@lru_cache(maxsize=OFFERS_KEPT)  # names change seldom, and are put in order for every list
def _offered(names: tuple[NameRow, ...], within: Reach) -> Offered:
    units = [row for row in names if row.of == Of.UNIT and within.all_of_unit(row.id)]
    roles = [row for row in names if row.of == Of.PERSON]
    handle = {row.id for row in roles if row.role in HANDLING_ROLES}
    near = {row.id for row in roles if within.everything or row.scope == "*" or row.unit_id in within.units}
    handlers = {row.id: row for row in roles if row.id in handle & near}
    return Offered(_by_name(units), _by_name(handlers.values()), _by_name(row for row in names if row.of == Of.KIND))


def _by_name(rows: Iterable[NameRow]) -> tuple[Named, ...]:
    found = [Named(row.id, row.name, row.email or "") for row in rows]
    return tuple(sorted(found, key=lambda each: (norwegian_key(each.name), each.email)))
