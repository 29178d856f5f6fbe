"""The route of the yearly report, as JSON or CSV."""

import json
import re

from apiflask import APIBlueprint
from flask import Response, request

from dialogen import looks
from dialogen.api import answers
from dialogen.api.access import asking, requires
from dialogen.api.payloads import ReportQuery
from dialogen.api.problems import Refused, wrong_fields
from dialogen.domain.access_log import Manner, Sight
from dialogen.domain.accounts import Scope
from dialogen.extensions import office
from dialogen.looks import looks_at
from dialogen.services import report_formats, reports

api_reports = APIBlueprint("api_reports", __name__, url_prefix="/api/v1", tag="Reports")

FORMATS = ("application/json", "text/csv")


@api_reports.get("/reports/mv-1.1/<year>")
@requires(Scope.STATS_READ)
@looks_at(Sight.REPORT, by="year")
@api_reports.doc(operation_id="yearlyReport", summary="Report MV.1.1 of a year")
@api_reports.input(ReportQuery, location="query", arg_name="query")
@api_reports.output(answers.Report, description="The figure with everything beside it; as CSV when Accept asks for it.")
def yearly_report(year: str, query: ReportQuery) -> Response:
    """Report MV.1.1 of a year."""
    accepted = request.accept_mimetypes
    wanted = accepted.best_match(FORMATS) if accepted else FORMATS[0]
    if wanted is None:
        raise Refused(406, f"this report comes as {' or '.join(FORMATS)}")
    who = asking()
    report = reports.yearly_report(
        office().db, year=_number(year), as_of=query.as_of, today=who.today, by=query.by, reader=who.standing
    )
    looks.tell(reference=str(report.year), action=Manner.EXPORTED if wanted == "text/csv" else None)
    if wanted == "text/csv":
        response = Response(report_formats.report_csv(report), mimetype="text/csv")
        response.headers["Content-Disposition"] = f'attachment; filename="mv-1.1-{report.year}.csv"'
    else:
        response = Response(json.dumps(report_formats.report_json(report)), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response


def _number(year: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", year):
        raise wrong_fields({"year": ["must be a whole number"]})
    return int(year)
