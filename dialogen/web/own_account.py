"""One's own way in: another password, and ending sessions that are open elsewhere."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dialogen.domain.accounts import PASSWORD_LEAST
from dialogen.domain.errors import InvalidInput, TooManyAttempts
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.services import own_account as own
from dialogen.web import reader_language, visit
from dialogen.web.access import signed_in
from dialogen.web.accounts import entry_rules, open_door
from dialogen.web.errors import headers_of
from dialogen.web.forms import PageForm
from dialogen.web.forms_accounts import ChangePasswordForm, LanguageForm, ProofForm

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
            flash(gettext("Passordet er byttet. Andre steder der du var logget inn, er du nå logget ut."))
            return redirect(url_for("accounts.own"), code=303)
    page = render_template(
        "accounts/password.html",
        form=form,
        account=visit.me(),
        uses_password=own.uses_password(visit.me(), entry_rules()),
        least=PASSWORD_LEAST,
    )
    return page, status, headers


@own_account.route("/language", methods=["GET", "POST"])
@signed_in
def language() -> ResponseReturnValue:
    """Show the form, or let the reader's pages and letters be written in another language."""
    form = LanguageForm(language=visit.me().language or "")
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        own.choose_language(office().db, account_id=visit.me().id, language=form.chosen)
        reader_language.renew(form.chosen)
        flash(gettext("Språket er lagret."))
        return redirect(url_for("accounts.own"), code=303)
    return render_template("accounts/language.html", form=form), status


@own_account.route("/sessions/<int:session_id>/end", methods=["GET", "POST"])
@signed_in
def end_session(session_id: int) -> ResponseReturnValue:
    """Ask for the password, and end one of the reader's sessions."""

    def end() -> None:
        own.end_own_session(office().db, account_id=visit.me().id, session_id=session_id, now=visit.now())

    return _after_proof(end, heading=gettext("Avslutt innloggingen"), done=gettext("Innloggingen er avsluttet."))


@own_account.route("/sessions/end-others", methods=["GET", "POST"])
@signed_in
def end_others() -> ResponseReturnValue:
    """Ask for the password, and end all of the reader's sessions but this one."""
    here = visit.signed_in()
    assert here is not None, "the guard of this route lets nobody in who is not signed in"

    def end() -> None:
        own.end_other_sessions(office().db, account_id=here.account.id, this=here.session_id, now=visit.now())

    return _after_proof(
        end, heading=gettext("Logg ut alle andre steder"), done=gettext("Du er logget ut alle andre steder.")
    )


def _after_proof(end: Callable[[], None], *, heading: str, done: str) -> ResponseReturnValue:
    """Show the form, or end sessions once the reader has shown who they are (OWASP ASVS 5, 7.5.2).

    Whoever signs in elsewhere has no password to show here, and only confirms.
    """
    asks = own.uses_password(visit.me(), entry_rules())
    form, headers = ProofForm() if asks else PageForm(), {}
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        try:
            if asks:
                own.prove_password(
                    office().db,
                    account=visit.me(),
                    present=form.present.data,
                    now=visit.now(),
                    caller=visit.caller(),
                )
        except (InvalidInput, TooManyAttempts) as refusal:
            status, headers = form.refuse(refusal), headers_of(refusal)
        else:
            end()
            flash(done)
            return redirect(url_for("accounts.own"), code=303)
    page = render_template("accounts/end_sessions.html", form=form, asks=asks, heading=heading, account=visit.me())
    return page, status, headers
