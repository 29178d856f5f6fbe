"""Translates every refusal into a problem, in one place: the domain's, the API's own, HTTP's, and our faults."""

from collections import defaultdict
from http import HTTPStatus

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, default_exceptions
from werkzeug.routing import RequestRedirect

from dialogen import log_lines
from dialogen.api.access import asking
from dialogen.api.answers import shown_since
from dialogen.api.preconditions import tag_of
from dialogen.api.problems import Refused, problem, sentence
from dialogen.api.shown_cases import shown_to
from dialogen.domain.accounts import Scope
from dialogen.domain.errors import (
    Conflict,
    DialogenError,
    FieldProblem,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooManyAttempts,
    WrongState,
)
from dialogen.domain.errors import sentence as told_of
from dialogen.services.meanwhile import ChangedMeanwhile

STATUSES: dict[type[DialogenError], int] = {
    InvalidInput: 422,
    NotFound: 404,
    NotAllowed: 403,
    NotSignedIn: 401,
    TooManyAttempts: 429,
    WrongState: 409,
    Conflict: 409,
}
#: Fields whose values are personal: a message about them never repeats what was handed in.
PERSONAL = frozenset({"subject", "text", "reason", "note", "sender.name", "sender.email", "sender.phone"})
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="dialogen"'}
DETAILS = {
    404: "there is nothing at this address",
    405: "this method is not allowed here",
    413: "the body is larger than 1 MB",
    500: "something went wrong on our side",
}


def register(blueprint: Blueprint) -> None:
    """Let a blueprint answer with problems, whatever goes wrong in it."""
    blueprint.register_error_handler(Refused, _of_refused)
    blueprint.register_error_handler(DialogenError, _of_office)
    blueprint.register_error_handler(HTTPException, of_http)
    for code in default_exceptions:
        # A handler of the whole application for this code would come before the blueprint's for HTTPException.
        blueprint.register_error_handler(code, of_http)
    blueprint.register_error_handler(Exception, _of_fault)


def answer_unknown_address() -> Response | None:
    """Answer for an address below /api that leads nowhere: no blueprint is asked about those."""
    if request.path != "/api" and not request.path.startswith("/api/"):
        return None
    wrong = request.routing_exception
    if isinstance(wrong, RequestRedirect):
        return problem(404, DETAILS[404])
    if isinstance(wrong, MethodNotAllowed) or (wrong is None and request.method == "OPTIONS"):
        return of_http(MethodNotAllowed(_methods_here()))
    return None if wrong is None else of_http(wrong)


def _methods_here() -> list[str]:
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None, "a request has an address"
    return sorted(set(adapter.allowed_methods()) - {"OPTIONS"})


def _of_refused(error: Refused) -> Response:
    return problem(error.status, error.detail, errors=error.errors, headers=error.headers)


def _of_office(error: DialogenError) -> Response:
    status = next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
    code = error.problem.name.lower()
    if isinstance(error, ChangedMeanwhile):
        return _of_change(error)
    if not isinstance(error, InvalidInput):
        return problem(status, str(error), code=code, headers=CHALLENGE if status == 401 else None)
    errors: dict[str, list[str]] = defaultdict(list)
    for each in error.problems:
        errors[each.field].append(_message(each))
    return problem(status, sentence(errors), errors=errors, code=code)


def _of_change(error: ChangedMeanwhile) -> Response:
    """Tell a program, as far as it may read cases, what was changed since the version that it named."""
    found, who = error.found, asking()
    since = shown_since(found) if Scope.CASES_READ in who.scopes else None
    now = shown_to(who, found.case)
    code, tag = error.problem.name.lower(), {"ETag": tag_of(now.version, now)}
    return problem(412, str(error), code=code, headers=tag, more={"since": since})


def _message(found: FieldProblem) -> str:
    if found.field not in PERSONAL:
        return str(found)
    return told_of(found.problem, {**found.values, "value": "what was handed in"})


def of_http(error: HTTPException) -> Response:
    """Return the problem that an HTTP error is, with its own headers (Allow, say)."""
    status = error.code or 500
    headers = {name: value for name, value in error.get_headers() if name.lower() not in ("content-type", "location")}
    detail = DETAILS.get(status) or error.description or HTTPStatus(status).phrase
    return problem(status, detail, headers=headers)


def _of_fault(error: Exception) -> Response:
    current_app.logger.error("%s %s failed\n%s", request.method, request.endpoint, log_lines.fault(error))
    return problem(500, DETAILS[500])
