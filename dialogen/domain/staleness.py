"""When the deadline pass has been missed for so long that people must be told, and what they are told afterwards."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dialogen.domain.deadlines import ONE_DAY, Calendar

PASS_OWED_WITHIN = timedelta(hours=26)  # a day, and two hours for a morning that began late


def is_stale(*, last_good_pass: datetime | None, first_started_at: datetime | None, now: datetime) -> bool:
    """Say whether no pass was completed for 26 hours, counted from the first start of a new installation.

    One that nobody ever started is stale too: nothing in it will make a pass.
    """
    since = last_good_pass or first_started_at
    return since is None or now - since > PASS_OWED_WITHIN


@dataclass(frozen=True)
class Silence:
    """The working mornings, from the first to the last, on which alerts were due and no pass was made."""

    first: date
    last: date


def silence_before(today: date, *, last_pass_on: date | None, calendar: Calendar) -> Silence | None:
    """Return the working mornings that went by without a pass, or None.

    A pass that is some hours late leaves none out, and a weekend without one neither: alerts are owed on working days.
    """
    if last_pass_on is None or last_pass_on >= today:
        return None
    first, last = calendar.working_day_from(last_pass_on + ONE_DAY), calendar.working_day_until(today - ONE_DAY)
    return Silence(first, last) if first < today else None
