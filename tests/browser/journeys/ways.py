"""The ways in which a journey is made: language, script, width and colours, spread over the journeys pairwise."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass
from itertools import combinations, product
from types import ModuleType

from dialogen.domain.languages import Language

Journey = Callable[..., None]
Pair = tuple[tuple[int, object], tuple[int, object]]


@dataclass(frozen=True)
class Way:
    """How a journey is made."""

    language: Language
    script: bool
    width: int
    scheme: str

    def __str__(self) -> str:
        script = "js" if self.script else "nojs"
        return f"{self.language}-{script}-{self.width}-{self.scheme}"

    @property
    def pairs(self) -> set[Pair]:
        """Every two values that meet in this way."""
        return set(combinations(enumerate(astuple(self)), 2))


EVERY_WAY = tuple(Way(*values) for values in product(Language, (True, False), (1280, 320), ("light", "dark")))


def spread(journeys: int, *, turn: int) -> list[Way]:
    """Return a way for each journey, so that every two values meet in one of them, as early as can be.

    Another turn begins with another way, so that two roles do not make their journeys alike.
    """
    left = [*EVERY_WAY[turn:], *EVERY_WAY[:turn]]
    chosen: list[Way] = []
    unmet = every_pair(EVERY_WAY)
    while len(chosen) < journeys:
        best = max(left, key=lambda way: len(way.pairs & unmet))
        chosen.append(best)
        left.remove(best)
        unmet -= best.pairs
        unmet = unmet or every_pair(EVERY_WAY)
    return chosen


def every_pair(ways: Iterable[Way]) -> set[Pair]:
    """Return every two values that meet in one of the ways."""
    return {pair for way in ways for pair in way.pairs}


def journeys_of(module: ModuleType) -> list[str]:
    """Return the names of a role's journeys, in the order in which they are written."""
    written = inspect.getmembers(module, lambda each: inspect.isfunction(each) and each.__module__ == module.__name__)
    tests = [(each.__code__.co_firstlineno, name) for name, each in written if name.startswith("test_")]
    return [name for _, name in sorted(tests)]
