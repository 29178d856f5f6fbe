"""Every page of the web application in its states, for the tests that look at all of them.

Each route that is fetched stands in `tests/security/doors.py`; what a form looks like when it is wrongly filled in comes
from `tests/bad_forms.py`. What is no page stands in `FILES`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from dialogen.domain.accounts import Role
from dialogen.domain.bulk import BulkStep
from dialogen.domain.errands import Doing, ErrandState
from tests.bad_forms import BAD, Bad
from tests.factories import NOW, PERSONAL
from tests.refusing import REFUSING
from tests.security.doors import DOORS, Door, is_api
from tests.security.law import ANONYMOUS, Answer, Person, Placed, Rule, Where
from tests.security.world import World

#: Fetched, but no page: files, and what leads on to somewhere else.
FILES = {
    "static",
    "cases.file",
    "appearance.style_sheet",
    "appearance.logo",
    "calendar_feeds.fetch",
    "cases.export",
    "reports.download",
    "errands.download",
    "admin.download_access",
    "admin.disposal_list_csv",
}
#: Routes of the API that are no answers to programs: people read them.
READ_BY_PEOPLE = {"api_docs.read_description"}
#: Refused to everybody here: an unknown link, and a sign-in elsewhere that is not set up.
REFUSED = {
    "accounts.link": 403,
    "oidc.start": 404,
    "oidc.claim": 403,
    "oidc.come_back": 404,
    "oidc.leave": 404,
}
#: Looked at by everybody: what they show depends on who looks.
BY_ROLE = {
    "home.front",
    "cases.list",
    "cases.show",
    "reports.year",
    "cases.pending",
    "letters.list_letters",
    "accounts.own",
}
EVERYBODY = tuple(
    Person(role, Where.EVERYWHERE) for role in (Role.MANAGER, Role.ADMIN, Role.HANDLER, Role.STATISTICIAN)
)
#: Deeds after which something is shown that no other page has, and some of those that only add a message to a page.
TELLS = {
    "accounts.sign_out",
    "admin.add_person",
    "admin.closed_days",
    "admin.give_role",
    "admin.person_link",
    "calendar_feeds.own",
    "cases.answer",
    "cases.approve",
    "cases.assign",
    "cases.bulk_undo",
    "cases.exclude",
    "cases.link",
    "cases.note",
    "cases.register",
    "forgotten_passwords.ask",
    "second_step.renew_codes",
    "tokens.own",
}


#: The doors at which something is handed in, by the route.
DOOR_OF = {endpoint: door for endpoint, method, door in DOORS if method == "POST"}


def is_page(endpoint: str) -> bool:
    """Say whether what is fetched there is for people to read."""
    return endpoint in READ_BY_PEOPLE or not (is_api(endpoint) or endpoint in FILES)


def first_who_may(door: Door) -> Person:
    """Return somebody for whom a door opens: nobody in particular where it is open to all."""
    if door.rule is Rule.OPEN:
        return ANONYMOUS
    return next(person for person in EVERYBODY if door.rule.answer(person, Placed.FREE) is Answer.YES)


@dataclass(frozen=True)
class State:
    """One page as it can look: who asks, at which door, and what they hand in, if anything."""

    name: str
    person: Person
    door: Door
    handed_in: bool = False
    bad: Bad = field(default_factory=lambda: Bad({}))
    case: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    shows: str = ""  # what must be read on it, where the state could be missed unseen

    def asked(self, world: World) -> tuple[str, list[tuple[str, str]]]:
        """Place a case for the question; returns the address, and what is handed in there."""
        world.place(Placed.FREE, self.person, **{**self.door.case, **self.case})
        sent, path = self.door.sent(world), self.door.address(world)
        if self.handed_in:
            return path, list(_pairs(sent | self.bad.about(world.reference)))
        return (f"{path}?{urlencode(sent)}" if sent else path), []


def _pairs(sent: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in sent.items():
        for each in value if isinstance(value, list) else [value]:
            yield name, str(each)


def _fetched() -> Iterator[State]:
    for endpoint, method, door in DOORS:
        if method == "GET" and is_page(endpoint):
            people = EVERYBODY if endpoint in BY_ROLE else [first_who_may(door)]
            for person in people:
                name = f"{endpoint}-{person.role}" if endpoint in BY_ROLE else endpoint
                yield State(name, person, door, status=REFUSED.get(endpoint, 200))


def _with_errors() -> Iterator[State]:
    for endpoint, door in DOOR_OF.items():
        if endpoint in BAD:
            bad = BAD[endpoint]
            yield State(f"{endpoint}-wrong", first_who_may(door), door, True, bad, bad.case, status=422)


def _with_messages() -> Iterator[State]:
    for endpoint, door in DOOR_OF.items():
        if endpoint in TELLS:
            yield State(f"{endpoint}-done", first_who_may(door), door, True)


_MANAGER, _HANDLER = EVERYBODY[0], EVERYBODY[2]
_REFUSALS = (
    State("new-password", ANONYMOUS, Door(Rule.OPEN, World.new_link)),
    State("not-found", _MANAGER, Door(Rule.SIGNED_IN, "/finnes-ikke"), status=404),
    State("not-found-by-anybody", ANONYMOUS, Door(Rule.OPEN, "/finnes-ikke"), status=404),
    State("no-such-case", _MANAGER, Door(Rule.SIGNED_IN, "/cases/2026-999999"), status=404),
    State("not-allowed", _HANDLER, Door(Rule.SIGNED_IN, "/admin/units"), status=403),
    State("no-such-method", _MANAGER, Door(Rule.SIGNED_IN, "/cases"), handed_in=True, status=405),
    *(
        State(f"refused-{status}", _MANAGER, Door(Rule.SIGNED_IN, f"{REFUSING}/{status}"), status=status)
        for status in (400, 413, 429, 500, 503)
    ),
    State("nothing-found", _MANAGER, Door(Rule.SIGNED_IN, "/cases", {"q": "finnesikkeisaken", "state": "all"})),
    State("search", _MANAGER, Door(Rule.SIGNED_IN, "/cases", {"q": "veien", "state": "all"})),
    State("filter-refused", _MANAGER, Door(Rule.SIGNED_IN, "/cases", {"due_from": "i går"}), status=422),
    State("report-by-unit", _MANAGER, Door(Rule.SIGNED_IN, "/reports/mv-1.1/2026", {"by": "unit"})),
    State("report-by-month", _MANAGER, Door(Rule.SIGNED_IN, "/reports/mv-1.1/2026", {"by": "month"})),
    *(State(f"help-{role}", _MANAGER, Door(Rule.SIGNED_IN, f"/help/{role}")) for role in list(Role)[1:]),
    State("report-of-nothing", _MANAGER, Door(Rule.SIGNED_IN, "/reports/mv-1.1/2013")),
    State("excluded-case", _MANAGER, Door(Rule.SEE, "/cases/{reference}"), case={"excluded": True}),
    State("waiting-case", _MANAGER, Door(Rule.SEE, "/cases/{reference}"), case={"proposed_by": "colleague"}),
    State("own-waiting-case", _MANAGER, Door(Rule.SEE, "/cases/{reference}"), case={"proposed_by": "me"}),
    State("calendars-of-nobody", EVERYBODY[3], Door(Rule.SIGNED_IN, "/account/calendars"), shows="for saksbehandlere"),
    State(
        "conflict",
        _MANAGER,
        Door(Rule.WORK, "/cases/{reference}/note"),
        True,
        Bad({"note": "Ringte.", "version": "0"}),
        status=409,
    ),
)


def _like_the_case(world: World) -> dict[str, str]:
    world.came_before()
    sent = DOOR_OF["cases.register"].sent(world)
    return {**sent, "subject": "Hull i veien", "sender_email": PERSONAL["sender_email"]}


def _beside_what_came_before(world: World) -> str:
    world.came_before()
    return f"/cases/{world.beside()}"


def _on_many(path: str, step: BulkStep, **asked: str) -> Door:
    """Ask about a step on cases that it comes to different things for."""
    return Door(
        Rule.SIGNED_IN,
        path,
        lambda world: {
            "step": step.value,
            "case": [f"{each}.{seen}" for each, seen in world.chosen().items()],
            **asked,
        },
    )


_PREVIEW, _ALIKE = "Slik blir brevet", "Kan gjelde det samme"
_SPAM = {"exclusion": "spam", "reason": "Reklame"}
_LETTER = {"version": "1", "language": "nb", "subject": "Svar på henvendelsen", "body": "Hei\n\nVi ser på det."}
_TEMPLATE = {**_LETTER, "name": "Kvittering", "preview": "y"}
#: What is shown before something is done: nothing is stored, and nothing was wrong.
_BEFORE_IT_IS_DONE = (
    *(State(f"many-ask-{step}", _MANAGER, _on_many("/cases/bulk", step), True) for step in BulkStep),
    State("many-preview-assign", _MANAGER, _on_many("/cases/bulk/preview", BulkStep.ASSIGN, handler=""), True),
    State(
        "many-preview-exclude",
        _MANAGER,
        _on_many("/cases/bulk/preview", BulkStep.EXCLUDE, **_SPAM),
        True,
        shows="Må godkjennes av en annen",
    ),
    State(
        "many-preview-extend",
        _MANAGER,
        _on_many("/cases/bulk/preview", BulkStep.EXTEND, extended_to="01.04.2026", reason="Befaring"),
        True,
    ),
    State("many-nothing-to-do", _HANDLER, DOOR_OF["cases.bulk_preview"], True, shows="Ingen av de valgte blir endret."),
    State(
        "many-assigned", _MANAGER, Door(Rule.SIGNED_IN, lambda world: f"/cases/bulk/{world.own_step(BulkStep.ASSIGN)}")
    ),
    State(
        "answer-preview",
        _MANAGER,
        DOOR_OF["cases.write_answer"],
        True,
        Bad({**_LETTER, "preview": "y"}),
        shows=_PREVIEW,
    ),
    State(
        "interim-reply-preview",
        _MANAGER,
        DOOR_OF["cases.write_interim_reply"],
        True,
        Bad({"preview": "y"}),
        shows=_PREVIEW,
    ),
    State("template-preview", _MANAGER, DOOR_OF["letter_templates.change"], True, Bad(_TEMPLATE), shows=_PREVIEW),
    State("new-template-preview", _MANAGER, DOOR_OF["letter_templates.add"], True, Bad(_TEMPLATE), shows=_PREVIEW),
    State(
        "alert-steps-preview",
        _MANAGER,
        DOOR_OF["ladders.save_of_unit"],
        True,
        Bad({"preview": "y"}),
        shows="Slik blir det",
    ),
    State(
        "registered-before", _MANAGER, Door(Rule.REGISTER, "/cases/new", _like_the_case), True, status=409, shows=_ALIKE
    ),
    State("case-like-another", _MANAGER, Door(Rule.SEE, _beside_what_came_before), shows=_ALIKE),
)


def _errand(name: str, shows: str, state: ErrandState, **values: Any) -> State:
    door = Door(Rule.SIGNED_IN, lambda world: f"/errands/{world.own_errand(state, **values)}")
    return State(f"errand-{name}", _MANAGER, door, shows=shows)


def _import(name: str, shows: str, upload: Callable[[World], int]) -> State:
    door = Door(Rule.ADMINISTER, lambda world: f"/admin/import/{upload(world)}")
    return State(f"import-{name}", EVERYBODY[1], door, shows=shows)


_BROKEN_OFF = {"trouble": "broken_off"}
_UNDER_WAY: dict[str, Any] = {"doing": Doing.WRITING, "done": 1500, "total": 3000}
#: Long jobs on their way and at their end, and what the check of a file and its import came to.
_LONG_WORK = (
    _errand("waiting", "planlegger", ErrandState.WAITING, ordered_at=NOW - timedelta(minutes=2)),
    _errand("running", "1 500 av 3 000 rader", ErrandState.RUNNING, **_UNDER_WAY),
    _errand("stopping", "Pågår", ErrandState.RUNNING, **_UNDER_WAY, stop_asked_at=NOW),
    _errand("stopped", "Jobben ble stoppet.", ErrandState.STOPPED),
    _errand("failed", "Jobben ble brutt av flere ganger.", ErrandState.FAILED, told=_BROKEN_OFF),
    _import("checking", "12 av 26 rader", World.upload_being_checked),
    _import("checked", "De neste radene med feil", World.checked_upload),
    _import("failed", "Ingenting er importert", lambda world: world.checked_upload(then="stop")),
    _import("done", "Virksomhet: Brygger og kaier", lambda world: world.checked_upload(then="skip")),
)

STATES: list[State] = [
    *_fetched(),
    *_with_errors(),
    *_with_messages(),
    *_BEFORE_IT_IS_DONE,
    *_LONG_WORK,
    *_REFUSALS,
]
