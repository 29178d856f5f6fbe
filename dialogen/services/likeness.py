"""Tells of cases that look like one matter: the same sender or subject within thirty days, within the reader's reach."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dialogen.database import cases as case_rows
from dialogen.database import ties
from dialogen.domain.accounts import Act, Standing, reach
from dialogen.domain.case_changes import NewCase
from dialogen.domain.likeness import Mark, marks_of, window
from dialogen.services.case_views import CaseView, PersonalView, view_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database
    from dialogen.database.models import Case

SHOWN_MOST = 10


@dataclass(frozen=True)
class Similar:
    """A case that looks like the one in question, and by what."""

    case: CaseView
    marks: frozenset[Mark]


def similar_to_new(
    db: "Database", *, new: NewCase, by: Standing, today: date, but: Collection[int] = ()
) -> list[Similar]:
    """Return what came within thirty days of an inquiry that is being registered, from the same sender or about the
    same, the newest first and at most SHOWN_MOST: only cases whose senders and subjects the reader may see."""
    marks = marks_of(email=new.sender.email, phone=new.sender.phone, subject=new.subject)
    with db.reading() as session:
        return _similar(session, marks, new.received_on, by=by, today=today, but=but)


def similar_to_case(
    session: "Session", *, view: CaseView, by: Standing, today: date, but: Collection[int] = ()
) -> list[Similar]:
    """Return what came within thirty days of a case, as `similar_to_new` does; nothing without the right to its words."""
    if view.personal is None:
        return []
    return _similar(session, _marks_of(view.personal), view.received_on, by=by, today=today, but={view.id, *but})


def keep_marks(session: "Session", case: "Case") -> None:
    """Keep what a case is known again by in line with its sender, its subject and its day of reception."""
    personal = case_rows.personal_of(session, case.id)
    marks = marks_of(email=personal.sender_email, phone=personal.sender_phone, subject=personal.subject)
    ties.keep_marks(session, case.id, marks=marks, received_on=case.received_on)


def _marks_of(personal: PersonalView) -> dict[Mark, str]:
    return marks_of(email=personal.sender_email, phone=personal.sender_phone, subject=personal.subject)


def _similar(
    session: "Session",
    marks: dict[Mark, str],
    received_on: date,
    *,
    by: Standing,
    today: date,
    but: Collection[int],
) -> list[Similar]:
    found = ties.similar_cases(
        session,
        keys=marks.values(),
        days=window(received_on),
        reach=reach(by, Act.SEE_PERSONAL),
        but=but,
        limit=SHOWN_MOST * len(Mark),
    )
    cases: dict[int, Similar] = {}
    for row, mark in found:
        there = cases.get(row[0].id)
        view = there.case if there else view_of(row, by=by, today=today)
        cases[view.id] = Similar(view, (there.marks if there else frozenset()) | {mark})
    return list(cases.values())[:SHOWN_MOST]
