"""Checks and looks up the parts of a case that are handed in: names, addresses, texts and the deadline."""

from datetime import date
from typing import TYPE_CHECKING

from email_validator import EmailNotValidError, validate_email

from dialogen import calendar
from dialogen.database import names, rules
from dialogen.domain import deadlines, texts
from dialogen.domain.case_changes import Sender
from dialogen.domain.deadlines import DeadlineRule
from dialogen.domain.errors import FieldProblem, InvalidInput, Problem

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PHONE_MOST = 50
EMAIL_MOST = 254


def unit_number(session: "Session", name: str | None) -> int | None:
    """Return the number of a named unit; raises InvalidInput for an unknown one."""
    if name is None:
        return None
    number = names.find_unit_number(session, name)
    if number is None:
        texts.check_no_national_id(unit=name)
        raise InvalidInput.of("unit", Problem.UNKNOWN_UNIT, value=name)
    return number


def kind_number(session: "Session", word: str | None) -> int | None:
    """Return the number of a named kind; raises InvalidInput for an unknown one."""
    if word is None:
        return None
    number = names.find_kind_number(session, word)
    if number is None:
        texts.check_no_national_id(kind=word)
        raise InvalidInput.of("kind", Problem.UNKNOWN_KIND, value=word)
    return number


def handler_number(session: "Session", email: str | None) -> int | None:
    """Return the number of a handler's account; raises InvalidInput unless it is enabled and handles cases."""
    if email is None:
        return None
    number = names.find_handler_number(session, email)
    if number is None:
        texts.check_no_national_id(handler=email)
        raise InvalidInput.of("handler", Problem.UNKNOWN_HANDLER, value=email)
    return number


def deadline_for(session: "Session", received_on: date) -> tuple[DeadlineRule, date]:
    """Return the rule that holds for a day of reception, and the due date it gives."""
    rule = deadlines.rule_for(rules.deadline_rules(session), received_on)
    office = calendar.office_calendar(rules.closed_days(session))
    return rule, deadlines.due_on(received_on, rule, office)


def checked_personal(subject: str | None, text: str | None, sender: Sender) -> dict[str, str | None]:
    """Return the personal fields, tidied; raises InvalidInput naming every wrong one."""
    handed_in = {
        "subject": (subject, texts.SUBJECT_MOST),
        "text": (text, texts.TEXT_MOST),
        "sender.name": (sender.name, texts.NAME_MOST),
        "sender.email": (sender.email, EMAIL_MOST),
        "sender.phone": (sender.phone, PHONE_MOST),
    }
    problems = [
        problem
        for field, (value, most) in handed_in.items()
        if value is not None and (problem := texts.text_problem(field, value, most=most)) is not None
    ]
    email = (sender.email or "").strip()
    if email and not problems and not is_email(email):
        problems.append(FieldProblem("sender.email", Problem.NOT_AN_EMAIL, {"value": email}))
    if problems:
        raise InvalidInput(problems)
    return {field.replace(".", "_"): (value or "").strip() or None for field, (value, _) in handed_in.items()}


def is_email(text: str) -> bool:
    """Say whether a text is one e-mail address; nobody is asked over the network."""
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
