"""What the API answers: the JSON of a case, its history and the yearly report. What the reader may not see is null."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Literal

from flask import Response
from pydantic import BaseModel, Field, WithJsonSchema

from dialogen.domain.answers import AnswerManner, noark_code
from dialogen.domain.cases import Channel, ExclusionReason, Stream
from dialogen.domain.deadlines import Roll, State
from dialogen.domain.history import Action, Change, Door
from dialogen.domain.likeness import FIELDS, Mark
from dialogen.domain.reports import Band, Status
from dialogen.services.case_views import CaseStory, CaseView, HistoryEntry
from dialogen.services.likeness import Similar
from dialogen.services.meanwhile import Meanwhile
from dialogen.services.pending_views import PendingView

Percent = Annotated[str, Field(pattern=r"^\d{1,3}\.\d{2}$")]
SIMILAR = "another inquiry with the same came within 30 days"
Instant = Annotated[datetime, WithJsonSchema({"type": "string", "format": "date-time"})]


class Sender(BaseModel):
    """Who wrote."""

    name: str | None
    email: str | None
    phone: str | None


class ShownChange(BaseModel):
    """One field's change. Of a personal field only the earlier value is kept, for readers who may see it."""

    field: str
    before: str | None
    after: str | None


class ShownPending(BaseModel):
    """A change that waits for a second person. Until it is approved the case is as it was, and counts as it did."""

    id: int
    action: Literal[Action.EXCLUDED, Action.CORRECTED] = Field(description="What was asked for.")
    proposed_by: str = Field(description="The person's name.")
    proposed_at: Instant
    changes: list[ShownChange]
    reason: str | None = Field(description="Null also for readers who may not see personal fields.")
    may_approve: bool = Field(description="Whether you can approve or refuse it.")
    may_withdraw: bool = Field(description="Whether you proposed it.")


class ListedCase(BaseModel):
    """A case as a list shows it: all but its history."""

    reference: str = Field(pattern=r"^\d{4}-\d{6,}$")
    external_reference: str | None
    source: str | None
    received_on: date
    due_on: date = Field(description="The original deadline: the last day on which an answer is on time.")
    extended_to: date | None
    answered_on: date | None
    manner: AnswerManner | None = Field(description="How it was answered, where that was told.")
    noark_code: str | None = Field(description="The same as avskrivningsmåte of Noark 5 (M619): BE, BU, TLF, BN or SA.")
    state: State
    days_left: int | None = Field(description="To the present deadline, negative after it; null when none is awaited.")
    stream: Stream | None
    channel: Channel | None
    kind: str | None = Field(description="The kind's word.")
    unit: str | None = Field(description="The unit's name.")
    handler: str | None = Field(description="The e-mail address of the handler's account.")
    subject: str | None
    text: str | None
    sender: Sender | None
    excluded: ExclusionReason | None
    pending: ShownPending | None = Field(description="The change that waits for a second person; at most one does.")
    version: int


class ShownHistory(BaseModel):
    """One line of a case's history."""

    at: Instant
    by: str | None = Field(description="The person's name; null for the command line and for imports.")
    door: Door
    action: Action
    changes: list[ShownChange]
    reason: str | None
    note: str | None


class FieldWarning(BaseModel):
    """A field that was taken as it is, and what about it should be looked at again."""

    field: str
    message: str
    references: list[str] = Field([], description="Cases within your reach that came with the same within 30 days.")


class ShownLink(BaseModel):
    """A case that this one is linked to."""

    reference: str
    received_on: date
    answered_on: date | None
    state: State
    unit: str | None


class ShownCase(ListedCase):
    """A case with its history, oldest first."""

    history: list[ShownHistory] | None = Field(
        description="Null when a change took the case out of your reach, and after a change by a token that may not read."
    )
    links: list[ShownLink] | None = Field(
        description="The cases within your reach that it is linked to; null as `history` is."
    )
    warnings: list[FieldWarning] = Field([], description="About what was handed in with this request; mostly empty.")


class CasePage(BaseModel):
    """One page of a list."""

    items: list[ListedCase]
    next: str | None = Field(description="The cursor of the next page; null when this is the last.")


class Interval(BaseModel):
    """A Wilson 95 % interval, in percent."""

    low: Percent
    high: Percent


class WithExtensions(BaseModel):
    """The same matured cases, held against the extended deadline where there is one."""

    on_time: int
    percent: Percent | None


