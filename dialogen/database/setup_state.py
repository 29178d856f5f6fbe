"""What an installation still lacks, and what has stopped in it: one query, for whoever sets it up."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, TextClause, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from dialogen.database.job_runs import newest_good_pass
from dialogen.database.models import (
    IS_DEAD,
    IS_OPEN,
    IS_UNADDRESSED,
    IS_UNFINISHED,
    IS_WAITING,
    Account,
    Alert,
    Case,
    Installation,
    Letter,
    MembershipRow,
    OfficeEvent,
    Unit,
)
from dialogen.domain.accounts import HANDLING_ROLES, Role
from dialogen.domain.first_steps import SetupPart
from dialogen.domain.office_events import Subject


@dataclass(frozen=True)
class SetupState:
    """Counts of what there is, of what is missing, and of what failed."""

    units: int
    units_without_manager: (
        int  # nor an address of their own: their alerts go to whoever leads all, or to administrators
    )
    units_without_handler: int
    people: int  # enabled accounts
    people_without_role: int
    unaddressed_cases: int  # open, with an alert that nobody was there to get
    dead_letters: int
    waiting_letters: int
    last_pass_at: datetime | None
    first_started_at: datetime | None
    has_cases: bool
    last_mail_test: str | None  # the deed that the newest trial of the mail server was told as
    rule_was_looked_at: bool  # somebody here has made one, or said that the one there is holds
    is_guide_put_away: bool


def setup_state(session: Session) -> SetupState:
    """Look at the set-up; costs as much as there are units, accounts and things that wait."""
    unaddressed = exists().where(IS_UNADDRESSED, Alert.case_id == Case.id, Alert.deadline == Case.deadline)
    has_role = exists().where(MembershipRow.account_id == Account.id)
    enabled = Account.disabled_at.is_(None)
    row: Any = session.execute(
        select(
            _count(Unit),
            _count(Unit, Unit.email.is_(None), ~_works_in_unit(Role.MANAGER)),
            _count(Unit, ~_works_in_unit(*sorted(HANDLING_ROLES))),
            _count(Account, enabled),
            _count(Account, enabled, ~has_role),
            _count(Case, IS_OPEN, unaddressed),
            _count(Letter, IS_DEAD),
            _count(Letter, IS_UNFINISHED, IS_WAITING),
            newest_good_pass().scalar_subquery(),
            select(Installation.first_started_at).scalar_subquery(),
            exists(select(Case.id)),
            select(OfficeEvent.action)
            .where(_told_of(Subject.SETUP, SetupPart.MAIL))
            .order_by(OfficeEvent.id.desc())
            .limit(1)
            .scalar_subquery(),
            or_(
                exists().where(OfficeEvent.subject == Subject.RULE.value),
                exists().where(_told_of(Subject.SETUP, SetupPart.RULE)),
            ),
            exists().where(_told_of(Subject.SETUP, SetupPart.GUIDE)),
        )
    ).one()
    return SetupState(*row)


def _count(of: Any, *conditions: ColumnElement[bool] | TextClause) -> ScalarSelect[int]:
    return select(func.count()).select_from(of).where(*conditions).scalar_subquery()


def _told_of(subject: Subject, part: SetupPart) -> ColumnElement[bool]:
    return and_(OfficeEvent.subject == subject.value, OfficeEvent.subject_id == part.value)


def _works_in_unit(*roles: Role) -> ColumnElement[bool]:
    return exists().where(
        MembershipRow.account_id == Account.id,
        Account.disabled_at.is_(None),
        MembershipRow.role.in_(roles),
        or_(MembershipRow.unit_id == Unit.id, MembershipRow.scope == "*"),
    )
