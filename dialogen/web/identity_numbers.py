"""National identity numbers on their way in: refused in addresses and forms, and told of where one may have been saved."""

from flask import Flask, Response, flash, g, request

from dialogen.domain.errors import FieldProblem, InvalidInput
from dialogen.domain.texts import national_id_problem
from dialogen.languages import gettext
from dialogen.web import sentences, visit

#: Pages that say so at the field themselves, and lead no word on that holds one.
_SAY_SO = {"cases.list"}
WARNING = "warning"  # the category of what is told beside "it is saved"


def register(app: Flask) -> None:
    """Look at every address that leads to a page, and tell on the next page of what a form may have saved."""
    app.before_request(_refuse_in_address)
    app.after_request(_tell_doubts)


def note_doubt(label: str) -> None:
    """Remember that a field of a form may hold a national identity number."""
    g.setdefault("doubtful_labels", []).append(label)


def _refuse_in_address() -> None:
    """Refuse words behind the question mark, before they are led on into the address of another page."""
    if request.path.startswith("/api/"):
        return  # says so in its own way
    if request.endpoint in _SAY_SO and visit.signed_in():
        return
    found = in_address()
    if found:
        raise InvalidInput(found)


def in_address() -> list[FieldProblem]:
    """Return what is to be said of the words behind the question mark that hold one."""
    problems = (national_id_problem(name, word) for name, word in request.args.items(multi=True))
    return [problem for problem in problems if problem is not None]


def _tell_doubts(answer: Response) -> Response:
    labels: list[str] = g.get("doubtful_labels", [])
    # What is written before signing in is looked up, not kept.
    for label in labels if answer.status_code < 400 and visit.signed_in() else ():
        flash(gettext(sentences.MAY_HOLD_NATIONAL_ID, field=label), WARNING)
    return answer
