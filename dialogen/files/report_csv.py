"""The yearly report as CSV: one row for the whole and one for each group, in two dialects.

For programs: RFC 4180, commas, decimal points, the contract's English words. For a Norwegian Excel: semicolons,
decimal commas, a byte order mark, and headers and words in the reader's language, in bokmål where nobody reads.
"""

import csv
import io
from collections.abc import Callable
from decimal import Decimal

from dialogen.domain.cases import ExclusionReason, Stream
from dialogen.domain.reports import Tally, YearlyReport
from dialogen.files import report_words as words
from dialogen.files.csv_out import BYTE_ORDER_MARK, harmless
from dialogen.languages import N_, gettext

WHOLE = "all"  # level and key of the row for the whole

_HEADERS = {
    "indicator": N_("indikator"),
    "year": N_("år"),
    "as_of": N_("per dato"),
    "status": N_("status"),
    "stream": N_("type"),
    "level": N_("nivå"),
    "key": N_("nøkkel"),
    "label": N_("navn"),
    "received": N_("mottatt"),
    "matured": N_("frist ute"),
    "on_time": N_("besvart innen frist"),
    "late": N_("besvart for sent"),
    "open_overdue": N_("ubesvart etter frist"),
    "not_yet_due": N_("ubesvart, frist ikke ute"),
    "safe_already": N_("besvart, frist ikke ute"),
    "percent": N_("prosent innen frist"),
    "band": N_("resultat"),
    "interval_low": N_("intervall fra"),
    "interval_high": N_("intervall til"),
    "on_time_with_extensions": N_("innen utsatt frist"),
    "percent_with_extensions": N_("prosent innen utsatt frist"),
    "rule_versions": N_("regelversjoner"),
}
_EXCLUDED = {f"excluded_{reason.value}": reason for reason in ExclusionReason}

_Row = dict[str, object]


def report_csv(report: YearlyReport) -> str:
    """Return the report for programs: comma, point, CRLF."""
    rows = [_row(report, *each, decimals=_point) for each in _levels(report, "")]
    return _written([*_HEADERS, *_EXCLUDED], rows, delimiter=",")


def report_csv_excel(report: YearlyReport) -> str:
    """Return the report for a Norwegian Excel: byte order mark, semicolon, decimal comma, words for people."""
    whole, headers = gettext("Hele kommunen"), _headers()
    rows = [_in_words(_row(report, *each, decimals=_comma), report) for each in _levels(report, whole)]
    headed = [{headers[name]: value for name, value in row.items()} for row in rows]
    return BYTE_ORDER_MARK + _written(list(headers.values()), headed, delimiter=";")


def _headers() -> dict[str, str]:
    excluded = {name: gettext("holdt utenfor: %(why)s", why=words.EXCLUSIONS[why]) for name, why in _EXCLUDED.items()}
    return {name: gettext(word) for name, word in _HEADERS.items()} | excluded


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


def _in_words(row: _Row, report: YearlyReport) -> _Row:
    level = words.BREAKDOWNS[report.by] if report.by and row["level"] != WHOLE else gettext("kommunen")
    translated = {
        "as_of": f"{report.as_of:%d.%m.%Y}",
        "status": words.STATUSES[report.status],
        "stream": gettext("ekstern") if report.stream is Stream.EXTERNAL else gettext("intern"),
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
