"""Shows cases: one with its history and the reasons for its date, or a page of a list. Personal fields by right."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dialogen import calendar
from dialogen.database import cases as case_rows
from dialogen.database import history, rules, ties
from dialogen.domain import deadlines
from dialogen.domain.accounts import Act, Standing, reach
from dialogen.domain.answers import AnswerManner
from dialogen.domain.cases import CaseDates, Channel, Condition, ExclusionReason, Stream
from dialogen.domain.deadlines import Explanation, Roll, State
from dialogen.domain.errors import NotFound, Problem
from dialogen.domain.history import PERSONAL_FIELDS, Action, Change, Door
from dialogen.domain.other_laws import Law
from dialogen.services.pending_views import PendingView, pending_view, with_due_date

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database
    from dialogen.database.models import Case

LINK, SIDES = "linked_case", ("before", "after")
REFERENCE = re.compile(r"[0-9]{4}-[0-9]{6,12}")  # as domain/cases.py writes it


@dataclass(frozen=True)
class PersonView:
    """A handler, as a case names one."""

    account_id: int
    email: str
    name: str


@dataclass(frozen=True)
class KindView:
    """A case's kind: the word for programs, the name for people, and the law that has its own deadline for it."""

    word: str
    name: str
    law: Law | None = None


@dataclass(frozen=True)
class PersonalView:
    """What is personal about a case, and whether sender or content were erased after their retention time."""

    subject: str | None = None
    text: str | None = None
    sender_name: str | None = None
    sender_email: str | None = None
    sender_phone: str | None = None
    sender_erased: bool = False
    content_erased: bool = False


@dataclass(frozen=True)
class CaseView:
    """A case as one reader may see it on one day.

    `personal` is None when the reader may not see it. Without `may_see_details` stream, channel, kind and exclusion
    are None too: an administrator sees reference, unit, dates and handler alone. `pending` is the change that waits
    for a second person; `proposed` says that the very deed which left this view has to wait for one.
    """

    id: int
    reference: str
    external_reference: str | None
    source: str | None
    stream: Stream | None
    channel: Channel | None
    kind: KindView | None
    unit_id: int | None
    unit: str | None
    handler: PersonView | None
    received_on: date
    due_on: date
    extended_to: date | None
    deadline: date
    answered_on: date | None
    exclusion: ExclusionReason | None
    condition: Condition
    state: State
    days_left: int | None
    past_original: bool  # open, extended, and past the original due date
    registered_on: date
    created_at: datetime
    version: int
    nobody_to_tell: bool
    may_see_details: bool
    personal: PersonalView | None
    may_assign: bool
    may_work: bool
    pending: PendingView | None
    proposed: bool = False
    answer_manner: AnswerManner | None = None

    def __hash__(self) -> int:
        """Hash what tells most views apart: those of all fields would cost a list more than its query."""
        return hash((self.id, self.version, self.days_left, self.may_assign, self.may_work))


@dataclass(frozen=True)
class HistoryEntry:
    """One line of a case's history; free texts and earlier personal values are None or empty without the right."""

    at: datetime
    action: Action
    door: Door
    by: str | None
    changes: tuple[Change, ...]
    reason: str | None
    note: str | None
    earlier: dict[str, str]
    attachment: str | None = None  # the name of a file that was added or taken away


@dataclass(frozen=True)
class CaseStory:
    """A case with its history, oldest first, the answer to "why this date?", and the cases that it is linked to.

    History and links are empty for a reader who may not see the case's details.
    """

    case: CaseView
    history: tuple[HistoryEntry, ...]
    why: Explanation
    links: tuple[CaseView, ...] = ()


def dates_of(case: "Case") -> CaseDates:
    """Return what the rules need to know of a stored case."""
    return CaseDates(
        received_on=case.received_on,
        due_on=case.due_on,
        extended_to=case.extended_to,
        answered_on=case.answered_on,
        stream=case.stream,
        exclusion=case.exclusion,
    )


def check_reference(reference: str) -> None:
    """Raise NotFound for what cannot be a reference: no case has it, and the database may choke on its signs."""
    if not REFERENCE.fullmatch(reference):
        raise NotFound(Problem.NO_SUCH_CASE, value=reference)


def show_case(db: "Database", *, reference: str, by: Standing, today: date) -> CaseView:
    """Show one case; raises NotFound when there is none within the reader's reach."""
    check_reference(reference)
    with db.reading() as session:
        return view_of(case_rows.get_case_row(session, reference, reach(by, Act.SEE)), by=by, today=today)


def tell_story(db: "Database", *, reference: str, by: Standing, today: date) -> CaseStory:
    """Show one case with its history and why it has its date; raises NotFound as `show_case` does."""
    check_reference(reference)
    with db.reading() as session:
        row = case_rows.get_case_row(session, reference, reach(by, Act.SEE))
        view = view_of(row, by=by, today=today)
        view = replace(view, pending=with_due_date(session, view.pending))
        events = history.events_of(session, view.id) if view.may_see_details else ()
        story = entries_of(session, view, events, by=by)
        return CaseStory(view, story, why(session, row[0]), linked(session, view, by=by, today=today))


