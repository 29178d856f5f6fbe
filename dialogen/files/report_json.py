"""The yearly report as the JSON of the outer contract."""

from decimal import Decimal

from dialogen.domain.deadlines import DeadlineRule
from dialogen.domain.reports import GroupTally, Interval, Tally, YearlyReport


def report_object(report: YearlyReport) -> dict[str, object]:
    """Return the report as the contract's object: percentages as text with two decimals, None where there is none."""
    return {
        "indicator": report.indicator,
        "year": report.year,
        "as_of": report.as_of.isoformat(),
        "status": report.status.value,
        "stream": report.stream.value,
        **_figures(report.tally),
        "rules": [_rule(rule, report.tally) for rule in report.rules],
        "breakdown": [_group(group) for group in report.breakdown],
    }


def _group(group: GroupTally) -> dict[str, object]:
    return {"key": group.key, "label": group.label, **_figures(group.tally)}


def _figures(tally: Tally) -> dict[str, object]:
    return {
        "received": tally.received,
        "matured": tally.matured,
        "on_time": tally.on_time,
        "late": tally.late,
        "open_overdue": tally.open_overdue,
        "not_yet_due": tally.not_yet_due,
        "safe_already": tally.safe_already,
        "excluded": {reason.value: number for reason, number in tally.excluded.items()},
        "percent": _decimals(tally.percent),
        "band": None if tally.band is None else tally.band.value,
        "interval": _interval(tally.interval),
        "with_extensions": {
            "on_time": tally.on_time_with_extensions,
            "percent": _decimals(tally.percent_with_extensions),
        },
    }


def _rule(rule: DeadlineRule, tally: Tally) -> dict[str, object]:
    return {
        "version": rule.version,
        "days": rule.days,
        "roll": rule.roll.value,
        "cases": tally.rules[rule.version],
    }


def _interval(interval: Interval | None) -> dict[str, str] | None:
    return None if interval is None else {"low": f"{interval.low:.2f}", "high": f"{interval.high:.2f}"}


def _decimals(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"
