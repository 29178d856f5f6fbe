"""Letters to the sender of a case, worded by a person: an answer or an interim reply, sent off, tried again, withdrawn.

Sending off writes a row; letter_delivery.py delivers it after the transaction, and lets the case know when it is
accepted. Until then the case is as open as before.
"""

from dataclasses import dataclass, replace
from datetime import date, tzinfo
from typing import TYPE_CHECKING, Any

from dialogen.database import case_letters
from dialogen.database import cases as case_rows
from dialogen.database.case_letters import NewLetter
from dialogen.database.models import Account, Unit
from dialogen.domain import cases as rules_of_cases
from dialogen.domain import texts
from dialogen.domain.accounts import Act, Standing, reach
from dialogen.domain.cases import Step
from dialogen.domain.errors import FieldProblem, InvalidInput, Problem, WrongState
from dialogen.domain.history import Action
from dialogen.domain.languages import Language
from dialogen.domain.letter_texts import (
    Placeholder,
    Purpose,
    Values,
    check_expected_on,
    checked_letter,
    fill,
    quoted_subject,
)
from dialogen.domain.letters import LetterEnd, LetterState
from dialogen.domain.meanwhile import about as about_step
from dialogen.languages import reading
from dialogen.mail.message import is_addressable
from dialogen.notation import long_day, moment
from dialogen.services import letter_delivery
from dialogen.services.case_views import CaseView, check_reference, dates_of
from dialogen.services.cases import WORK, Deed, OpenCase, deed_on_case, seen
from dialogen.services.letters import Stationery, stationery_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from config import Config
    from dialogen.database.engine import Database
    from dialogen.database.models import CaseLetter

_STEPS = {Purpose.ANSWER: Step.ANSWER, Purpose.INTERIM_REPLY: Step.INTERIM_REPLY}


@dataclass(frozen=True)
class Paper:
    """What the letters of this installation bear, and where its days begin."""

    stationery: Stationery
    zone: tzinfo


def paper_of(config: "Config") -> Paper:
    """Return what letters to senders bear by an installation's settings."""
    return Paper(stationery_of(config), config.timezone)


@dataclass(frozen=True)
class Draft:
    """A letter as its writer hands it in. Only an interim reply tells of a day, and may move the deadline there."""

    purpose: Purpose
    language: Language
    subject: str | None
    body: str | None
    expected_on: date | None = None
    extends: bool = False
    reason: str | None = None


@dataclass(frozen=True)
class Preview:
    """A letter as the sender would get it."""

    from_name: str
    from_address: str
    to_address: str
    reply_to: str | None
    subject: str
    text: str


def send_off(db: "Database", *, reference: str, draft: Draft, deed: Deed, paper: Paper) -> tuple[CaseView, int]:
    """Let a letter to the sender wait to be delivered; returns the case and the letter's number.

    Raises WrongState when the case cannot be answered so or has no address to write to, and when an answer is on its way
    already; InvalidInput for what is wrong with the letter.
    """
    about = about_step(_STEPS[draft.purpose])
    with deed_on_case(db, reference=reference, deed=deed, acts=WORK, about=about) as opened:
        session, case = opened.session, opened.case
        rules_of_cases.check_step(_STEPS[draft.purpose], dates_of(case))
        if case_letters.has_answer_on_its_way(session, case.id):
            raise WrongState(Problem.ANSWER_ON_ITS_WAY)
        row = case_rows.get_case_row_by_id(session, case.id)
        new = _letter(session, row, _checked(opened, draft, deed), paper, writer=deed.by.account_id)
        letter = case_letters.add_letter(session, case.id, new, now=deed.now)
        letter_delivery.tell(session, case, letter, Action.LETTER_QUEUED, author=deed.author, now=deed.now)
        letter_id = letter.id
    return seen(opened), letter_id