def linked(session: "Session", view: CaseView, *, by: Standing, today: date) -> tuple[CaseView, ...]:
    """Return the cases that a case is linked to, as far as the reader sees their details too."""
    rows = ties.linked_cases(session, view.id, reach(by, Act.SEE_DETAILS)) if view.may_see_details else ()
    return tuple(view_of(row, by=by, today=today) for row in rows)


def view_of(row: Any, *, by: Standing | None, today: date) -> CaseView:
    """Build the view of a row of `case_with_names` for a reader; None is the office itself, which sees all."""
    case, personal, unit, kind, email, name, unaddressed, *waiting = row
    rights = _rights(by, case.unit_id, case.handler_id)
    detailed = Act.SEE_DETAILS in rights
    return CaseView(
        id=case.id,
        reference=case.reference,
        external_reference=case.external_reference,
        source=case.source,
        stream=case.stream if detailed else None,
        channel=case.channel if detailed else None,
        kind=KindView(kind.word, kind.name, kind.law) if kind and detailed else None,
        unit_id=case.unit_id,
        unit=unit,
        handler=PersonView(case.handler_id, email, name) if case.handler_id else None,
        received_on=case.received_on,
        due_on=case.due_on,
        extended_to=case.extended_to,
        deadline=case.deadline,
        answered_on=case.answered_on,
        exclusion=case.exclusion if detailed else None,
        **_derived(dates_of(case), today, bool(unaddressed)),
        registered_on=case.registered_on,
        created_at=case.created_at,
        version=case.version,
        may_see_details=detailed,
        personal=_personal_view(personal) if Act.SEE_PERSONAL in rights else None,
        may_assign=Act.ASSIGN in rights,
        may_work=Act.WORK in rights,
        pending=pending_view(waiting, by=by, may=rights.__contains__),
        answer_manner=case.answer_manner if detailed else None,
    )


@lru_cache(maxsize=4096)  # asked for every row of a list, of the same few units and people
def _rights(by: Standing | None, unit_id: int | None, handler_id: int | None) -> frozenset[Act]:
    """Return what a reader may do with the cases of a unit that a handler has."""
    return frozenset(act for act in Act if by is None or reach(by, act).covers(unit_id=unit_id, handler_id=handler_id))


def _derived(dates: CaseDates, today: date, unaddressed: bool) -> dict[str, Any]:
    """Return how a case stands on a day: what is never stored."""
    asked: dict[str, Any] = {
        "due_on": dates.due_on,
        "extended_to": dates.extended_to,
        "answered_on": dates.answered_on,
        "excluded": dates.exclusion is not None,
        "today": today,
    }
    is_open = dates.condition is Condition.OPEN
    return {
        "condition": dates.condition,
        "state": deadlines.state(**asked),
        "days_left": deadlines.days_left(**asked),
        "past_original": is_open and dates.extended_to is not None and dates.due_on < today,
        "nobody_to_tell": is_open and unaddressed,
    }


def _personal_view(personal: Any) -> PersonalView:
    if personal is None:
        return PersonalView()
    return PersonalView(
        personal.subject,
        personal.text,
        personal.sender_name,
        personal.sender_email,
        personal.sender_phone,
        sender_erased=personal.sender_erased_at is not None,
        content_erased=personal.content_erased_at is not None,
    )


def entries_of(
    session: "Session", view: CaseView, events: Sequence[Any], *, by: Standing | None
) -> tuple[HistoryEntry, ...]:
    """Return lines of a case's history, each with its author's name, with the texts that the view's reader may see."""
    shown = bool(events) and view.personal is not None
    texts = history.texts_of(session, view.id, since=events[0][0].id) if shown else {}
    hidden = _hidden_references(session, events, by=by)
    entries = []
    for event, name in events:
        if any({change["before"], change["after"]} & hidden for change in event.changes if change["field"] == LINK):
            continue  # which other case there is, or was, is told to those who see it
        own = texts.get(event.id, {})
        entries.append(
            HistoryEntry(
                at=event.at,
                action=Action(event.action),
                door=Door(event.door),
                by=name,
                changes=tuple(Change(**each) for each in event.changes),
                reason=own.get("reason"),
                note=own.get("note"),
                earlier={key: text for key, text in own.items() if key in PERSONAL_FIELDS - {"reason", "note"}},
                attachment=own.get("attachment"),
            )
        )
    return tuple(entries)


def _hidden_references(session: "Session", events: Sequence[Any], *, by: Standing | None) -> set[str]:
    """Return the references of linked cases in lines of history that the reader may not see."""
    told = {
        change[side] for event, _ in events for change in event.changes if change["field"] == LINK for side in SIDES
    }
    told -= {None}
    if by is None or not told:
        return set()
    return told - ties.references_within(session, told, reach(by, Act.SEE_DETAILS))


def why(session: "Session", case: "Case") -> Explanation:
    """Return how a stored case came to have its deadline."""
    rule = next(each for each in rules.deadline_rules(session) if each.version == case.rule_version)
    closed = rules.closed_days(session) if rule.roll is Roll.NEXT_WORKING_DAY else {}
    return deadlines.explain(
        received_on=case.received_on,
        rule=rule,
        due_on=case.due_on,
        extended_to=case.extended_to,
        calendar=calendar.office_calendar(closed),
    )
