"""Gathers what the page of one case shows, in one reading of the database and a fixed number of queries."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from dialogen import calendar
from dialogen.database import cases as case_rows
from dialogen.database import history
from dialogen.domain.accounts import Act, Standing, reach
from dialogen.domain.cases import Condition
from dialogen.domain.deadlines import Explanation
from dialogen.domain.next_steps import NextStep, next_step
from dialogen.domain.other_laws import Law, due_by, guessed
from dialogen.domain.timeline import Timeline
from dialogen.services import likeness, timeline
from dialogen.services.attachments import AttachmentView, attachments_of
from dialogen.services.case_views import (
    CaseView,
    HistoryEntry,
    check_reference,
    entries_of,
    linked,
    view_of,
    why,
)
from dialogen.services.likeness import Similar
from dialogen.services.pending_views import with_due_date
from dialogen.services.timeline import Telling

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database


@dataclass(frozen=True)
class LawClock:
    """Another law's deadline that runs for a case, by its kind; with `is_guess` only its words point to it."""

    law: Law
    due_by: date | None
    is_guess: bool


@dataclass(frozen=True)
class CasePage:
    """A case as its page shows it: the case, why it has its date, its extensions (oldest first), what belongs to it,
    what is like it, and its story. Empty of what its reader may not see."""

    case: CaseView
    why: Explanation
    extensions: tuple[HistoryEntry, ...]
    links: tuple[CaseView, ...]
    similar: tuple[Similar, ...]
    files: tuple[AttachmentView, ...]
    clock: LawClock | None
    timeline: Timeline


def open_case(
    db: "Database", *, reference: str, by: Standing, today: date, limit: int, newest_first: bool = True
) -> CasePage:
    """Show one case with its `limit` newest entries; raises NotFound when there is none within the reader's reach."""
    check_reference(reference)
    with db.reading() as session:
        row = case_rows.get_case_row(session, reference, reach(by, Act.SEE))
        view = view_of(row, by=by, today=today)
        view = replace(view, pending=with_due_date(session, view.pending))
        links = linked(session, view, by=by, today=today)
        similar = likeness.similar_to_case(session, view=view, by=by, today=today, but=[each.id for each in links])
        story = timeline.tell(Telling(session, view, by, limit), newest_first=newest_first)
        return CasePage(
            view,
            why(session, row[0]),
            _extensions(session, view, by=by),
            links,
            tuple(similar),
            attachments_of(session, view),
            clock_of(view),
            story,
        )


def _extensions(session: "Session", view: CaseView, *, by: Standing) -> tuple[HistoryEntry, ...]:
    if view.extended_to is None or not view.may_see_details:
        return ()
    return entries_of(session, view, history.extensions_of(session, view.id), by=by)


def clock_of(view: CaseView) -> LawClock | None:
    """Return the deadline that another law has for a case that waits for an answer; None when there is none."""
    if view.condition is not Condition.OPEN:
        return None
    law, said = view.kind.law if view.kind else None, view.personal
    found = law or (guessed(said.subject, said.text) if said else None)
    if found is None:
        return None
    # A local closed day is none to the law.
    return LawClock(found, due_by(found, view.received_on, calendar.office_calendar({})), is_guess=law is None)


def next_step_of(view: CaseView) -> NextStep | None:
    """Return the next step of a case for the reader whose view it is."""
    return next_step(
        condition=view.condition,
        has_unit=view.unit_id is not None,
        has_handler=view.handler is not None,
        may_work=view.may_work,
        may_assign=view.may_assign,
        may_decide=view.pending is not None and view.pending.may_approve,
    )
