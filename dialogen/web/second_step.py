"""The second step of a sign-in: taking it, setting up the one that is demanded, and one's own on the account page."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dialogen.domain.errors import InvalidInput, NotSignedIn, TooManyAttempts, WrongState
from dialogen.domain.second_steps import as_recovery_code
from dialogen.extensions import office
from dialogen.languages import gettext, ngettext
from dialogen.services import second_step_entry, second_step_setup, second_steps
from dialogen.services.sealing import SecretKeys
from dialogen.services.second_step_setup import Offer, Owner
from dialogen.web import qr_code, visit
from dialogen.web.access import halfway, safe_next, signed_in
from dialogen.web.accounts import entry_rules, open_door
from dialogen.web.errors import headers_of
from dialogen.web.forms import PageForm
from dialogen.web.forms_second_step import CodeForm, EnrolmentForm, ProofForm, SetUpForm

second_step = Blueprint("second_step", __name__)


@second_step.route("/sign-in/second-step", methods=["GET", "POST"])
@halfway
def enter() -> ResponseReturnValue:
    """Show the form for a code, or open the door and lead on to where the reader was going."""
    form, headers = CodeForm(next=request.args.get("next", "")), {}
    by_recovery = "recovery" in request.args
    if by_recovery:
        form.code.label.text = gettext("Gjenopprettingskode")
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        try:
            opened = second_step_entry.take_second_step(
                office().db,
                secret=_waiting().secret,
                code=form.code.data,
                keys=_keys(),
                now=visit.now(),
                browser=request.user_agent.string,
            )
        except (NotSignedIn, TooManyAttempts) as refusal:
            status, headers = form.refuse(refusal), headers_of(refusal)
        else:
            open_door(opened)
            _tell_what_is_left(form.code.data)
            return redirect(safe_next(form.next.data), code=303)
    return render_template("accounts/second_step.html", form=form, by_recovery=by_recovery), status, headers


@second_step.route("/sign-in/second-step/new", methods=["GET", "POST"])
@halfway
def enrol() -> ResponseReturnValue:
    """Show a new key, or take its first code, open the door, and show the recovery codes, this once."""
    waiting, form = _waiting(), EnrolmentForm(next=request.args.get("next", ""))
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        try:
            opened, codes = second_step_entry.enrol(
                office().db,
                secret=waiting.secret,
                offered=form.offered.data or "",
                code=form.code.data,
                keys=_keys(),
                now=visit.now(),
                browser=request.user_agent.string,
            )
        except (InvalidInput, NotSignedIn, WrongState) as refusal:
            status = form.refuse(refusal)
        else:
            open_door(opened)
            return _show_codes(codes, onward=safe_next(form.next.data))
    offer = _offer(form)
    return render_template(
        "accounts/second_step_enrol.html", form=form, offer=offer, picture=qr_code.picture(offer.address)
    ), status


@second_step.get("/account/second-step")
@signed_in
def own() -> ResponseReturnValue:
    """Show what the reader's own account has of a second step, and what can be done with it."""
    account = visit.me()
    return render_template(
        "accounts/second_step_own.html",
        account=account,
        kept=second_steps.second_step_of(office().db, account.id),
        is_demanded=second_steps.is_demanded(account, entry_rules()),
    )


@second_step.route("/account/second-step/new", methods=["GET", "POST"])
@signed_in
def set_up() -> ResponseReturnValue:
    """Show a new key, or give the reader's own account a second step and show its recovery codes, this once."""
    if not visit.me().has_password:
        return redirect(url_for("second_step.own"), code=303)
    form, headers = SetUpForm(), {}
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        try:
            codes = second_step_setup.set_up(
                office().db,
                owner=_owner(form.proof.data),
                offered=form.offered.data or "",
                code=form.code.data,
                keys=_keys(),
                now=visit.now(),
            )
        except (InvalidInput, TooManyAttempts, WrongState) as refusal:
            status, headers = form.refuse(refusal), headers_of(refusal)
        else:
            return _show_codes(codes, onward=url_for("second_step.own"))
    offer = _offer(form)
    page = render_template(
        "accounts/second_step_set_up.html",
        form=form,
        account=visit.me(),
        offer=offer,
        picture=qr_code.picture(offer.address),
    )
    return page, status, headers


@second_step.route("/account/second-step/codes", methods=["GET", "POST"])
@signed_in
def renew_codes() -> ResponseReturnValue:
    """Show the form, or make new recovery codes and show them, this once."""
    form, headers = ProofForm(), {}
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        try:
            codes = second_step_setup.renew_recovery_codes(
                office().db, owner=_owner(form.proof.data), keys=_keys(), now=visit.now()
            )
        except (InvalidInput, TooManyAttempts, WrongState) as refusal:
            status, headers = form.refuse(refusal), headers_of(refusal)
        else:
            return _show_codes(codes, onward=url_for("second_step.own"))
    return render_template("accounts/second_step_codes_new.html", form=form, account=visit.me()), status, headers


@second_step.route("/account/second-step/remove", methods=["GET", "POST"])
@signed_in
def take_off() -> ResponseReturnValue:
    """Show the form, or take the reader's own second step away."""
    form, headers = ProofForm(), {}
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        try:
            second_step_setup.take_off(
                office().db, owner=_owner(form.proof.data), entry=entry_rules(), keys=_keys(), now=visit.now()
            )
        except (InvalidInput, TooManyAttempts, WrongState) as refusal:
            status, headers = form.refuse(refusal), headers_of(refusal)
        else:
            flash(gettext("Totrinnsinnloggingen er slått av. Du er logget ut i andre nettlesere."))
            return redirect(url_for("second_step.own"), code=303)
    return render_template("accounts/second_step_remove.html", form=form, account=visit.me()), status, headers


def _keys() -> SecretKeys:
    return SecretKeys.of(office().config)


def _waiting() -> visit.SignedIn:
    found = visit.halfway()
    assert found is not None, "the guard of this route lets nobody in who is not halfway"
    return found


def _owner(proof: str) -> Owner:
    found = visit.signed_in()
    assert found is not None, "the guard of this route lets nobody in who is not signed in"
    return Owner(found.account.id, found.session_id, proof, visit.author())


def _offer(form: PageForm) -> Offer:
    """Return the key that the form was shown with, so that a wrong code costs nothing; else a new one."""
    found = visit.signed_in() or _waiting()
    issuer, field = f"Dialogen i {office().config.municipality}", form["offered"]
    try:
        return second_step_setup.same_offer(
            _keys(), field.data or "", account=found.account, issuer=issuer, now=visit.now()
        )
    except WrongState:
        offer = second_step_setup.make_offer(_keys(), account=found.account, issuer=issuer, now=visit.now())
        field.data = offer.sealed
        return offer


def _show_codes(codes: tuple[str, ...], *, onward: str) -> str:
    """Show the codes in the answer itself: a secret is not carried on in a cookie."""
    return render_template("accounts/second_step_codes.html", codes=codes, onward=onward)


def _tell_what_is_left(typed: str) -> None:
    if as_recovery_code(typed) is not None:
        left = second_steps.second_step_of(office().db, visit.me().id).recovery_codes_left
        flash(
            ngettext(
                "Du brukte en gjenopprettingskode og har %(num)s igjen. Lag nye koder før de tar slutt.",
                "Du brukte en gjenopprettingskode og har %(num)s igjen. Lag nye koder før de tar slutt.",
                left,
            )
        )