def preview(db: "Database", *, reference: str, draft: Draft, by: Standing, today: date, paper: Paper) -> Preview:
    """Show a letter as it would be sent; refuses what `send_off` refuses of the letter itself."""
    check_reference(reference)
    with db.reading() as session:
        row = case_rows.get_case_row(session, reference, reach(by, Act.WORK))
        draft = _checked_texts(draft, today)
        new = _letter(session, row, draft, paper, writer=by.account_id)
    return Preview(new.from_name, paper.stationery.sender, new.to_address, new.reply_to, new.subject, new.text)


def can_be_written_to(view: CaseView) -> bool:
    """Say whether the sender of a case has an address that a letter can be sent to."""
    return bool(view.personal and view.personal.sender_email and is_addressable(view.personal.sender_email))


def fill_in(
    db: "Database", *, reference: str, subject: str, body: str, language: Language, by: Standing, paper: Paper
) -> tuple[str, str]:
    """Return subject and body of a template with what the case knows of its placeholders."""
    check_reference(reference)
    with db.reading() as session:
        row = case_rows.get_case_row(session, reference, reach(by, Act.WORK))
        values = values_of(row, language, paper, writer=_name_of(session, by.account_id))
    return _one_line(fill(subject, values)), fill(body, values)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _checked(opened: OpenCase, draft: Draft, deed: Deed) -> Draft:
    draft = _checked_texts(draft, deed.today)
    if draft.extends and draft.expected_on is not None:
        try:
            rules_of_cases.check_extension(dates_of(opened.case), extended_to=draft.expected_on, today=deed.today)
        except InvalidInput as refusal:
            raise InvalidInput([replace(each, field="expected_on") for each in refusal.problems]) from None
    return draft


def _checked_texts(draft: Draft, today: date) -> Draft:
    """Return a draft as it can be sent; raises InvalidInput for each field that is wrong."""
    problems: list[FieldProblem] = []
    subject = body = ""
    reason = None
    try:
        subject, body = checked_letter(draft.subject, draft.body, draft.purpose)
    except InvalidInput as refusal:
        problems += refusal.problems
    if draft.purpose is Purpose.INTERIM_REPLY:
        problems += _day_problems(draft, today)
    try:
        reason = _checked_reason(draft)
    except InvalidInput as refusal:
        problems += refusal.problems
    if problems:
        raise InvalidInput(problems)
    return replace(draft, subject=subject, body=body, reason=reason)


def _checked_reason(draft: Draft) -> str | None:
    """Return why the deadline is moved; a reason for what is not done would be thrown away, and is refused."""
    if draft.extends:
        return texts.required_text("reason", draft.reason, most=texts.REASON_MOST, problem=Problem.REASON_REQUIRED)
    if texts.checked_text("reason", draft.reason, most=texts.REASON_MOST):
        raise InvalidInput.of("reason", Problem.REASON_WITHOUT_EXTENSION)
    return None


def _day_problems(draft: Draft, today: date) -> tuple[FieldProblem, ...]:
    if draft.expected_on is None:
        return (FieldProblem("expected_on", Problem.REQUIRED),)
    try:
        check_expected_on(draft.expected_on, today)
    except InvalidInput as refusal:
        return refusal.problems
    return ()


def _letter(session: "Session", row: Any, draft: Draft, paper: Paper, *, writer: int) -> NewLetter:
    """Return a checked letter as it will be sent."""
    case, personal, unit, *_ = row
    address = personal.sender_email if personal else None
    if address is None or not is_addressable(address):
        raise WrongState(Problem.NO_SENDER_ADDRESS)
    values = values_of(row, draft.language, paper, writer=_name_of(session, writer), expected_on=draft.expected_on)
    subject, text = checked_letter(
        _one_line(fill(draft.subject or "", values)), fill(draft.body or "", values), draft.purpose
    )
    return NewLetter(
        purpose=draft.purpose,
        language=draft.language,
        to_address=address,
        subject=subject,
        text=text,
        from_name=from_name(unit, paper.stationery),
        reply_to=reply_to(session, case.unit_id),
        domain=paper.stationery.domain,
        sent_by=writer,
        expected_on=draft.expected_on,
        extends=draft.extends,
        reason=draft.reason,
    )


