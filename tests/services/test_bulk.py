"""One step on many cases: said before it is done, done as a whole, told in each history, and undone for a while."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from dialogen.database.bulk import unit_names
from dialogen.database.engine import Database
from dialogen.database.models import BulkItem, Case, PendingChange
from dialogen.domain.bulk import CASES_MOST, UNDO_WITHIN, BulkStep, Fate
from dialogen.domain.cases import ExclusionReason, Stream
from dialogen.domain.errors import InvalidInput, NotFound, Problem, WrongState
from dialogen.domain.history import Action
from dialogen.services import bulk
from dialogen.services.bulk import Ask
from dialogen.services.case_views import tell_story
from dialogen.services.cases import note_case
from tests.factories import NOW, TODAY, make_account, make_case
from tests.services.desk import Desk, deed, furnish, reference_of

DAY = timedelta(days=1)
ASKS = {
    BulkStep.ASSIGN: Ask(BulkStep.ASSIGN),
    BulkStep.EXTEND: Ask(BulkStep.EXTEND, extended_to=TODAY + 60 * DAY, reason="Befaring"),
    BulkStep.EXCLUDE: Ask(BulkStep.EXCLUDE, exclusion=ExclusionReason.SPAM, reason="Reklame"),
}


@pytest.fixture
def desk(db: Database) -> Desk:
    """The office."""
    return furnish(db)


def chosen(db: Database, *cases: int) -> dict[str, int | None]:
    """Return cases as they are chosen: with the version that was seen."""
    return {reference_of(db, case): 1 for case in cases}


def state_of(db: Database, case_id: int) -> tuple[object, ...]:
    """Return what a step may change of a case."""
    with db.reading() as session:
        case = session.get_one(Case, case_id)
        return case.unit_id, case.handler_id, case.extended_to, case.deadline, case.exclusion


def actions(db: Database, case_id: int, desk: Desk) -> list[Action]:
    """Return what a case's history tells."""
    story = tell_story(db, reference=reference_of(db, case_id), by=desk.chief, today=TODAY)
    return [entry.action for entry in story.history]


def fates(db: Database, run_id: int, desk: Desk) -> list[tuple[Fate, Problem | None]]:
    """Return what a step came to, in the order of registration."""
    view = bulk.show_run(db, run_id=run_id, by=desk.manager, today=TODAY, now=NOW)
    return [(each.verdict.fate, each.verdict.problem) for each in view.items]


@pytest.mark.parametrize("step", list(ASKS))
def test_a_step_comes_to_what_was_said_and_undoing_it_leaves_everything_as_it_was(
    db: Database, desk: Desk, step: BulkStep
) -> None:
    fresh = make_case(db, unit_id=desk.unit, handler_id=desk.handler.account_id)
    late = make_case(db, unit_id=desk.unit, handler_id=desk.handler.account_id, received_on=TODAY - 30 * DAY)
    answered = make_case(db, unit_id=desk.unit, answered_on=TODAY)
    made = (fresh, late, answered)
    before = [state_of(db, each) for each in made]
    said = bulk.preview(db, references=chosen(db, *made), ask=ASKS[step], by=desk.manager, today=TODAY)
    assert [state_of(db, each) for each in made] == before
    run_id = bulk.run(db, references=chosen(db, *made), ask=ASKS[step], deed=deed(desk.manager))
    done = dict(zip(made, fates(db, run_id, desk), strict=True))
    assert {each.case.id: (each.verdict.fate, each.verdict.problem) for each in said} == done
    assert done[fresh] == (Fate.DONE, None)
    assert done[late][0] is (Fate.PROPOSED if step is BulkStep.EXCLUDE else Fate.DONE)
    assert done[answered][0] is (Fate.DONE if step is BulkStep.EXCLUDE else Fate.REFUSED)
    assert state_of(db, fresh) != before[0]
    bulk.undo(db, run_id=run_id, deed=deed(desk.manager))
    assert [state_of(db, each) for each in made] == before
    assert actions(db, fresh, desk)[-1] is Action.UNDONE
    with db.reading() as session:
        assert not session.scalars(select(PendingChange.id).where(PendingChange.decided_at.is_(None))).all()
    with pytest.raises(WrongState):
        bulk.undo(db, run_id=run_id, deed=deed(desk.manager))


