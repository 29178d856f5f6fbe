"""What programs may hand in: one model a body, turned into the plain values that the services take."""

import re
from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from dialogen.api.reading import Body, Headers, Query
from dialogen.domain import texts
from dialogen.domain.answers import AnswerManner
from dialogen.domain.case_changes import UNSET, CaseChanges, CaseFilter, NewCase, Sender
from dialogen.domain.cases import Channel, ExclusionReason, Stream
from dialogen.domain.deadlines import State
from dialogen.domain.reports import Breakdown
from dialogen.services.four_eyes import Whose

EMAIL_MOST = 254
PHONE_MOST = 50
NUMBER_MOST = 999_999_999
NONE = "none"  # instead of a name: cases without a unit, or without a handler


def _day(value: Any) -> Any:
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("day", "is not a date; write YYYY-MM-DD")


def _whole_number(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):  # up to NUMBER_MOST
        return int(value)
    raise PydanticCustomError("whole_number", "must be a whole number")


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
#: Words of a closed list arrive as text, which a strict model would refuse for an enumeration.
Word = Field(strict=False)
StreamWord = Annotated[Stream, Word]
ChannelWord = Annotated[Channel, Word]
ReasonWord = Annotated[ExclusionReason, Word]
StateWord = Annotated[State, Word]
MannerWord = Annotated[AnswerManner, Word]
BreakdownWord = Annotated[Breakdown, Word]

Subject = Annotated[str, Field(max_length=texts.SUBJECT_MOST)]
LongText = Annotated[str, Field(max_length=texts.TEXT_MOST)]
Name = Annotated[str, Field(max_length=texts.NAME_MOST)]
Email = Annotated[str, Field(max_length=EMAIL_MOST)]
Phone = Annotated[str, Field(max_length=PHONE_MOST)]
Number = Annotated[str, Field(max_length=texts.REFERENCE_MOST)]
Reason = Annotated[str, Field(max_length=texts.REASON_MOST)]
#: Spaces alone are no reason; the service says so in its own words.
NeededReason = Annotated[Reason, Field(min_length=1, json_schema_extra={"pattern": r"\S"})]
Asked = Annotated[str, Field(min_length=1, max_length=texts.NAME_MOST)]


class SenderBody(Body):
    """Who wrote; all of it optional."""

    name: Name | None = None
    email: Email | None = None
    phone: Phone | None = None


class NewCaseBody(Body):
    """An inquiry to be registered. Of the optional fields null is the same as nothing."""

    received_on: Day = Field(description="The local date the municipality received it; not after today.")
    subject: Subject | None = None
    text: LongText | None = None
    stream: StreamWord = Stream.EXTERNAL
    channel: ChannelWord = Channel.API
    kind: Number | None = Field(None, description="The word or the name of a kind of inquiry.")
    unit: Name | None = Field(None, description="The name of the unit that must answer.")
    handler: Email | None = Field(None, description="The e-mail address of the account that must answer.")
    sender: SenderBody | None = None
    external_reference: Number | None = Field(None, description="The number another system knows it by.")
    source: Annotated[Number, Field(min_length=1)] = Field(
        "api", description="That system: external references are unique within a source."
    )

    def new_case(self) -> NewCase:
        """Return what the service registers."""
        plain = {name: getattr(self, name) for name in type(self).model_fields if name != "sender"}
        return NewCase(**plain, sender=_sender(self.sender))


def _sender(body: SenderBody | None) -> Sender:
    return Sender() if body is None else Sender(body.name, body.email, body.phone)


def _without_defaults(schema: dict[str, Any]) -> None:
    """What is left out of a change stays as it is, so no default is promised."""
    for field in schema["properties"].values():
        field.pop("default", None)


