"""Changes the fields of a registered case: who is to answer it, what it says, and the dates the figure stands on."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from dialogen.database import cases as case_rows
from dialogen.database import names
from dialogen.domain import cases as rules_of_cases
from dialogen.domain import deadlines, texts
from dialogen.domain.accounts import Act
from dialogen.domain.case_changes import PLACEMENT, REASON_DEMANDED, UNSET, CaseChanges, Sender
from dialogen.domain.cases import CaseDates, Condition, Step
from dialogen.domain.errors import InvalidInput, Problem
from dialogen.domain.history import Action, Change
from dialogen.services import case_parts
from dialogen.services.case_views import CaseView, dates_of
from dialogen.services.cases import Deed, OpenCase, check_may, deed_on_case, seen, tell

if TYPE_CHECKING:
    from dialogen.database.engine import Database


def change_case(db: "Database", *, reference: str, changes: CaseChanges, reason: str | None, deed: Deed) -> CaseView:
    """Change the mentioned fields of a case, all or none; fields that already are so change nothing.

    A change of stream, received_on or answered_on demands a reason, and four eyes when it takes a miss out of the
    misses. Correcting received_on reckons the deadline anew by the rule that held on that day.
    """
    with deed_on_case(db, reference=reference, deed=deed, acts=_acts(changes)) as opened:
        case = opened.case
        if case.answered_on is not None and "unit" in changes.mentioned:
            check_may(deed.by, Act.WORK, case)  # moving an answered case is a correction, not a handing over
        reason = _reason(reason, changes)
        placed = _place(opened, changes, deed)
        corrected, earlier = _correct(opened, changes, deed)
        free_texts = earlier | ({"reason": reason} if reason else {})
        if corrected:
            tell(opened, deed, Action.CORRECTED, corrected, free_texts)
        if placed:
            moved = any(change.field == "unit" for change in placed)
            texts_here = {"reason": reason} if reason and not corrected else {}
            tell(opened, deed, Action.HANDED_OVER if moved else Action.ASSIGNED, placed, texts_here)
    return seen(opened)


def assign_case(db: "Database", *, reference: str, handler: str | None, deed: Deed) -> CaseView:
    """Give a case to a handler, by e-mail address, or take it from its handler (None)."""
    return change_case(db, reference=reference, changes=CaseChanges(handler=handler), reason=None, deed=deed)


def _acts(changes: CaseChanges) -> frozenset[Act]:
    acts = {Act.ASSIGN} if changes.mentioned & PLACEMENT else set()
    return frozenset(acts | ({Act.WORK} if changes.mentioned - PLACEMENT else set()))


def _reason(reason: str | None, changes: CaseChanges) -> str | None:
    if changes.mentioned & REASON_DEMANDED:
        return texts.required_text("reason", reason, most=texts.REASON_MOST, problem=Problem.REASON_REQUIRED)
    return texts.checked_text("reason", reason, most=texts.REASON_MOST)


def _place(opened: OpenCase, changes: CaseChanges, deed: Deed) -> list[Change]:
    case, session = opened.case, opened.session
    unit_id, handler_id = case.unit_id, case.handler_id
    if changes.unit is not UNSET:
        unit_id = case_parts.unit_number(session, changes.unit)
    if changes.handler is not UNSET:
        handler_id = case_parts.handler_number(session, changes.handler)
    elif unit_id != case.unit_id and handler_id is not None and not names.handles_in(session, handler_id, unit_id):
        handler_id = None  # handed over to a unit where its handler does not work: nobody has it yet
    told = []
    if unit_id != case.unit_id:
        answered = dates_of(case).condition is Condition.ANSWERED
        rules_of_cases.check_step(Step.CORRECT if answered else Step.HAND_OVER, dates_of(case))
        before, after = names.find_unit_name(session, case.unit_id), names.find_unit_name(session, unit_id)
        told.append(Change("unit", before, after))
    if handler_id != case.handler_id:
        if case.answered_on is None or changes.handler is not UNSET:
            rules_of_cases.check_step(Step.ASSIGN, dates_of(case))
            before = names.find_account_email(session, case.handler_id)
            told.append(Change("handler", before, names.find_account_email(session, handler_id)))
        else:
            handler_id = case.handler_id  # an answered case keeps the name of who answered it
    case.unit_id, case.handler_id = unit_id, handler_id
    return told


def _correct(opened: OpenCase, changes: CaseChanges, deed: Deed) -> tuple[list[Change], dict[str, str]]:
    """Apply what is not placement; returns what to tell, and earlier values of personal fields."""
    told = _correct_dates(opened, changes, deed) + _correct_words(opened, changes)
    personal, earlier = _correct_personal(opened, changes)
    if told or personal:
        rules_of_cases.check_step(Step.CORRECT, dates_of(opened.case))
    return told + personal, earlier


def _correct_dates(opened: OpenCase, changes: CaseChanges, deed: Deed) -> list[Change]:
    case, before = opened.case, dates_of(opened.case)
    after = replace(
        before,
        stream=before.stream if changes.stream is UNSET else changes.stream,
        received_on=before.received_on if changes.received_on is UNSET else changes.received_on,
        answered_on=before.answered_on if changes.answered_on is UNSET else changes.answered_on,
    )
    if after == before:
        return []
    deadlines.check_received_on(after.received_on, deed.today)
    if after.answered_on is not None and after.answered_on > deed.today:
        raise InvalidInput.of("answered_on", Problem.ANSWERED_IN_FUTURE, value=after.answered_on)
    rules_of_cases.check_correction(before, after)
    if after.received_on != before.received_on:
        rule, due_on = case_parts.deadline_for(opened.session, after.received_on)
        after = replace(after, due_on=due_on)
        rules_of_cases.check_extension_after(after)
        case.rule_version = rule.version
    rules_of_cases.check_four_eyes(before, after, deed.today)
    case.stream, case.received_on, case.answered_on = after.stream, after.received_on, after.answered_on
    case.due_on, case.deadline = after.due_on, after.deadline
    return _told_of_dates(before, after)


def _told_of_dates(before: CaseDates, after: CaseDates) -> list[Change]:
    return [
        Change(field, _text(getattr(before, field)), _text(getattr(after, field)))
        for field in ("stream", "received_on", "due_on", "answered_on")
        if getattr(before, field) != getattr(after, field)
    ]


def _text(value: date | str | None) -> str | None:
    return value.isoformat() if isinstance(value, date) else value and str(value)


def _correct_words(opened: OpenCase, changes: CaseChanges) -> list[Change]:
    case, session = opened.case, opened.session
    told = []
    if changes.kind is not UNSET:
        kind_id = case_parts.kind_number(session, changes.kind)
        if kind_id != case.kind_id:
            before, after = names.find_kind_word(session, case.kind_id), names.find_kind_word(session, kind_id)
            told.append(Change("kind", before, after))
            case.kind_id = kind_id
    if changes.channel is not UNSET and changes.channel != case.channel:
        told.append(Change("channel", case.channel.value, changes.channel.value))
        case.channel = changes.channel
    return told


def _correct_personal(opened: OpenCase, changes: CaseChanges) -> tuple[list[Change], dict[str, str]]:
    fields = {
        *({"subject"} if changes.subject is not UNSET else ()),
        *({"text"} if changes.text is not UNSET else ()),
        *({"sender_name", "sender_email", "sender_phone"} if changes.sender is not UNSET else ()),
    }
    if not fields:
        return [], {}
    wanted = case_parts.checked_personal(
        None if changes.subject is UNSET else changes.subject,
        None if changes.text is UNSET else changes.text,
        Sender() if changes.sender is UNSET else changes.sender,
    )
    personal = case_rows.personal_of(opened.session, opened.case.id)
    told: list[Change] = []
    earlier: dict[str, str] = {}
    for field in sorted(fields):
        before = getattr(personal, field)
        if before == wanted[field]:
            continue
        told.append(Change(field, None, None))
        earlier |= {field: before} if before else {}
        setattr(personal, field, wanted[field])
    return told, earlier
