"""Long work that the reader ordered: a list of it, a page that follows each, and what it made."""

from datetime import timedelta

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from dialogen.domain.access_log import Manner, Sight
from dialogen.domain.errands import ErrandState
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.looks import looks_at
from dialogen.services import errands as orders
from dialogen.services.uploads import UPLOAD_KEPT
from dialogen.web import errand_words, visit
from dialogen.web.access import signed_in

errands = Blueprint("errands", __name__, url_prefix="/errands")

LONG_WAIT = timedelta(minutes=1)  # after which nobody may be there to do it


@errands.get("")
@signed_in
def list_errands() -> ResponseReturnValue:
    """Show what the reader ordered lately."""
    return render_template("errands/list.html", errands=orders.list_errands(office().db, account_id=visit.me().id))


@errands.get("/<int:errand_id>")
@signed_in
def show(errand_id: int) -> ResponseReturnValue:
    """Show how far an errand has come, or how it ended."""
    errand = orders.show_errand(office().db, errand_id=errand_id, account_id=visit.me().id)
    answer = make_response(
        render_template(
            "errands/show.html",
            errand=errand,
            upload_id=errand.told.get("upload") if visit.now() - errand.ordered_at < UPLOAD_KEPT else None,
            progress=errand_words.progress_of(errand),
            trouble=errand_words.trouble_of(errand) if errand.state is ErrandState.FAILED else None,
            waits_long=errand.state is ErrandState.WAITING and visit.now() - errand.ordered_at > LONG_WAIT,
        )
    )
    if errand.is_over and "HX-Request" in request.headers:
        answer.headers["HX-Refresh"] = "true"  # the whole page anew: its title and its result are other ones now
    return answer


@errands.post("/<int:errand_id>/stop")
@signed_in
def stop(errand_id: int) -> ResponseReturnValue:
    """Stop an errand."""
    orders.stop_errand(office().db, errand_id=errand_id, account_id=visit.me().id, now=visit.now())
    flash(gettext("Jobben stoppes. Ingenting av den blir lagret."))
    return redirect(url_for("errands.show", errand_id=errand_id), code=303)


@errands.get("/<int:errand_id>/file")
@signed_in
@looks_at(Sight.ERRAND, Manner.EXPORTED, by="errand_id")
def download(errand_id: int) -> Response:
    """Give what an errand made to whoever ordered it."""
    path, saved_as = orders.result_of(
        office().db, folder=office().config.errands_dir, errand_id=errand_id, account_id=visit.me().id, now=visit.now()
    )
    answer = send_file(path, as_attachment=True, download_name=saved_as, etag=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer
