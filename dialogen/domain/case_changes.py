"""What is handed in when a case is registered, changed or looked for: plain values, checked by the rules elsewhere."""

from dataclasses import dataclass, field, fields
from datetime import date
from enum import Enum
from typing import Final, Literal

from dialogen.domain.answers import AnswerManner
from dialogen.domain.cases import Channel, Stream
from dialogen.domain.deadlines import State


class _Unset(Enum):
    UNSET = "unset"


#: Stands for "not mentioned": None means "take it away".
UNSET: Final = _Unset.UNSET
Unset = Literal[_Unset.UNSET]


@dataclass(frozen=True)
class Sender:
    """Who wrote. All optional."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class NewCase:
    """An inquiry to be registered. Unit and kind by name or word, the handler by e-mail address."""

    received_on: date
    channel: Channel
    stream: Stream = Stream.EXTERNAL
    subject: str | None = None
    text: str | None = None
    kind: str | None = None
    unit: str | None = None
    handler: str | None = None
    sender: Sender = field(default_factory=Sender)
    external_reference: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class CaseChanges:
    """The fields of a case that are to become something else; those not mentioned stay."""

    handler: str | Unset | None = UNSET
    unit: str | Unset | None = UNSET
    kind: str | Unset | None = UNSET
    channel: Channel | Unset = UNSET
    subject: str | Unset | None = UNSET
    text: str | Unset | None = UNSET
    sender: Sender | Unset = UNSET
    stream: Stream | Unset = UNSET
    received_on: date | Unset = UNSET
    answered_on: date | Unset = UNSET
    manner: AnswerManner | Unset | None = UNSET

    @property
    def mentioned(self) -> frozenset[str]:
        """The names of the fields that are mentioned."""
        return frozenset(each.name for each in fields(self) if getattr(self, each.name) is not UNSET)


#: Fields on which the figure depends: changing them demands a reason.
REASON_DEMANDED = frozenset({"stream", "received_on", "answered_on"})
#: Fields that say who is to answer; changing them is not a correction.
PLACEMENT = frozenset({"handler", "unit"})


@dataclass(frozen=True)
class CaseFilter:
    """Which cases a list shows. Empty: all within reach. Units and handlers by name and address, or by number."""

    states: frozenset[State] = frozenset()
    stream: Stream | None = None
    unit: str | None = None
    unit_ids: frozenset[int] = frozenset()  # any of these
    without_unit: bool = False  # or none
    handler: str | None = None
    handler_id: int | None = None
    without_handler: bool = False
    kind_id: int | None = None
    without_kind: bool = False
    channel: Channel | None = None
    received_from: date | None = None
    received_to: date | None = None
    due_from: date | None = None  # the original deadline
    due_to: date | None = None
    deadline_from: date | None = None  # the present deadline, which lists show
    deadline_to: date | None = None
    waits: bool = False  # for a second person
    past_original: bool = False  # open, extended, and past the original due date
    nobody_to_tell: bool = False
    registered_late: bool = False  # when its deadline was past already
    registered_afterwards: bool = False  # when it was answered already: neither day could be seen to be right
    moved_out: bool = False  # from external to internal, and so out of the figure
    external_reference: str | None = None
    q: str | None = None
