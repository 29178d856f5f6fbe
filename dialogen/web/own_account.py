"""One's own way in: another password, and ending sessions that are open elsewhere."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dialogen.domain.accounts import PASSWORD_LEAST
from dialogen.domain.errors import InvalidInput, TooManyAttempts
from dialogen.extensions import office
from dialogen.services import own_account as own
from dialogen.web import visit
from dialogen.web.access import signed_in
from dialogen.web.accounts import open_door
from dialogen.web.errors import headers_of
from dialogen.web.forms_accounts import ChangePasswordForm

own_account = Blueprint("own_account", __name__, url_prefix="/account")


@own_account.route("/password", methods=["GET", "POST"])
@signed_in
def password() -> ResponseReturnValue:
    """Show the form, or change the password and end all other sessions."""
    form, headers = ChangePasswordForm(), {}
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        try:
            opened = own.change_password(
                office().db,
                account=visit.me(),
                present=form.present.data,
                password=form.password.data,
                now=visit.now(),
                caller=visit.caller(),
                author=visit.author(),
                place=office().config.municipality,
            )
        except (InvalidInput, TooManyAttempts) as refusal:
            status, headers = form.refuse(refusal), headers_of(refusal)
        else:
            open_door(opened)
            flash("Passordet er byttet. Andre steder der du var logget inn, er du nå logget ut.")
            return redirect(url_for("accounts.own"), code=303)
    page = render_template("accounts/password.html", form=form, account=visit.me(), least=PASSWORD_LEAST)
    return page, status, headers


@own_account.post("/sessions/<int:session_id>/end")
@signed_in
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of the reader's sessions; ending this one leads to the sign-in page."""
    own.end_own_session(office().db, account_id=visit.me().id, session_id=session_id, now=visit.now())
    flash("Innloggingen er avsluttet.")
    return redirect(url_for("accounts.own"), code=303)


@own_account.post("/sessions/end-others")
@signed_in
def end_others() -> ResponseReturnValue:
    """End all of the reader's sessions but this one."""
    here = visit.signed_in()
    assert here is not None, "the guard of this route lets nobody in who is not signed in"
    own.end_other_sessions(office().db, account_id=here.account.id, this=here.session_id, now=visit.now())
    flash("Du er logget ut alle andre steder.")
    return redirect(url_for("accounts.own"), code=303)
