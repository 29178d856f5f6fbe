"""The access log: who opened, listed, searched and exported what. To look at it is in it too."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dialogen import looks
from dialogen.domain.access_log import LookFilter, Manner, Sight
from dialogen.domain.errors import InvalidInput, Problem, WrongState
from dialogen.extensions import office
from dialogen.languages import gettext, present
from dialogen.looks import looks_at
from dialogen.services import access_log, accounts, look_errands
from dialogen.services.access_log import LookPage
from dialogen.web import errors, visit, wording
from dialogen.web.access import administrator
from dialogen.web.forms import choices, read_day

ON_A_PAGE = 50
DIGITS = 9  # of a number that any table has
REFERENCE_MOST = 20
EARLIEST, LATEST = date(1900, 1, 1), date(9000, 1, 1)  # beyond them not every time zone has an instant


@dataclass(frozen=True)
class Asked:
    """What the reader asked the log for, as it stands in the address. What is no choice counts as not asked."""

    who: str
    reference: str
    action: str
    since: str
    until: str
    cursor: str

    @classmethod
    def of_request(cls) -> "Asked":
        """Read the address."""
        names = ("who", "reference", "action", "since", "until", "cursor")
        asked = {name: request.args.get(name, "").replace("\x00", "").strip() for name in names}
        who = asked["who"]
        asked["who"] = who if who.isascii() and who.isdigit() and len(who) <= DIGITS else ""
        asked["action"] = asked["action"] if asked["action"] in set(Manner) else ""
        asked["reference"] = asked["reference"][:REFERENCE_MOST]
        return cls(**asked)

    def filter(self) -> LookFilter:
        """Return it as the service wants it; raises InvalidInput for a day that is none."""
        since, until = _day("since", self.since), _day("until", self.until)
        return LookFilter(
            account_id=int(self.who) if self.who else None,
            reference=self.reference or None,
            action=Manner(self.action) if self.action else None,
            since=_midnight(since) if since else None,
            until=_midnight(until, days_later=1) if until else None,
        )

    def address(self, **other: str | None) -> dict[str, str]:
        """Return the parts of the address of this view of the log, with others in their place."""
        names = ("who", "reference", "action", "since", "until")
        there = {**{name: getattr(self, name) for name in names}, **other}
        return {name: value for name, value in there.items() if value}


def add_routes(blueprint: Blueprint) -> None:
    """Add the log to an administrator's pages."""
    blueprint.add_url_rule("/access", "access", access)
    blueprint.add_url_rule("/access/csv-excel", "download_access", download)
    blueprint.add_url_rule("/access/csv-excel/order", "order_access", order, methods=["GET", "POST"])


@administrator
@looks_at(Sight.ACCESS_LOG, Manner.LISTED)
def access() -> ResponseReturnValue:
    """Show a page of the log, newest first; what cannot be asked is told, and finds nothing."""
    asked, refused = Asked.of_request(), None
    try:
        page = access_log.list_looks(
            office().db, by=visit.standing(), wanted=asked.filter(), cursor=asked.cursor or None, limit=ON_A_PAGE
        )
    except InvalidInput as refusal:
        page, refused = LookPage((), None), errors.sentence_of(refusal)
    looks.tell(shown=len(page.looks))
    people = [(each.id, each.name) for each in accounts.list_accounts(office().db)]
    answer = render_template(
        "admin/access.html",
        page=page,
        asked=asked,
        refused=refused,
        people=choices(people, empty=gettext("Alle")),
        actions=choices(wording.MANNERS.items(), empty=gettext("Alt")),
    )
    return answer, 400 if refused else 200


@administrator
@looks_at(Sight.ACCESS_LOG, Manner.EXPORTED)
def download() -> ResponseReturnValue:
    """Give what a filter shows as a file, or lead to the order of a long one."""
    asked = Asked.of_request()
    if access_log.is_long(office().db, by=visit.standing(), wanted=asked.filter()):
        address: dict[str, Any] = asked.address()
        return redirect(url_for("admin.order_access", **address), code=303)
    found = access_log.all_looks(office().db, by=visit.standing(), wanted=asked.filter())
    answer = Response(look_errands.file_of(found, office().config.timezone), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="tilgangslogg.csv"'
    return answer


@administrator
def order() -> ResponseReturnValue:
    """Ask whether a long file is to be made, or order it and lead to where it can be followed."""
    asked, trouble = Asked.of_request(), None
    wish = look_errands.LookOrder(asked.filter(), present())
    if request.method == "POST":
        try:
            errand_id = look_errands.order_looks(office().db, order=wish, by=visit.standing(), now=visit.now())
        except WrongState as refusal:
            trouble = errors.sentence_of(refusal)
        else:
            return redirect(url_for("errands.show", errand_id=errand_id), code=303)
    return render_template("admin/order_access.html", asked=asked, trouble=trouble), 409 if trouble else 200


def _day(field: str, text: str) -> date | None:
    day = read_day(text) if text else None
    if text and day is None:
        raise InvalidInput.of(field, Problem.NOT_A_DATE, value=text)
    return day


def _midnight(day: date, *, days_later: int = 0) -> datetime:
    within = min(max(day, EARLIEST), LATEST) + timedelta(days=days_later)
    return datetime.combine(within, time.min, tzinfo=office().config.timezone)
