"""Rules of calendar feeds: who may have which one, on which days its calendar reminds, and how often it is fetched."""

from datetime import date, timedelta
from enum import StrEnum

from dialogen.domain.accounts import HANDLING_ROLES, Standing, can_handle
from dialogen.domain.alerts import day_of
from dialogen.domain.deadlines import Calendar

NAME_MOST = 100
EVENTS_MOST = 500  # of one feed, the earliest deadlines: writing so many takes half a second of a processor
FETCHES_A_MINUTE = 30  # of one feed: several devices and a reader by hand, but no loop
REFRESHED_EVERY = timedelta(hours=1)  # what calendars are asked to do; many come less often
#: Days before the deadline on which a calendar reminds; on a closed day it does so on the working day before.
REMINDED_BEFORE = (2, 0)
REMINDED_AT = timedelta(hours=8)  # after midnight, wherever the reader is


class FeedState(StrEnum):
    """Whether a feed can be fetched, and if not, why."""

    WORKING = "working"
    REVOKED = "revoked"
    ROLE_LOST = "role_lost"


def may_follow(standing: Standing, unit_id: int | None) -> bool:
    """Say whether an account may have the feed of a unit, which it handles or manages, or (None) of its own cases."""
    if unit_id is None:
        return can_handle(standing)
    return any(
        each.role in HANDLING_ROLES and (each.everywhere or each.unit_id == unit_id) for each in standing.memberships
    )


def reminder_days(deadline: date, *, today: date, calendar: Calendar) -> tuple[date, ...]:
    """Return the days on which a calendar reminds of a deadline, the first one first.

    Days that are over are left out: a calendar that is new, or was away, would show them all at once.
    """
    if deadline < today:
        return ()
    days = {day_of(-before, deadline, calendar) for before in REMINDED_BEFORE}
    return tuple(sorted(day for day in days if day >= today))
