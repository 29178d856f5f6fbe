"""Changes the fields of a registered case: who is to answer it, what it says, and the dates the figure stands on."""

from dataclasses import replace
from typing import TYPE_CHECKING

from dialogen.database import cases as case_rows
from dialogen.database import names
from dialogen.domain import cases as rules_of_cases
from dialogen.domain import four_eyes, texts
from dialogen.domain.accounts import Act
from dialogen.domain.case_changes import PLACEMENT, REASON_DEMANDED, UNSET, CaseChanges, Sender
from dialogen.domain.cases import Condition, Step, needs_second_person
from dialogen.domain.errors import Problem, WrongState
from dialogen.domain.history import Action, Change
from dialogen.domain.meanwhile import parts_of
from dialogen.domain.retention import Keepsake, keepsake_of
from dialogen.services import case_dates, case_parts, likeness, proposals
from dialogen.services.case_dates import Correction
from dialogen.services.case_views import CaseView, dates_of
from dialogen.services.cases import Deed, OpenCase, check_may, deed_on_case, propose, seen, tell

if TYPE_CHECKING:
    from dialogen.database.engine import Database
    from dialogen.database.models import Case, CasePersonal


def change_case(db: "Database", *, reference: str, changes: CaseChanges, reason: str | None, deed: Deed) -> CaseView:
    """Change the mentioned fields of a case, all or none; fields that already are so change nothing.

    A change of stream, received_on or answered_on demands a reason. When it takes a miss out of the misses, these
    three are proposed together and wait for a second person, while the other fields are changed at once. Correcting
    received_on reckons the deadline anew by the rule that held on that day.
    """
    about = parts_of(changes.mentioned)
    with deed_on_case(db, reference=reference, deed=deed, acts=_acts(changes), about=about) as opened:
        case = opened.case
        if case.answered_on is not None and "unit" in changes.mentioned:
            check_may(deed.by, Act.WORK, case)  # moving an answered case is a correction, not a handing over
        reason = _reason(reason, changes)
        dates = _correction(opened, changes, deed)
        waits = dates is not None and needs_second_person(dates.before, dates.after, deed.today)
        placed = _place(opened, changes, deed)
        corrected, earlier = _correct(opened, changes, None if waits else dates)
        why = {"reason": reason} if reason and not waits else {}
        if corrected:
            likeness.keep_marks(opened.session, case)
            tell(opened, deed, Action.CORRECTED, corrected, earlier | why)
        if placed:
            moved = any(change.field == "unit" for change in placed)
            tell(opened, deed, Action.HANDED_OVER if moved else Action.ASSIGNED, placed, {} if corrected else why)
        if waits and dates is not None:
            asked = four_eyes.proposed_changes(dates.before, dates.after)
            propose(opened, deed, Action.CORRECTED, asked, reason)
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


def _correction(opened: OpenCase, changes: CaseChanges, deed: Deed) -> Correction | None:
    """Return what becomes of the dates and the stream, judged; None when they are so already."""
    before = dates_of(opened.case)
    wanted = replace(
        before,
        stream=before.stream if changes.stream is UNSET else changes.stream,
        received_on=before.received_on if changes.received_on is UNSET else changes.received_on,
        answered_on=before.answered_on if changes.answered_on is UNSET else changes.answered_on,
    )
    if wanted == before:
        return None
    fields = {each.field for each in four_eyes.proposed_changes(before, wanted)}
    proposals.check_not_proposed(opened.session, opened.case.id, fields)
    return case_dates.judged(opened.session, opened.case, before=before, wanted=wanted, today=deed.today)


def _correct(opened: OpenCase, changes: CaseChanges, dates: Correction | None) -> tuple[list[Change], dict[str, str]]:
    """Apply what is not placement; returns what to tell, and earlier values of personal fields."""
    before = dates_of(opened.case)
    told = ([] if dates is None else case_dates.apply(opened.case, dates)) + _correct_words(opened, changes)
    personal, earlier = _correct_personal(opened, changes)
    if told or personal:
        rules_of_cases.check_step(Step.CORRECT, before)
    return told + personal, earlier


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
    return told + _correct_manner(case, changes)


def _correct_manner(case: "Case", changes: CaseChanges) -> list[Change]:
    before, after = case.answer_manner, changes.manner
    if after is UNSET or after == before:
        return []
    if case.answered_on is None:
        raise WrongState(Problem.NOT_ANSWERED)
    case.answer_manner = after
    return [Change("manner", before and before.value, after and after.value)]


def _check_not_disposed(personal: "CasePersonal", field: str) -> None:
    """Refuse to put in again what was erased after its retention time."""
    keepsake = keepsake_of(field)
    erased_at = personal.sender_erased_at if keepsake is Keepsake.SENDER else personal.content_erased_at
    if erased_at is not None:
        raise WrongState(Problem.DISPOSED_OF, what=keepsake.value)


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
        _check_not_disposed(personal, field)
        told.append(Change(field, None, None))
        earlier |= {field: before} if before else {}
        setattr(personal, field, wanted[field])
    return told, earlier
