"""By what a person who wrote is known again: addresses, phone numbers and names, in fields and in texts."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from dialogen.domain.errors import InvalidInput, Problem

_PHONE_LEAST = 5  # digits; fewer would find half the town
_NAME_LEAST = 2
_RESEMBLANCE_LEAST = 2  # words of a name that must be the same; a surname alone would find half the town, too
_BETWEEN_DIGITS = r"[\s.\-\u2010-\u2015()/]{0,3}"
#: The parts of a name. Commas, full stops, hyphens and apostrophes only stand between them; any other sign is a part.
_PARTS = re.compile(r"\w+|[^\w\s,.\-\u2010-\u2015'\u2019]+")
_BETWEEN_PARTS = r"(?:[,.]?\s+|[\-\u2010-\u2015'\u2019])"
#: Letters that may carry an accent which not everybody writes. Those of the Nordic alphabets are letters of their own.
_ACCENTED = re.compile("[^\x00-\x7fæøåäö]")
_COUNTRY = "47"
_NATIONAL = 8  # digits of a Norwegian number without the country


@dataclass(frozen=True)
class _Sought:
    """What finds a person in a folded text. Most texts lack one of its signs, which is told sooner."""

    what: str
    signs: tuple[str, ...]
    pattern: re.Pattern[str]

    def is_in(self, folded: str) -> bool:
        return all(sign in folded for sign in self.signs) and self.pattern.search(folded) is not None


@dataclass(frozen=True)
class Person:
    """What a person is looked for by, as it was handed in. What is None is not looked for."""

    email: str | None = None
    phone: str | None = None
    name: str | None = None

    def known_by(self, *, email: str | None, phone: str | None, name: str | None) -> frozenset[str]:
        """Return by what a sender's values are this person's: email, phone, name, or nothing."""
        same = {
            "email": _same(self.email, email, email_key) or "email" in self.mentioned_by(email or ""),
            "phone": _same(self.phone, phone, phone_key) or "phone" in self.mentioned_by(phone or ""),
            "name": _same(self.name, name, _parts_in_any_order),
        }
        return frozenset(what for what, is_same in same.items() if is_same)

    def known_by_field(self, field: str, value: str) -> frozenset[str]:
        """Return by what an earlier value of a sender's field is this person's."""
        values: dict[str, str | None] = {"email": None, "phone": None, "name": None}
        values[field.removeprefix("sender_")] = value
        return self.known_by(**values)

    def resembles(self, name: str) -> bool:
        """Say whether a name may be this person's, with a middle name more or less: a namesake has such a one, too."""
        wanted, there = set(_parts(self.name or "")), set(_parts(name))
        return wanted != there and (wanted <= there or there <= wanted) and len(wanted & there) >= _RESEMBLANCE_LEAST

    def mentioned_by(self, text: str) -> frozenset[str]:
        """Return by what a text mentions this person."""
        folded = _folded(text)
        return frozenset(sought.what for sought in self._sought if sought.is_in(folded))

    @cached_property
    def _sought(self) -> tuple[_Sought, ...]:
        return tuple(_sought(self))


def _same(wanted: str | None, there: str | None, key: Callable[[str], object]) -> bool:
    return wanted is not None and there is not None and key(wanted) == key(there)


def _folded(text: str) -> str:
    """Return a text as it is looked through: without capitals, and without accents that not everybody writes."""
    folded = unicodedata.normalize("NFC", text.casefold())
    return folded if folded.isascii() else _ACCENTED.sub(_without_accent, folded)


def _without_accent(letter: re.Match[str]) -> str:
    base = unicodedata.normalize("NFD", letter[0])[0]
    return "" if unicodedata.combining(base) else base


def _parts(name: str) -> list[str]:
    return _PARTS.findall(_folded(name))


def _parts_in_any_order(name: str) -> list[str]:
    return sorted(_parts(name))


_ENOUGH: dict[str, Callable[[str], bool]] = {
    "email": lambda text: re.fullmatch(r"[^@\s]+@[^@\s]+", text) is not None,
    "phone": lambda text: len(phone_key(text)) >= _PHONE_LEAST,
    "name": lambda text: len("".join(_parts(text))) >= _NAME_LEAST,
}


def person_of(*, email: str | None, phone: str | None, name: str | None) -> Person:
    """Return whom to look for; raises InvalidInput, which does not repeat it, for too little to find one person by."""
    given = {what: (text or "").strip() or None for what, text in (("email", email), ("phone", phone), ("name", name))}
    if not any(given.values()):
        raise InvalidInput.of("email", Problem.REQUIRED)
    for what, text in given.items():
        if text is not None and not _ENOUGH[what](text):
            raise InvalidInput.of(what, Problem.PERSON_UNCLEAR)
    return Person(**given)


def email_key(text: str) -> str:
    """Return an e-mail address as it is compared: in practice nobody tells two people apart by its capitals."""
    return unicodedata.normalize("NFC", text.strip().casefold())


def phone_key(text: str) -> str:
    """Return a phone number as it is compared: its digits, a Norwegian one without the country's."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text)).removeprefix("00")
    is_norwegian = len(digits) == len(_COUNTRY) + _NATIONAL and digits.startswith(_COUNTRY)
    return digits.removeprefix(_COUNTRY) if is_norwegian else digits


def _sought(person: Person) -> Iterator[_Sought]:
    """Yield what finds a person in a folded text, never inside a longer address, number or name."""
    if person.email is not None:
        address = _folded(email_key(person.email))
        yield _Sought("email", (address,), re.compile(rf"(?<![\w.+\-]){re.escape(address)}(?![\w\-]|\.\w)"))
    if person.phone is not None:
        digits = phone_key(person.phone)
        number = _BETWEEN_DIGITS.join(digits)
        pattern = re.compile(rf"(?<!\d)(?:(?:\+|00)?{_COUNTRY}{_BETWEEN_DIGITS})?{number}(?!\d)")
        yield _Sought("phone", tuple(sorted(set(digits))), pattern)
    parts = _parts(person.name or "")
    if parts:
        orders = {_BETWEEN_PARTS.join(map(re.escape, each)) for each in (parts, [parts[-1], *parts[:-1]])}
        yield _Sought("name", tuple(parts), re.compile(rf"(?<!\w)(?:{'|'.join(sorted(orders))})(?!\w)"))
