"""The routes of changes that wait for a second person: what waits, approve, refuse, withdraw."""

from apiflask import APIBlueprint
from flask import Response

from dialogen import looks
from dialogen.api.access import asking, requires
from dialogen.api.answers import CasePage, ShownCase, json_of, listed_case
from dialogen.api.cases import answer_deed
from dialogen.api.payloads import DecisionQuery, PendingQuery, RefusalBody
from dialogen.api.preconditions import Precondition
from dialogen.domain.access_log import Manner, Sight
from dialogen.domain.accounts import Scope
from dialogen.extensions import office
from dialogen.looks import looks_at
from dialogen.services import four_eyes

api_pending = APIBlueprint("api_pending", __name__, url_prefix="/api/v1", tag="Four eyes")

SECOND_PERSON = (
    "For a second person alone: a manager of the unit or a statistician, and never who proposed it (403)."
    " 409 when nothing waits."
)


@api_pending.get("/pending")
@requires(Scope.CASES_READ)
@looks_at(Sight.PENDING, Manner.LISTED)
@api_pending.doc(operation_id="listPending", summary="List what waits for a second person")
@api_pending.input(PendingQuery, location="query", arg_name="query")
@api_pending.output(CasePage, description="Cases with a change that waits in `pending`, the oldest proposal first.")
def list_pending(query: PendingQuery) -> Response:
    """List the cases with a change that waits, a page at a time."""
    who = asking()
    page = four_eyes.list_waiting(
        office().db,
        by=who.standing,
        today=who.today,
        whose=query.whose,
        limit=query.limit,
        cursor=query.cursor,
    )
    looks.tell(shown=len(page.cases))
    return json_of(CasePage(items=[listed_case(view) for view in page.cases], next=page.cursor))


@api_pending.post("/cases/<reference>/pending/approval")
@requires(Scope.CASES_WRITE)
@looks_at(Sight.CASE)
@api_pending.doc(operation_id="approveChange", summary="Approve the change that waits", description=SECOND_PERSON)
@api_pending.input(DecisionQuery, location="query", arg_name="query")
@api_pending.input(Precondition, location="headers", arg_name="match")
@api_pending.output(ShownCase, description="The case, as it now is.")
def approve_change(reference: str, query: DecisionQuery, match: Precondition) -> Response:
    """Let the change that waits count; it is judged anew on the case as it now is."""
    view = four_eyes.approve_change(office().db, reference=reference, deed=asking().deed(match), pending_id=query.id)
    return answer_deed(view)


@api_pending.post("/cases/<reference>/pending/refusal")
@requires(Scope.CASES_WRITE)
@looks_at(Sight.CASE)
@api_pending.doc(operation_id="refuseChange", summary="Refuse the change that waits", description=SECOND_PERSON)
@api_pending.input(DecisionQuery, location="query", arg_name="query")
@api_pending.input(Precondition, location="headers", arg_name="match")
@api_pending.input(RefusalBody, arg_name="body")
@api_pending.output(ShownCase, description="The case, as it was.")
def refuse_change(reference: str, query: DecisionQuery, match: Precondition, body: RefusalBody) -> Response:
    """Refuse the change that waits, with a reason."""
    deed = asking().deed(match)
    view = four_eyes.refuse_change(office().db, reference=reference, reason=body.reason, deed=deed, pending_id=query.id)
    return answer_deed(view)


@api_pending.delete("/cases/<reference>/pending")
@requires(Scope.CASES_WRITE)
@looks_at(Sight.CASE)
@api_pending.doc(
    operation_id="withdrawChange",
    summary="Withdraw the change that waits",
    description="For who proposed it alone. 409 when nothing waits.",
)
@api_pending.input(DecisionQuery, location="query", arg_name="query")
@api_pending.input(Precondition, location="headers", arg_name="match")
@api_pending.output(ShownCase, description="The case, as it was.")
def withdraw_change(reference: str, query: DecisionQuery, match: Precondition) -> Response:
    """Take one's own proposal back."""
    view = four_eyes.withdraw_change(office().db, reference=reference, deed=asking().deed(match), pending_id=query.id)
    return answer_deed(view)
