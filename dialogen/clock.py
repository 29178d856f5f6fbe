"""The only place that reads the clock. Doors ask here once and pass the answer down as an argument."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return this instant, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """Return the present date in the office's time zone."""
    return datetime.now(zone).date()