class ChangesBody(Body):
    """The fields to change; those not mentioned stay as they are. Null takes a value away."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    handler: Email | None = Field(
        None, description="An account's e-mail address; null takes the case from its handler."
    )
    unit: Name | None = Field(None, description="A unit's name; null takes the case out of its unit.")
    subject: Subject | None = None
    text: LongText | None = None
    stream: StreamWord = Field(Stream.EXTERNAL, description="Needs a reason.")
    received_on: Day = Field(date.min, description="Needs a reason. The deadline is reckoned anew.")
    answered_on: Day = Field(date.min, description="Needs a reason. Corrects the date of an answered case.")
    manner: MannerWord | None = Field(None, description="How it was answered, of an answered case; null: not known.")
    reason: Reason | None = Field(None, description="Why; needed for stream, received_on and answered_on.")

    def changes(self) -> CaseChanges:
        """Return the mentioned fields alone."""
        mentioned = self.model_fields_set - {"reason"}
        return CaseChanges(**{name: getattr(self, name) if name in mentioned else UNSET for name in self._changeable()})

    @classmethod
    def _changeable(cls) -> set[str]:
        return set(cls.model_fields) - {"reason"}


class AnswerBody(Body):
    """The local date of the first substantive answer, and how it was given."""

    answered_on: Day
    manner: MannerWord | None = Field(None, description="How it was given, where that is known.")


class ExtensionBody(Body):
    """A later date promised to the sender, and why."""

    extended_to: Day
    reason: NeededReason


class ExclusionBody(Body):
    """Why the case is held outside the statistic."""

    reason: ReasonWord
    note: Reason | None = None


#: As `domain/cases.py` writes a reference.
Reference = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{6,12}$")]


class LinkBody(Body):
    """Another case that belongs to this one."""

    other: Reference = Field(description="The reference of a case within your reach.")


class LinkQuery(Query):
    """Which link is meant."""

    other: Reference = Field(description="The reference of the other case.")


class RefusalBody(Body):
    """Why a proposed change is refused."""

    reason: NeededReason


class DecisionQuery(Query):
    """Which change is meant."""

    id: Annotated[int, BeforeValidator(_whole_number), Field(ge=0, le=NUMBER_MOST)] | None = Field(
        None, description="`pending.id` as you saw it: when another change waits by now, the answer is 409."
    )


class PendingQuery(Query):
    """Which of the changes that wait a list shows, and which page of it."""

    whose: Annotated[Whose, Word] = Field(
        Whose.TO_DECIDE, description="Those that you can approve or refuse, or those that you proposed."
    )
    limit: Annotated[int, BeforeValidator(_whole_number), Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        None, description="`next` of the page before."
    )


class OnceHeader(Headers):
    """What makes a request safe to repeat."""

    idempotency_key: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[!-~]+$")] | None = Field(
        None, description="The same key with the same body again gives the same answer; with another body, 409."
    )


class CaseQuery(Query):
    """Which cases a list shows, and which page of it."""

    repeatable: ClassVar[frozenset[str]] = frozenset({"state"})

    state: list[StateWord] = Field([], description="May be given several times.")
    stream: StreamWord | None = None
    unit: Asked | None = Field(None, description=f"A unit's name, or `{NONE}` for cases without one.")
    handler: Asked | None = Field(None, description=f"An account's e-mail address, or `{NONE}` for cases nobody has.")
    received_from: Day | None = None
    received_to: Day | None = None
    due_from: Day | None = Field(None, description="By the original deadline, due_on.")
    due_to: Day | None = Field(None, description="By the original deadline, due_on.")
    external_reference: Asked | None = None
    q: Asked | None = Field(
        None,
        description='Words that must all be there, in any form and inside compounds; "phrases" word for word. Looked'
        " for in references, and where the reader may see them in subject, text, sender and notes.",
    )
    limit: Annotated[int, BeforeValidator(_whole_number), Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        None, description="`next` of the page before."
    )

    def wanted(self) -> CaseFilter:
        """Return the filter that the service takes."""
        dates = ("received_from", "received_to", "due_from", "due_to")
        return CaseFilter(
            states=frozenset(self.state),
            stream=self.stream,
            unit=None if self.unit == NONE else self.unit,
            without_unit=self.unit == NONE,
            handler=None if self.handler == NONE else self.handler,
            without_handler=self.handler == NONE,
            external_reference=self.external_reference,
            q=self.q,
            **{name: getattr(self, name) for name in dates},
        )


class ReportQuery(Query):
    """As of which day the figure is asked for, and broken down by what."""

    as_of: Day | None = Field(None, description="Not after today, which it is when left out.")
    by: BreakdownWord | None = None


class NoQuery(Query):
    """A route without parameters."""
