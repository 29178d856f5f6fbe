"""The second step of a sign-in: who must take it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dialogen.database import second_steps
from dialogen.domain.accounts import Role, Stage

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.models import Account


@dataclass(frozen=True)
class EntryRules:
    """What the installation demands of whoever signs in with a password."""

    second_step_of_administrators: bool


LENIENT = EntryRules(second_step_of_administrators=False)


def stage_for(session: "Session", account: "Account", entry: EntryRules) -> Stage:
    """Return how far the right password brings an account, within a transaction."""
    if second_steps.is_confirmed(session, account.id):
        return Stage.SECOND_STEP
    administers = any(row.role is Role.ADMIN for row in account.memberships)
    return Stage.ENROLMENT if administers and entry.second_step_of_administrators else Stage.FULL
