"""Four eyes: one proposes, another decides, both names are told, and the case stays as it is until then."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import CaseEvent, PendingChange
from dialogen.domain.accounts import Role
from dialogen.domain.case_changes import Sender
from dialogen.domain.cases import Outcome, Stream
from dialogen.domain.deadlines import State
from dialogen.domain.errors import (
    Conflict,
    InvalidInput,
    NeedsSecondPerson,
    NotAllowed,
    NotFound,
    Problem,
)
from dialogen.domain.history import Action, Change
from dialogen.services.case_views import show_case, tell_story
from tests.factories import NOW, TODAY, make_account, standing
from tests.services.deciding import (
    DAY,
    LONG_AGO,
    SPAM,
    approve,
    correct,
    exclude,
    figure,
    missed,
    outcomes,
    refuse,
    refused,
    withdraw,
)
from tests.services.desk import Desk, case_of, events_of, furnish, texts_of


@pytest.fixture
def desk(db: Database) -> Desk:
    """The office."""
    return furnish(db)


def test_an_exclusion_after_the_deadline_is_proposed_and_the_case_stays_as_it_is(db: Database, desk: Desk) -> None:
    for more in ({}, {"answered_on": LONG_AGO}, {"stream": Stream.INTERNAL}, {"extended_to": TODAY + DAY}):
        case_id, reference = missed(db, desk, **more)
        view = exclude(db, reference, desk.handler)
        assert (view.proposed, view.exclusion, view.version) == (True, None, 2)
        assert view.pending is not None
        assert (view.pending.action, view.pending.proposed_by) == (Action.EXCLUDED, "Kari")
        assert (view.pending.proposed_at, view.pending.reason) == (NOW, "reklame")
        assert view.pending.changes == (Change("exclusion", None, "spam"),)
        assert (view.pending.may_approve, view.pending.may_withdraw) == (False, True)
        assert events_of(db, case_id) == [("proposed", [("exclusion", None, "spam")])]
    assert figure(db) == (1, 3)


@pytest.mark.parametrize(
    ("answered_on", "changes"),
    [
        (None, {"received_on": TODAY - 14 * DAY}),
        (None, {"stream": Stream.INTERNAL}),
        (None, {"received_on": date(2025, 12, 31)}),  # out of this year's misses
        (LONG_AGO + 15 * DAY, {"answered_on": LONG_AGO + 14 * DAY}),
        (LONG_AGO + 15 * DAY, {"received_on": LONG_AGO + DAY}),
        (LONG_AGO + 15 * DAY, {"stream": Stream.INTERNAL}),
    ],
)
def test_a_correction_that_takes_a_miss_out_of_the_misses_is_proposed_and_counts_when_approved(
    db: Database, desk: Desk, answered_on: date | None, changes: dict[str, Any]
) -> None:
    _, reference = missed(db, desk, answered_on=answered_on)
    view = correct(db, reference, desk.manager, **changes)
    assert (view.proposed, view.received_on, view.stream, figure(db)) == (True, LONG_AGO, Stream.EXTERNAL, (0, 1))
    view = approve(db, reference, desk.chief)
    assert view.pending is None
    assert {field: getattr(view, field) for field in changes} == changes
    assert figure(db) != (0, 1)


def test_both_names_stand_in_the_history(db: Database, desk: Desk) -> None:
    case_id, reference = missed(db, desk)
    exclude(db, reference, desk.handler)
    view = approve(db, reference, desk.statistician)
    assert (view.exclusion, view.version, view.state) == (SPAM, 3, State.EXCLUDED)
    story = tell_story(db, reference=reference, by=desk.manager, today=TODAY).history
    told = [(entry.action, entry.by, entry.changes, entry.reason) for entry in story]
    excluded = (Change("exclusion", None, "spam"),)
    assert told == [
        (Action.PROPOSED, "Kari", excluded, "reklame"),
        (Action.APPROVED, "Tall", excluded, None),
    ]
    assert outcomes(db) == [(Outcome.APPROVED, desk.statistician.account_id)]
    assert figure(db) == (0, 0)
    assert case_of(db, case_id).exclusion is SPAM


def test_a_refusal_has_a_reason_and_changes_nothing(db: Database, desk: Desk) -> None:
    case_id, reference = missed(db, desk)
    exclude(db, reference, desk.handler)
    for reason in (None, " "):
        refused(lambda: refuse(db, reference, desk.manager, reason), InvalidInput, Problem.REASON_REQUIRED)  # noqa: B023
    view = refuse(db, reference, desk.manager)
    assert (view.pending, view.exclusion, view.state) == (None, None, State.OVERDUE)
    assert events_of(db, case_id)[1:] == [("refused", [])]
    assert texts_of(db, case_id) == [("reason", "reklame"), ("reason", "det var et spørsmål")]
    assert outcomes(db) == [(Outcome.REFUSED, desk.manager.account_id)]
    assert figure(db) == (0, 1)


def test_the_proposer_takes_a_proposal_back_and_may_propose_again(db: Database, desk: Desk) -> None:
    case_id, reference = missed(db, desk)
    exclude(db, reference, desk.handler)
    refused(lambda: withdraw(db, reference, desk.manager), NotAllowed, Problem.NOT_THE_PROPOSER)
    assert withdraw(db, reference, desk.handler).pending is None
    assert [action for action, _ in events_of(db, case_id)] == ["proposed", "withdrawn"]
    refused(lambda: withdraw(db, reference, desk.handler), Conflict, Problem.NOTHING_WAITS)
    assert exclude(db, reference, desk.handler).proposed
    assert outcomes(db) == [(Outcome.WITHDRAWN, desk.handler.account_id), (None, None)]


def test_nobody_decides_on_their_own_proposal(db: Database, desk: Desk) -> None:
    _, reference = missed(db, desk)
    exclude(db, reference, desk.manager)
    for act in (approve, refuse):
        refused(lambda: act(db, reference, desk.manager), NeedsSecondPerson, Problem.NEEDS_SECOND_PERSON)  # noqa: B023
    assert outcomes(db) == [(None, None)]


def test_a_manager_of_the_unit_or_any_statistician_decides_and_nobody_else(db: Database, desk: Desk) -> None:
    elsewhere = standing(make_account(db), (Role.MANAGER, desk.other_unit))
    colleague = standing(make_account(db), (Role.HANDLER, desk.unit))
    _, reference = missed(db, desk)
    exclude(db, reference, desk.handler)
    for act in (approve, refuse):
        refused(lambda: act(db, reference, elsewhere), NotFound, Problem.NO_SUCH_CASE)  # noqa: B023
        for by in (colleague, desk.admin):
            refused(lambda: act(db, reference, by), NotAllowed, Problem.NOT_ALLOWED)  # noqa: B023
    assert outcomes(db) == [(None, None)]
    assert approve(db, reference, desk.manager).exclusion is SPAM


def test_who_may_not_see_personal_fields_sees_what_is_proposed_but_not_the_free_text(db: Database, desk: Desk) -> None:
    _, reference = missed(db, desk, subject="Mørkt gatelys")
    correct(db, reference, desk.handler, "sto i brevet fra Ola", stream=Stream.INTERNAL)
    seen = show_case(db, reference=reference, by=desk.statistician, today=TODAY)
    assert seen.personal is None
    assert seen.pending is not None
    assert (seen.pending.changes, seen.pending.reason) == ((Change("stream", "external", "internal"),), None)
    assert show_case(db, reference=reference, by=desk.admin, today=TODAY).pending is None
    assert show_case(db, reference=reference, by=desk.manager, today=TODAY).pending is not None


def test_no_personal_value_lies_with_what_waits(db: Database, desk: Desk) -> None:
    case_id, reference = missed(db, desk, subject="Mørkt gatelys")
    sender = Sender("Ola Nordmann", "ola@asker.example")
    view = correct(db, reference, desk.handler, "sa Ola", subject="Lys", sender=sender, stream=Stream.INTERNAL)
    assert view.personal is not None
    assert (view.proposed, view.personal.subject, view.stream) == (True, "Lys", Stream.EXTERNAL)
    assert [action for action, _ in events_of(db, case_id)] == ["corrected", "proposed"]
    with db.reading() as session:
        waiting = session.scalars(select(PendingChange)).one()
        assert waiting.changes == [{"field": "stream", "before": "external", "after": "internal"}]
        texts = {event.action: event.changes for event in session.scalars(select(CaseEvent))}
    assert "Ola" not in str(texts)
    assert texts_of(db, case_id)[-2:] == [("subject", "Mørkt gatelys"), ("reason", "sa Ola")]


def test_what_needs_no_second_person_is_done_at_once_and_dates_and_stream_wait_together(
    db: Database, desk: Desk
) -> None:
    case_id, reference = missed(db, desk)
    # Alone, the earlier reception would need nobody else.
    changes: dict[str, Any] = {"received_on": LONG_AGO - DAY, "stream": Stream.INTERNAL, "unit": "Skole"}
    view = correct(db, reference, desk.chief, **changes)
    assert (view.unit, view.received_on, view.stream) == ("Skole", LONG_AGO, Stream.EXTERNAL)
    assert view.pending is not None
    assert [each.field for each in view.pending.changes] == ["stream", "received_on"]
    assert [action for action, _ in events_of(db, case_id)] == ["handed_over", "proposed"]
    view = approve(db, reference, desk.statistician)
    assert (view.received_on, view.due_on, view.stream) == (LONG_AGO - DAY, LONG_AGO + 13 * DAY, Stream.INTERNAL)
    told = [
        ("stream", "external", "internal"),
        ("received_on", "2026-01-02", "2026-01-01"),
        ("due_on", "2026-01-16", "2026-01-15"),
    ]
    assert events_of(db, case_id)[-1] == ("approved", told)


def test_who_hands_a_case_out_of_their_reach_still_sees_that_their_proposal_waits(db: Database, desk: Desk) -> None:
    _, reference = missed(db, desk)
    view = correct(db, reference, desk.manager, stream=Stream.INTERNAL, unit="Skole")
    assert (view.proposed, view.may_see_details) == (True, False)
    assert view.pending is not None
