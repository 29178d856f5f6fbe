"""MV.1.1, exactly (domain.md 5): what counts as on time, the bands, the shown figure and the interval.

The database groups and counts a year's cases by dates and flags; the verdicts are said here, over those groups.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum

from dialogen.domain.cases import ExclusionReason, Stream
from dialogen.domain.deadlines import Calendar, DeadlineRule, due_on, rule_for
from dialogen.domain.errors import InvalidInput, Problem

FIRST_YEAR, LAST_YEAR = 1900, 2100
Z = Decimal("1.959963984540054")  # the 97.5 % point of the normal distribution: a 95 % interval
HUNDREDTH = Decimal("0.01")


class Band(StrEnum):
    """How the municipality judges a figure."""

    DESIRED = "desired"
    LOWEST_ACCEPTED = "lowest_accepted"
    NOT_APPROVED = "not_approved"


class Status(StrEnum):
    """How settled a year's figure is."""

    PRELIMINARY = "preliminary"
    FINAL = "final"
    PUBLISHED = "published"


class Breakdown(StrEnum):
    """What a figure can be broken down by. Never by handler (domain.md 7)."""

    UNIT = "unit"
    MONTH = "month"
    CHANNEL = "channel"
    KIND = "kind"


@dataclass(frozen=True)
class Bands:
    """The lowest whole percentages of an indicator's two upper bands."""

    desired: int
    lowest_accepted: int


@dataclass(frozen=True)
class Indicator:
    """One yearly figure and how it is judged."""

    code: str
    bands: Bands


#: Handlingsprogram, Medvirkning: 95 - 100 % ønsket, 85 - 94 % laveste aksepterte, 0 - 84 % ikke godkjent.
MV_1_1 = Indicator("MV.1.1", Bands(desired=95, lowest_accepted=85))


@dataclass(frozen=True)
class OutcomeGroup:
    """So many cases of a year that have these facts in common, seen as of a day D.

    `matured`: due_on < D. `answered`: answered_on <= D. `by_due`: answered_on <= due_on. `by_extension`:
    answered_on <= the extension, or the due date where there is none.
    """

    count: int
    matured: bool
    answered: bool
    by_due: bool
    by_extension: bool
    exclusion: ExclusionReason | None
    rule_version: int
    key: str | None = None  # of the group in a breakdown, e.g. 2014-03


@dataclass(frozen=True)
class Interval:
    """A Wilson 95 % interval in percent, with two decimals."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Tally:
    """What a group of cases comes to. `received` leaves out the excluded ones."""

    matured: int = 0
    on_time: int = 0
    late: int = 0
    open_overdue: int = 0
    not_yet_due: int = 0
    safe_already: int = 0
    on_time_with_extensions: int = 0
    excluded: dict[ExclusionReason, int] = field(default_factory=dict)
    rules: dict[int, int] = field(default_factory=dict)  # cases of the cohort by rule version
    bands: Bands = MV_1_1.bands

    @property
    def received(self) -> int:
        """Cases of the cohort."""
        return self.matured + self.not_yet_due + self.safe_already

    @property
    def percent(self) -> Decimal | None:
        """The figure as shown, or None when nothing has matured."""
        return shown_percent(self.on_time, self.matured, self.bands)

    @property
    def percent_with_extensions(self) -> Decimal | None:
        """The share of the same matured cases that was answered by the extended deadline where there was one."""
        return shown_percent(self.on_time_with_extensions, self.matured, self.bands)

    @property
    def band(self) -> Band | None:
        """The band of the exact fraction, or None when nothing has matured."""
        return band(self.on_time, self.matured, self.bands)

    @property
    def interval(self) -> Interval | None:
        """The Wilson interval, or None when nothing has matured."""
        return wilson_interval(self.on_time, self.matured)


@dataclass(frozen=True)
class GroupTally:
    """One group of a breakdown."""

    key: str
    label: str
    tally: Tally


@dataclass(frozen=True)
class YearlyReport:
    """The figure of a year as of a day, with all that stands beside it."""

    indicator: str
    year: int
    as_of: date
    status: Status
    stream: Stream
    tally: Tally
    rules: tuple[DeadlineRule, ...]  # those that the cohort's cases have, by version
    breakdown: tuple[GroupTally, ...] = ()
    by: Breakdown | None = None


def check_period(year: int, as_of: date, today: date) -> None:
    """Refuse a year that cannot have cases, and a day that has not come."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput.of("year", Problem.YEAR_OUT_OF_RANGE, value=year, first=FIRST_YEAR, last=LAST_YEAR)
    if as_of > today:
        raise InvalidInput.of("as_of", Problem.AS_OF_IN_FUTURE, value=as_of)


