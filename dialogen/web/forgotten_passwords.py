"""Asking for a link to a new password: the answer is the same whether or not there is an account."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dialogen import guards
from dialogen.domain.errors import TooManyAttempts
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.services import forgotten_passwords as service
from dialogen.services.letters import stationery_of
from dialogen.web import visit
from dialogen.web.accounts import entry_rules
from dialogen.web.errors import headers_of
from dialogen.web.forms_accounts import ForgottenForm

forgotten_passwords = Blueprint("forgotten_passwords", __name__)


@forgotten_passwords.route("/sign-in/forgot", methods=["GET", "POST"])
@guards.public("whoever has forgotten the password cannot sign in; nothing is told of accounts")
def ask() -> ResponseReturnValue:
    """Show the form, or let a link be sent to an address that has an account."""
    form, headers = ForgottenForm(), {}
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        try:
            service.ask_for_link(
                office().db,
                email=form.email.data,
                now=visit.now(),
                today=visit.today(),
                caller=visit.caller(),
                entry=entry_rules(),
                stationery=stationery_of(office().config),
            )
        except TooManyAttempts as refusal:
            status, headers = form.refuse(refusal), headers_of(refusal)
        else:
            flash(
                gettext("Har adressen en konto i Dialogen, kommer det straks en e-post med en lenke til nytt passord.")
            )
            return redirect(url_for("forgotten_passwords.ask"), code=303)
    page = render_template("accounts/forgotten.html", form=form, lifetime=service.LINK_GOOD_FOR)
    return page, status, headers