CASES = st.fixed_dictionaries(
    {
        "received_on": st.integers(0, 30).map(lambda days: TODAY - days * DAY),
        "extended_to": st.none() | st.just(TODAY + 30 * DAY),
        "answered_on": st.none() | st.just(TODAY),
        "exclusion": st.none() | st.sampled_from(ExclusionReason),
        "stream": st.sampled_from(Stream),
        "place": st.sampled_from(["unit", "other_unit"]),
        "has_handler": st.booleans(),
    }
)
ALL_ASKS = (*ASKS.values(), Ask(BulkStep.ASSIGN, handler="kari@asker.example"), Ask(BulkStep.HAND_OVER, unit="Skole"))


def test_whatever_is_chosen_what_was_said_is_done_and_all_that_nobody_touched_comes_back(
    db: Database, desk: Desk
) -> None:
    came_to: set[Fate] = set()

    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        drawn=st.lists(CASES, min_size=1, max_size=4),
        ask=st.sampled_from(ALL_ASKS),
        who=st.sampled_from(["handler", "manager", "chief"]),
        touched=st.sets(st.integers(0, 3)),
    )
    def holds(drawn: list[dict[str, Any]], ask: Ask, who: str, touched: set[int]) -> None:
        by = getattr(desk, who)
        made = [make(db, desk, **each) for each in drawn]
        before = {each: state_of(db, each) for each in made}
        said = bulk.preview(db, references=chosen(db, *made), ask=ask, by=by, today=TODAY)
        foretold = {each.case.id: each.verdict.fate for each in said}
        run_id = bulk.run(db, references=chosen(db, *made), ask=ask, deed=deed(by))
        with db.reading() as session:
            done = {
                item.case_id: item.fate for item in session.scalars(select(BulkItem).where(BulkItem.run_id == run_id))
            }
        assert done == foretold
        assert all(state_of(db, each) == before[each] for each in made if done.get(each) is not Fate.DONE)
        assert all(state_of(db, each) != before[each] for each in made if done.get(each) is Fate.DONE)
        came_to.update(done.values())
        others = {each for number, each in enumerate(made) if number in touched}
        for each in others:
            note_case(db, reference=reference_of(db, each), note="Ringte", deed=deed(desk.chief))
        since = {each: state_of(db, each) for each in made}
        bulk.undo(db, run_id=run_id, deed=deed(by))
        for each in made:
            assert state_of(db, each) == (since if each in others else before)[each]

    holds()
    assert came_to == set(Fate), "the steps try too little"


def make(db: Database, desk: Desk, *, place: str, has_handler: bool, **dates: Any) -> int:
    """Add a case that the rules would let be."""
    due = dates["received_on"] + 14 * DAY
    if dates["extended_to"] is not None and dates["extended_to"] <= due:
        dates["extended_to"] = None
    handler_id = desk.handler.account_id if has_handler else None
    return make_case(db, unit_id=getattr(desk, place), handler_id=handler_id, **dates)


def test_who_sends_cases_away_by_mistake_takes_back_those_that_nobody_has_touched(db: Database, desk: Desk) -> None:
    stays, touched = (make_case(db, unit_id=desk.unit, handler_id=desk.handler.account_id) for _ in range(2))
    with db.reading() as session:
        other = unit_names(session, [desk.other_unit])[desk.other_unit]
    ask = Ask(BulkStep.HAND_OVER, unit=other)
    run_id = bulk.run(db, references=chosen(db, stays, touched), ask=ask, deed=deed(desk.manager))
    assert state_of(db, stays)[:2] == (desk.other_unit, None)
    note_case(db, reference=reference_of(db, touched), note="Vi ser på den", deed=deed(desk.chief))
    assert bulk.show_run(db, run_id=run_id, by=desk.manager, today=TODAY, now=NOW).items == ()
    bulk.undo(db, run_id=run_id, deed=deed(desk.manager))
    assert state_of(db, stays)[:2] == (desk.unit, desk.handler.account_id)
    assert state_of(db, touched)[0] == desk.other_unit
    view = bulk.show_run(db, run_id=run_id, by=desk.manager, today=TODAY, now=NOW)
    assert view.undone == {Fate.DONE: 1, Fate.REFUSED: 1}


