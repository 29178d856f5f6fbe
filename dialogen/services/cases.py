"""What the office does with a registered case: assign, answer, note, extend, correct, exclude. One deed, one function.

Every deed asks for the right, asks the domain whether the step is allowed, changes the row, tells the history and
returns the case as the author now sees it. Raises NotFound, NotAllowed, WrongState, InvalidInput, Conflict.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from dialogen.database import cases as case_rows
from dialogen.database import history, ties
from dialogen.domain import cases as rules_of_cases
from dialogen.domain import four_eyes, texts
from dialogen.domain.accounts import Act, Standing, reach
from dialogen.domain.answers import AnswerManner
from dialogen.domain.cases import ExclusionReason, Step
from dialogen.domain.errors import NotAllowed, Problem
from dialogen.domain.history import Action, Author, Change
from dialogen.domain.meanwhile import EVERYTHING, Part
from dialogen.domain.meanwhile import about as about_step
from dialogen.services import meanwhile, proposals
from dialogen.services.case_views import REFERENCE, CaseView, check_reference, dates_of, view_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database
    from dialogen.database.models import Case


@dataclass(frozen=True)
class Deed:
    """Who does something, when, and which version of the case they have seen (None: whichever; 0: none there was)."""

    by: Standing
    author: Author
    today: date
    now: datetime
    seen_version: int | None = None
    also_seen: frozenset[int] = frozenset()  # versions that are as good
    is_strict: bool = False  # whether it is refused also for changes by others that do not touch what it is about

    def has_seen(self, version: int) -> bool:
        """Say whether this version of the case is one that the author has seen, or none was asked for."""
        return self.seen_version in (None, version) or version in self.also_seen


@dataclass
class OpenCase:
    """A case in the middle of a deed: locked, and later shown to its author."""

    session: "Session"
    case: "Case"
    proposed: bool = False  # whether the deed has to wait for a second person
    view: CaseView | None = None


@contextmanager
def deed_on_case(
    db: "Database",
    *,
    reference: str,
    deed: Deed,
    acts: frozenset[Act],
    about: frozenset[Part] = EVERYTHING,
    deciding: bool = False,
    together_with: str | None = None,
) -> Iterator[OpenCase]:
    """Lock a case for a deed that needs the rights of `acts`; afterwards its view is ready.

    `deciding` finds it by the right to approve too, while a change of it waits; `together_with` is the reference of
    another case that the deed changes, if it is within the author's reach. Raises NotFound out of reach,
    NotAllowed without the rights, ChangedMeanwhile when somebody changed meanwhile what the deed is `about`.
    """
    check_reference(reference)
    with db.writing() as session:
        if together_with is not None and REFERENCE.fullmatch(together_with):
            ties.lock_together(session, {reference, together_with}, reach(deed.by, Act.SEE))
        deciders = reach(deed.by, Act.APPROVE) if deciding else None
        case = case_rows.get_case_to_change(session, reference, reach(deed.by, Act.SEE), deciding=deciders)
        for act in acts:
            check_may(deed.by, act, case)
        _check_not_changed(session, case, deed, about)
        opened = OpenCase(session, case)
        yield opened
        session.flush()
        # Whoever hands a case over to another unit still sees the outcome of it.
        view = view_of(case_rows.get_case_row_by_id(session, case.id), by=deed.by, today=deed.today)
        opened.view = replace(view, proposed=opened.proposed)


def _check_not_changed(session: "Session", case: "Case", deed: Deed, about: frozenset[Part]) -> None:
    if deed.seen_version is not None and not deed.has_seen(case.version):
        meanwhile.check_not_changed(
            session,
            case,
            seen_version=deed.seen_version,
            about=None if deed.is_strict else about,
            by=deed.by,
            today=deed.today,
        )


def check_may(by: Standing, act: Act, case: "Case") -> None:
    """Refuse an act on a case that is not within the account's reach for it."""
    if not reach(by, act).covers(unit_id=case.unit_id, handler_id=case.handler_id):
        raise NotAllowed(Problem.NOT_ALLOWED)


WORK = frozenset({Act.WORK})


def answer_case(
    db: "Database", *, reference: str, answered_on: date, manner: AnswerManner | None = None, deed: Deed
) -> CaseView:
    """Record the date of the first substantive answer that was given elsewhere, and how, where that is known."""
    with deed_on_case(db, reference=reference, deed=deed, acts=WORK, about=about_step(Step.ANSWER)) as opened:
        rules_of_cases.check_answer(dates_of(opened.case), answered_on=answered_on, today=deed.today)
        opened.case.answered_on, opened.case.answer_manner = answered_on, manner
        changes = [Change("answered_on", None, answered_on.isoformat())]
        changes += [Change("manner", None, manner.value)] if manner else []
        tell(opened, deed, Action.ANSWERED, changes)
    return seen(opened)


