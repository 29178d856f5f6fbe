"""The yearly figure: a page with every number that stands beside it, and the same as files."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dialogen.domain.access_log import Manner, Sight
from dialogen.domain.accounts import Act, reach
from dialogen.domain.errors import InvalidInput, NotFound, Problem
from dialogen.domain.reports import FIRST_YEAR, LAST_YEAR, Band, Breakdown, YearlyReport
from dialogen.extensions import office
from dialogen.looks import looks_at
from dialogen.services import report_formats
from dialogen.services import reports as figures
from dialogen.web import errors, visit
from dialogen.web.access import signed_in
from dialogen.web.forms import read_day

reports = Blueprint("reports", __name__, url_prefix="/reports/mv-1.1")
#: The files, by the end of their address: what they are, and whether for a Norwegian Excel.
FILES = {"csv": False, "csv-excel": True}


@dataclass(frozen=True)
class Asked:
    """What the address asks for beside the year."""

    as_of: date | None
    by: Breakdown | None

    def address(self, **other: str | None) -> dict[str, Any]:
        """Return it as parts of an address, with others in their place."""
        there = {
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "by": self.by.value if self.by else None,
            **other,
        }
        return {name: value for name, value in there.items() if value}


@reports.get("")
@signed_in
def find() -> ResponseReturnValue:
    """Lead to a year's page: the one asked for by the form, else this year's. That page reads, or refuses, the day."""
    year = request.args.get("year", "").strip() or str(visit.today().year)
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise InvalidInput.of("year", Problem.YEAR_OUT_OF_RANGE, value=year, first=FIRST_YEAR, last=LAST_YEAR)
    written: dict[str, Any] = {name: request.args.get(name, "").strip() or None for name in ("as_of", "by")}
    return redirect(url_for("reports.year", year=int(year), **written), code=303)


@reports.get("/<int:year>")
@signed_in
@looks_at(Sight.REPORT, by="year")
def year(year: int) -> ResponseReturnValue:
    """Show a year's figure as of a day, broken down when the reader may see groups."""
    asked, refused = Asked(None, _by()), None
    try:
        asked = _asked()
        report = _report(year, asked)
    except InvalidInput as refusal:
        if refusal.problems[0].field == "year":
            raise NotFound(Problem.NO_SUCH, what="year", value=year) from None
        refused = errors.sentence_of(refusal)
        report = _report(year, Asked(None, asked.by))
    answer = render_template(
        "reports/year.html",
        report=report,
        asked=asked,
        refused=refused,
        breakdowns=tuple(Breakdown) if _may_break_down() else (),
        first_year=FIRST_YEAR,
        this_year=visit.today().year,
        bands=Band,
    )
    return answer, 422 if refused else 200


@reports.get("/<int:year>/<any(csv, 'csv-excel'):kind>")
@signed_in
@looks_at(Sight.REPORT, Manner.EXPORTED, by="year")
def download(year: int, kind: str) -> ResponseReturnValue:
    """Give a year's figure as a file."""
    asked = _asked()
    report = _report(year, asked)
    name = "-".join(filter(None, ("mv-1.1", str(year), asked.by and asked.by.value)))
    text = report_formats.report_csv(report, excel=FILES[kind])
    answer = Response(text.encode("utf-8"), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}{"-excel" if FILES[kind] else ""}.csv"'
    return answer


def _asked() -> Asked:
    """Read the address; raises InvalidInput for a day that is none. An unknown breakdown counts as none given."""
    day = request.args.get("as_of", "").strip()
    as_of = read_day(day) if day else None
    if day and as_of is None:
        raise InvalidInput.of("as_of", Problem.NOT_A_DATE, value=day)
    return Asked(as_of, _by())


def _by() -> Breakdown | None:
    by = next((each for each in Breakdown if each == request.args.get("by")), None)
    return by if _may_break_down() else None


def _may_break_down() -> bool:
    return not reach(visit.standing(), Act.BREAK_DOWN).is_empty


def _report(year: int, asked: Asked) -> YearlyReport:
    return figures.yearly_report(
        office().db, year=year, as_of=asked.as_of, today=visit.today(), by=asked.by, reader=visit.standing()
    )
