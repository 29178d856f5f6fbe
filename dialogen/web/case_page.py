"""The page of one case: how it stands, its next step, what was said, its story, and why it has its date."""

from dataclasses import replace
from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from dialogen.domain.access_log import Sight
from dialogen.domain.accounts import can_handle
from dialogen.domain.answers import likely_manner
from dialogen.domain.deadlines import Explanation
from dialogen.domain.next_steps import NextStep
from dialogen.domain.timeline import SHOWN_AT_FIRST, SHOWN_MOST, Timeline
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.looks import looks_at
from dialogen.notation import weekday
from dialogen.services import case_pages, setup
from dialogen.services.case_pages import CasePage, next_step_of
from dialogen.services.case_views import HistoryEntry
from dialogen.web import letters_to_sender, visit
from dialogen.web.access import signed_in
from dialogen.web.case_deeds import ATTACH, LINK, DeedPage, offered
from dialogen.web.forms_cases import manners
from dialogen.web.wording import day_name

SATURDAY, SUNDAY = 5, 6
OLDEST, WHOLE = "oldest", "all"  # words of the address: how the story is told
#: The page that does a next step.
_PAGES_OF_STEPS = {NextStep.PLACE: "hand_over", NextStep.ASSIGN: "assign", NextStep.ANSWER: "answer"}


def add_routes(blueprint: Blueprint) -> None:
    """Add the page of a case to the pages of cases."""
    blueprint.add_url_rule("/<reference>", "show", show)


@signed_in
@looks_at(Sight.CASE)
def show(reference: str) -> ResponseReturnValue:
    """Show a case within the reader's reach; `order` and `story` of the address say how its story is told."""
    newest_first, is_whole = request.args.get("order") != OLDEST, request.args.get("story") == WHOLE
    page = case_pages.open_case(
        office().db,
        reference=reference,
        by=visit.standing(),
        today=visit.today(),
        limit=SHOWN_MOST if is_whole else SHOWN_AT_FIRST,
        newest_first=newest_first,
    )
    deeds = offered(page.case)
    step = next_step_of(page.case)
    return render_template(
        "cases/show.html",
        case=page.case,
        step=step,
        first=_first(deeds, step),
        deeds=deeds,
        may_take=can_handle(visit.standing()),
        me=visit.me(),
        today=visit.today(),
        manners=manners(),
        likely_manner=likely_manner(page.case.channel),
        timeline=_with_kinds_named(page.timeline),
        deliveries=letters_to_sender.deliveries(page.case, page.timeline),
        is_whole=is_whole,
        why=page.why,
        rolled_over=rolled_over(page.why),
        promises=promises(page),
        links=page.links,
        similar=page.similar,
        clock=page.clock,
        may_link=LINK in deeds,
        may_attach=ATTACH in deeds,
        files=page.files,
    )


def _first(deeds: list[DeedPage], step: NextStep | None) -> DeedPage | None:
    """Return the page that does the next step, when it is done on a page of its own."""
    return next((page for page in deeds if step and page.endpoint == _PAGES_OF_STEPS.get(step)), None)


def _with_kinds_named(timeline: Timeline) -> Timeline:
    """Return a timeline whose lines of history tell kinds by the names people read."""
    lines = [entry.details for entry in timeline.entries if isinstance(entry.details, HistoryEntry)]
    if not any(change.field == "kind" for line in lines for change in line.changes):
        return timeline
    kinds = {kind.word: kind.name for kind in setup.list_kinds(office().db, in_use_only=False)}
    named = (
        replace(entry, details=with_kinds_named(entry.details, kinds))
        if isinstance(entry.details, HistoryEntry)
        else entry
        for entry in timeline.entries
    )
    return replace(timeline, entries=tuple(named))


def with_kinds_named(entry: HistoryEntry, kinds: dict[str, str]) -> HistoryEntry:
    """Return a line of history that tells kinds by the names people read; programs know them by their words."""

    def named(word: str | None) -> str | None:
        return kinds.get(word, word) if word is not None else None

    changes = [
        replace(change, before=named(change.before), after=named(change.after)) if change.field == "kind" else change
        for change in entry.changes
    ]
    return replace(entry, changes=tuple(changes))


def rolled_over(why: Explanation) -> list[str]:
    """Return the closed days that the deadline was moved over, each with the reason that it is one."""
    named = {SATURDAY: gettext("lørdag"), SUNDAY: gettext("søndag")}
    closed = gettext("stengt")
    return [
        f"{weekday(day)} ({day_name(name) if name else named.get(day.weekday(), closed)})"
        for day, name in why.closed_days
    ]


def promises(page: CasePage) -> list[tuple[date, str | None, str | None]]:
    """Return the extensions, oldest first: the date, who promised it, and why (to those who may see it)."""
    return [
        (date.fromisoformat(change.after), entry.by, entry.reason)
        for entry in page.extensions
        for change in entry.changes
        if change.field == "extended_to" and change.after is not None
    ]
