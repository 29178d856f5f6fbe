"""A case as it is answered to the program that asks: what it may read of it, and the tag that goes with it."""

from flask import Response, url_for

from dialogen.api.access import Asking
from dialogen.api.answers import ShownCase, json_of, shown_story, shown_without_history, without_words
from dialogen.api.preconditions import tag_of
from dialogen.domain.accounts import Scope
from dialogen.domain.errors import NotFound
from dialogen.extensions import office
from dialogen.services import case_views
from dialogen.services.case_views import CaseView


def shown_to(who: Asking, view: CaseView, *, registers: bool = False) -> ShownCase:
    """Return a case with its history, also when it was handed out of its author's reach.

    A change is no way to read past a token's scopes; whoever registers a case has handed in what it holds.
    """
    try:
        story = case_views.tell_story(office().db, reference=view.reference, by=who.standing, today=who.today)
    except NotFound:
        answer = shown_without_history(view)
    else:
        answer = shown_story(story)
    return answer if registers or Scope.CASES_READ in who.scopes else without_words(answer)


def tagged(answer: ShownCase, status: int = 200) -> Response:
    """Return a case as an answer with its tag, and its own address for whoever asked at another one."""
    response = json_of(answer, status)
    response.headers["ETag"] = tag_of(answer.version, answer)
    response.headers["Content-Location"] = url_for("api_cases.show_case", reference=answer.reference)
    return response
