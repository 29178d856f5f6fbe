"""Decides on changes that wait for a second person: approve, refuse, withdraw, and what waits for whom.

Raises NotFound out of reach, NotAllowed without the right, Conflict when nothing waits or the case was changed since.
"""

import base64
import binascii
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from dialogen.database import cases as case_rows
from dialogen.database import pending as pending_rows
from dialogen.domain import cases as rules_of_cases
from dialogen.domain import four_eyes, texts
from dialogen.domain.accounts import Act, Standing, reach
from dialogen.domain.cases import Outcome, Step
from dialogen.domain.errors import Conflict, InvalidInput, NotAllowed, Problem, WrongState
from dialogen.domain.history import Action, Change
from dialogen.services import case_dates, likeness
from dialogen.services.case_lists import CasePage
from dialogen.services.case_views import CaseView, check_reference, dates_of, view_of
from dialogen.services.cases import Deed, OpenCase, deed_on_case, seen, tell
from dialogen.services.pending_views import with_due_date

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database
    from dialogen.database.models import PendingChange

APPROVE = frozenset({Act.APPROVE})


class Whose(StrEnum):
    """Which of the changes that wait are asked for."""

    TO_DECIDE = "to_decide"  # by the reader
    OWN = "own"  # proposed by the reader


def approve_change(db: "Database", *, reference: str, deed: Deed, pending_id: int | None = None) -> CaseView:
    """Let the change that waits count, as the second person. Everything is judged anew on the case as it now is.

    `pending_id` is the change that was seen (None: whichever waits).
    """
    with deed_on_case(db, reference=reference, deed=deed, acts=APPROVE, deciding=True) as opened:
        waiting = _waiting(opened, pending_id)
        four_eyes.check_second_person(deed.by.account_id, proposed_by=waiting.proposed_by)
        told = _carry_out(opened, waiting, deed)
        pending_rows.settle(waiting, outcome=Outcome.APPROVED, by=deed.by.account_id, at=deed.now)
        tell(opened, deed, Action.APPROVED, told)
    return seen(opened)


def refuse_change(
    db: "Database", *, reference: str, reason: str | None, deed: Deed, pending_id: int | None = None
) -> CaseView:
    """Refuse the change that waits, as the second person, with a reason. The case stays as it is."""
    with deed_on_case(db, reference=reference, deed=deed, acts=APPROVE, deciding=True) as opened:
        waiting = _waiting(opened, pending_id)
        four_eyes.check_second_person(deed.by.account_id, proposed_by=waiting.proposed_by)
        why = texts.required_text("reason", reason, most=texts.REASON_MOST, problem=Problem.REASON_REQUIRED)
        pending_rows.settle(waiting, outcome=Outcome.REFUSED, by=deed.by.account_id, at=deed.now)
        tell(opened, deed, Action.REFUSED, [], {"reason": why})
    return seen(opened)


def withdraw_change(db: "Database", *, reference: str, deed: Deed, pending_id: int | None = None) -> CaseView:
    """Take one's own proposal back. The case stays as it is."""
    with deed_on_case(db, reference=reference, deed=deed, acts=frozenset()) as opened:
        waiting = _waiting(opened, pending_id)
        four_eyes.check_proposer(deed.by.account_id, proposed_by=waiting.proposed_by)
        pending_rows.settle(waiting, outcome=Outcome.WITHDRAWN, by=deed.by.account_id, at=deed.now)
        tell(opened, deed, Action.WITHDRAWN, [])
    return seen(opened)


def show_waiting(db: "Database", *, reference: str, by: Standing, today: date) -> CaseView:
    """Show a case whose change waits; raises NotFound out of reach, NotAllowed to who may not know, else Conflict."""
    check_reference(reference)
    with db.reading() as session:
        # A statistician approves in units whose cases they do not read: there is nothing of those but what waits.
        row = case_rows.get_case_row(session, reference, reach(by, Act.SEE), deciding=reach(by, Act.APPROVE))
        view = view_of(row, by=by, today=today)
        if view.pending is None:
            may_know = view.may_see_details or reach(by, Act.APPROVE).all_of_unit(view.unit_id)
            raise Conflict(Problem.NOTHING_WAITS) if may_know else NotAllowed(Problem.NOT_ALLOWED)
        return replace(view, pending=with_due_date(session, view.pending))


def list_waiting(
    db: "Database", *, by: Standing, today: date, whose: Whose, limit: int = 50, cursor: str | None = None
) -> CasePage:
    """List the cases with a change that waits, the oldest proposal first: for the reader to decide, or the reader's own.

    Raises InvalidInput for a cursor that no list gave.
    """
    after = _place(cursor, whose) if cursor else 0
    with db.reading() as session:
        if whose is Whose.OWN:
            rows = pending_rows.list_own(session, reach(by, Act.SEE), after=after, limit=limit + 1)
        else:
            rows = pending_rows.list_to_decide(session, reach(by, Act.APPROVE), after=after, limit=limit + 1)
        views = tuple(view_of(row, by=by, today=today) for row in rows[:limit])
    return CasePage(views, _cursor(views[-1], whose) if len(rows) > limit else None)


def _waiting(opened: OpenCase, pending_id: int | None) -> "PendingChange":
    waiting = pending_rows.find_pending(opened.session, opened.case.id)
    if waiting is None:
        raise Conflict(Problem.NOTHING_WAITS)
    if pending_id is not None and pending_id != waiting.id:
        raise Conflict(Problem.OTHER_CHANGE_WAITS)
    return waiting


def _carry_out(opened: OpenCase, waiting: "PendingChange", deed: Deed) -> list[Change]:
    """Change the case as proposed; returns what to tell. What the rules refuse now is no fault of who approves."""
    try:
        return _change(opened.session, opened, pending_rows.changes_of(waiting), deed.today)
    except InvalidInput as refusal:
        raise WrongState(refusal.problem, **refusal.values) from None


def _change(session: "Session", opened: OpenCase, changes: tuple[Change, ...], today: date) -> list[Change]:
    case, before = opened.case, dates_of(opened.case)
    wanted = four_eyes.as_proposed(before, changes)
    if wanted.exclusion is not None:
        rules_of_cases.check_step(Step.EXCLUDE, before)
        case.exclusion = wanted.exclusion
        return list(changes)
    told = case_dates.apply(case, case_dates.judged(session, case, before=before, wanted=wanted, today=today))
    likeness.keep_marks(session, case)
    return told


def _cursor(last: CaseView, whose: Whose) -> str:
    assert last.pending is not None, "only cases with a change that waits are listed"
    return base64.urlsafe_b64encode(f"{whose.value} {last.pending.id}".encode()).decode().rstrip("=")


def _place(cursor: str, whose: Whose) -> int:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        kind, _, number = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii").partition(" ")
        if kind != whose.value or not number.isdecimal() or not 0 <= int(number) < 2**31:
            raise ValueError(cursor)
        return int(number)
    except (ValueError, binascii.Error):
        raise InvalidInput.of("cursor", Problem.BAD_CURSOR) from None
