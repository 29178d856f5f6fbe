"""One step on many cases: what it would come to, doing it in one transaction, and undoing it for a while.

Raises InvalidInput for what is handed in, and NotFound for a step that somebody else did.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from dialogen.database import bulk as rows
from dialogen.database import history
from dialogen.database import pending as pending_rows
from dialogen.domain import bulk as rules
from dialogen.domain import texts
from dialogen.domain.accounts import Act, Standing, reach
from dialogen.domain.bulk import CASES_MOST, PLACING, RUN_KEPT, BulkStep, Facts, Fate, Verdict, Wanted
from dialogen.domain.cases import ExclusionReason, Outcome
from dialogen.domain.errors import InvalidInput, Problem
from dialogen.domain.history import Action, Change
from dialogen.services import case_parts, proposals
from dialogen.services.case_views import REFERENCE, CaseView, dates_of, view_of
from dialogen.services.cases import Deed

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.engine import Database
    from dialogen.database.models import Case

ACTIONS = {
    BulkStep.ASSIGN: Action.ASSIGNED,
    BulkStep.HAND_OVER: Action.HANDED_OVER,
    BulkStep.EXTEND: Action.EXTENDED,
    BulkStep.EXCLUDE: Action.EXCLUDED,
}


@dataclass(frozen=True)
class Ask:
    """A step as it is asked for: the handler by address, the unit by name."""

    step: BulkStep
    handler: str | None = None
    unit: str | None = None
    extended_to: date | None = None
    exclusion: ExclusionReason | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Expected:
    """A case, and what the step would come to, or came to, for it; `undone` what undoing came to."""

    case: CaseView
    verdict: Verdict
    undone: Fate | None = None


@dataclass(frozen=True)
class RunView:
    """A step that was done, as far as its author still sees the cases; `counts` are of all."""

    id: int
    step: BulkStep
    done_at: datetime
    items: tuple[Expected, ...]
    counts: Mapping[Fate, int]
    undone: Mapping[Fate, int]
    may_undo: bool


def choose(db: "Database", *, references: Mapping[str, int | None], by: Standing, today: date) -> tuple[CaseView, ...]:
    """Return the chosen cases within reach; raises InvalidInput for none and for too many."""
    _check_number(references)
    with db.reading() as session:
        found = rows.rows_of(session, [each for each in references if REFERENCE.fullmatch(each)], reach(by, Act.SEE))
        return tuple(view_of(row, by=by, today=today) for row in found)


def preview(
    db: "Database", *, references: Mapping[str, int | None], ask: Ask, by: Standing, today: date
) -> tuple[Expected, ...]:
    """Return what a step would come to for each of the chosen cases; changes nothing."""
    _check_number(references)
    with db.reading() as session:
        wanted = _wanted(session, ask)
        found = rows.rows_of(session, [each for each in references if REFERENCE.fullmatch(each)], reach(by, Act.SEE))
        waiting = pending_rows.pending_by_case(session, [row[0].id for row in found])
        return tuple(
            Expected(
                view_of(row, by=by, today=today),
                rules.judge(
                    _facts(row[0], by, ask.step, waiting),
                    wanted,
                    today=today,
                    seen_version=references[row[0].reference],
                ),
            )
            for row in found
        )


def run(db: "Database", *, references: Mapping[str, int | None], ask: Ask, deed: Deed) -> int:
    """Do a step on the chosen cases that take it, all in one transaction; returns its number.

    A case that was changed since the version that was seen is left out, as one that refuses the step.
    """
    _check_number(references)
    with db.writing() as session:
        wanted = _wanted(session, ask)
        named = [each for each in references if REFERENCE.fullmatch(each)]
        cases = rows.lock_cases(session, named, reach(deed.by, Act.SEE))
        waiting = pending_rows.pending_by_case(session, [case.id for case in cases])
        teller = _Teller.of(session, cases, wanted, deed)
        items = []
        for case in cases:
            facts = _facts(case, deed.by, ask.step, waiting)
            verdict = rules.judge(facts, wanted, today=deed.today, seen_version=references[case.reference])
            before = _before(case, ask.step)
            _carry_out(
                teller,
                case,
                facts,
                wanted,
                verdict.fate,
                texts.checked_text("reason", ask.reason, most=texts.REASON_MOST),
            )
            items.append(
                {
                    "case_id": case.id,
                    "fate": verdict.fate,
                    "problem": verdict.problem and verdict.problem.name,
                    "version": case.version,
                    "before": before,
                }
            )
        rows.forget_runs(session, before=deed.now - RUN_KEPT)
        return rows.add_run(session, account_id=deed.by.account_id, step=ask.step, done_at=deed.now, items=items)


def show_run(db: "Database", *, run_id: int, by: Standing, today: date, now: datetime) -> RunView:
    """Return what a step came to, to whoever did it."""
    with db.reading() as session:
        done, items = rows.get_run(session, run_id, account_id=by.account_id)
        found = {row[0].id: row for row in rows.rows_by_id(session, [item.case_id for item in items])}
        within = reach(by, Act.SEE)
        seen = tuple(
            Expected(
                view_of(found[item.case_id], by=by, today=today),
                Verdict(item.fate, Problem[item.problem] if item.problem else None),
                item.undone,
            )
            for item in items
            if within.covers(unit_id=found[item.case_id][0].unit_id, handler_id=found[item.case_id][0].handler_id)
        )
        return RunView(
            id=done.id,
            step=done.step,
            done_at=done.done_at,
            items=seen,
            counts=_counted(item.fate for item in items),
            undone=_counted(item.undone for item in items if item.undone),
            may_undo=rules.may_undo(done_at=done.done_at, now=now, undone=done.undone_at is not None)
            and any(item.fate in (Fate.DONE, Fate.PROPOSED) for item in items),
        )


def undo(db: "Database", *, run_id: int, deed: Deed) -> None:
    """Make the cases of a step what they were, but for those that somebody changed since; in one transaction.

    Only whoever did it can, for a while, and once: raises WrongState after that.
    """
    with db.writing() as session:
        done, items = rows.get_run(session, run_id, account_id=deed.by.account_id, lock=True)
        rules.check_undo(done_at=done.done_at, now=deed.now, undone=done.undone_at is not None)
        cases = {case.id: case for case in rows.lock_cases_by_id(session, [item.case_id for item in items])}
        waiting = pending_rows.pending_by_case(session, sorted(cases))
        befores = [item.before for item in items]
        teller = _Teller.naming(session, list(cases.values()), befores, deed)
        for item in items:
            case = cases[item.case_id]
            verdict = rules.judge_undo(
                fate=item.fate,
                version_after=item.version,
                version=case.version,
                was_may=_may(deed.by, done.step, item.before["unit"], item.before["handler"]),
            )
            if verdict.fate is Fate.DONE and item.fate is Fate.PROPOSED:
                teller.withdraw(case, waiting.get(case.id))
            elif verdict.fate is Fate.DONE:
                teller.become(case, item.before, Action.UNDONE)
            item.undone = verdict.fate
        done.undone_at = deed.now


@dataclass(frozen=True)
class _Teller:
    """Changes cases and tells their histories, with the names that these are told by."""

    session: "Session"
    deed: Deed
    emails: Mapping[int | None, str]
    units: Mapping[int | None, str]

    @classmethod
    def of(cls, session: "Session", cases: list["Case"], wanted: Wanted, deed: Deed) -> "_Teller":
        """Return one that knows the names of what the cases are and will be."""
        return cls.naming(session, cases, [{"handler": wanted.handler_id, "unit": wanted.unit_id}], deed)

    @classmethod
    def naming(cls, session: "Session", cases: list["Case"], others: list[dict[str, Any]], deed: Deed) -> "_Teller":
        """Return one that knows the names of what the cases are, and of others."""
        handlers = {case.handler_id for case in cases} | {each["handler"] for each in others}
        units = {case.unit_id for case in cases} | {each["unit"] for each in others}
        return cls(session, deed, rows.emails(session, handlers), rows.unit_names(session, units))

    def become(self, case: "Case", wanted: Mapping[str, Any], action: Action, reason: str | None = None) -> None:
        """Let a case be what is wanted in the fields that are mentioned, and tell it."""
        told = []
        if "unit" in wanted and wanted["unit"] != case.unit_id:
            told.append(Change("unit", self.units.get(case.unit_id), self.units.get(wanted["unit"])))
            case.unit_id = wanted["unit"]
        if "handler" in wanted and wanted["handler"] != case.handler_id:
            told.append(Change("handler", self.emails.get(case.handler_id), self.emails.get(wanted["handler"])))
            case.handler_id = wanted["handler"]
        if "extended_to" in wanted:
            day = wanted["extended_to"]
            extended = date.fromisoformat(day) if day else None
            told.append(Change("extended_to", case.extended_to.isoformat() if case.extended_to else None, day))
            case.extended_to, case.deadline = extended, extended or case.due_on
        if "exclusion" in wanted:
            told.append(Change("exclusion", case.exclusion and case.exclusion.value, wanted["exclusion"]))
            case.exclusion = ExclusionReason(wanted["exclusion"]) if wanted["exclusion"] else None
        self._tell(case, action, told, reason)

    def propose(self, case: "Case", exclusion: ExclusionReason, reason: str | None) -> None:
        """Let the exclusion of a case wait for a second person."""
        proposals.propose(
            self.session,
            case,
            action=Action.EXCLUDED,
            changes=[Change("exclusion", None, exclusion.value)],
            reason=reason,
            author=self.deed.author,
            proposed_by=self.deed.by.account_id,
            now=self.deed.now,
        )

    def withdraw(self, case: "Case", waiting: Any) -> None:
        """Take back a proposal."""
        pending_rows.settle(waiting, outcome=Outcome.WITHDRAWN, by=self.deed.by.account_id, at=self.deed.now)
        self._tell(case, Action.WITHDRAWN, [], None)

    def _tell(self, case: "Case", action: Action, told: list[Change], reason: str | None) -> None:
        case.version += 1
        history.add_event(
            self.session,
            case.id,
            at=self.deed.now,
            action=action,
            author=self.deed.author,
            changes=told,
            texts={"reason": reason} if reason else None,
        )


def _carry_out(teller: _Teller, case: "Case", facts: Facts, wanted: Wanted, fate: Fate, reason: str | None) -> None:
    if fate is Fate.PROPOSED and wanted.exclusion is not None:
        teller.propose(case, wanted.exclusion, reason)
    if fate is not Fate.DONE:
        return
    becomes: dict[str, Any] = {}
    if wanted.step in PLACING:
        becomes["handler"] = rules.handler_after(facts, wanted)
    if wanted.step is BulkStep.HAND_OVER:
        becomes["unit"] = wanted.unit_id
    if wanted.extended_to is not None:
        becomes["extended_to"] = wanted.extended_to.isoformat()
    if wanted.exclusion is not None:
        becomes["exclusion"] = wanted.exclusion.value
    teller.become(case, becomes, ACTIONS[wanted.step], reason)


def _wanted(session: "Session", ask: Ask) -> Wanted:
    if ask.step is BulkStep.EXTEND:
        texts.required_text("reason", ask.reason, most=texts.REASON_MOST, problem=Problem.REASON_REQUIRED)
        if ask.extended_to is None:
            raise InvalidInput.of("extended_to", Problem.REQUIRED)
    if ask.step is BulkStep.EXCLUDE and ask.exclusion is None:
        raise InvalidInput.of("exclusion", Problem.REQUIRED)
    texts.checked_text("reason", ask.reason, most=texts.REASON_MOST)
    unit_id = case_parts.unit_number(session, ask.unit) if ask.step is BulkStep.HAND_OVER else None
    return Wanted(
        step=ask.step,
        handler_id=case_parts.handler_number(session, ask.handler) if ask.step is BulkStep.ASSIGN else None,
        unit_id=unit_id,
        stays=rows.handlers_in(session, unit_id) if ask.step is BulkStep.HAND_OVER else frozenset(),
        extended_to=ask.extended_to if ask.step is BulkStep.EXTEND else None,
        exclusion=ask.exclusion if ask.step is BulkStep.EXCLUDE else None,
    )


def _facts(case: "Case", by: Standing, step: BulkStep, waiting: Mapping[int, Any]) -> Facts:
    return Facts(
        dates=dates_of(case),
        unit_id=case.unit_id,
        handler_id=case.handler_id,
        waits=case.id in waiting,
        version=case.version,
        may=_may(by, step, case.unit_id, case.handler_id),
    )


def _may(by: Standing, step: BulkStep, unit_id: int | None, handler_id: int | None) -> bool:
    act = Act.ASSIGN if step in PLACING else Act.WORK
    return reach(by, act).covers(unit_id=unit_id, handler_id=handler_id)


def _before(case: "Case", step: BulkStep) -> dict[str, Any]:
    """Return what a case was: where it lay, and what the step changes."""
    before: dict[str, Any] = {"unit": case.unit_id, "handler": case.handler_id}
    if step is BulkStep.EXTEND:
        before["extended_to"] = case.extended_to and case.extended_to.isoformat()
    if step is BulkStep.EXCLUDE:
        before["exclusion"] = case.exclusion and case.exclusion.value
    return before


def _check_number(references: Mapping[str, int | None]) -> None:
    if not references:
        raise InvalidInput.of("cases", Problem.NO_CASES_CHOSEN)
    if len(references) > CASES_MOST:
        raise InvalidInput.of("cases", Problem.TOO_MANY_CASES, count=len(references), most=CASES_MOST)


def _counted(fates: Any) -> dict[Fate, int]:
    counts: dict[Fate, int] = {}
    for fate in fates:
        counts[fate] = counts.get(fate, 0) + 1
    return counts
