"""The yearly report as CSV: one row for the whole and one for each group, in two dialects.

For programs: RFC 4180, commas, decimal points, the contract's English words. For a Norwegian Excel: semicolons,
decimal commas, a byte order mark, and headers and words in bokmål.
"""

import csv
import io
from collections.abc import Callable
from decimal import Decimal

from dialogen.domain.cases import ExclusionReason, Stream
from dialogen.domain.reports import Tally, YearlyReport
from dialogen.files import report_words as words
from dialogen.files.csv_out import BYTE_ORDER_MARK, harmless

WHOLE = "all"  # level and key of the row for the whole

_HEADERS = {
    "indicator": "indikator",
    "year": "år",
    "as_of": "per dato",
    "status": "status",
    "stream": "type",
    "level": "nivå",
    "key": "nøkkel",
    "label": "navn",
    "received": "mottatt",
    "matured": "frist ute",
    "on_time": "besvart innen frist",
    "late": "besvart for sent",
    "open_overdue": "ubesvart etter frist",
    "not_yet_due": "ubesvart, frist ikke ute",
    "safe_already": "besvart, frist ikke ute",
    "percent": "prosent innen frist",
    "band": "resultat",
    "interval_low": "intervall fra",
    "interval_high": "intervall til",
    "on_time_with_extensions": "innen utsatt frist",
    "percent_with_extensions": "prosent innen utsatt frist",
    "rule_versions": "regelversjoner",
} | {f"excluded_{reason.value}": f"holdt utenfor: {words.EXCLUSIONS[reason]}" for reason in ExclusionReason}

_Row = dict[str, object]


def report_csv(report: YearlyReport) -> str:
    """Return the report for programs: comma, point, CRLF."""
    rows = [_row(report, *each, decimals=_point) for each in _levels(report, "")]
    return _written(list(_HEADERS), rows, delimiter=",")


def report_csv_excel(report: YearlyReport) -> str:
    """Return the report for a Norwegian Excel: byte order mark, semicolon, decimal comma, words in bokmål."""
    rows = [_in_norwegian(_row(report, *each, decimals=_comma), report) for each in _levels(report, "Hele kommunen")]
    headed = [{_HEADERS[name]: value for name, value in row.items()} for row in rows]
    return BYTE_ORDER_MARK + _written(list(_HEADERS.values()), headed, delimiter=";")


def _levels(report: YearlyReport, whole: str) -> list[tuple[str, str, str, Tally]]:
    level = report.by.value if report.by else ""
    groups = [(level, group.key, group.label, group.tally) for group in report.breakdown]
    return [(WHOLE, WHOLE, whole, report.tally), *groups]


def _row(
    report: YearlyReport, level: str, key: str, label: str, tally: Tally, *, decimals: Callable[[Decimal | None], str]
) -> _Row:
    interval = tally.interval
    return {
        "indicator": report.indicator,
        "year": report.year,
        "as_of": report.as_of.isoformat(),
        "status": report.status.value,
        "stream": report.stream.value,
        "level": level,
        "key": harmless(key),
        "label": harmless(label),
        "received": tally.received,
        "matured": tally.matured,
        "on_time": tally.on_time,
        "late": tally.late,
        "open_overdue": tally.open_overdue,
        "not_yet_due": tally.not_yet_due,
        "safe_already": tally.safe_already,
        "percent": decimals(tally.percent),
        "band": tally.band.value if tally.band else "",
        "interval_low": decimals(interval.low if interval else None),
        "interval_high": decimals(interval.high if interval else None),
        "on_time_with_extensions": tally.on_time_with_extensions,
        "percent_with_extensions": decimals(tally.percent_with_extensions),
        "rule_versions": " ".join(str(version) for version in tally.rules),
        **{f"excluded_{reason.value}": tally.excluded.get(reason, 0) for reason in ExclusionReason},
    }


def _in_norwegian(row: _Row, report: YearlyReport) -> _Row:
    level = words.BREAKDOWNS[report.by] if report.by and row["level"] != WHOLE else "kommunen"
    translated = {
        "as_of": words.short_day(report.as_of),
        "status": words.STATUSES[report.status],
        "stream": {Stream.EXTERNAL: "ekstern", Stream.INTERNAL: "intern"}[report.stream],
        "level": level,
        "band": {band.value: word for band, word in words.BANDS.items()}.get(str(row["band"]), ""),
    }
    return row | translated


def _point(value: Decimal | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _comma(value: Decimal | None) -> str:
    return _point(value).replace(".", ",")


def _written(headers: list[str], rows: list[_Row], *, delimiter: str) -> str:
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, headers, delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue()
