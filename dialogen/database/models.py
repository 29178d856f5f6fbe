"""The schema as a whole: every table, gathered for the migrations and for queries."""

from dialogen.database.base import Base
from dialogen.database.models_accounts import (
    Account,
    AccountSession,
    ApiToken,
    ClosedDay,
    IdempotencyKey,
    Installation,
    Kind,
    MembershipRow,
    SignInLink,
    Unit,
)
from dialogen.database.models_alerts import Alert, JobRun, Letter
from dialogen.database.models_cases import (
    IS_OPEN,
    Case,
    CaseEvent,
    CasePersonal,
    DeadlineRuleRow,
    EventText,
    ImportRow,
    ReferenceCounter,
)

__all__ = [
    "IS_OPEN",
    "Account",
    "AccountSession",
    "Alert",
    "ApiToken",
    "Base",
    "Case",
    "CaseEvent",
    "CasePersonal",
    "ClosedDay",
    "DeadlineRuleRow",
    "EventText",
    "IdempotencyKey",
    "ImportRow",
    "Installation",
    "JobRun",
    "Kind",
    "Letter",
    "MembershipRow",
    "ReferenceCounter",
    "SignInLink",
    "Unit",
]
