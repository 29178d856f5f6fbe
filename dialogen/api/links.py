"""The routes of links between cases: link two, and take the link away."""

from apiflask import APIBlueprint
from flask import Response

from dialogen.api.access import asking, requires
from dialogen.api.answers import ShownCase
from dialogen.api.cases import answer_deed
from dialogen.api.payloads import LinkBody, LinkQuery, NoQuery
from dialogen.api.preconditions import Precondition
from dialogen.domain.access_log import Sight
from dialogen.domain.accounts import Scope
from dialogen.extensions import office
from dialogen.looks import looks_at
from dialogen.services import case_links

api_links = APIBlueprint("api_links", __name__, url_prefix="/api/v1", tag="Cases")


@api_links.post("/cases/<reference>/links")
@requires(Scope.CASES_WRITE)
@looks_at(Sight.CASE)
@api_links.doc(operation_id="linkCase", summary="Link a case to another one")
@api_links.input(NoQuery, location="query", arg_name="query")
@api_links.input(Precondition, location="headers", arg_name="match")
@api_links.input(LinkBody, arg_name="body")
@api_links.output(ShownCase, description="The case, as it now is.")
def link_case(reference: str, query: NoQuery, match: Precondition, body: LinkBody) -> Response:
    """Link a case to another one that you see; both tell it."""
    deed = asking().deed(match)
    return answer_deed(case_links.link_case(office().db, reference=reference, other=body.other, deed=deed))


@api_links.delete("/cases/<reference>/links")
@requires(Scope.CASES_WRITE)
@looks_at(Sight.CASE)
@api_links.doc(operation_id="unlinkCase", summary="Take a link away")
@api_links.input(LinkQuery, location="query", arg_name="query")
@api_links.input(Precondition, location="headers", arg_name="match")
@api_links.output(ShownCase, description="The case, as it now is.")
def unlink_case(reference: str, query: LinkQuery, match: Precondition) -> Response:
    """Take the link to another case away; both tell it."""
    deed = asking().deed(match)
    return answer_deed(case_links.unlink_case(office().db, reference=reference, other=query.other, deed=deed))
