"""The only place that reads the clock. Doors ask here once and pass the answer down as an argument."""

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return this instant, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """Return the present date in the office's time zone."""
    return datetime.now(zone).date()


def seconds() -> float:
    """Return a count of seconds that nobody can set back; where it can, it counts on while the machine sleeps."""
    boot_time = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot_time is None else time.clock_gettime(boot_time)
