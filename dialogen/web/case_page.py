"""The page of one case: how it stands, what can be done next, what was said, its history, and why it has its date."""

from dataclasses import replace
from datetime import date

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from dialogen.domain.access_log import Sight
from dialogen.domain.deadlines import Explanation
from dialogen.domain.history import Action
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.looks import looks_at
from dialogen.notation import weekday
from dialogen.services import case_views, setup
from dialogen.services.case_views import CaseStory, HistoryEntry
from dialogen.web import visit
from dialogen.web.access import signed_in
from dialogen.web.case_deeds import offered
from dialogen.web.wording import day_name

SATURDAY, SUNDAY = 5, 6


def add_routes(blueprint: Blueprint) -> None:
    """Add the page of a case to the pages of cases."""
    blueprint.add_url_rule("/<reference>", "show", show)


@signed_in
@looks_at(Sight.CASE)
def show(reference: str) -> ResponseReturnValue:
    """Show a case within the reader's reach."""
    story = case_views.tell_story(office().db, reference=reference, by=visit.standing(), today=visit.today())
    kinds = {kind.word: kind.name for kind in setup.list_kinds(office().db, in_use_only=False)}
    return render_template(
        "cases/show.html",
        case=story.case,
        deeds=offered(story.case),
        history=[with_kinds_named(entry, kinds) for entry in reversed(story.history)],
        why=story.why,
        rolled_over=rolled_over(story.why),
        promises=promises(story),
    )


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


def promises(story: CaseStory) -> list[tuple[date, str | None, str | None]]:
    """Return the extensions, oldest first: the date, who promised it, and why (to those who may see it)."""
    return [
        (date.fromisoformat(change.after), entry.by, entry.reason)
        for entry in story.history
        if entry.action is Action.EXTENDED
        for change in entry.changes
        if change.field == "extended_to" and change.after is not None
    ]