def from_name(unit: str | None, stationery: Stationery) -> str:
    """Return whom a letter to a sender says it is from."""
    return ", ".join(filter(None, (unit, stationery.municipality)))


def reply_to(session: "Session", unit_id: int | None) -> str | None:
    """Return where the sender's reply goes: to the unit, if it has an address."""
    unit = None if unit_id is None else session.get(Unit, unit_id)
    return unit.email if unit is not None and unit.email and is_addressable(unit.email) else None


def values_of(
    row: Any, language: Language, paper: Paper, *, writer: str | None = None, expected_on: date | None = None
) -> Values:
    """Return what a case has to say for placeholders, in a language; a day that is not known yet is left open."""
    case, personal, unit, _kind, _email, handler, *_ = row
    with reading(language):
        values = {
            Placeholder.REFERENCE: case.reference,
            Placeholder.SUBJECT: quoted_subject(personal.subject if personal else None),
            Placeholder.RECEIVED: long_day(case.received_on),
            Placeholder.REGISTERED: moment(case.created_at, paper.zone),
            Placeholder.DEADLINE: long_day(case.deadline),
            Placeholder.UNIT: unit or "",
            Placeholder.HANDLER: handler or writer or "",
            Placeholder.SENDER: (personal.sender_name if personal else None) or "",
            Placeholder.MUNICIPALITY: paper.stationery.municipality,
        }
        if expected_on is not None:
            values[Placeholder.EXPECTED] = long_day(expected_on)
    return values


def _name_of(session: "Session", account_id: int) -> str | None:
    account = session.get(Account, account_id)
    return account.name if account is not None else None


def try_again(db: "Database", *, reference: str, letter_id: int, deed: Deed) -> None:
    """Let a letter that was stopped wait to be sent again, to the address that the sender has now.

    Under its old Message-ID: whoever got it after all is not sent two. Raises WrongState when it was not stopped, or
    when the case has been answered or excluded since.
    """
    with deed_on_case(db, reference=reference, deed=deed, acts=WORK) as opened:
        session, case = opened.session, opened.case
        letter = case_letters.get_letter_to_change(session, case.id, letter_id)
        if letter.state is not LetterState.DEAD:
            raise WrongState(Problem.LETTER_NOT_STOPPED)
        _check_can_go(opened, letter)
        letter.to_address = _address_of(session, case.id)
        letter.state, letter.attempts, letter.next_try_at, letter.finished_at = LetterState.WAITING, 0, deed.now, None
        if letter.purpose is not Purpose.RECEIPT:
            letter.sent_by = deed.by.account_id
            letter_delivery.tell(session, case, letter, Action.LETTER_QUEUED, author=deed.author, now=deed.now)


def _check_can_go(opened: OpenCase, letter: "CaseLetter") -> None:
    if letter.text is None:
        raise WrongState(Problem.DISPOSED_OF, what="content")
    if letter.purpose in _STEPS:
        rules_of_cases.check_step(_STEPS[letter.purpose], dates_of(opened.case))
        if case_letters.has_answer_on_its_way(opened.session, opened.case.id):
            raise WrongState(Problem.ANSWER_ON_ITS_WAY)


def _address_of(session: "Session", case_id: int) -> str:
    address = case_rows.personal_of(session, case_id).sender_email
    if address is None or not is_addressable(address):
        raise WrongState(Problem.NO_SENDER_ADDRESS)
    return address


def withdraw(db: "Database", *, reference: str, letter_id: int, deed: Deed) -> None:
    """Take back a letter that still waits; raises WrongState when it is being sent, or is done with."""
    with deed_on_case(db, reference=reference, deed=deed, acts=WORK) as opened:
        letter = case_letters.get_letter_to_change(opened.session, opened.case.id, letter_id)
        if letter.state is not LetterState.WAITING:
            raise WrongState(Problem.LETTER_NOT_WAITING)
        letter_delivery.drop(opened.session, opened.case, letter, LetterEnd.WITHDRAWN, author=deed.author, now=deed.now)
