"""Addresses for calendars: one's own list, a new one that is shown this once, revoking one, and what a calendar gets."""

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dialogen import guards
from dialogen.domain.access_log import Look, Manner, Sight
from dialogen.domain.errors import InvalidInput, TooManyAttempts
from dialogen.domain.feeds import may_follow
from dialogen.domain.history import Door
from dialogen.extensions import office
from dialogen.languages import gettext, of_locale
from dialogen.services import calendar_feeds as feeds
from dialogen.services import calendar_fetches, own_account, setup
from dialogen.services.access_trail import Trail
from dialogen.services.calendar_fetches import Answer, Fetch, Moment, Place
from dialogen.web import visit
from dialogen.web.access import signed_in
from dialogen.web.accounts import entry_rules
from dialogen.web.errors import headers_of
from dialogen.web.forms import Choices
from dialogen.web.forms_calendar_feeds import FeedForm, ProvenFeedForm

calendar_feeds = Blueprint("calendar_feeds", __name__)

OWN = "own"  # the choice of the own cases, among those of units by their numbers
CALENDAR = "text/calendar"  # Flask adds that it is UTF-8
STATUS = {Answer.UNKNOWN: 404, Answer.REVOKED: 410, Answer.TOO_OFTEN: 429}


@calendar_feeds.route("/account/calendars", methods=["GET", "POST"])
@signed_in
def own() -> ResponseReturnValue:
    """List the reader's addresses, or make one and show it in the answer itself: a cookie would carry it on."""
    form, headers = _form(), {}
    status = 422 if form.is_submitted() else 200
    if form.is_submitted() and form.validate():
        try:
            feed, secret = _made(form)
        except (InvalidInput, TooManyAttempts) as refusal:
            status, headers = form.refuse(refusal), headers_of(refusal)
        else:
            address = office().config.base_url + url_for("calendar_feeds.fetch", secret=secret)
            return render_template("calendar_feeds/made.html", feed=feed, address=address)
    page = render_template(
        "calendar_feeds/own.html", form=form, feeds=feeds.list_feeds(office().db, by=visit.standing())
    )
    return page, status, headers


@calendar_feeds.post("/account/calendars/<int:feed_id>/revoke")
@signed_in
def revoke(feed_id: int) -> ResponseReturnValue:
    """Take the force of one of the reader's addresses away at once."""
    feeds.revoke_feed(office().db, by=visit.standing(), feed_id=feed_id, now=visit.now(), author=visit.author())
    flash(gettext("Adressen er trukket tilbake. Kalendere får ikke lenger frister fra den."))
    return redirect(url_for("calendar_feeds.own"), code=303)


@calendar_feeds.get("/calendar/<secret>.ics")
@guards.public("a calendar cannot sign in: the secret in the address is its key, revocable, and shows deadlines alone")
def fetch(secret: str) -> ResponseReturnValue:
    """Give a calendar its deadlines, or nothing new; say in plain words why there is none."""
    config = office().config
    fetched = calendar_fetches.fetch(
        office().db,
        secret=secret,
        at=Moment(visit.now(), config.timezone),
        place=Place(config.base_url, of_locale(config.locale)),
        meter=current_app.extensions["dialogen.feed_meter"],
    )
    if fetched.answer is not Answer.SHOWN:
        return _refused(fetched)
    if fetched.is_new_look:
        _note(fetched)
    response = Response(fetched.text, mimetype=CALENDAR)
    response.headers["Content-Disposition"] = "attachment; filename=dialogen.ics"
    response.headers["Cache-Control"] = "private, no-cache"  # may be kept, and is asked about each time
    response.add_etag()
    return response.make_conditional(request)


def _refused(fetched: Fetch) -> Response:
    words = {
        Answer.UNKNOWN: gettext("Adressen finnes ikke."),
        Answer.REVOKED: gettext("Adressen er trukket tilbake. Lag en ny under «Din konto»."),
        Answer.TOO_OFTEN: gettext("Kalenderen henter frister for ofte. Prøv igjen om litt."),
    }
    answer = Response(words[fetched.answer] + "\n", status=STATUS[fetched.answer], mimetype="text/plain")
    if fetched.answer is Answer.TOO_OFTEN:
        answer.headers["Retry-After"] = str(fetched.wait)
    return answer


def _note(fetched: Fetch) -> None:
    trail: Trail = current_app.extensions["dialogen.trail"]
    look = Look(
        at=visit.now(),
        action=Manner.EXPORTED,
        subject=Sight.FEED,
        door=Door.WEB,
        account_id=fetched.account_id,
        reference=str(fetched.feed_id),
        shown=fetched.shown,
    )
    trail.add(office().db, look)


def _form() -> FeedForm:
    asks = own_account.uses_password(visit.me(), entry_rules())
    form = (ProvenFeedForm if asks else FeedForm)()
    form.unit.offer(_offered())
    return form


def _offered() -> Choices:
    by = visit.standing()
    units = [(str(unit.id), unit.name) for unit in setup.list_units(office().db) if may_follow(by, unit.id)]
    return [*([(OWN, gettext("Henvendelser du skal svare på"))] if may_follow(by, None) else []), *units]


def _made(form: FeedForm) -> tuple[feeds.FeedView, str]:
    if isinstance(form, ProvenFeedForm):
        # An address outlives the session: whoever sits down at an open page must not leave with one.
        own_account.prove_password(
            office().db, account=visit.me(), present=form.present.data, now=visit.now(), caller=visit.caller()
        )
    return feeds.issue_feed(
        office().db,
        by=visit.standing(),
        name=form.name.data,
        unit_id=None if form.unit.data == OWN else int(form.unit.data),
        now=visit.now(),
        author=visit.author(),
    )