def extend_case(db: "Database", *, reference: str, extended_to: date, reason: str | None, deed: Deed) -> CaseView:
    """Promise the sender a later date, with a reason. The original deadline stays."""
    with deed_on_case(db, reference=reference, deed=deed, acts=WORK, about=about_step(Step.EXTEND)) as opened:
        reason = _reason(reason)
        case = opened.case
        rules_of_cases.check_extension(dates_of(case), extended_to=extended_to, today=deed.today)
        change = Change("extended_to", _iso(case.extended_to), extended_to.isoformat())
        case.extended_to = case.deadline = extended_to
        tell(opened, deed, Action.EXTENDED, [change], {"reason": reason})
    return seen(opened)


def exclude_case(db: "Database", *, reference: str, reason: ExclusionReason, note: str | None, deed: Deed) -> CaseView:
    """Take a case out of the statistic, with a reason of the list. After its deadline this is proposed (four eyes).

    Raises Conflict while a change of the case waits for a second person.
    """
    with deed_on_case(db, reference=reference, deed=deed, acts=WORK, about=about_step(Step.EXCLUDE)) as opened:
        before = dates_of(opened.case)
        rules_of_cases.check_step(Step.EXCLUDE, before)
        proposals.check_nothing_waits(opened.session, opened.case.id)
        note = texts.checked_text("note", note, most=texts.REASON_MOST)
        after = replace(before, exclusion=reason)
        changes = four_eyes.proposed_changes(before, after)
        if rules_of_cases.needs_second_person(before, after, deed.today):
            propose(opened, deed, Action.EXCLUDED, changes, note)
        else:
            opened.case.exclusion = reason
            tell(opened, deed, Action.EXCLUDED, changes, {"reason": note} if note else {})
    return seen(opened)


def include_case(db: "Database", *, reference: str, reason: str | None, deed: Deed) -> CaseView:
    """Take an excluded case into the statistic again, with a reason."""
    with deed_on_case(db, reference=reference, deed=deed, acts=WORK, about=about_step(Step.INCLUDE)) as opened:
        before = dates_of(opened.case)
        rules_of_cases.check_step(Step.INCLUDE, before)
        change = Change("exclusion", str(before.exclusion), None)
        opened.case.exclusion = None
        tell(opened, deed, Action.INCLUDED, [change], {"reason": _reason(reason)})
    return seen(opened)


def note_case(db: "Database", *, reference: str, note: str | None, deed: Deed) -> CaseView:
    """Write an internal note on a case."""
    with deed_on_case(db, reference=reference, deed=deed, acts=WORK, about=about_step(Step.NOTE)) as opened:
        rules_of_cases.check_step(Step.NOTE, dates_of(opened.case))
        text = texts.required_text("note", note, most=texts.TEXT_MOST)
        tell(opened, deed, Action.NOTED, [], {"note": text})
    return seen(opened)


def record_interim_reply(
    db: "Database",
    *,
    reference: str,
    replied_on: date,
    note: str | None,
    deed: Deed,
    expected_on: date | None = None,
) -> CaseView:
    """Record that the sender was told to wait (foreløpig svar), and until when, if that was said.

    Never stops the clock, and moves no deadline.
    """
    with deed_on_case(db, reference=reference, deed=deed, acts=WORK, about=about_step(Step.INTERIM_REPLY)) as opened:
        case = dates_of(opened.case)
        rules_of_cases.check_step(Step.INTERIM_REPLY, case)
        rules_of_cases.check_interim_reply_date(replied_on, received_on=case.received_on, today=deed.today)
        changes = [Change("replied_on", None, replied_on.isoformat())]
        if expected_on is not None:
            rules_of_cases.check_expected_answer(expected_on, replied_on=replied_on)
            changes.append(Change("expected_on", None, expected_on.isoformat()))
        text = texts.checked_text("note", note, most=texts.TEXT_MOST)
        tell(opened, deed, Action.INTERIM_REPLY, changes, {"note": text} if text else {})
    return seen(opened)


def propose(opened: OpenCase, deed: Deed, action: Action, changes: Iterable[Change], reason: str | None) -> None:
    """Let a change wait for a second person; the case stays as it is."""
    proposals.propose(
        opened.session,
        opened.case,
        action=action,
        changes=changes,
        reason=reason,
        author=deed.author,
        proposed_by=deed.by.account_id,
        now=deed.now,
    )
    opened.proposed = True


def tell(
    opened: OpenCase,
    deed: Deed,
    action: Action,
    changes: Iterable[Change],
    free_texts: Mapping[str, str] | None = None,
) -> None:
    """Write a line of history and give the case its next version."""
    opened.case.version += 1
    history.add_event(
        opened.session,
        opened.case.id,
        at=deed.now,
        action=action,
        author=deed.author,
        changes=changes,
        texts=free_texts,
    )


def seen(opened: OpenCase) -> CaseView:
    """Return the view that a finished deed left."""
    if opened.view is None:
        raise AssertionError("a deed that did not raise leaves a view")
    return opened.view


def _reason(reason: str | None) -> str:
    return texts.required_text("reason", reason, most=texts.REASON_MOST, problem=Problem.REASON_REQUIRED)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