class Figures(BaseModel):
    """What a group of cases comes to."""

    received: int
    matured: int
    on_time: int
    late: int
    open_overdue: int
    not_yet_due: int
    safe_already: int
    excluded: dict[ExclusionReason, int]
    percent: Percent | None
    band: Band | None
    interval: Interval | None
    with_extensions: WithExtensions


class Rule(BaseModel):
    """A version of the deadline rule, and how many of the cases have it."""

    version: int
    days: int
    roll: Roll
    cases: int


class Group(Figures):
    """One group of a breakdown."""

    key: str
    label: str


class Report(Figures):
    """MV.1.1 of a year."""

    indicator: Literal["MV.1.1"]
    year: int
    as_of: date
    status: Status
    stream: Stream
    rules: list[Rule]
    breakdown: list[Group]


def json_of(answer: BaseModel, status: int = 200) -> Response:
    """Return a model as a JSON answer that nobody keeps."""
    response = Response(answer.model_dump_json(), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def shown_story(story: CaseStory) -> ShownCase:
    """Present a case with its history."""
    history = [_shown_entry(entry) for entry in story.history] if story.case.may_see_details else None
    links = [_shown_link(case) for case in story.links] if story.case.may_see_details else None
    return ShownCase(**_fields(story.case), history=history, links=links)


def shown_without_history(case: CaseView) -> ShownCase:
    """Present a case that its author has just handed out of their own reach."""
    return ShownCase(**_fields(case), history=None, links=None)


def _shown_link(case: CaseView) -> ShownLink:
    return ShownLink(**{name: getattr(case, name) for name in ShownLink.model_fields})


def similar_warnings(found: Iterable[Similar]) -> list[FieldWarning]:
    """Present what came within thirty days with the same sender or subject, a warning for each."""
    found = list(found)
    references = {mark: [each.case.reference for each in found if mark in each.marks] for mark in Mark}
    return [
        FieldWarning(field=FIELDS[mark], message=SIMILAR, references=same) for mark, same in references.items() if same
    ]


def without_words(case: ShownCase) -> ShownCase:
    """Return a case without what is personal and without its history: for a token that may not read cases."""
    pending = case.pending and case.pending.model_copy(update={"reason": None})
    hidden = dict.fromkeys(("subject", "text", "sender", "history", "links"))
    return case.model_copy(update=hidden | {"pending": pending})


def listed_case(case: CaseView) -> ListedCase:
    """Present a case as a list shows it."""
    return ListedCase(**_fields(case))


def _fields(case: CaseView) -> dict[str, Any]:
    same = (
        "reference", "external_reference", "source", "received_on", "due_on", "extended_to", "answered_on", "state",
        "days_left", "stream", "channel", "unit", "version",
    )  # fmt: skip
    return {name: getattr(case, name) for name in same} | {
        "kind": case.kind.word if case.kind else None,
        "handler": case.handler.email if case.handler else None,
        "subject": case.personal.subject if case.personal else None,
        "text": case.personal.text if case.personal else None,
        "sender": _shown_sender(case),
        "manner": case.answer_manner,
        "noark_code": noark_code(case.answer_manner),
        "excluded": case.exclusion,
        "pending": _shown_pending(case.pending),
    }


def _shown_pending(found: PendingView | None) -> ShownPending | None:
    if found is None:
        return None
    same = ("id", "action", "proposed_by", "proposed_at", "reason", "may_approve", "may_withdraw")
    shown = {name: getattr(found, name) for name in same}
    return ShownPending(**shown, changes=[_shown_change(change, {}) for change in found.changes])


def _shown_sender(case: CaseView) -> Sender | None:
    found = case.personal
    if found is None or not (found.sender_name or found.sender_email or found.sender_phone):
        return None
    return Sender(name=found.sender_name, email=found.sender_email, phone=found.sender_phone)


def _shown_entry(entry: HistoryEntry) -> ShownHistory:
    return ShownHistory(
        at=entry.at,
        by=entry.by,
        door=entry.door,
        action=entry.action,
        changes=[_shown_change(change, entry.earlier) for change in entry.changes],
        reason=entry.reason,
        note=entry.note,
    )


def shown_since(found: Meanwhile) -> list[dict[str, Any]] | None:
    """Present what was done with a case meanwhile; None when nobody can tell since when."""
    return [_shown_entry(line).model_dump(mode="json") for line in found.lines] if found.is_known else None


def _shown_change(change: Change, earlier: dict[str, str]) -> ShownChange:
    return ShownChange(field=change.field, before=earlier.get(change.field, change.before), after=change.after)
