"""What a case must be by its history alone: the fields are told change by change, and the last one told holds."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from dialogen.domain.history import Action

#: Fields on which the figure stands: every history tells them, and one that is told nowhere is empty.
FIGURES = ("received_on", "due_on", "extended_to", "answered_on", "stream", "exclusion")
#: Fields that are compared where the history tells them; histories from before they were told do not.
OTHERS = ("rule_version", "channel", "kind", "source", "external_reference", "manner")
#: Whose the case is. Told by names, which change: compared with all that a unit or a person has been called.
PLACES = ("unit", "handler")
#: What the first line of a history tells only where it tells every field; one that it does not name was empty.
SIGN_OF_ALL = "rule_version"

Told = Mapping[str, str | None]
#: What the unit and the handler of a case may be called in its history; None for what cannot be known any more.
Names = Mapping[str, Container[str | None] | None]


@dataclass
class Replay:
    """A history gone through line by line: what the case is by now, and what does not fit."""

    fields: dict[str, str | None] = field(default_factory=lambda: dict.fromkeys(FIGURES))
    wrong: list[str] = field(default_factory=list)

    def tell(self, line: int, action: str, changes: Iterable[Told]) -> None:
        """Take in a line, by its number. What is only proposed changes nothing."""
        if action == Action.PROPOSED:
            return
        changes = list(changes)
        if action == Action.REGISTERED and any(change["field"] == SIGN_OF_ALL for change in changes):
            self.fields |= dict.fromkeys((*OTHERS, *PLACES))
        for change in changes:
            name = str(change["field"])
            if name in FIGURES and change["before"] != self.fields[name]:
                self.wrong.append(
                    f"line {line} says {name} was {_said(change['before'])} before it; "
                    f"the lines before it say {_said(self.fields[name])}"
                )
            if name in FIGURES or name in OTHERS or name in self.fields:
                self.fields[name] = change["after"]

    def compare(self, stored: Mapping[str, object], names: Names) -> list[str]:
        """Return what does not fit in the history itself, and where it differs from what is stored of the case."""
        differing = [
            f"{name} is stored as {_said(spelt(stored[name]))}, its history says {_said(told)}"
            for name, told in self.fields.items()
            if name not in PLACES and spelt(stored[name]) != told
        ]
        return self.wrong + differing + [*self._misplaced(names)]

    def _misplaced(self, names: Names) -> Iterator[str]:
        """Yield whose the case is and should not be, without naming anybody."""
        for name in PLACES:
            told, accepted = self.fields.get(name), names[name]
            is_so = told is not None if accepted is None else told in accepted
            if name in self.fields and not is_so:
                yield f"{name} is not the one that its history says"


def spelt(value: object) -> str | None:
    """Return a stored value as a history tells it."""
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)


def _said(value: str | None) -> str:
    return "empty" if value is None else value


def gaps(numbers: Iterable[int], *, after: int, to: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of numbers, after one and up to another, that are not among numbers in rising order."""
    for number in numbers:
        if number > after + 1 and after < to:
            yield after + 1, min(number - 1, to)
        after = max(after, number)
    if after < to:
        yield after + 1, to
