"""The yearly report in the formats that people and programs ask for."""

import json
from pathlib import Path

from dialogen.domain.languages import Language
from dialogen.domain.reports import YearlyReport
from dialogen.files import report_csv as csv_file
from dialogen.files import report_json as json_file
from dialogen.files import report_text as text_file
from dialogen.files import whole_file
from dialogen.languages import reading


def report_json(report: YearlyReport) -> dict[str, object]:
    """Return the report as the contract's JSON object."""
    return json_file.report_object(report)


def report_json_text(report: YearlyReport) -> str:
    """Return the report as JSON text, ending with a line break."""
    return json.dumps(report_json(report), ensure_ascii=False, indent=1) + "\n"


def report_csv(report: YearlyReport, *, excel: bool = False) -> str:
    """Return the report as CSV: for programs, or in the dialect of a Norwegian Excel (with its byte order mark)."""
    return csv_file.report_csv_excel(report) if excel else csv_file.report_csv(report)


def report_text(report: YearlyReport, municipality: str) -> str:
    """Return the report as text in bokmål, for people."""
    with reading(Language.BOKMAL):
        return text_file.report_text(report, municipality)


def save(path: Path, text: str) -> None:
    """Put a report into a file, whole or not at all; raises OSError when that cannot be done."""
    whole_file.write_whole(path, text)
