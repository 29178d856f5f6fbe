"""What somebody can choose among when they filter a list of cases."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialogen.database import offers
from dialogen.database.offers import Named
from dialogen.domain.accounts import Act, Standing, reach
from dialogen.domain.texts import norwegian_key

if TYPE_CHECKING:
    from dialogen.database.engine import Database


@dataclass(frozen=True)
class Offered:
    """The units all of whose cases somebody sees, the people who handle cases there, and the kinds: each by name."""

    units: tuple[Named, ...]
    handlers: tuple[Named, ...]
    kinds: tuple[Named, ...]


def offered_to(db: "Database", *, by: Standing) -> Offered:
    """Return what a reader can filter by, in one moment of the database."""
    within = reach(by, Act.SEE)
    with db.reading() as session:
        units = [unit for unit in offers.units(session) if within.all_of_unit(unit.id)]
        return Offered(_by_name(units), _by_name(offers.handlers(session, within)), _by_name(offers.kinds(session)))


def _by_name(found: Iterable[Named]) -> tuple[Named, ...]:
    return tuple(sorted(found, key=lambda each: (norwegian_key(each.name), each.email)))