def tally(groups: Iterable[OutcomeGroup], bands: Bands = MV_1_1.bands) -> Tally:
    """Count what groups of cases come to: the one place that says what is on time, late, open or not counted yet.

    Open and overdue is a miss at once. Open or answered with the deadline still ahead is not counted in the
    headline: counting early answers but not young open cases would tilt the figure upwards (domain.md 5.2).
    """
    counts = dict.fromkeys(
        ("on_time", "late", "open_overdue", "not_yet_due", "safe_already", "on_time_with_extensions"), 0
    )
    excluded: dict[ExclusionReason, int] = {}
    rules: dict[int, int] = {}
    for group in groups:
        if group.exclusion is not None:
            excluded[group.exclusion] = excluded.get(group.exclusion, 0) + group.count
            continue
        rules[group.rule_version] = rules.get(group.rule_version, 0) + group.count
        counts[_outcome(group)] += group.count
        if group.matured and group.answered and group.by_extension:
            counts["on_time_with_extensions"] += group.count
    return Tally(
        matured=counts["on_time"] + counts["late"] + counts["open_overdue"],
        excluded=dict(sorted(excluded.items())),
        rules=dict(sorted(rules.items())),
        bands=bands,
        **counts,
    )


def _outcome(group: OutcomeGroup) -> str:
    if not group.matured:
        return "safe_already" if group.answered else "not_yet_due"
    if not group.answered:
        return "open_overdue"
    return "on_time" if group.by_due else "late"


def band(k: int, n: int, bands: Bands = MV_1_1.bands) -> Band | None:
    """Return the band of k of n on the exact fraction, in integers, so that there are no gaps; None for n = 0."""
    if n == 0:
        return None
    if 100 * k >= bands.desired * n:
        return Band.DESIRED
    return Band.LOWEST_ACCEPTED if 100 * k >= bands.lowest_accepted * n else Band.NOT_APPROVED


def shown_percent(k: int, n: int, bands: Bands = MV_1_1.bands) -> Decimal | None:
    """Return k of n in percent with two decimals, half up, but never better than it is; None for n = 0.

    Not in a higher band than the exact fraction; 100.00 only when all are on time, 0.00 only when none is.
    """
    if n == 0:
        return None
    hundredths = (20_000 * k + n) // (2 * n)
    for threshold in (bands.desired, bands.lowest_accepted):
        if 100 * k < threshold * n:
            hundredths = min(hundredths, 100 * threshold - 1)
    if k < n:
        hundredths = min(hundredths, 9_999)
    if k > 0:
        hundredths = max(hundredths, 1)
    return Decimal(hundredths) * HUNDREDTH


def wilson_interval(k: int, n: int) -> Interval | None:
    """Return the Wilson 95 % score interval of k of n in percent, bounds rounded half up; None for n = 0.

    A full count has no sampling error: the interval shows how much chance could explain when units are compared.
    """
    if n == 0:
        return None
    with localcontext(prec=50):
        share, square = Decimal(k) / n, Z * Z
        middle = share + square / (2 * n)
        spread = Z * ((share * (1 - share) + square / (4 * n)) / n).sqrt()
        scale = 100 / (1 + square / n)
        low, high = max(Decimal(0), (middle - spread) * scale), min(Decimal(100), (middle + spread) * scale)
        return Interval(low.quantize(HUNDREDTH, ROUND_HALF_UP), high.quantize(HUNDREDTH, ROUND_HALF_UP))


def status(*, year: int, as_of: date, all_matured: bool, rules: Iterable[DeadlineRule], calendar: Calendar) -> Status:
    """Return how settled a year is: final from the day after the last deadline of its last day of reception.

    For 14 days without a roll that is 15 January: 31 December plus 14 days is 14 January.
    """
    last_reception = date(year, 12, 31)
    last_due = due_on(last_reception, rule_for(rules, last_reception), calendar)
    return Status.FINAL if all_matured and as_of > last_due else Status.PRELIMINARY


def headroom(k: int, n: int, percent: int) -> int:
    """Return how many more late answers the year can bear: the largest x with 100 k >= percent (n + x), or -1."""
    return max(-1, 100 * k // percent - n)


def year_bounds(year: int, as_of: date) -> tuple[date, date]:
    """Return the first and the last day of reception of the cohort, both included."""
    return date(year, 1, 1), min(date(year, 12, 31), as_of)


def day_before_maturity(as_of: date) -> date:
    """Return the last due date that has matured as of a day; nothing had on the first day there is."""
    return as_of - timedelta(days=1) if as_of > date.min else as_of
