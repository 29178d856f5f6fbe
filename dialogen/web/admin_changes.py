"""The change log: what was done to accounts, units, rules and keys, by whom and when. No case is in it."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from dialogen import looks
from dialogen.domain.access_log import Manner, Sight
from dialogen.domain.office_events import Subject
from dialogen.extensions import office
from dialogen.languages import gettext
from dialogen.looks import looks_at
from dialogen.services import accounts, office_changes
from dialogen.services.office_changes import Wanted
from dialogen.web import visit
from dialogen.web.access import administrator
from dialogen.web.forms import choices
from dialogen.web.office_words import SUBJECTS

ON_A_PAGE = 50
DIGITS = 9  # of a number that any table has
ID_MOST = 40


@dataclass(frozen=True)
class Asked:
    """What the reader asked the log for, as it stands in the address; what cannot be counts as not asked."""

    by: str
    subject: str
    id: str
    before: str

    @classmethod
    def of_request(cls) -> "Asked":
        """Read the address."""
        asked = {name: request.args.get(name, "") for name in ("by", "subject", "id", "before")}
        return cls(
            by=_number(asked["by"]),
            subject=asked["subject"] if asked["subject"] in set(Subject) else "",
            id=asked["id"].replace("\x00", "")[:ID_MOST],
            before=_number(asked["before"]),
        )

    def wanted(self) -> Wanted:
        """Return it as the service wants it."""
        return Wanted(
            actor_id=int(self.by) if self.by else None,
            subject=Subject(self.subject) if self.subject else None,
            subject_id=self.id or None,
        )

    def address(self, before: int) -> dict[str, str]:
        """Return the parts of the address of the older lines."""
        there = {"by": self.by, "subject": self.subject, "id": self.id, "before": str(before)}
        return {name: value for name, value in there.items() if value}


def add_routes(blueprint: Blueprint) -> None:
    """Add the log to an administrator's pages."""
    blueprint.add_url_rule("/changes", "changes", changes)


@administrator
@looks_at(Sight.OFFICE_LOG, Manner.LISTED)
def changes() -> ResponseReturnValue:
    """Show the log, newest first."""
    asked = Asked.of_request()
    found = office_changes.list_changes(
        office().db,
        by=visit.standing(),
        wanted=asked.wanted(),
        before=int(asked.before) if asked.before else None,
        limit=ON_A_PAGE + 1,
    )
    shown = found[:ON_A_PAGE]
    looks.tell(shown=len(shown))
    people = [(each.id, each.name) for each in accounts.list_accounts(office().db)]
    return render_template(
        "admin/changes.html",
        lines=shown,
        asked=asked,
        older=asked.address(shown[-1].id) if len(found) > ON_A_PAGE else None,
        people=choices(people, empty=gettext("Alle")),
        subjects=choices([(each.value, word) for each, word in SUBJECTS.items()], empty=gettext("Alt")),
    )


def _number(text: str) -> str:
    return text if text.isascii() and text.isdigit() and len(text) <= DIGITS else ""
