"""A person's right of access (GDPR art. 15): by what a sender is known again, and what is told of one."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from dialogen.domain.cases import Channel, ExclusionReason, Stream
from dialogen.domain.errors import InvalidInput, Problem
from dialogen.domain.history import Change
from dialogen.domain.retention import Keepsake
from dialogen.domain.texts import name_key

_PHONE_LEAST = 5  # digits; fewer would find half the town
_NAME_LEAST = 2
_BETWEEN_DIGITS = "[ .\\-\u00a0()/]*"
_COUNTRY = "47"
_NATIONAL = 8  # digits of a Norwegian number without the country


class Relation(StrEnum):
    """What a person is to a case."""

    SENDER = "sender"
    EARLIER_SENDER = "earlier_sender"  # stood as the sender until that was corrected
    MENTIONED = "mentioned"  # in a text


@dataclass(frozen=True)
class Person:
    """What a person is looked for by, as it was handed in. What is None is not looked for."""

    email: str | None = None
    phone: str | None = None
    name: str | None = None

    def known_by(self, *, email: str | None, phone: str | None, name: str | None) -> frozenset[str]:
        """Return by what a sender's values are this person's: email, phone, name, or nothing."""
        same = {
            "email": _same(self.email, email, email_key),
            "phone": _same(self.phone, phone, phone_key),
            "name": _same(self.name, name, name_key),
        }
        return frozenset(what for what, is_same in same.items() if is_same)

    def known_by_field(self, field: str, value: str) -> frozenset[str]:
        """Return by what an earlier value of a sender's field is this person's."""
        values: dict[str, str | None] = {"email": None, "phone": None, "name": None}
        values[field.removeprefix("sender_")] = value
        return self.known_by(**values)

    def mentioned_by(self, text: str) -> frozenset[str]:
        """Return by what a text mentions this person."""
        folded = unicodedata.normalize("NFC", text.casefold())
        return frozenset(what for what, pattern in self._patterns.items() if pattern.search(folded))

    @cached_property
    def _patterns(self) -> Mapping[str, re.Pattern[str]]:
        return dict(_patterns(self))


def _same(wanted: str | None, there: str | None, key: Callable[[str], str]) -> bool:
    return wanted is not None and there is not None and key(wanted) == key(there)


_ENOUGH: dict[str, Callable[[str], bool]] = {
    "email": lambda text: re.fullmatch(r"[^@\s]+@[^@\s]+", text) is not None,
    "phone": lambda text: len(phone_key(text)) >= _PHONE_LEAST,
    "name": lambda text: len(name_key(text)) >= _NAME_LEAST,
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


def _patterns(person: Person) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield what finds a person in a folded text, never inside a longer address, number or name."""
    if person.email is not None:
        yield "email", re.compile(rf"(?<![\w.+\-]){re.escape(email_key(person.email))}(?![\w\-]|\.\w)")
    if person.phone is not None:
        number = _BETWEEN_DIGITS.join(phone_key(person.phone))
        yield "phone", re.compile(rf"(?<!\d)(?:(?:\+|00)?{_COUNTRY}{_BETWEEN_DIGITS})?{number}(?!\d)")
    if person.name is not None:
        words = r"\s+".join(re.escape(word) for word in name_key(person.name).split())
        yield "name", re.compile(rf"(?<!\w){words}(?!\w)")


@dataclass(frozen=True)
class SubjectLine:
    """One line of a case's history as the person it is about may know it: no name or address of the staff."""

    at: datetime
    action: str
    door: str
    by_staff: bool
    changes: tuple[Change, ...]
    texts: Mapping[str, str]  # reason, note, and earlier values by field


@dataclass(frozen=True)
class SubjectLook:
    """One look at a case: when, how, and the present roles and units of the account, never who."""

    at: datetime
    action: str
    door: str
    roles: tuple[tuple[str, str | None], ...]  # role, and unit or None for all or none


@dataclass(frozen=True)
class CaseFacts:
    """What the statistic knows of a case. `kind` and `unit` by name."""

    received_on: date
    due_on: date
    extended_to: date | None
    answered_on: date | None
    exclusion: ExclusionReason | None
    stream: Stream
    channel: Channel
    kind: str | None
    unit: str | None
    registered_on: date


@dataclass(frozen=True)
class SubjectCase:
    """A case as it concerns the person. `found_by` says by what: of the sender, of an earlier sender, or in a text.

    Of somebody else's case the sender's own values are withheld. `kept_until` is the first day on which a type may be
    erased, None while the case is open or nothing of it is left.
    """

    reference: str
    external_reference: str | None
    source: str | None
    relation: Relation
    found_by: frozenset[str]
    sender: Mapping[str, str | None] | None
    subject: str | None
    text: str | None
    facts: CaseFacts
    history: tuple[SubjectLine, ...]
    kept_until: Mapping[Keepsake, date | None]
    erased: tuple[tuple[Keepsake, datetime], ...]
    looks: tuple[SubjectLook, ...]


@dataclass(frozen=True)
class RetentionTime:
    """How many months a type is kept after a case is closed, in all kinds (None) or in one."""

    keepsake: Keepsake
    kind: str | None
    months: int


@dataclass(frozen=True)
class SubjectFile:
    """All that is kept about one person, as of an instant."""

    made_at: datetime
    person: Person
    cases: tuple[SubjectCase, ...]
    retention: tuple[RetentionTime, ...]

    def of(self, *relations: Relation) -> tuple[SubjectCase, ...]:
        """Return the cases in which the person is one of these."""
        return tuple(case for case in self.cases if case.relation in relations)
