"""The deadline rules and the closed days as the database gives them."""

from datetime import date

from dialogen.database import rules
from dialogen.database.engine import Database
from dialogen.database.models import ClosedDay, DeadlineRuleRow
from dialogen.domain.deadlines import FIRST_RULE, DeadlineRule, Roll
from tests.factories import NOW


def test_a_new_installation_has_the_rule_of_fourteen_days_alone(db: Database) -> None:
    with db.reading() as session:
        assert rules.deadline_rules(session) == [FIRST_RULE]
        assert rules.closed_days(session) == {}


def test_rules_come_by_version_and_closed_days_by_date(db: Database) -> None:
    with db.writing() as session:
        for version, first in ((3, date(2027, 1, 1)), (2, date(2026, 1, 1))):
            row = DeadlineRuleRow(version=version, valid_from=first, days=10, roll=Roll.NEXT_WORKING_DAY)
            row.created_at = NOW
            session.add(row)
        session.add(ClosedDay(day=date(2026, 12, 31), name="Nyttårsaften"))
        session.add(ClosedDay(day=date(2026, 12, 24), name="Julaften"))
    with db.reading() as session:
        assert rules.deadline_rules(session)[1:] == [
            DeadlineRule(2, date(2026, 1, 1), 10, Roll.NEXT_WORKING_DAY),
            DeadlineRule(3, date(2027, 1, 1), 10, Roll.NEXT_WORKING_DAY),
        ]
        assert list(rules.closed_days(session).items()) == [
            (date(2026, 12, 24), "Julaften"),
            (date(2026, 12, 31), "Nyttårsaften"),
        ]
