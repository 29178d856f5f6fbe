"""Signing in and out, and the one-time link by which a new person sets a password."""

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user

from dialogen import guards
from dialogen.domain.accounts import PASSWORD_LEAST
from dialogen.domain.errors import InvalidInput, NotSignedIn, TooManyAttempts
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.services import kept_forms, own_account, sessions
from dialogen.services.second_steps import EntryRules
from dialogen.web import visit
from dialogen.web.access import safe_next, signed_in
from dialogen.web.browsers import browser_in_words
from dialogen.web.errors import headers_of
from dialogen.web.forms_accounts import PasswordForm, SignInForm
from dialogen.web.kept_forms import COOKIE, erase_kept

accounts = Blueprint("accounts", __name__)


@accounts.route("/sign-in", methods=["GET", "POST"])
@guards.public("nobody is signed in before signing in")
def sign_in() -> ResponseReturnValue:
    """Show the form, or open a session and lead on to where the reader was going."""
    form = SignInForm(next=request.args.get("next", ""))
    onward = safe_next(form.next.data)
    if not form.is_submitted():
        return redirect(onward, code=303) if visit.signed_in() else render_template("accounts/sign_in.html", form=form)
    status, headers = 422, {}
    if form.validate():
        try:
            secret = sessions.sign_in(
                office().db,
                email=form.email.data,
                password=form.password.data,
                now=visit.now(),
                caller=visit.caller(),
                entry=entry_rules(),
            )
        except NotSignedIn as refusal:
            form.refuse(refusal)
        except TooManyAttempts as refusal:
            status, headers = form.refuse(refusal), headers_of(refusal)
        else:
            open_door(secret)
            return redirect(onward, code=303)
    return render_template("accounts/sign_in.html", form=form), status, headers


@accounts.post("/sign-out")
@guards.public("whoever is not signed in is signed out already")
def sign_out() -> ResponseReturnValue:
    """End the session on both sides."""
    visitor = visit.signed_in() or visit.halfway()
    if visitor is not None:
        sessions.end_session(office().db, secret=visitor.secret, now=visit.now())
    logout_user()
    session.clear()
    flash(gettext("Du er logget ut."))
    return redirect(url_for("accounts.sign_in", ut=1 if office().provider else None), code=303)


@accounts.route("/sign-in/link/<secret>", methods=["GET", "POST"])
@guards.public("the link itself is the key, and works once")
def link(secret: str) -> ResponseReturnValue:
    """Show the form for a first password, or set it and sign in."""
    account, provider = sessions.account_of_link(office().db, secret=secret, now=visit.now()), office().provider
    if provider is not None and not account.break_glass:
        return render_template("accounts/claim.html", account=account, secret=secret, service=provider.name)
    form = PasswordForm()
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        try:
            opened = sessions.set_first_password(
                office().db,
                secret=secret,
                password=form.password.data,
                now=visit.now(),
                caller=visit.caller(),
                place=office().config.municipality,
                entry=entry_rules(),
            )
        except InvalidInput as refusal:
            form.refuse(refusal)
        else:
            open_door(opened)
            flash(
                gettext("Passordet er lagret, og du er logget inn.")
                if visit.signed_in()
                else gettext("Passordet er lagret.")
            )
            return redirect(url_for("home.front"), code=303)
    return render_template("accounts/link.html", form=form, account=account, least=PASSWORD_LEAST), status


def entry_rules() -> EntryRules:
    """Return what this installation demands of whoever signs in with a password."""
    here = office()
    return EntryRules(
        second_step_of_administrators=here.config.is_production, only_break_glass=here.provider is not None
    )


def open_door(secret: str) -> None:
    """Let the browser in with a new cookie, so that nothing planted in the old one lives on."""
    old = visit.signed_in() or visit.halfway()
    if old is not None:
        sessions.end_session(office().db, secret=old.secret, now=visit.now())
    visitor = sessions.visitor_of_session(office().db, secret=secret, now=visit.now())
    assert visitor is not None, "a session that was opened at this instant holds"
    lasting = _what_lasts(visitor.account.id)
    session.clear()
    session.update(lasting)
    g.pop("csrf_token", None)  # the forms of the page that follows belong to the new cookie
    login_user(visit.SignedIn(visitor.account, secret, visitor.session_id, visitor.stage))


def _what_lasts(account_id: int) -> dict[str, str]:
    """Return what the same account takes along from its former session in this browser: the mark of its open forms, so
    that another window's can still be handed in, and what it was about to save."""
    before = session.get("_user_id")
    if not before or kept_forms.owner_of(office().db, session_secret=before) != account_id:
        erase_kept()
        return {}
    return {name: session[name] for name in ("csrf_token", COOKIE) if name in session}


@accounts.get("/account")
@signed_in
def own() -> ResponseReturnValue:
    """Show the reader's own account and roles, and where it is signed in."""
    account, here = visit.me(), visit.signed_in()
    opened = own_account.open_sessions(
        office().db, account=account, this=here.session_id if here else None, now=visit.now()
    )
    return render_template(
        "accounts/own.html",
        account=account,
        sessions=[(each, browser_in_words(each.browser)) for each in opened],
        uses_password=own_account.uses_password(account, entry_rules()),
        idle=sessions.idle_limit(account.standing),
        lifetime=sessions.SESSION_LIFETIME,
    )
