"""One's own API tokens: the list, a new one whose secret is shown this once, and revoking one."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dialogen.domain.accounts import Scope
from dialogen.domain.errors import InvalidInput, TooManyAttempts
from dialogen.domain.tokens import last_day_unless_given, scopes_worth_having
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.services import own_account
from dialogen.services import tokens as keys
from dialogen.web import visit
from dialogen.web.access import signed_in
from dialogen.web.accounts import entry_rules
from dialogen.web.errors import headers_of
from dialogen.web.forms_tokens import ProvenTokenForm, TokenForm

tokens = Blueprint("tokens", __name__, url_prefix="/account/tokens")


@tokens.route("", methods=["GET", "POST"])
@signed_in
def own() -> ResponseReturnValue:
    """List the reader's tokens, or make one and show its secret in the answer itself: a cookie would carry it on."""
    form, headers = _form(), {}
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        try:
            token, secret = _made(form)
        except (InvalidInput, TooManyAttempts) as refusal:
            status, headers = form.refuse(refusal), headers_of(refusal)
        else:
            return render_template("tokens/made.html", token=token, secret=secret)
    listed = keys.list_tokens(office().db, account_id=visit.me().id)
    page = render_template("tokens/own.html", form=form, tokens=listed, today=visit.today())
    return page, status, headers


@tokens.post("/<int:token_id>/revoke")
@signed_in
def revoke(token_id: int) -> ResponseReturnValue:
    """Take the force of one of the reader's tokens away at once."""
    keys.revoke_token(office().db, token_id=token_id, now=visit.now(), by=visit.standing(), author=visit.author())
    flash(gettext("Nøkkelen er trukket tilbake. Den virker ikke lenger."))
    return redirect(url_for("tokens.own"), code=303)


def _form() -> TokenForm:
    asks = own_account.uses_password(visit.me(), entry_rules())
    form = (ProvenTokenForm if asks else TokenForm)(expires_on=last_day_unless_given(visit.today()))
    form.scopes.offer(scopes_worth_having(visit.standing()))
    return form


def _made(form: TokenForm) -> tuple[keys.TokenView, str]:
    if isinstance(form, ProvenTokenForm):
        # A token outlives the session: whoever sits down at an open page must not leave with one.
        own_account.prove_password(
            office().db, account=visit.me(), present=form.present.data, now=visit.now(), caller=visit.caller()
        )
    return keys.issue_token(
        office().db,
        email=visit.me().email,
        scopes=[Scope(word) for word in form.scopes.data],
        expires_on=form.expires_on.data,
        today=visit.today(),
        now=visit.now(),
        name=form.name.data,
        by=visit.standing(),
        author=visit.author(),
    )
