"""Deeds on a case: what each leaves behind, what the case's condition refuses, and who may do what."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.domain.cases import ExclusionReason
from dialogen.domain.deadlines import State
from dialogen.domain.errors import (
    DialogenError,
    InvalidInput,
    NotAllowed,
    NotFound,
    Problem,
    WrongState,
)
from dialogen.services import case_changes, case_views, cases
from dialogen.services.case_views import CaseView
from dialogen.services.cases import Deed
from tests.factories import NOW, TODAY, make_account, make_case, standing
from tests.services.desk import Desk, case_of, deed, events_of, furnish, reference_of, texts_of

DAY = timedelta(days=1)
RECEIVED = TODAY - 3 * DAY
LONG_AGO = TODAY - 40 * DAY
SPAM = ExclusionReason.SPAM

Do = Callable[[Database, str, Deed], CaseView]


def answer(db: Database, reference: str, who: Deed, on: date = TODAY) -> CaseView:
    return cases.answer_case(db, reference=reference, answered_on=on, deed=who)


def extend(db: Database, reference: str, who: Deed, to: date = TODAY + 20 * DAY, reason: str = "befaring") -> CaseView:
    return cases.extend_case(db, reference=reference, extended_to=to, reason=reason, deed=who)


def exclude(db: Database, reference: str, who: Deed) -> CaseView:
    return cases.exclude_case(db, reference=reference, reason=SPAM, note="reklame", deed=who)


def include(db: Database, reference: str, who: Deed) -> CaseView:
    return cases.include_case(db, reference=reference, reason="var ikke reklame", deed=who)


def note(db: Database, reference: str, who: Deed) -> CaseView:
    return cases.note_case(db, reference=reference, note="Ringte innbyggeren.", deed=who)


def reply(db: Database, reference: str, who: Deed, on: date = TODAY) -> CaseView:
    return cases.record_interim_reply(db, reference=reference, replied_on=on, note=None, deed=who)


def assign(db: Database, reference: str, who: Deed) -> CaseView:
    return case_changes.assign_case(db, reference=reference, handler="kari@asker.example", deed=who)


@pytest.fixture
def desk(db: Database) -> Desk:
    """The office."""
    return furnish(db)


def new_case(db: Database, desk: Desk, **more: Any) -> tuple[int, str]:
    """Put a case into the unit; returns its number and its reference."""
    case_id = make_case(db, **{"received_on": RECEIVED, "unit_id": desk.unit, **more})
    return case_id, reference_of(db, case_id)


@pytest.mark.parametrize(
    ("do", "action", "changes", "texts"),
    [
        (answer, "answered", [("answered_on", None, "2026-02-11")], []),
        (extend, "extended", [("extended_to", None, "2026-03-03")], [("reason", "befaring")]),
        (exclude, "excluded", [("exclusion", None, "spam")], [("reason", "reklame")]),
        (note, "noted", [], [("note", "Ringte innbyggeren.")]),
        (reply, "interim_reply", [("replied_on", None, "2026-02-11")], []),
        (assign, "assigned", [("handler", None, "kari@asker.example")], []),
    ],
)
def test_a_deed_tells_the_history_and_gives_the_next_version(
    db: Database, desk: Desk, do: Do, action: str, changes: list[object], texts: list[object]
) -> None:
    case_id, reference = new_case(db, desk)
    view = do(db, reference, deed(desk.handler))
    assert events_of(db, case_id) == [(action, changes)]
    assert texts_of(db, case_id) == texts
    assert view.version == case_of(db, case_id).version == 2


def test_an_answer_on_the_due_date_is_on_time_and_after_it_late(db: Database, desk: Desk) -> None:
    for late, state in ((0, State.ANSWERED_ON_TIME), (1, State.ANSWERED_LATE)):
        _, reference = new_case(db, desk, received_on=TODAY - (14 + late) * DAY)
        assert answer(db, reference, deed(desk.handler)).state is state


def test_an_extension_keeps_the_original_deadline(db: Database, desk: Desk) -> None:
    _, reference = new_case(db, desk, received_on=LONG_AGO)
    view = extend(db, reference, deed(desk.handler))
    assert (view.due_on, view.deadline, view.days_left) == (LONG_AGO + 14 * DAY, TODAY + 20 * DAY, 20)
    assert (view.state, view.past_original) == (State.ON_TRACK, True)


def test_an_included_case_counts_again(db: Database, desk: Desk) -> None:
    case_id, reference = new_case(db, desk)
    exclude(db, reference, deed(desk.handler))
    view = include(db, reference, deed(desk.handler))
    assert (view.exclusion, view.state) == (None, State.ON_TRACK)
    assert events_of(db, case_id)[-1] == ("included", [("exclusion", "spam", None)])


ANSWERED = {"answered_on": TODAY}
EXCLUDED = {"exclusion": SPAM}


@pytest.mark.parametrize(
    ("condition", "do", "problem"),
    [
        (ANSWERED, answer, Problem.ALREADY_ANSWERED),
        (ANSWERED, extend, Problem.STEP_REFUSED),
        (ANSWERED, reply, Problem.STEP_REFUSED),
        (ANSWERED, assign, Problem.STEP_REFUSED),
        (ANSWERED, include, Problem.NOT_EXCLUDED),
        ({}, include, Problem.NOT_EXCLUDED),
        (EXCLUDED, answer, Problem.IS_EXCLUDED),
        (EXCLUDED, extend, Problem.IS_EXCLUDED),
        (EXCLUDED, exclude, Problem.IS_EXCLUDED),
        (EXCLUDED, reply, Problem.IS_EXCLUDED),
        (EXCLUDED, assign, Problem.IS_EXCLUDED),
    ],
)
def test_a_step_that_the_condition_does_not_allow_changes_nothing(
    db: Database, desk: Desk, condition: dict[str, Any], do: Do, problem: Problem
) -> None:
    case_id, reference = new_case(db, desk, **condition)
    refused(db, case_id, lambda: do(db, reference, deed(desk.manager)), WrongState, problem)


def refused(db: Database, case_id: int, act: Callable[[], object], kind: type[DialogenError], problem: Problem) -> None:
    """Expect a refusal that leaves row, history and texts as they were."""
    before = (case_of(db, case_id).__dict__ | {"_sa_instance_state": None}, events_of(db, case_id))
    with pytest.raises(kind) as error:
        act()
    assert type(error.value) is kind
    assert error.value.problem is problem
    assert (case_of(db, case_id).__dict__ | {"_sa_instance_state": None}, events_of(db, case_id)) == before
    assert texts_of(db, case_id) == []


@pytest.mark.parametrize(
    ("act", "problem"),
    [
        (lambda db, ref, who: answer(db, ref, who, RECEIVED - DAY), Problem.ANSWERED_BEFORE_RECEIVED),
        (lambda db, ref, who: answer(db, ref, who, TODAY + DAY), Problem.ANSWERED_IN_FUTURE),
        (lambda db, ref, who: reply(db, ref, who, RECEIVED - DAY), Problem.REPLIED_BEFORE_RECEIVED),
        (lambda db, ref, who: reply(db, ref, who, TODAY + DAY), Problem.REPLIED_IN_FUTURE),
        (lambda db, ref, who: extend(db, ref, who, RECEIVED + 14 * DAY), Problem.EXTENSION_NOT_LATER),
        (lambda db, ref, who: extend(db, ref, who, TODAY), Problem.EXTENSION_NOT_LATER),
        (lambda db, ref, who: extend(db, ref, who, reason=" "), Problem.REASON_REQUIRED),
        (lambda db, ref, who: extend(db, ref, who, reason="x" * 2001), Problem.TOO_LONG),
    ],
)
def test_a_wrong_date_or_reason_changes_nothing(db: Database, desk: Desk, act: Do, problem: Problem) -> None:
    case_id, reference = new_case(db, desk)
    refused(db, case_id, lambda: act(db, reference, deed(desk.handler)), InvalidInput, problem)


def test_excluding_up_to_the_deadline_needs_nobody_else(db: Database, desk: Desk) -> None:
    _, reference = new_case(db, desk, received_on=TODAY - 14 * DAY)
    view = exclude(db, reference, deed(desk.handler))
    assert (view.exclusion, view.pending, view.proposed) == (SPAM, None, False)


def test_a_handler_works_on_their_own_cases_and_the_unassigned(db: Database, desk: Desk) -> None:
    other = make_account(db, roles=((Role.HANDLER, desk.unit),))
    for handler_id in (None, desk.handler.account_id):
        _, reference = new_case(db, desk, handler_id=handler_id)
        assert note(db, reference, deed(desk.handler)).version == 2
    case_id, reference = new_case(db, desk, handler_id=other)
    refused(db, case_id, lambda: answer(db, reference, deed(desk.handler)), NotAllowed, Problem.NOT_ALLOWED)
    assert answer(db, reference, deed(desk.manager)).version == 2


def test_a_statistician_reads_and_changes_nothing(db: Database, desk: Desk) -> None:
    case_id, reference = new_case(db, desk)
    for do in (answer, extend, exclude, note, reply, assign):
        refused(db, case_id, act_of(do, db, reference, desk.statistician), NotAllowed, Problem.NOT_ALLOWED)


def act_of(do: Do, db: Database, reference: str, by: Any) -> Callable[[], object]:
    """Return a deed not yet done."""
    return lambda: do(db, reference, deed(by))


def test_an_administrator_may_assign_and_nothing_else(db: Database, desk: Desk) -> None:
    case_id, reference = new_case(db, desk)
    for do in (answer, extend, exclude, note, reply):
        refused(db, case_id, act_of(do, db, reference, desk.admin), NotAllowed, Problem.NOT_ALLOWED)
    view = assign(db, reference, deed(desk.admin))
    assert view.handler is not None
    assert (view.handler.email, view.personal) == ("kari@asker.example", None)


def test_a_case_of_another_unit_answers_as_one_that_does_not_exist(db: Database, desk: Desk) -> None:
    case_id, reference = new_case(db, desk, unit_id=desk.other_unit)
    for do in (answer, extend, exclude, note, reply, assign):
        refused(db, case_id, act_of(do, db, reference, desk.manager), NotFound, Problem.NO_SUCH_CASE)
        refused(db, case_id, act_of(do, db, "2026-999999", desk.chief), NotFound, Problem.NO_SUCH_CASE)


@pytest.mark.parametrize("reference", ["", "x", "2026-1", "\x00", "2026-000001\n", "２０２６-０００００１", "9" * 5000])
def test_what_cannot_be_a_reference_is_no_case(db: Database, desk: Desk, reference: str) -> None:
    with pytest.raises(NotFound):
        answer(db, reference, deed(desk.chief))
    with pytest.raises(NotFound):
        case_views.show_case(db, reference=reference, by=desk.chief, today=TODAY)
    with pytest.raises(NotFound):
        case_views.tell_story(db, reference=reference, by=desk.chief, today=TODAY)


def test_the_story_hides_free_texts_from_those_without_the_right(db: Database, desk: Desk) -> None:
    _, reference = new_case(db, desk, subject="Mørkt gatelys")
    extend(db, reference, deed(desk.handler))
    full = case_views.tell_story(db, reference=reference, by=desk.manager, today=TODAY)
    bare = case_views.tell_story(db, reference=reference, by=desk.statistician, today=TODAY)
    assert [(entry.by, entry.reason, entry.at) for entry in full.history] == [("Kari", "befaring", NOW)]
    assert [(entry.by, entry.reason) for entry in bare.history] == [("Kari", None)]
    assert full.case.personal is not None
    assert (full.case.personal.subject, bare.case.personal) == ("Mørkt gatelys", None)
    assert (full.why.unrolled, full.why.extended_to) == (RECEIVED + 14 * DAY, TODAY + 20 * DAY)


def test_a_handler_sees_their_own_cases_in_units_they_have_no_role_in(db: Database, desk: Desk) -> None:
    _, reference = new_case(db, desk, unit_id=desk.other_unit, handler_id=desk.handler.account_id)
    view = answer(db, reference, deed(desk.handler))
    assert view.state is State.ANSWERED_ON_TIME
    stranger = standing(make_account(db), (Role.HANDLER, desk.unit))
    with pytest.raises(NotFound):
        case_views.show_case(db, reference=reference, by=stranger, today=TODAY)
