"""Refusals and faults as pages: what happened, in plain words, and where to go on. Never a detail of the program."""

import logging
import math

from flask import Flask, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from dialogen import clock
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
from dialogen.extensions import office
from dialogen.languages import N_, gettext
from dialogen.services import health
from dialogen.web import reader_language, sentences

logger = logging.getLogger(__name__)

_STATUS: dict[type[DialogenError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    NotSignedIn: 403,
    TooManyAttempts: 429,
    WrongState: 409,
    Conflict: 409,
    InvalidInput: 400,
}
#: What an error page says, by status: its heading and its sentence.
PAGES = {
    400: (N_("Vi forsto ikke forespørselen"), N_("Gå tilbake, last siden på nytt og prøv en gang til.")),
    403: (N_("Du har ikke adgang"), N_("Rollen din gir ikke adgang til dette.")),
    404: (N_("Vi finner ikke siden"), N_("Adressen kan være feil, eller du har ikke tilgang.")),
    405: (N_("Adressen kan ikke brukes slik"), N_("Gå tilbake og bruk knappene på siden.")),
    409: (N_("Det går ikke nå"), N_("Last siden på nytt og se hva som er endret.")),
    413: (
        N_("Det du sendte, er for stort"),
        N_("Ingenting er lagret. Gå tilbake, send færre eller mindre filer eller en kortere tekst, og prøv igjen."),
    ),
    429: (N_("Vent litt"), N_("Det kom for mange forespørsler på kort tid. Prøv igjen om litt.")),
    500: (N_("Noe gikk galt hos oss"), N_("Feilen er notert. Prøv igjen om litt, eller si fra til en administrator.")),
    503: (
        N_("Dialogen er ikke klar"),
        N_("Databasen svarer ikke, eller den er ikke oppdatert. Si fra til en administrator."),
    ),
}
_EXPIRED_FORM = (
    N_("Siden var åpen for lenge"),
    N_("Ingenting er lagret. Gå tilbake, last siden på nytt og prøv en gang til."),
)


def register(app: Flask) -> None:
    """Answer refusals and faults with pages; the API answers its own."""
    app.register_error_handler(DialogenError, _show_refusal)
    app.register_error_handler(HTTPException, show_http_error)


def status_of(refusal: DialogenError) -> int:
    """Return the HTTP status of a refusal."""
    return next(status for kind, status in _STATUS.items() if isinstance(refusal, kind))


def sentence_of(refusal: DialogenError | FieldProblem) -> str:
    """Return what a refusal says."""
    return sentences.sentence(refusal.problem, refusal.values)


def headers_of(refusal: DialogenError) -> dict[str, str]:
    """Return what the answer tells a program of a refusal: how many seconds to wait (RFC 9110 10.2.3)."""
    return {"Retry-After": str(math.ceil(refusal.wait.total_seconds()))} if isinstance(refusal, TooManyAttempts) else {}


def _show_refusal(refusal: DialogenError) -> ResponseReturnValue:
    status = status_of(refusal)
    answer = make_response(_page(status, gettext(PAGES[status][0]), sentence_of(refusal)))
    answer.headers.update(headers_of(refusal))
    return answer


def show_http_error(error: HTTPException) -> ResponseReturnValue:
    """Show the page of an HTTP error; a program's fault says nothing of its cause."""
    if isinstance(error, CSRFError):
        return _page(400, *map(gettext, _EXPIRED_FORM))
    code = error.code if error.code in PAGES else 400 if error.code and error.code < 500 else 500
    if code >= 500:
        reader_language.settle_without_account()
    if code == 500 and not _can_work():
        code = 503
    answer = make_response(_page(code, *map(gettext, PAGES[code])))
    if code == 405:
        answer.headers["Allow"] = dict(error.get_headers()).get("Allow", "")
    return answer


def _can_work() -> bool:
    """Say whether the database answers and has this version's schema; a scheduler that is late stops no page."""
    checks = health.readiness(office().db, now=clock.now())
    return all(check.ok for check in checks if check.name in ("database", "schema"))


def _page(status: int, heading: str, sentence: str) -> ResponseReturnValue:
    logger.info("%s answered with %s", request.endpoint, status)
    if status < 500:
        return render_template("errors/page.html", heading=heading, sentence=sentence), status
    # After a fault nothing may be asked of the database again, not even who is signed in: no context processor runs.
    bare = current_app.jinja_env.get_template("errors/bare.html")
    return bare.render(heading=heading, sentence=sentence), status
