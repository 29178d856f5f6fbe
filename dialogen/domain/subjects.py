"""A person's right of access (GDPR art. 15): what is told of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from dialogen.domain.answers import AnswerManner
from dialogen.domain.cases import Channel, ExclusionReason, Stream
from dialogen.domain.history import Change
from dialogen.domain.letter_texts import Purpose
from dialogen.domain.persons import Person
from dialogen.domain.retention import Keepsake


class Relation(StrEnum):
    """What a person is to a case."""

    SENDER = "sender"
    EARLIER_SENDER = "earlier_sender"  # stood as the sender until that was corrected
    MENTIONED = "mentioned"  # in a text


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
class SubjectFileOf:
    """A file attached to the person's case; the file itself is fetched from the page of the case."""

    name: str
    media_type: str
    size: int
    added_at: datetime


@dataclass(frozen=True)
class SubjectLetter:
    """One e-mail to the sender of a case. What was erased of it is None."""

    purpose: Purpose
    at: datetime
    sent_at: datetime | None  # None: it was never delivered
    to_address: str | None
    subject: str | None
    text: str | None


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
    manner: AnswerManner | None = None


@dataclass(frozen=True)
class SubjectCase:
    """A case as it concerns the person. `found_by` says by what: of the sender, of an earlier sender, or in a text.

    Of somebody else's case the sender's own values and files are withheld, and letters that do not concern this person.
    `kept_until` is the first day on which a type may be
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
    files: tuple[SubjectFileOf, ...]
    kept_until: Mapping[Keepsake, date | None]
    erased: tuple[tuple[Keepsake, datetime], ...]
    looks: tuple[SubjectLook, ...]
    letters: tuple[SubjectLetter, ...] = ()


@dataclass(frozen=True)
class RetentionTime:
    """How many months a type is kept after a case is closed, in all kinds (None) or in one."""

    keepsake: Keepsake
    kind: str | None
    months: int


@dataclass(frozen=True)
class SubjectFile:
    """All that is kept about one person, as of an instant. `similar` are the references of cases that are not in it,
    since their sender has a similar name and nothing else of this person.
    """

    made_at: datetime
    person: Person
    cases: tuple[SubjectCase, ...]
    retention: tuple[RetentionTime, ...]
    similar: tuple[str, ...] = ()

    def of(self, *relations: Relation) -> tuple[SubjectCase, ...]:
        """Return the cases in which the person is one of these."""
        return tuple(case for case in self.cases if case.relation in relations)
