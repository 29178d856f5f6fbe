"""Applies a changed row of an import to its case: all of it as the case's rules allow, or nothing."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from dialogen.database import cases as case_rows
from dialogen.database import history
from dialogen.domain import cases as rules_of_cases
from dialogen.domain.cases import CaseDates, Condition, Step, Stream
from dialogen.domain.history import Action, Author, Change, Door
from dialogen.services.case_views import dates_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.imports import ImportedCase
    from dialogen.domain.imports import CaseRow
    from dialogen.services.import_lookups import Deadlines, Names

IMPORT = Author(None, Door.IMPORT)
_DATES = ("stream", "received_on", "due_on", "answered_on")


class Update(NamedTuple):
    """A row that differs from the row as last imported, in which fields, and the case as it is now."""

    row: "CaseRow"
    changed: frozenset[str]
    imported: "ImportedCase"


@dataclass(frozen=True)
class Plan:
    """What an update does to its case once it is judged: only what the case is not already."""

    update: Update
    before: CaseDates
    after: CaseDates
    rule_version: int
    handler_id: int | None
    other: frozenset[str]  # of unit, kind, channel and subject those that really change

    @property
    def corrected(self) -> CaseDates:
        """The dates after the corrections alone, before a first answer or an exclusion."""
        answered_on = self.after.answered_on if self.before.answered_on else None
        return replace(self.after, answered_on=answered_on, exclusion=self.before.exclusion)

    @property
    def moves(self) -> bool:
        """Whether a case that is not answered goes to another unit; moving an answered one is a correction."""
        return "unit" in self.other and self.before.condition is not Condition.ANSWERED

    @property
    def assigns(self) -> bool:
        """Whether the case gets another handler."""
        return self.handler_id != self.update.imported.case.handler_id

    @property
    def corrects(self) -> bool:
        """Whether anything is corrected."""
        return self.corrected != self.before or bool(self.other - ({"unit"} if self.moves else set()))

    @property
    def answers(self) -> bool:
        """Whether the case gets its first answer."""
        return self.after.answered_on is not None and self.before.answered_on is None

    @property
    def excludes(self) -> bool:
        """Whether the case is held outside, or outside for another reason."""
        return self.after.exclusion is not self.before.exclusion


def judged(update: Update, *, names: "Names", deadlines: "Deadlines", today: date) -> Plan:
    """Return what an update does; raises DialogenError when the case refuses any of it.

    The changes of one row are judged jointly. Four eyes do not apply: an import is exempt, and recorded as one
    (domain.md 4).
    """
    plan = _plan(update, names, deadlines)
    before = plan.before
    if plan.corrects:
        rules_of_cases.check_correction(before, plan.corrected)
        rules_of_cases.check_extension_after(plan.corrected)
    if plan.moves:
        rules_of_cases.check_step(Step.HAND_OVER, before)
    if plan.assigns:
        rules_of_cases.check_step(Step.ASSIGN, before)
    if plan.answers and plan.after.answered_on is not None:
        rules_of_cases.check_answer(plan.corrected, answered_on=plan.after.answered_on, today=today)
    if plan.excludes:
        rules_of_cases.check_step(Step.EXCLUDE, before)
    return plan


def _plan(update: Update, names: "Names", deadlines: "Deadlines") -> Plan:
    row, changed, case = update.row, update.changed, update.imported.case
    before = dates_of(case)
    due_on, rule_version = before.due_on, case.rule_version
    received_on = row.received if "received" in changed else before.received_on
    if received_on != before.received_on:
        due_on, rule_version = deadlines.due(received_on)
    after = replace(
        before,
        received_on=received_on,
        due_on=due_on,
        answered_on=row.answered if "answered" in changed else before.answered_on,
        stream=(row.stream or Stream.EXTERNAL) if "stream" in changed else before.stream,
        exclusion=row.excluded if "excluded" in changed else before.exclusion,
    )
    is_so = {
        "unit": names.is_unit(case.unit_id, row.unit),
        "kind": names.is_kind(case.kind_id, row.kind),
        "channel": case.channel is row.channel,
        "subject": update.imported.subject == row.subject,
    }
    handler_id = names.handler(row.handler) if "handler" in changed else case.handler_id
    other = frozenset(field for field, so in is_so.items() if field in changed and not so)
    return Plan(update, before, after, rule_version, handler_id, other)


def apply_plan(session: "Session", plan: Plan, *, names: "Names", now: datetime) -> None:
    """Change the case as judged, and tell its history."""
    case, row = plan.update.imported.case, plan.update.row
    lines = _Story(plan, names).lines()  # from the case as it still is
    earlier: dict[str, str] = {}
    if "subject" in plan.other:
        earlier = {"subject": plan.update.imported.subject} if plan.update.imported.subject else {}
        case_rows.personal_of(session, case.id).subject = row.subject
    if "unit" in plan.other:
        case.unit_id = names.unit(row.unit)
    if "kind" in plan.other:
        case.kind_id = names.kind(row.kind)
    if "channel" in plan.other and row.channel is not None:
        case.channel = row.channel
    case.handler_id, case.rule_version = plan.handler_id, plan.rule_version
    for field in ("received_on", "due_on", "deadline", "answered_on", "stream", "exclusion"):
        setattr(case, field, getattr(plan.after, field))
    case.version += len(lines)  # each version of a case is one line of its history
    for action, changes in lines:
        texts = earlier if action is Action.CORRECTED else None
        history.add_event(session, case.id, at=now, action=action, author=IMPORT, changes=changes, texts=texts)


class _Story:
    """The lines of history that a plan leaves, from the case as it was."""

    def __init__(self, plan: Plan, names: "Names") -> None:
        self._plan = plan
        case, row = plan.update.imported.case, plan.update.row
        unit_id = names.unit(row.unit) if "unit" in plan.other else None
        kind_id = names.kind(row.kind) if "kind" in plan.other else None
        self._words = {
            "unit": Change("unit", names.units.get(case.unit_id or 0), names.units.get(unit_id or 0)),
            "handler": Change("handler", names.handlers.get(case.handler_id or 0), row.handler),
            "kind": Change("kind", names.kinds.get(case.kind_id or 0), names.kinds.get(kind_id or 0)),
            "channel": Change("channel", case.channel.value, row.channel),
            "subject": Change("subject", None, None),
        }

    def lines(self) -> list[tuple[Action, list[Change]]]:
        """Return what was done, in the order in which it makes sense, with the changes of each."""
        plan, after = self._plan, self._plan.after
        placed = [self._words[field] for field, so in (("unit", plan.moves), ("handler", plan.assigns)) if so]
        answer = [Change("answered_on", None, _text(after.answered_on))] if plan.answers else []
        exclusion = []
        if plan.excludes:
            exclusion = [Change("exclusion", _text(plan.before.exclusion), _text(after.exclusion))]
        lines = [
            (Action.CORRECTED, self._corrections()),
            (Action.HANDED_OVER if plan.moves else Action.ASSIGNED, placed),
            (Action.ANSWERED, answer),
            (Action.EXCLUDED, exclusion),
        ]
        return [(action, changes) for action, changes in lines if changes]

    def _corrections(self) -> list[Change]:
        plan = self._plan
        before, after = plan.before, plan.corrected
        dates = [
            Change(field, _text(getattr(before, field)), _text(getattr(after, field)))
            for field in _DATES
            if getattr(before, field) != getattr(after, field)
        ]
        rule = plan.update.imported.case.rule_version
        if plan.rule_version != rule:
            dates.append(Change("rule_version", str(rule), str(plan.rule_version)))
        return dates + [self._words[field] for field in sorted(plan.other) if not (field == "unit" and plan.moves)]


def _text(value: date | str | None) -> str | None:
    return value.isoformat() if isinstance(value, date) else value and str(value)
