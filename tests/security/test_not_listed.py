"""Nothing that somebody can ask for changes when a case out of their reach is registered, nor says that it is there.

Every page and list is asked before and after; the municipality's own totals alone are everybody's.
"""

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest

from dialogen.database.models import Account
from dialogen.domain.accounts import Role
from dialogen.domain.cases import Stream
from dialogen.domain.reports import Breakdown
from tests.factories import TODAY, make_case
from tests.security.doors import DOORS, is_api
from tests.security.law import PEOPLE, Person, Placed, Rule, Where
from tests.security.world import ELSEWHERE, HERE, World
from tests.statements import counted

#: Everybody who works in another unit, and some who work in none.
OUTSIDERS = [Person(), Person(Role.HANDLER), *(Person(role, Where.ELSEWHERE) for role in Role)]
IDS = [f"{person.role or 'nobody'}, {person.where}" for person in OUTSIDERS]
SENDER, WORD = "Innsender Hemmeligsen", "Solsikkestien"
DAY = timedelta(days=1)
MISSING = "2099-999999"
#: Words by which somebody might look for the case, or for its unit, people and states.
FILTERS = [
    "",
    f"unit={HERE}",
    "unit=Ingensteds",
    "unit=none",
    "handler=none",
    "handler=ingen@asker.example",
    "handler={colleague}",
    "q={reference}",
    "q={number}",
    f"q={SENDER}",
    f"q={WORD}",
    "q=innsender.hemmeligsen@asker.example",
]
API_FILTERS = [
    *FILTERS,
    "external_reference={number}",
    "stream=internal",
    "state=overdue",
    f"received_from={TODAY - 40 * DAY}&received_to={TODAY}",
    f"due_to={TODAY}",
    "limit=1",
]


def pages() -> list[str]:
    """Return every page for all who are signed in, the lists with each filter; the figure has a test of its own."""
    plain = [
        str(door.path)
        for endpoint, method, door in DOORS
        if (method, door.rule) == ("GET", Rule.SIGNED_IN)
        and isinstance(door.path, str)
        and not is_api(endpoint)
        and not endpoint.startswith(("reports.", "oidc.", "second_step."))
    ]
    return [*plain, *(f"/cases?{words}" for words in (*FILTERS, "state=all", "state=excluded"))]


@pytest.fixture(scope="module")
def world(municipality: World) -> World:
    """The municipality, in which the other unit has cases with deadlines before and after that of the hidden one."""
    for days in (50, 1):
        make_case(municipality.db, unit_id=municipality.units[ELSEWHERE], received_on=TODAY - days * DAY)
    for person in PEOPLE:  # nobody signs in or gets a token between two questions
        municipality.ask_page(person, "GET", "/account", {})
        municipality.ask_api(person, "GET", "/api/v1/cases", {})
    return municipality


def hide(world: World, person: Person, number: str, stream: Stream) -> None:
    """Register a case out of the person's reach, overdue, with a change that waits where they may not approve it."""
    waits = "" if person.role is Role.STATISTICIAN else "colleague"
    world.place(
        Placed.COLLEAGUES,
        person,
        proposed_by=waits,
        received_on=TODAY - 40 * DAY,
        external_reference=number,
        stream=stream,
    )


def told(world: World, person: Person, reference: str, number: str) -> dict[str, tuple[int, str, list[str]]]:
    """Return all that a person is told, by what they asked: the status, the page and the SQL for it."""
    with world.db.reading() as session:
        colleague = session.get_one(Account, world.colleague).email
    asked = [(world.ask_page, address) for address in pages()]
    asked += [(world.ask_api, f"/api/v1/cases?{words}") for words in API_FILTERS]
    asked += [(world.ask_api, f"/api/v1/pending?whose={whose}") for whose in ("to_decide", "own")]
    found = {}
    for ask, template in asked:
        path, _, words = template.format(colleague=colleague, reference=reference, number=number).partition("?")
        wanted = {"query_string": dict(parse_qsl(words))} if path.startswith("/api/") else dict(parse_qsl(words))
        with counted(world.db) as said:
            answer = ask(person, "GET", path, wanted)
        found[template] = (answer.status_code, answer.text.replace(reference, "{reference}"), list(said))
    return found


@pytest.mark.parametrize("person", OUTSIDERS, ids=IDS)
def test_no_page_list_or_count_changes_when_a_case_out_of_reach_is_registered(world: World, person: Person) -> None:
    number = world.fresh("SKJULT")
    before = told(world, person, MISSING, number)
    hide(world, person, number, Stream.INTERNAL)
    after = told(world, person, world.reference, number)
    assert {address for address in before if before[address] != after[address]} == set()
    assert {status for status, _, _ in after.values()} <= {200, 303, 403}


def test_whoever_sees_the_case_is_told_of_it_by_the_same_pages_and_lists(world: World) -> None:
    person, number = Person(Role.MANAGER, Where.HERE), world.fresh("SKJULT")
    before = told(world, person, MISSING, number)
    hide(world, person, number, Stream.INTERNAL)
    after = told(world, person, world.reference, number)
    changed = {address for address in before if before[address] != after[address]}
    assert changed >= {"/cases", "/cases/pending", "/cases?q={number}", "/cases?handler={colleague}", "/account"}
    assert changed >= {f"/api/v1/cases?{words}" for words in ("", "q={reference}", "stream=internal", "state=overdue")}


@pytest.mark.parametrize("person", [each for each in OUTSIDERS if each.role in (Role.HANDLER, Role.MANAGER, None)])
def test_no_breakdown_file_or_metric_counts_a_case_out_of_reach(world: World, person: Person) -> None:
    def groups() -> list[object]:
        found: list[object] = []
        for by in Breakdown:
            answer = world.ask_api(person, "GET", f"/api/v1/reports/mv-1.1/{TODAY.year}?by={by}", {})
            found.append((answer.status_code, (answer.json or {}).get("breakdown")))
            for file in ("", "/csv", "/csv-excel"):
                page = world.ask_page(person, "GET", f"/reports/mv-1.1/{TODAY.year}{file}", {"by": by.value})
                assert page.status_code == 200
                assert HERE not in page.text
        metrics = world.ask_api(person, "GET", "/metrics", {}).text
        return [*found, [line for line in metrics.splitlines() if line.startswith("dialogen_open_cases{")]]

    before = groups()
    hide(world, person, world.fresh("SKJULT"), Stream.EXTERNAL)
    assert groups() == before


def test_a_number_that_is_taken_is_refused_alike_whoever_has_the_case(world: World) -> None:
    person = Person(Role.MANAGER, Where.ELSEWHERE)
    told_of = []
    for unit in (HERE, ELSEWHERE):
        number = world.fresh("SKJULT")
        make_case(world.db, unit_id=world.units[unit], external_reference=number, subject=WORD)
        body = {"received_on": TODAY.isoformat(), "unit": ELSEWHERE, "external_reference": number, "source": "import"}
        with counted(world.db) as said:
            answer = world.ask_api(person, "POST", "/api/v1/cases", {"json": body})
        told_of.append((answer.status_code, answer.text.replace(number, "{number}"), list(said)))
    assert told_of[0] == told_of[1]
    assert told_of[0][0] == 409
