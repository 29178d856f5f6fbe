"""Every route, asked by every kind of person about cases in every place, answers as domain.md 7 says.

Nobody asks more of the doors; so what must be true of every answer is asked of these: headers, and no other host in them.
"""

import pytest
from werkzeug.test import TestResponse

from dialogen.domain.accounts import Role, Scope, Stage
from tests.headers import missing, other_hosts
from tests.security.access_page import PAGE, page_text
from tests.security.doors import DOORS, Door, is_api
from tests.security.law import ANONYMOUS, PEOPLE, Answer, Person, Placed, Rule, Where, sees, sees_details, sees_personal
from tests.security.world import World
from tests.web.pages import Reader

IDS = [f"{endpoint} {method} {door.rule.name}".lower() for endpoint, method, door in DOORS]


@pytest.fixture(scope="module")
def world(municipality: World) -> World:
    """One municipality for the whole matrix: every question gets a case of its own."""
    return municipality


def answer_of(response: TestResponse) -> Answer:
    """Return what a response comes to."""
    if response.status_code == 401 or (response.status_code == 303 and response.location.startswith("/sign-in?")):
        return Answer.SIGN_IN
    if response.status_code == 303 and response.location == "/sign-in":
        return Answer.SIGN_IN
    if response.status_code in (400, 403, 422):
        return Answer.NO
    if response.status_code == 404:
        return Answer.UNKNOWN
    assert response.status_code in (200, 201, 202, 204, 302, 303), response.text[:500]
    return Answer.YES


def ask(world: World, door: Door, endpoint: str, method: str, person: Person) -> TestResponse:
    """Ask at a door as a person, about the case that the world has placed."""
    asks = world.ask_api if is_api(endpoint) else world.ask_page
    response = asks(person, method, door.address(world), door.sent(world))
    response.close()
    if door.ends:
        world.forget_session(person)
    return response


@pytest.mark.parametrize(("endpoint", "method", "door"), DOORS, ids=IDS)
def test_a_route_answers_everybody_as_the_law_says(world: World, endpoint: str, method: str, door: Door) -> None:
    wrong = []
    for person in PEOPLE:
        for placed in door.rule.placements:
            world.place(placed, person, **door.case)
            response = ask(world, door, endpoint, method, person)
            expected = door.rule.answer(person, placed)
            found = Answer.YES if door.rule is Rule.OPEN else answer_of(response)
            wrong += [f"{person.role} {person.where}: {each}" for each in (*missing(response), *other_hosts(response))]
            if found is not expected:
                wrong.append(
                    f"{person.role} {person.where} about {placed.name}: {found}, not {expected} ({response.status_code})"
                )
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("role", "stage"), [(Role.HANDLER, Stage.SECOND_STEP), (Role.ADMIN, Stage.ENROLMENT)])
def test_whoever_is_half_way_in_gets_the_headers_too(world: World, role: Role, stage: Stage) -> None:
    person, wrong = Person(role, Where.EVERYWHERE), []
    for door in (door for _, method, door in DOORS if method == "GET"):
        world.place(Placed.FREE, person, **door.case)
        client = Reader(world.app, world.db).sign_in(world.accounts[person], stage=stage).client
        response = client.get(door.address(world), query_string=door.sent(world), buffered=True)
        wrong += [*missing(response), *other_hosts(response)]
    assert not wrong, "\n".join(wrong)


def test_every_route_of_every_door_is_in_the_matrix(world: World) -> None:
    asked = {(endpoint, method) for endpoint, method, _ in DOORS}
    there = {
        (rule.endpoint, method)
        for rule in world.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert asked == there, "add new routes to tests/security/doors.py, and take away what is gone"


@pytest.mark.parametrize("placed", Placed, ids=lambda placed: placed.name.lower())
def test_a_list_and_its_count_hold_a_case_for_those_alone_who_may_see_it(world: World, placed: Placed) -> None:
    for person in PEOPLE:
        if person is ANONYMOUS:
            continue
        world.place(placed, person)
        expected = sees(person, placed)
        answer = world.ask_api(person, "GET", f"/api/v1/cases?q={world.reference}", {}).get_json()
        assert [each["reference"] for each in answer["items"]] == [world.reference] * expected, person
        page = world.ask_page(person, "GET", "/cases", {"q": world.reference}).text
        assert (f"/cases/{world.reference}" in page) is expected, person


@pytest.mark.parametrize("placed", Placed, ids=lambda placed: placed.name.lower())
def test_a_case_shows_its_details_and_what_is_personal_to_those_alone_who_may_see_it(
    world: World, placed: Placed
) -> None:
    for person in (each for each in PEOPLE if sees(each, placed)):
        world.place(placed, person)
        shown = world.ask_api(person, "GET", f"/api/v1/cases/{world.reference}", {}).get_json()
        assert (shown["stream"] is not None) is sees_details(person, placed), person
        assert (shown["subject"] is not None) is sees_personal(person, placed), person
        page = world.ask_page(person, "GET", f"/cases/{world.reference}", {}).text
        assert ("Hull i veien" in page) is sees_personal(person, placed), person


@pytest.mark.parametrize("missing", Scope)
def test_a_token_without_the_scope_opens_no_route_of_it(world: World, missing: Scope) -> None:
    person = Person(Role.MANAGER, Where.EVERYWHERE)
    others = tuple(scope for scope in Scope if scope is not missing)
    headers = {"Authorization": f"Bearer {world.token(person, others)}"}
    tried = 0
    for endpoint, method, door in DOORS:
        if not is_api(endpoint) or getattr(world.app.view_functions[endpoint], "guard", None) != missing.value:
            continue
        world.place(Placed.FREE, person, **door.case)
        answer = world.app.test_client().open(door.address(world), method=method, headers=headers, **door.sent(world))
        assert answer.status_code == 403, endpoint
        tried += 1
    assert tried


def test_the_page_about_access_prints_this_matrix() -> None:
    assert PAGE.read_text(encoding="utf-8") == page_text(), "write it anew: python -m tests.security.access_page"
