"""When the deadline pass has been missed for so long that people must be told."""

from datetime import datetime, timedelta

PASS_OWED_WITHIN = timedelta(hours=26)  # a day, and two hours for a morning that began late


def is_stale(*, last_good_pass: datetime | None, first_started_at: datetime | None, now: datetime) -> bool:
    """Say whether no pass was completed for 26 hours, counted from the first start of a new installation.

    One that nobody ever started is stale too: nothing in it will make a pass.
    """
    since = last_good_pass or first_started_at
    return since is None or now - since > PASS_OWED_WITHIN
