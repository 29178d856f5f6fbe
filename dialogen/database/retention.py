"""Queries about retention times: the rules, and setting one for a type of data in all kinds of case or in one."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dialogen.database.attempts import added
from dialogen.database.models import Kind, RetentionRule
from dialogen.database.numbers import is_storable
from dialogen.domain.errors import NotFound, Problem
from dialogen.domain.retention import Keepsake, RetentionRules

ALL_KINDS = "*"


def retention_rules(session: Session) -> RetentionRules:
    """Return the retention times that hold."""
    query = select(RetentionRule.keepsake, RetentionRule.kind_id, RetentionRule.months).order_by(RetentionRule.id)
    return RetentionRules({(keepsake, kind_id): months for keepsake, kind_id, months in session.execute(query)})


def rule_rows(session: Session) -> list[tuple[RetentionRule, str | None]]:
    """Return the rules, each with the name of the kind that it is for."""
    query = select(RetentionRule, Kind.name).outerjoin(Kind, Kind.id == RetentionRule.kind_id)
    return [(rule, kind) for rule, kind in session.execute(query.order_by(RetentionRule.id))]


def find_rule(session: Session, keepsake: Keepsake, kind_id: int | None) -> RetentionRule | None:
    """Return the rule of a type for one kind, or for all."""
    query = select(RetentionRule).where(RetentionRule.keepsake == keepsake, RetentionRule.scope == _scope(kind_id))
    return session.scalars(query).one_or_none()


def add_rule(session: Session, keepsake: Keepsake, kind_id: int | None, *, months: int) -> RetentionRule | None:
    """Add a rule; None when somebody else adds it at this moment."""
    rule = RetentionRule(keepsake=keepsake, scope=_scope(kind_id), kind_id=kind_id, months=months)
    return rule if added(session, rule) else None


def change_rule(session: Session, rule_id: int, *, months: int) -> None:
    """Give a rule another number of months."""
    session.execute(update(RetentionRule).where(RetentionRule.id == rule_id).values(months=months))


def take_exception(session: Session, rule_id: int) -> RetentionRule:
    """Take away a rule for one kind and return it; raises NotFound, also for a rule for all kinds, which stays."""
    rule = session.get(RetentionRule, rule_id) if is_storable(rule_id) else None
    if rule is None or rule.kind_id is None:
        raise NotFound(Problem.NO_SUCH, what="retention time for one kind", value=rule_id)
    session.delete(rule)
    return rule


def _scope(kind_id: int | None) -> str:
    return ALL_KINDS if kind_id is None else str(kind_id)
