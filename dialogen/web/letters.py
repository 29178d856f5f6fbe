"""Letters about deadlines: everybody's own, and for an administrator all of them, with what became of each."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dialogen import looks
from dialogen.domain.access_log import Manner, Sight
from dialogen.domain.accounts import may_administer
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.looks import looks_at
from dialogen.services import case_letters
from dialogen.services import letters as letter_box
from dialogen.web import visit
from dialogen.web.access import administrator, signed_in

letters = Blueprint("letters", __name__, url_prefix="/letters")
ON_A_PAGE = 25


@letters.get("")
@signed_in
@looks_at(Sight.LETTERS, Manner.LISTED)
def list_letters() -> ResponseReturnValue:
    """Show letters, newest first: the reader's own, or everybody's to an administrator who asks."""
    everybody = may_administer(visit.standing()) and request.args.get("whose") == "all"
    found = letter_box.letters_for(
        office().db, by=visit.standing(), everybody=everybody, before=_before(), limit=ON_A_PAGE + 1
    )
    looks.tell(shown=len(found[:ON_A_PAGE]))
    return render_template(
        "letters/list.html",
        letters=found[:ON_A_PAGE],
        stopped=case_letters.stopped_letters(office().db, by=visit.standing()),
        older_than=found[ON_A_PAGE - 1].id if len(found) > ON_A_PAGE else None,
        everybody=everybody,
        may_see_all=may_administer(visit.standing()),
    )


@letters.post("/<int:letter_id>/again")
@administrator
def send_again(letter_id: int) -> ResponseReturnValue:
    """Let a letter that was given up be sent again."""
    letter_box.send_again(office().db, letter_id=letter_id, by=visit.standing(), now=visit.now())
    flash(gettext("Brevet blir sendt på nytt i neste runde."))
    return redirect(url_for("letters.list_letters", whose="all"), code=303)


def _before() -> int | None:
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
