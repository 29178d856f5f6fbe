"""Roles that come from elsewhere: at a sign-in they become exactly what the table says. Roles given here stay."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dialogen.database import accounts, identities, setup
from dialogen.domain.accounts import Origin, Role
from dialogen.domain.history import Author, Change, Door
from dialogen.domain.office_events import OfficeAction, Subject
from dialogen.domain.outside import EVERYWHERE, Grant
from dialogen.services import office_log
from dialogen.services.accounts import NOWHERE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dialogen.database.models import MembershipRow

logger = logging.getLogger(__name__)

#: Nobody here gives these roles and takes them: the sign-in elsewhere does.
NOBODY_HERE = Author(None, Door.WEB)


@dataclass(frozen=True)
class Place:
    """A role and where it holds, as a membership has it."""

    role: Role
    scope: str
    unit_id: int | None


def places_of(session: "Session", grants: Iterable[Grant]) -> list[Place]:
    """Return where the grants hold, within a transaction. One in a unit that is not there gives nothing, and is logged."""
    found = []
    for grant in grants:
        place = _place(session, grant)
        if place is None:
            logger.warning("the table of app roles names a unit that is not there; see: dialogen doctor")
        elif place not in found:
            found.append(place)
    return found


def unknown_units(session: "Session", table: Iterable[Grant]) -> list[str]:
    """Return the names of units in the table that are not there, in its order."""
    named = dict.fromkeys(grant.unit_name for grant in table if grant.unit_name is not None)
    return [name for name in named if setup.find_unit_by_name(session, name) is None]


def follow_roles(session: "Session", account_id: int, wanted: Iterable[Place], *, now: datetime) -> None:
    """Let the roles from elsewhere be exactly these, within a transaction; tells what was given and taken."""
    left = {(place.role, place.scope): place for place in wanted}
    for row in identities.outside_memberships(session, account_id):
        if left.pop((row.role, row.scope), None) is None:
            session.delete(row)
            _tell(session, OfficeAction.ROLE_TAKEN, row, now)
    session.flush()  # the same role may now be given again
    for place in left.values():
        if accounts.find_membership(session, account_id, role=place.role, scope=place.scope) is not None:
            continue  # given here as well: it stays as it is
        given = accounts.add_outside_membership(
            session, account_id, role=place.role, scope=place.scope, unit_id=place.unit_id
        )
        _tell(session, OfficeAction.ROLE_GIVEN, given, now)


def _place(session: "Session", grant: Grant) -> Place | None:
    if grant.unit_name is None:
        return Place(grant.role, EVERYWHERE if grant.where == EVERYWHERE else NOWHERE, None)
    unit = setup.find_unit_by_name(session, grant.unit_name)
    return None if unit is None else Place(grant.role, str(unit.id), unit.id)


def _tell(session: "Session", action: OfficeAction, row: "MembershipRow", now: datetime) -> None:
    is_given = action is OfficeAction.ROLE_GIVEN
    told = {"role": row.role.value, "where": row.scope, "origin": Origin.OIDC.value}
    changes = [Change(field, *((None, value) if is_given else (value, None))) for field, value in told.items()]
    office_log.tell(
        session,
        at=now,
        action=action,
        author=NOBODY_HERE,
        subject=Subject.ACCOUNT,
        subject_id=row.account_id,
        changes=changes,
    )