def test_a_case_changed_since_it_was_seen_and_one_of_others_are_left_out(db: Database, desk: Desk) -> None:
    changed = make_case(db, unit_id=desk.unit)
    abroad = make_case(db, unit_id=desk.other_unit)
    colleagues = make_case(db, unit_id=desk.unit, handler_id=make_account(db))
    references = chosen(db, changed, abroad, colleagues)
    note_case(db, reference=reference_of(db, changed), note="Ringte", deed=deed(desk.manager))
    ask = Ask(BulkStep.EXTEND, extended_to=TODAY + 60 * DAY, reason="Befaring")
    said = bulk.preview(db, references=references, ask=ask, by=desk.handler, today=TODAY)
    assert {each.case.id: each.verdict.problem for each in said} == {
        changed: Problem.CHANGED_MEANWHILE,
        colleagues: Problem.NOT_ALLOWED,
    }
    before = [state_of(db, each) for each in (changed, abroad, colleagues)]
    bulk.run(db, references=references, ask=ask, deed=deed(desk.handler))
    assert [state_of(db, each) for each in (changed, abroad, colleagues)] == before


def test_only_who_did_a_step_sees_and_undoes_it_and_only_for_a_while(db: Database, desk: Desk) -> None:
    case = make_case(db, unit_id=desk.unit, handler_id=desk.handler.account_id)
    run_id = bulk.run(db, references=chosen(db, case), ask=ASKS[BulkStep.ASSIGN], deed=deed(desk.manager))
    for by in (desk.chief, desk.handler):
        with pytest.raises(NotFound):
            bulk.undo(db, run_id=run_id, deed=deed(by))
        with pytest.raises(NotFound):
            bulk.show_run(db, run_id=run_id, by=by, today=TODAY, now=NOW)
    late = replace(deed(desk.manager), now=NOW + UNDO_WITHIN)
    with pytest.raises(WrongState):
        bulk.undo(db, run_id=run_id, deed=late)
    assert state_of(db, case)[1] is None


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        (Ask(BulkStep.ASSIGN, handler="ukjent@asker.example"), "handler"),
        (Ask(BulkStep.HAND_OVER, unit="Ingensteds"), "unit"),
        (Ask(BulkStep.EXTEND, extended_to=TODAY + DAY), "reason"),
        (Ask(BulkStep.EXTEND, reason="Befaring"), "extended_to"),
        (Ask(BulkStep.EXCLUDE), "exclusion"),
    ],
)
def test_a_step_that_cannot_be_is_refused_at_its_field(db: Database, desk: Desk, ask: Ask, field: str) -> None:
    references = chosen(db, make_case(db, unit_id=desk.unit))
    for do in (
        lambda: bulk.preview(db, references=references, ask=ask, by=desk.manager, today=TODAY),
        lambda: bulk.run(db, references=references, ask=ask, deed=deed(desk.manager)),
    ):
        with pytest.raises(InvalidInput) as refused:
            do()
        assert refused.value.problems[0].field == field


def test_none_and_too_many_are_refused(db: Database, desk: Desk) -> None:
    for references in ({}, {f"2026-{number:06d}": 1 for number in range(CASES_MOST + 1)}):
        with pytest.raises(InvalidInput):
            bulk.run(db, references=dict(references), ask=ASKS[BulkStep.ASSIGN], deed=deed(desk.manager))
