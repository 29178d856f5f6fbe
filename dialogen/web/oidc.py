"""Signing in elsewhere: the way there, the way back, linking an account, and signing out there too.

Each begins with a link and not with a form: the browser would refuse to send a form on to another address.
"""

import logging

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms import ValidationError

from dialogen import guards
from dialogen.domain.errors import Conflict, DialogenError, NotSignedIn, Problem
from dialogen.domain.outside import OutsidePerson
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.services import identities, outside_sign_in, sessions
from dialogen.services.identities import IdentityView
from dialogen.web import oidc_attempts, visit
from dialogen.web.access import safe_next, signed_in
from dialogen.web.accounts import open_door
from dialogen.web.errors import sentence_of
from dialogen.web.oidc_attempts import Attempt

oidc = Blueprint("oidc", __name__)
security_log = logging.getLogger("dialogen.security")

#: What the answer's status is, by what went wrong: 400 for the browser's part, 403 and 409 for the person, 5xx for the
#: service's part.
_STATUS = {
    Problem.OUTSIDE_NOT_BEGUN: 400,
    Problem.OUTSIDE_TOO_LATE: 400,
    Problem.OUTSIDE_CODE_SPENT: 400,
    Problem.OUTSIDE_AWAY: 503,
    Problem.OUTSIDE_MISCONFIGURED: 502,
    Problem.OUTSIDE_NOT_BELIEVED: 502,
    Problem.OUTSIDE_CLOCKS: 502,
    Problem.OUTSIDE_ADDRESS_TAKEN: 409,
    Problem.OUTSIDE_TAKEN: 409,
    Problem.OUTSIDE_LINKED: 409,
}


@oidc.get("/sign-in/oidc")
@guards.public("nobody is signed in before signing in")
def start() -> ResponseReturnValue:
    """Lead the browser to the sign-in service."""
    onward = safe_next(request.args.get("next"))
    return redirect(onward, code=303) if visit.signed_in() else _set_out(onward)


@oidc.get("/sign-in/link/<secret>/oidc")
@guards.public("the link itself is the key, and works once")
def claim(secret: str) -> ResponseReturnValue:
    """Lead the holder of a one-time link to the sign-in service, to sign in afresh and be linked."""
    sessions.account_of_link(office().db, secret=secret, now=visit.now())
    return _set_out(url_for("home.front"), link=secret)


@oidc.get("/account/link")
@signed_in
def link() -> ResponseReturnValue:
    """Lead who is signed in here to the sign-in service, to sign in afresh and be linked."""
    own = url_for("accounts.own")
    try:
        validate_csrf(request.args.get("token"))
    except ValidationError:
        return redirect(own, code=303)  # no page but our own may begin this
    return _set_out(own, account_id=visit.me().id)


@oidc.get("/sign-in/oidc/callback")
@guards.public("the state in the browser's cookie and the service's answer are the key")
def come_back() -> ResponseReturnValue:
    """Take the service's answer: let the person in, or link the account; or say what went wrong."""
    provider = office().provider or abort(404)
    state, code, error = (request.args.get(name) for name in ("state", "code", "error"))
    try:
        if error and state is None:  # some services say no without saying to what
            raise outside_sign_in.said_no(provider, error=error)
        attempt = oidc_attempts.take(state, now=visit.now())
        if not code:
            raise outside_sign_in.said_no(provider, error=error)
        since = attempt.began_at if attempt.is_to_link else None
        person = outside_sign_in.who_came(
            provider, code=code, asked=attempt.asked, now=visit.now(), signed_in_after=since
        )
        return _linked(attempt, person) if attempt.account_id is not None else _let_in(attempt, person)
    except (NotSignedIn, Conflict) as refusal:
        return _refused(refusal)


@oidc.get("/sign-out/oidc")
@guards.public("whoever is not signed in is signed out already")
def leave() -> ResponseReturnValue:
    """Lead the browser to sign out at the sign-in service too; here it has signed out before."""
    provider = office().provider or abort(404)
    try:
        way_out = outside_sign_in.way_out(provider, now=visit.now())
    except NotSignedIn as refusal:
        return _refused(refusal)
    if way_out is None:
        flash(gettext("%(service)s har ingen side for å logge ut. Lukk nettleseren.", service=provider.name))
        return redirect(url_for("accounts.sign_in"), code=303)
    return redirect(way_out, code=303)


def service_name() -> str | None:
    """Return what people call the place they sign in, None when they sign in here."""
    provider = office().provider
    return None if provider is None else provider.name


def link_token() -> str:
    """Return what shows that linking was begun on a page of ours."""
    return str(generate_csrf())


def linked_to(account_id: int) -> list[IdentityView]:
    """Return what an account is linked to."""
    return identities.identities_of(office().db, account_id)


def _set_out(onward: str, *, account_id: int | None = None, link: str | None = None) -> ResponseReturnValue:
    provider, now = office().provider or abort(404), visit.now()
    fresh = account_id is not None or link is not None
    try:
        address, asked = outside_sign_in.begin(provider, now=now, fresh=fresh)
    except NotSignedIn as refusal:
        return _refused(refusal)
    oidc_attempts.remember(Attempt(asked, now, onward, account_id, link))
    return redirect(address, code=303)


def _let_in(attempt: Attempt, person: OutsidePerson) -> ResponseReturnValue:
    here, now = office(), visit.now()
    assert here.config.oidc is not None, "a provider is made of these settings"
    if attempt.link is not None:
        identities.link_by_secret(here.db, secret=attempt.link, identity=person.identity, now=now)
    browser = request.user_agent.string
    opened = outside_sign_in.come_in(here.db, person=person, table=here.config.oidc.roles, now=now, browser=browser)
    open_door(opened)
    return redirect(attempt.onward, code=303)


def _linked(attempt: Attempt, person: OutsidePerson) -> ResponseReturnValue:
    visitor = visit.signed_in()
    if visitor is None or visitor.account.id != attempt.account_id:
        raise NotSignedIn(Problem.OUTSIDE_NOT_BEGUN)
    identities.link_identity(office().db, account_id=visitor.account.id, identity=person.identity, now=visit.now())
    flash(gettext("Kontoen er knyttet til %(service)s.", service=service_name()))
    return redirect(attempt.onward, code=303)


def _refused(refusal: DialogenError) -> ResponseReturnValue:
    status = _STATUS.get(refusal.problem, 403)
    security_log.warning("sign-in elsewhere answered with %s: %s", status, refusal.problem.name)
    return render_template("accounts/refused.html", heading=_heading(refusal), sentence=sentence_of(refusal)), status


def _heading(refusal: DialogenError) -> str:
    if isinstance(refusal, Conflict):
        return gettext("Kontoen er ikke knyttet")
    return gettext("Innloggingen ble ikke fullført") if visit.signed_in() else gettext("Du er ikke logget inn")
