"""What an import looks up again and again: the names it meets, of which unknown units and kinds are made, and due dates."""

from datetime import date
from typing import TYPE_CHECKING

from dialogen import calendar
from dialogen.database import imports as import_rows
from dialogen.database import rules, setup
from dialogen.domain import deadlines
from dialogen.domain.errors import InvalidInput, Problem
from dialogen.domain.texts import name_key, word_key

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Deadlines:
    """The deadline rules and the calendar, read once an import; due dates are reckoned once a day of reception."""

    def __init__(self, session: "Session") -> None:
        self._rules = rules.deadline_rules(session)
        self._calendar = calendar.office_calendar(rules.closed_days(session))
        self._known: dict[date, tuple[date, int]] = {}

    def due(self, received_on: date) -> tuple[date, int]:
        """Return the due date and the version of the rule it follows; raises InvalidInput beyond the calendar."""
        known = self._known.get(received_on)
        if known is None:
            rule = deadlines.rule_for(self._rules, received_on)
            known = deadlines.due_on(received_on, rule, self._calendar), rule.version
            self._known[received_on] = known
        return known


class Names:
    """Every name of the installation, read once an import. With `make` off unknown ones are only noted."""

    def __init__(self, session: "Session", *, make: bool) -> None:
        self._session = session
        self.make = make
        self.made_units: list[str] = []
        self.made_kinds: list[str] = []
        self.units = import_rows.unit_names(session)
        self._unit_numbers = {name_key(name): number for number, name in self.units.items()}
        kinds = import_rows.kind_words(session)
        self.kinds = {number: word for number, (word, _) in kinds.items()}
        self._kind_numbers = {word_key(text): number for number, texts in kinds.items() for text in reversed(texts)}
        accounts = import_rows.account_addresses(session)
        self.handlers = {number: email for number, (email, _) in accounts.items()}
        self._handler_numbers = {email: number for number, (email, enabled) in accounts.items() if enabled}

    def handler(self, email: str | None) -> int | None:
        """Return the number of an enabled account; raises InvalidInput for any other address."""
        if email is None:
            return None
        number = self._handler_numbers.get(email)
        if number is None:
            raise InvalidInput.of("handler", Problem.UNKNOWN_HANDLER, value=email)
        return number

    def is_unit(self, number: int | None, name: str | None) -> bool:
        """Say whether the unit of this number is the one of this name, without making any."""
        return number is None if name is None else number == self._unit_numbers.get(name_key(name), 0)

    def is_kind(self, number: int | None, word: str | None) -> bool:
        """Say whether the kind of this number is the one of this word or name, without making any."""
        return number is None if word is None else number == self._kind_numbers.get(word_key(word), 0)

    def unit(self, name: str | None) -> int | None:
        """Return the number of a unit, which is made when there is none of this name."""
        if name is None:
            return None
        key = name_key(name)
        number = self._unit_numbers.get(key)
        if number is None:
            number = self._made_unit(name)
            self._unit_numbers[key] = number
            self.units[number] = name
            self.made_units.append(name)
        return number

    def kind(self, word: str | None) -> int | None:
        """Return the number of a kind by its word or name, which is made when there is none."""
        if word is None:
            return None
        key = word_key(word)
        number = self._kind_numbers.get(key)
        if number is None:
            number = self._made_kind(word)
            self._kind_numbers[key] = number
            self.kinds[number] = word
            self.made_kinds.append(word)
        return number

    def _made_unit(self, name: str) -> int:
        if not self.make:
            return -1 - len(self.made_units)  # no unit has such a number
        unit = setup.add_unit(self._session, name=name, email=None) or setup.find_unit_by_name(self._session, name)
        assert unit is not None, "a unit that could not be added is there already"
        return unit.id

    def _made_kind(self, word: str) -> int:
        if not self.make:
            return -1 - len(self.made_kinds)
        kind = setup.add_kind(self._session, word=word, name=word) or setup.kinds_called(self._session, [word])[0]
        return kind.id
