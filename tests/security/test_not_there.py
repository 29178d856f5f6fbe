"""A case out of somebody's reach answers as one that does not exist: same status, headers, body and SQL, at every door.

The doors come from `tests/security/doors.py`, so that new routes join by themselves.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from dialogen.database.models import AccountSession
from dialogen.domain.accounts import Role
from tests.security.doors import DOORS, Door, is_api
from tests.security.law import ANONYMOUS, PEOPLE, Answer, Person, Placed, Rule, Where, sees
from tests.security.world import World
from tests.statements import counted

MISSING = "2099-999999"  # as long as a reference that there is
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
DEEDS = [(endpoint, method, door) for endpoint, method, door in DOORS if door.rule.about_a_case]
IDS = [f"{endpoint} {method} {door.rule.name}".lower() for endpoint, method, door in DEEDS]
OUTSIDER = Person(Role.HANDLER, Where.ELSEWHERE)
#: Everybody who does not see a colleague's case; and of those in its unit, one who does not see a case without a unit.
UNSEEN = [
    *((person, Placed.COLLEAGUES) for person in PEOPLE if not sees(person, Placed.COLLEAGUES)),
    (Person(Role.MANAGER, Where.HERE), Placed.UNPLACED),
]

Seen = tuple[int, list[tuple[str, str]], str, list[str]]
Ask = Callable[..., TestResponse]


def seen(world: World, mark: str, ask: Ask, *asked: Any) -> Seen:
    """Return all that an answer tells, and what was asked of the database for it, without the mark of what it is about."""
    with counted(world.db) as said:
        answer = ask(*asked)
    headers = [(name, value.replace(mark, "{mark}")) for name, value in answer.headers]
    return answer.status_code, headers, answer.text.replace(mark, "{mark}"), said


def both(
    world: World, person: Person, endpoint: str, method: str, door: Door, send: dict[str, Any]
) -> tuple[Seen, ...]:
    """Ask about the case that is there, and then the same about one that is not."""
    there, ask = world.reference, world.ask_api if is_api(endpoint) else world.ask_page
    address = door.address(world)
    addresses = {reference: address.replace(there, reference) for reference in (there, MISSING)}
    assert addresses[there] != addresses[MISSING]
    return tuple(seen(world, mark, ask, person, method, address, send) for mark, address in addresses.items())


@pytest.fixture(scope="module", autouse=True)
def everybody_is_in(municipality: World) -> None:
    """Nobody signs in or gets a token between two questions."""
    for person in PEOPLE:
        municipality.ask_page(person, "GET", "/account", {})
        municipality.ask_api(person, "GET", "/api/v1/cases", {})


@pytest.mark.parametrize(("endpoint", "method", "door"), DEEDS, ids=IDS)
def test_a_case_that_is_not_yours_answers_as_one_that_is_not_there(
    municipality: World, endpoint: str, method: str, door: Door
) -> None:
    asked = set()
    for person, placed in UNSEEN:
        if door.rule.answer(person, placed) not in (Answer.UNKNOWN, Answer.SIGN_IN):
            continue  # a statistician approves what waits wherever it is
        if placed not in asked:
            municipality.place(placed, OUTSIDER, **case_for(door))
            asked.add(placed)
        there, missing = both(municipality, person, endpoint, method, door, door.sent(municipality))
        assert there == missing, person
        assert there[0] == (404 if person is not ANONYMOUS else 401 if is_api(endpoint) else 303)
    assert asked == {Placed.COLLEAGUES, Placed.UNPLACED}


def case_for(door: Door) -> dict[str, Any]:
    """Return what the case of a door must be; what waits was always proposed by a colleague."""
    return {**door.case, **({"proposed_by": "colleague"} if "proposed_by" in door.case else {})}


def wrong_bodies(world: World, endpoint: str, door: Door) -> Iterator[dict[str, Any]]:
    """Yield what may be sent by mistake or on purpose; never anything that tells which case is meant."""
    right, pending = door.sent(world), str(world.pending_id)
    if not is_api(endpoint):
        yield from ({}, {"version": "x"}, {"version": "99"}, {"pending": pending}, {"pending": "0", "reason": ""})
        yield dict.fromkeys(right, "x" * 3000)
        return
    yield from ({}, {"data": b"{"}, {"json": []}, {"json": {"x": 1}}, {"data": b"x", "content_type": "text/plain"})
    yield from ({"json": right.get("json"), "headers": {"If-Match": each}} for each in ('"1"', "*", "x"))
    yield from ({**right, "query_string": query} for query in (f"id={pending}", "id=0", "id=x", "id=%ff", "y=1"))
    yield {"data": b"[" * 2_000_000, "content_type": "application/json"}
    yield {"json": dict.fromkeys(right.get("json", {}))}
    yield {"json": {**right.get("json", {}), "unit": "Ingensteds", "handler": "ingen@asker.example"}}


@pytest.mark.parametrize(("endpoint", "method", "door"), DEEDS, ids=IDS)
def test_whatever_is_sent_along_tells_nothing_of_a_case_that_is_not_yours(
    municipality: World, endpoint: str, method: str, door: Door
) -> None:
    municipality.place(Placed.COLLEAGUES, OUTSIDER, **{**door.case, "proposed_by": "colleague"})
    for send in wrong_bodies(municipality, endpoint, door):
        there, missing = both(municipality, OUTSIDER, endpoint, method, door, send)
        assert there == missing, send
        assert 400 <= there[0] < 500


@pytest.mark.parametrize("method", METHODS)
def test_no_method_tells_of_a_case_that_is_not_yours(municipality: World, method: str) -> None:
    municipality.place(Placed.COLLEAGUES, OUTSIDER, proposed_by="colleague")
    for endpoint, door in {door.address(municipality): (endpoint, door) for endpoint, _, door in DEEDS}.values():
        there, missing = both(municipality, OUTSIDER, endpoint, method, door, {})
        assert there == missing, endpoint


@pytest.mark.parametrize("person", [Person(Role.STATISTICIAN, Where.ELSEWHERE), Person(Role.STATISTICIAN)], ids=str)
def test_who_may_approve_everywhere_finds_nothing_where_nothing_waits(municipality: World, person: Person) -> None:
    tried = 0
    for endpoint, method, door in DEEDS:
        if door.rule in (Rule.KNOW, Rule.APPROVE):
            municipality.place(Placed.COLLEAGUES, person)
            there, missing = both(municipality, person, endpoint, method, door, door.sent(municipality))
            assert there == missing, endpoint
            assert there[0] == 404, endpoint
            tried += 1
    assert tried >= 5


@pytest.mark.parametrize("person", [OUTSIDER, Person(), Person(Role.MANAGER, Where.EVERYWHERE)], ids=str)
def test_what_administrators_keep_answers_others_alike_whether_it_is_there_or_not(
    municipality: World, person: Person
) -> None:
    tried = 0
    for endpoint, method, door in DOORS:
        address = door.address(municipality) if door.rule is Rule.ADMINISTER else ""
        none = "/".join("999999" if part.isdigit() else part for part in address.split("/"))
        if none == address:
            continue
        sent = door.sent(municipality)
        there, missing = (
            seen(municipality, at, municipality.ask_page, person, method, at, sent) for at in (address, none)
        )
        assert there == missing, (endpoint, method)
        tried += 1
    assert tried >= 15


@pytest.mark.parametrize("address", ["/account/tokens/{}/revoke", "/account/sessions/{}/end"])
def test_a_token_or_session_of_another_answers_as_one_that_is_not_there(municipality: World, address: str) -> None:
    with municipality.db.reading() as session:
        mine = municipality.accounts[OUTSIDER]
        others = session.scalars(select(AccountSession.id).where(AccountSession.account_id != mine)).first()
    number = str(others if "sessions" in address else municipality.token_of(municipality.other))
    sent = {"present": municipality.everybodys_password()}
    found = []
    for each in ("999998", number, "999999"):  # the first puts the password's hash in order
        at = address.format(each)
        found.append(seen(municipality, at, municipality.ask_page, OUTSIDER, "POST", at, sent))
        municipality.ask_page(OUTSIDER, "GET", "/account", {})  # which shows what was said, once
    _, there, missing = found
    assert there == missing
    assert there[0] in (303, 404)
