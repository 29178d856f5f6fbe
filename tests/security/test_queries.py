"""No page makes more than twelve queries, whatever it lists: every page that there is, asked with many rows in it."""

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest

from dialogen.database.models import Case, CaseLink, PendingChange
from dialogen.domain.accounts import Role
from dialogen.domain.bulk import BulkStep
from dialogen.domain.history import Action, Author, Change, Door
from dialogen.services.proposals import propose
from tests.every_page import STATES, State
from tests.factories import NOW, TODAY, make_account, make_case, make_unit
from tests.security.law import Person, Where
from tests.security.work_there import put_step
from tests.security.world import HERE, World
from tests.statements import counted

MOST = 12
ROWS = 30
FETCHED = [state for state in STATES if not state.handed_in and state.status == 200]

MANAGER = Person(Role.MANAGER, Where.EVERYWHERE)
_LATER = (TODAY + timedelta(days=60)).isoformat()
#: What is asked about many chosen cases, and what is then looked at before it is done.
CHOSEN = [{"to": "/cases/bulk", "step": step.value} for step in BulkStep]
LOOKED_AT = [
    {"to": "/cases/bulk/preview", "step": "assign", "handler": ""},
    {"to": "/cases/bulk/preview", "step": "hand_over", "unit": HERE},
    {"to": "/cases/bulk/preview", "step": "extend", "extended_to": _LATER, "reason": "Befaring"},
    {"to": "/cases/bulk/preview", "step": "exclude", "exclusion": "spam"},
]


@pytest.fixture(scope="module")
def world(municipality: World) -> World:
    """The municipality with many units, people, cases, proposals, letters and tokens."""
    db, here = municipality.db, municipality.units[HERE]
    for number in range(ROWS):
        unit = make_unit(db)
        handler = make_account(db, roles=((Role.HANDLER, unit), (Role.HANDLER, here)))
        municipality.dead_letter()
        municipality.token_of(handler)
        for owner in (None, handler, municipality.colleague):
            case = make_case(
                db, unit_id=here, handler_id=owner, subject="Hull i veien", received_on=TODAY - timedelta(days=number)
            )
        with db.writing() as session:
            propose(
                session,
                session.get_one(Case, case),
                action=Action.EXCLUDED,
                changes=[Change("exclusion", None, "spam")],
                reason="Reklame",
                author=Author(handler, Door.WEB),
                proposed_by=handler,
                now=NOW,
            )
    for account in municipality.accounts.values():
        for number in range(ROWS):
            make_case(db, unit_id=here, handler_id=account, received_on=TODAY - timedelta(days=number))
    return municipality


@pytest.mark.parametrize("state", FETCHED, ids=[state.name for state in FETCHED])
def test_a_page_makes_twelve_queries_at_most(world: World, state: State) -> None:
    address, _ = state.asked(world)
    path, _, words = address.partition("?")
    asked = dict(parse_qsl(words))
    _link_to_others(world)
    world.ask_page(state.person, "GET", path, asked)  # whoever was not here for a minute is noted to be
    with counted(world.db) as said:
        answer = world.ask_page(state.person, "GET", path, asked)
    assert answer.status_code < 500
    assert len(said) <= MOST, "\n".join(" ".join(each.split()[:12]) for each in said)


@pytest.mark.parametrize("ask", [*CHOSEN, *LOOKED_AT], ids=lambda ask: f"{ask['to']}-{ask['step']}")
def test_a_step_on_many_cases_is_shown_by_twelve_queries_at_most(world: World, ask: dict[str, str]) -> None:
    to, sent = ask["to"], {name: value for name, value in ask.items() if name != "to"}
    chosen = [f"{each}.{seen}" for _ in range(5) for each, seen in world.chosen().items()]
    world.ask_page(MANAGER, "GET", "/account", {})
    with counted(world.db) as said:
        answer = world.ask_page(MANAGER, "POST", to, {**sent, "case": chosen})
    assert answer.status_code == 200
    assert len(chosen) > ROWS
    assert all(each.partition(".")[0] in answer.text for each in chosen)
    assert len(said) <= MOST, "\n".join(" ".join(each.split()[:12]) for each in said)


@pytest.mark.parametrize("step", [BulkStep.ASSIGN, BulkStep.EXCLUDE])
def test_what_a_step_on_many_cases_came_to_is_shown_by_twelve_queries_at_most(world: World, step: BulkStep) -> None:
    chosen = {each: seen for _ in range(5) for each, seen in world.chosen().items()}
    run_id = put_step(world.db, account_id=world.accounts[MANAGER], step=step, chosen=chosen)
    world.ask_page(MANAGER, "GET", "/account", {})
    with counted(world.db) as said:
        answer = world.ask_page(MANAGER, "GET", f"/cases/bulk/{run_id}", {})
    assert all(each in answer.text for each in chosen)
    assert len(said) <= MOST, "\n".join(" ".join(each.split()[:12]) for each in said)


def _link_to_others(world: World) -> None:
    with world.db.writing() as session:
        waiting = session.query(PendingChange.case_id).order_by(PendingChange.id).limit(5)
        for (other,) in waiting:
            first, second = sorted((other, world.case_id))
            if first != second:
                session.add(CaseLink(first_id=first, second_id=second, linked_at=NOW))
