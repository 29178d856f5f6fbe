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
from dialogen.web import hosts, kept_forms, reader_language, sentences

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
#: What an error page says, by status: its heading, what happened, and what to do next.
PAGES = {
    400: (
        N_("Vi forsto ikke forespørselen"),
        N_("Noe i den manglet eller var feil, og ingenting er lagret."),
        N_("Gå tilbake, last siden på nytt og prøv en gang til."),
    ),
    403: (
        N_("Du har ikke adgang"),
        N_("Rollen din gir ikke adgang til dette."),
        N_("Trenger du det i arbeidet ditt, be en administrator om en rolle til."),
    ),
    404: (
        N_("Vi finner ikke siden"),
        N_("Adressen kan være feil, eller du har ikke tilgang."),
        N_("Se etter skrivefeil i adressen, eller begynn på forsiden og søk derfra."),
    ),
    405: (
        N_("Adressen kan ikke brukes slik"),
        N_("Den hører til en knapp, og kan ikke åpnes for seg. Ingenting er endret."),
        N_("Gå tilbake og bruk knappene på siden."),
    ),
    409: (
        N_("Det går ikke nå"),
        N_("Noe er endret siden du åpnet siden."),
        N_("Gå tilbake, last siden på nytt og se hva som gjelder nå."),
    ),
    412: (
        N_("Noe er endret imens"),
        N_("Det du ville endre, er endret av noen andre etter at du åpnet det. Ingenting er lagret."),
        N_("Last siden på nytt, se hva som er endret, og prøv igjen."),
    ),
    413: (
        N_("Det du sendte, er for stort"),
        N_("Teksten er lengre enn Dialogen tar imot, og ingenting er lagret."),
        N_("Gå tilbake, ta en kopi av det du skrev, kort det ned og prøv igjen."),
    ),
    415: (
        N_("Dette formatet kan vi ikke lese"),
        N_("Det du sendte, er i et format som ikke kan brukes her. Ingenting er lagret."),
        N_("Gå tilbake, og bruk skjemaet på siden eller en annen type fil."),
    ),
    422: (
        N_("Noe må rettes"),
        N_("Det du sendte, kan ikke lagres slik det er."),
        N_("Gå tilbake, se over feltene og prøv igjen."),
    ),
    429: (
        N_("Vent litt"),
        N_("Det kom for mange forespørsler på kort tid."),
        N_("La siden stå åpen, vent noen minutter, og prøv igjen."),
    ),
    500: (
        N_("Noe gikk galt hos oss"),
        N_("Feilen er notert. Det er ikke sikkert at det du gjorde, ble lagret."),
        N_("Se etter om det ble lagret før du prøver igjen. Skjer det på nytt, si fra til en administrator."),
    ),
    503: (
        N_("Dialogen er ikke klar"),
        N_("Databasen svarer ikke, eller den er ikke oppdatert."),
        N_("Prøv igjen om noen minutter. Varer det, si fra til den som drifter Dialogen."),
    ),
}
_EXPIRED_FORM = (
    N_("Siden var åpen for lenge"),
    N_("Ingenting er lagret."),
    N_("Gå tilbake, ta en kopi av det du skrev, last siden på nytt og prøv en gang til."),
)
_KEPT_FORM = (
    N_("Siden var åpen for lenge"),
    N_("Ingenting er lagret, men vi tok vare på det du skrev."),
    N_("Åpne skjemaet igjen, se over det du skrev, og lagre på nytt. Filer må velges en gang til."),
)
_FILES_TOO_LARGE = (
    N_("Det du sendte, er for stort"),
    N_("Filene er til sammen større enn Dialogen tar imot på én gang. Ingenting er lagret."),
    N_(
        "Gå tilbake og send én fil om gangen, eller en mindre utgave av den, for eksempel en PDF med lavere oppløsning."
    ),
)
_IMPORT_TOO_LARGE = (
    N_("Filen er for stor"),
    N_("Den er større enn det som kan lastes opp her. Ingenting er lagret."),
    N_(
        "Del den i flere filer og hent inn én om gangen, eller be den som drifter Dialogen hente den inn med "
        "kommandoen dialogen import."
    ),
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
    heading, _, onward = PAGES[status]
    answer = make_response(_page(status, gettext(heading), sentence_of(refusal), gettext(onward)))
    answer.headers.update(headers_of(refusal))
    return answer


def show_http_error(error: HTTPException) -> ResponseReturnValue:
    """Show the page of an HTTP error; a program's fault says nothing of its cause."""
    if isinstance(error, CSRFError):
        return _show_expired_form()
    code = error.code if error.code in PAGES else 400 if error.code and error.code < 500 else 500
    if code >= 500:
        reader_language.settle_without_account()
    if code == 500 and not _can_work():
        code = 503
    words = _too_large() if code == 413 else PAGES[code]
    answer = make_response(_page(code, *map(gettext, words)))
    if code == 405:
        answer.headers["Allow"] = dict(error.get_headers()).get("Allow", "")
    return answer


def _too_large() -> tuple[str, str, str]:
    if request.endpoint == "admin.imports":
        return _IMPORT_TOO_LARGE
    return _FILES_TOO_LARGE if request.mimetype == "multipart/form-data" else PAGES[413]


def _show_expired_form() -> ResponseReturnValue:
    """Tell that a form was shown to a session that is over, and lead to it again with what was written in it."""
    if hosts.is_from_elsewhere() or not kept_forms.keep():
        return _page(400, *map(gettext, _EXPIRED_FORM))
    return _page(400, *map(gettext, _KEPT_FORM), back=kept_forms.page_of_form())


def _can_work() -> bool:
    """Say whether the database answers and has this version's schema; a scheduler that is late stops no page."""
    checks = health.readiness(office().db, now=clock.now())
    return all(check.ok for check in checks if check.name in ("database", "schema"))


def _page(status: int, heading: str, sentence: str, onward: str, *, back: str | None = None) -> ResponseReturnValue:
    logger.info("%s answered with %s", request.endpoint, status)
    if status < 500:
        return render_template("errors/page.html", heading=heading, sentence=sentence, onward=onward, back=back), status
    # After a fault nothing may be asked of the database again, not even who is signed in: no context processor runs.
    bare = current_app.jinja_env.get_template("errors/bare.html")
    return bare.render(heading=heading, sentence=sentence, onward=onward), status
