"""Queries about the templates of letters to senders, and about the units' choice of receipts."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from dialogen.database.attempts import added
from dialogen.database.models import LetterTemplate, ReceiptRuleRow, Unit
from dialogen.database.numbers import is_storable
from dialogen.domain.errors import NotFound, Problem
from dialogen.domain.letter_texts import Purpose
from dialogen.domain.receipts import ReceiptRule
from dialogen.domain.texts import name_key

EVERYBODYS = "*"


def scope_of(unit_id: int | None) -> str:
    """Return what a template's unit, or everybody (None), is called in its key."""
    return EVERYBODYS if unit_id is None else str(unit_id)


def templates(session: Session) -> list[tuple[LetterTemplate, str | None]]:
    """Return every template with its unit's name, everybody's first."""
    query = select(LetterTemplate, Unit.name).outerjoin(Unit, Unit.id == LetterTemplate.unit_id)
    order = (LetterTemplate.unit_id.is_not(None), LetterTemplate.unit_id, LetterTemplate.purpose, LetterTemplate.id)
    return [(template, unit) for template, unit in session.execute(query.order_by(*order))]


def templates_for(session: Session, purpose: Purpose, unit_id: int | None) -> list[LetterTemplate]:
    """Return the templates of a kind that a unit may use, its own first."""
    mine = or_(LetterTemplate.unit_id.is_(None), LetterTemplate.unit_id == unit_id)
    query = select(LetterTemplate).where(LetterTemplate.purpose == purpose, mine)
    return list(session.scalars(query.order_by(LetterTemplate.unit_id.is_(None), LetterTemplate.id)))


def get_template(session: Session, template_id: int) -> LetterTemplate:
    """Return a template by its number; raises NotFound."""
    template = session.get(LetterTemplate, template_id) if is_storable(template_id) else None
    if template is None:
        raise NotFound(Problem.NO_SUCH, what="template", value=template_id)
    return template


def add_template(session: Session, *, unit_id: int | None, purpose: Purpose, **fields: Any) -> LetterTemplate | None:
    """Add a template; None when another of the kind has its name there."""
    template = LetterTemplate(
        scope=scope_of(unit_id), unit_id=unit_id, purpose=purpose, name_key=name_key(fields["name"]), **fields
    )
    return template if not _is_taken(session, template) and added(session, template) else None


def change_template(session: Session, template: LetterTemplate, **fields: Any) -> bool:
    """Change a template; says no when another of its kind has the name there."""
    wanted = LetterTemplate(scope=template.scope, purpose=template.purpose, name_key=name_key(fields["name"]))
    if _is_taken(session, wanted, but=template.id):
        return False
    for name, value in fields.items():
        setattr(template, name, value)
    template.name_key = wanted.name_key
    return True


def _is_taken(session: Session, wanted: LetterTemplate, *, but: int | None = None) -> bool:
    query = select(LetterTemplate.id).where(
        LetterTemplate.scope == wanted.scope,
        LetterTemplate.purpose == wanted.purpose,
        LetterTemplate.name_key == wanted.name_key,
    )
    return any(number != but for number in session.scalars(query))


def receipt_rule(session: Session, unit_id: int | None) -> ReceiptRule:
    """Return what a unit has chosen about receipts; without a unit, or a choice, the usual."""
    row = None if unit_id is None else session.get(ReceiptRuleRow, unit_id)
    return ReceiptRule() if row is None else ReceiptRule(on=row.is_on, internal=row.internal)


def receipt_rules(session: Session, unit_ids: Sequence[int]) -> dict[int, ReceiptRule]:
    """Return what each of some units has chosen about receipts, or the usual."""
    chosen = session.scalars(select(ReceiptRuleRow).where(ReceiptRuleRow.unit_id.in_(unit_ids)))
    found = {row.unit_id: ReceiptRule(on=row.is_on, internal=row.internal) for row in chosen}
    return {unit_id: found.get(unit_id, ReceiptRule()) for unit_id in unit_ids}


def set_receipt_rule(session: Session, unit_id: int, rule: ReceiptRule) -> None:
    """Put down what a unit has chosen about receipts."""
    row = session.get(ReceiptRuleRow, unit_id)
    if row is None:
        session.add(ReceiptRuleRow(unit_id=unit_id, is_on=rule.on, internal=rule.internal))
    else:
        row.is_on, row.internal = rule.on, rule.internal


def unit_addresses(session: Session) -> list[str]:
    """Return the addresses of all units that have one."""
    return [email for email in session.scalars(select(Unit.email).order_by(Unit.id)) if email]
