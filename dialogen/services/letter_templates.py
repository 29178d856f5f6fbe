"""Templates of letters to senders, and the units' choice of receipts: what there is, and who words it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from dialogen.database import letter_templates as rows
from dialogen.database import setup as unit_rows
from dialogen.database.engine import Database
from dialogen.domain.accounts import Act, Standing, may_administer, reach
from dialogen.domain.errors import Conflict, FieldProblem, InvalidInput, NotAllowed, Problem
from dialogen.domain.history import Change
from dialogen.domain.languages import Language
from dialogen.domain.letter_texts import TEMPLATE_NAME_MOST, Purpose, checked_letter, fill
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.domain.receipts import ReceiptRule
from dialogen.domain.texts import required_name
from dialogen.mail.standard_letters import made_up_values, standard_letter
from dialogen.services import office_log

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.models import LetterTemplate

STANDARD = "standard-"  # the key of a letter that nobody has worded yet, before its language


@dataclass(frozen=True)
class TemplateView:
    """A template as doors see it. `unit_id` None: everybody's."""

    id: int
    unit_id: int | None
    unit: str | None
    purpose: Purpose
    name: str
    language: Language
    subject: str
    body: str
    may_change: bool


@dataclass(frozen=True)
class Wording:
    """What somebody words a template by."""

    name: str | None
    language: Language
    subject: str | None
    body: str | None


@dataclass(frozen=True)
class Choice:
    """A template that a letter can begin with. `name` is None for one that nobody has worded yet."""

    key: str
    name: str | None
    language: Language
    subject: str
    body: str


def may_word(by: Standing, unit_id: int | None) -> bool:
    """Say whether somebody words a unit's letters: its managers and administrators; everybody's: administrators."""
    if unit_id is None:
        return may_administer(by)
    return reach(by, Act.SET_UP_LETTERS).all_of_unit(unit_id)


def may_word_any(by: Standing) -> bool:
    """Say whether there is a unit whose letters somebody words."""
    return not reach(by, Act.SET_UP_LETTERS).is_empty


def check_may_word_any(by: Standing) -> None:
    """Refuse whoever words no letters."""
    if not may_word_any(by):
        raise NotAllowed(Problem.NOT_ALLOWED)


def check_may_word(by: Standing, unit_id: int | None) -> None:
    """Refuse whoever does not word a unit's letters."""
    if not may_word(by, unit_id):
        raise NotAllowed(Problem.NOT_ALLOWED)


def list_templates(db: Database, *, by: Standing) -> list[TemplateView]:
    """Return everybody's templates and those of the units whose letters the reader words; raises NotAllowed."""
    check_may_word_any(by)
    with db.reading() as session:
        views = [_view(template, unit, by) for template, unit in rows.templates(session)]
    return [view for view in views if view.unit_id is None or view.may_change]


def show_template(db: Database, *, template_id: int, by: Standing) -> TemplateView:
    """Show one template to whoever words it; raises NotFound, NotAllowed."""
    check_may_word_any(by)
    with db.reading() as session:
        template = rows.get_template(session, template_id)
        unit = unit_rows.find_unit(session, template.unit_id) if template.unit_id is not None else None
        check_may_word(by, template.unit_id)
        return _view(template, unit.name if unit else None, by)


def add_template(
    db: Database, *, by: Standing, unit_id: int | None, purpose: Purpose, wording: Wording, now: datetime
) -> int:
    """Add a template and return its number; raises InvalidInput for what is wrong with it, Conflict for its name."""
    check_may_word(by, unit_id)
    fields = _checked(wording, purpose)
    with db.writing() as session:
        if unit_id is not None:
            unit_rows.get_unit(session, unit_id)
        template = rows.add_template(session, unit_id=unit_id, purpose=purpose, **fields)
        if template is None:
            raise Conflict(Problem.TAKEN, value=fields["name"])
        _tell(session, OfficeAction.TEMPLATE_ADDED, template, [Change("name", None, None)], by=by, now=now)
        return template.id


def change_template(db: Database, *, by: Standing, template_id: int, wording: Wording, now: datetime) -> None:
    """Word a template anew; raises as `add_template`, and NotFound."""
    purpose = show_template(db, template_id=template_id, by=by).purpose
    fields = _checked(wording, purpose)
    with db.writing() as session:
        template = rows.get_template(session, template_id)
        before = {name: getattr(template, name) for name in fields}
        if not rows.change_template(session, template, **fields):
            raise Conflict(Problem.TAKEN, value=fields["name"])
        parts = dict.fromkeys(
            "name" if name == "name" else "wording" for name in fields if fields[name] != before[name]
        )
        changed = [Change(part, None, None) for part in parts]
        if changed:
            _tell(session, OfficeAction.TEMPLATE_CHANGED, template, changed, by=by, now=now)


