"""The routes of cases: register, list, show, change, answer, extend, exclude. Parse, call one service, present."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from apiflask import APIBlueprint
from flask import Response, url_for

from dialogen import looks
from dialogen.api.access import asking, requires
from dialogen.api.answers import (
    CasePage,
    FieldWarning,
    ShownCase,
    json_of,
    listed_case,
    shown_story,
    similar_warnings,
)
from dialogen.api.payloads import (
    AnswerBody,
    CaseQuery,
    ChangesBody,
    ExclusionBody,
    ExtensionBody,
    NewCaseBody,
    NoQuery,
    OnceHeader,
)
from dialogen.api.preconditions import CacheCondition, Precondition, not_modified, tag_of
from dialogen.api.reading import doubtful_fields
from dialogen.api.shown_cases import shown_to, tagged
from dialogen.domain.access_log import Manner, Sight
from dialogen.domain.accounts import Scope
from dialogen.domain.national_ids import DOUBT
from dialogen.extensions import office
from dialogen.looks import looks_at
from dialogen.services import case_changes, case_lists, case_views, cases, likeness, registration
from dialogen.services.case_views import CaseView
from dialogen.services.letters_to_sender import paper_of
from dialogen.services.registration import OnceOnly

api_cases = APIBlueprint("api_cases", __name__, url_prefix="/api/v1", tag="Cases")

CHANGE_WAITS = (
    "`stream`, `received_on` and `answered_on` are judged together. When they take a case that has missed its deadline"
    " out of the misses of its year, they wait together for a second person, and the other fields are changed at once:"
    " the answer is 202, and `pending` says what waits. While it waits, changing the same fields is refused (409)."
)
EXCLUSION_WAITS = (
    "After the deadline an exclusion waits for a second person: the answer is 202, and `pending` says what waits."
    " While any change of the case waits, an exclusion is refused (409)."
)


@api_cases.post("/cases")
@requires(Scope.CASES_WRITE)
@looks_at(Sight.CASE)
@api_cases.doc(operation_id="registerCase", summary="Register a case")
@api_cases.input(NoQuery, location="query", arg_name="query")
@api_cases.input(OnceHeader, location="headers", arg_name="once")
@api_cases.input(NewCaseBody, arg_name="body")
@api_cases.output(ShownCase, 201, description="The case, as it now is; its address is in Location.")
def register_case(query: NoQuery, once: OnceHeader, body: NewCaseBody) -> Response:
    """Register a case."""
    who, db = asking(), office().db
    given: dict[str, Any] = {
        "new": body.new_case(),
        "by": who.standing,
        "author": who.author,
        "today": who.today,
        "now": who.now,
        "paper": paper_of(office().config),
    }
    if once.idempotency_key is None:
        view = registration.register_case(db, **given)
    else:
        only = OnceOnly(who.token_id, once.idempotency_key, _digest(body))
        view = registration.register_case_once(db, **given, once=only)
    similar = []
    if Scope.CASES_READ in who.scopes:  # a warning tells of other cases
        given = {"new": body.new_case(), "by": who.standing, "today": who.today}
        similar = similar_warnings(likeness.similar_to_new(db, **given, but={view.id}))
    answer = answer_deed(view, 201, warnings=similar)
    answer.headers["Location"] = url_for("api_cases.show_case", reference=view.reference)
    return answer


@api_cases.get("/cases")
@requires(Scope.CASES_READ)
@looks_at(Sight.CASES, Manner.LISTED)
@api_cases.doc(operation_id="listCases", summary="List cases")
@api_cases.input(CaseQuery, location="query", arg_name="query")
@api_cases.output(CasePage, description="The cases within your reach that the filters find, in order of registration.")
def list_cases(query: CaseQuery) -> Response:
    """List the cases that the filters find, a page at a time."""
    who = asking()
    page = case_lists.list_cases(
        office().db,
        wanted=query.wanted(),
        by=who.standing,
        today=who.today,
        limit=query.limit,
        cursor=query.cursor,
    )
    looks.tell(action=Manner.SEARCHED if query.q or query.external_reference else None, shown=len(page.cases))
    return json_of(CasePage(items=[listed_case(view) for view in page.cases], next=page.cursor))


@api_cases.get("/cases/<reference>")
@requires(Scope.CASES_READ)
@looks_at(Sight.CASE)
@api_cases.doc(operation_id="showCase", summary="Show a case")
@api_cases.input(NoQuery, location="query", arg_name="query")
@api_cases.input(CacheCondition, location="headers", arg_name="kept")
@api_cases.output(ShownCase, description="The case with its history.")
def show_case(reference: str, query: NoQuery, kept: CacheCondition) -> Response:
    """Show a case with its history."""
    who = asking()
    story = case_views.tell_story(office().db, reference=reference, by=who.standing, today=who.today)
    answer = shown_story(story)
    tag = tag_of(answer.version, answer)
    if kept.if_none_match is not None and kept.if_none_match.hold_weakly(tag):
        return not_modified(tag)
    return tagged(answer)


@api_cases.patch("/cases/<reference>")
@requires(Scope.CASES_WRITE)
@looks_at(Sight.CASE)
@api_cases.doc(operation_id="changeCase", summary="Change a case", description=CHANGE_WAITS)
@api_cases.input(NoQuery, location="query", arg_name="query")
@api_cases.input(Precondition, location="headers", arg_name="match")
@api_cases.input(ChangesBody, arg_name="body")
@api_cases.output(ShownCase, description="The case, as it now is.")
def change_case(reference: str, query: NoQuery, match: Precondition, body: ChangesBody) -> Response:
    """Change the mentioned fields of a case, all or none; what needs a second person waits."""
    view = case_changes.change_case(
        office().db, reference=reference, changes=body.changes(), reason=body.reason, deed=asking().deed(match)
    )
    return answer_deed(view)


@api_cases.post("/cases/<reference>/answer")
@requires(Scope.CASES_WRITE)
@looks_at(Sight.CASE)
@api_cases.doc(operation_id="answerCase", summary="Record the answer to a case")
@api_cases.input(NoQuery, location="query", arg_name="query")
@api_cases.input(Precondition, location="headers", arg_name="match")
@api_cases.input(AnswerBody, arg_name="body")
@api_cases.output(ShownCase, description="The case, as it now is.")
def answer_case(reference: str, query: NoQuery, match: Precondition, body: AnswerBody) -> Response:
    """Record the date of the first substantive answer."""
    view = cases.answer_case(
        office().db,
        reference=reference,
        answered_on=body.answered_on,
        manner=body.manner,
        deed=asking().deed(match),
    )
    return answer_deed(view)


@api_cases.post("/cases/<reference>/extension")
@requires(Scope.CASES_WRITE)
@looks_at(Sight.CASE)
@api_cases.doc(operation_id="extendCase", summary="Extend the deadline of a case")
@api_cases.input(NoQuery, location="query", arg_name="query")
@api_cases.input(Precondition, location="headers", arg_name="match")
@api_cases.input(ExtensionBody, arg_name="body")
@api_cases.output(ShownCase, description="The case, as it now is.")
def extend_case(reference: str, query: NoQuery, match: Precondition, body: ExtensionBody) -> Response:
    """Promise the sender a later date; the original deadline stays."""
    view = cases.extend_case(
        office().db, reference=reference, extended_to=body.extended_to, reason=body.reason, deed=asking().deed(match)
    )
    return answer_deed(view)


@api_cases.post("/cases/<reference>/exclusion")
@requires(Scope.CASES_WRITE)
@looks_at(Sight.CASE)
@api_cases.doc(operation_id="excludeCase", summary="Hold a case outside the statistic", description=EXCLUSION_WAITS)
@api_cases.input(NoQuery, location="query", arg_name="query")
@api_cases.input(Precondition, location="headers", arg_name="match")
@api_cases.input(ExclusionBody, arg_name="body")
@api_cases.output(ShownCase, description="The case, as it now is.")
def exclude_case(reference: str, query: NoQuery, match: Precondition, body: ExclusionBody) -> Response:
    """Hold a case outside the statistic, with a reason of the list; after its deadline this waits."""
    view = cases.exclude_case(
        office().db, reference=reference, reason=body.reason, note=body.note, deed=asking().deed(match)
    )
    return answer_deed(view)


def answer_deed(view: CaseView, status: int = 200, *, warnings: Sequence[FieldWarning] = ()) -> Response:
    """Answer a deed with the case as its author now sees it; 202 when it has to wait for a second person."""
    status = 202 if view.proposed else status
    looks.tell(reference=view.reference)
    answer = shown_to(asking(), view, registers=status == 201)
    answer.warnings = [
        *(FieldWarning(field=field, message=DOUBT, references=[]) for field in doubtful_fields()),
        *warnings,
    ]
    return tagged(answer, status)


def _digest(body: NewCaseBody) -> str:
    """Return the SHA-256 of what was handed in, whatever the order and spacing of its JSON."""
    handed_in = body.model_dump(mode="json", exclude_unset=True)
    return hashlib.sha256(json.dumps(handed_in, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
