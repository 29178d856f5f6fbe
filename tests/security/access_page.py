"""Prints docs/access.md from the law and the list of doors: python -m tests.security.access_page."""

from collections.abc import Iterator
from pathlib import Path

from dialogen.app import create_app
from dialogen.guards import guard_of
from tests.security.doors import DOORS
from tests.security.law import PEOPLE, Answer, Person, Rule

PAGE = Path(__file__).parents[2] / "docs" / "access.md"
ROLES = {
    "handler": "handler (saksbehandler)",
    "manager": "manager (leder)",
    "statistician": "statistician",
    "admin": "administrator",
}
SIGNS = {Answer.YES: "yes", Answer.NO: "no", Answer.UNKNOWN: "–", Answer.SIGN_IN: "sign in"}

HEAD = """# Who may do what

Printed by `python -m tests.security.access_page` from a transcript of the rules (`tests/security/law.py`) and the list of
all routes (`tests/security/doors.py`). A test asks every route as every person below, about a case in every place below,
through the web application and the API, and fails where an answer differs, when a route is missing, and when this page is
not what it would print.

A role is held in a unit, in all units (`*`) or in none. *Own unit*: the role is held in the unit that has the case;
*other unit*: in another one. **yes**: it is done. **no**: refused, 403. **–**: answered as if there were no such case, 404.
**sign in**: led to the sign-in page, or 401. A token may do what its scopes *and* its account may.
"""


def page_text() -> str:
    """Return the page."""
    parts = [HEAD]
    for rule in Rule:
        routes = sorted(_routes(rule))
        if routes:
            parts += [f"\n## {rule.sentence[0].upper()}{rule.sentence[1:]}\n", *_table(rule), "", *routes]
    return "\n".join(parts).replace("\n\n\n", "\n\n") + "\n"


def _table(rule: Rule) -> Iterator[str]:
    if rule in (Rule.OPEN, Rule.SIGNED_IN):
        return
    cases = rule.placements
    names = [case.value for case in cases] if len(cases) > 1 else ["answer"]
    yield f"| person | {' | '.join(names)} |"
    yield f"|---|{'---|' * len(names)}"
    for person in PEOPLE:
        yield f"| {_name(person)} | {' | '.join(SIGNS[rule.answer(person, case)] for case in cases)} |"


def _name(person: Person) -> str:
    if not person.signed_in:
        return "not signed in"
    return f"{ROLES[person.role.value]}, {person.where}" if person.role else "signed in, without a role"


def _routes(rule: Rule) -> Iterator[str]:
    app = create_app()
    paths = {each.endpoint: each.rule for each in app.url_map.iter_rules()}
    for endpoint, method, door in DOORS:
        if door.rule is rule:
            guard = guard_of(app.view_functions[endpoint]) or ""
            reason = f" ({guard.partition(': ')[2]})" if rule is Rule.OPEN else ""
            yield f"- `{method} {paths[endpoint]}`{reason}"


if __name__ == "__main__":
    PAGE.write_text(page_text(), encoding="utf-8")