def remove_template(db: Database, *, by: Standing, template_id: int, now: datetime) -> None:
    """Take a template away; letters that began with it stay as they are."""
    show_template(db, template_id=template_id, by=by)
    with db.writing() as session:
        template = rows.get_template(session, template_id)
        session.delete(template)
        session.flush()
        _tell(session, OfficeAction.TEMPLATE_REMOVED, template, [], by=by, now=now)


def _checked(wording: Wording, purpose: Purpose) -> dict[str, object]:
    problems: list[FieldProblem] = []
    name = subject = body = ""
    try:
        name = required_name("name", wording.name, most=TEMPLATE_NAME_MOST)
    except InvalidInput as refusal:
        problems += refusal.problems
    try:
        subject, body = checked_letter(wording.subject, wording.body, purpose)
    except InvalidInput as refusal:
        problems += refusal.problems
    if problems:
        raise InvalidInput(problems)
    return {"name": name, "language": wording.language, "subject": subject, "body": body}


def preview_template(
    *, purpose: Purpose, wording: Wording, municipality: str, unit: str | None, today: date
) -> tuple[str, str]:
    """Return subject and body of a letter that begins with a template, with made-up values; raises as saving does."""
    fields = _checked(wording, purpose)
    values = made_up_values(wording.language, municipality=municipality, unit=unit, today=today)
    return fill(str(fields["subject"]), values), fill(str(fields["body"]), values)


def choices_for(db: Database, *, purpose: Purpose, unit_id: int | None, language: Language) -> list[Choice]:
    """Return what a letter of a unit can begin with: its own templates, everybody's, and the standard ones.

    Those in the given language come first among the standard ones.
    """
    with db.reading() as session:
        own = rows.templates_for(session, purpose, unit_id)
        chosen = [Choice(str(each.id), each.name, each.language, each.subject, each.body) for each in own]
    ordered = sorted(Language, key=lambda each: each is not language)
    return chosen + [Choice(f"{STANDARD}{each.value}", None, each, *standard_letter(purpose, each)) for each in ordered]


def receipt_wording(session: "Session", unit_id: int | None, language: Language) -> Choice:
    """Return what a receipt of a unit says: its own template, else everybody's, else the standard one.

    Of several the one in the installation's language, else the first.
    """
    own = rows.templates_for(session, Purpose.RECEIPT, unit_id)
    nearest = [each for each in own if each.unit_id == own[0].unit_id]
    for each in sorted(nearest, key=lambda template: template.language is not language):
        return Choice(str(each.id), each.name, each.language, each.subject, each.body)
    return Choice(f"{STANDARD}{language.value}", None, language, *standard_letter(Purpose.RECEIPT, language))


def receipt_rules(db: Database, *, unit_ids: Iterable[int]) -> dict[int, ReceiptRule]:
    """Return what units have chosen about receipts."""
    with db.reading() as session:
        return rows.receipt_rules(session, list(unit_ids))


def set_receipt_rule(db: Database, *, by: Standing, unit_id: int, rule: ReceiptRule, now: datetime) -> None:
    """Say whether a unit's senders get receipts; raises NotFound, NotAllowed."""
    check_may_word(by, unit_id)
    with db.writing() as session:
        unit_rows.get_unit(session, unit_id)
        before = rows.receipt_rule(session, unit_id)
        if rule == before:
            return
        rows.set_receipt_rule(session, unit_id, rule)
        told = (("receipts", before.on, rule.on), ("receipts_internal", before.internal, rule.internal))
        office_log.tell(
            session,
            at=now,
            action=OfficeAction.RECEIPTS_CHANGED,
            author=office_log.administrator(by),
            subject=Subject.UNIT,
            subject_id=unit_id,
            changes=[
                Change(field, _yes_or_no(was), _yes_or_no(now_is)) for field, was, now_is in told if was != now_is
            ],
        )


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def _tell(
    session: "Session",
    action: OfficeAction,
    template: "LetterTemplate",
    changes: list[Change],
    *,
    by: Standing,
    now: datetime,
) -> None:
    office_log.tell(
        session,
        at=now,
        action=action,
        author=office_log.administrator(by),
        subject=Subject.TEMPLATE,
        subject_id=template.id,
        changes=changes,
    )


def _view(template: "LetterTemplate", unit: str | None, by: Standing) -> TemplateView:
    same = ("id", "unit_id", "purpose", "name", "language", "subject", "body")
    return TemplateView(
        **{name: getattr(template, name) for name in same}, unit=unit, may_change=may_word(by, template.unit_id)
    )
