"""Four eyes: one proposes, another decides, both names are told, and the case stays as it is until then."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from dialogen.database.engine import Database
from dialogen.database.models import Account, Case, CaseEvent, DeadlineRuleRow, PendingChange
from dialogen.domain.accounts import Role, Standing
from dialogen.domain.case_changes import CaseChanges, Sender
from dialogen.domain.cases import ExclusionReason, Outcome, Stream
from dialogen.domain.deadlines import Roll, State
from dialogen.domain.errors import (
    Conflict,
    DialogenError,
    InvalidInput,
    NeedsSecondPerson,
    NotAllowed,
    NotFound,
    Problem,
    WrongState,
)
from dialogen.domain.history import Action, Change
from dialogen.services import cases, four_eyes
from dialogen.services.case_changes import change_case
from dialogen.services.case_views import CaseView, show_case, tell_story
from dialogen.services.reports import yearly_report
from tests.factories import NOW, TODAY, make_account, make_case, standing
from tests.services.desk import Desk, case_of, deed, events_of, furnish, reference_of, texts_of

DAY = timedelta(days=1)
LONG_AGO = TODAY - 40 * DAY  # 2026-01-02, due 2026-01-16
SPAM = ExclusionReason.SPAM


@pytest.fixture
def desk(db: Database) -> Desk:
    """The office."""
    return furnish(db)


def missed(db: Database, desk: Desk, **more: Any) -> tuple[int, str]:
    """Put a case that has missed its deadline into the unit; returns its number and its reference."""
    case_id = make_case(db, **{"received_on": LONG_AGO, "unit_id": desk.unit, **more})
    return case_id, reference_of(db, case_id)


def exclude(db: Database, reference: str, by: Standing, note: str | None = "reklame") -> CaseView:
    return cases.exclude_case(db, reference=reference, reason=SPAM, note=note, deed=deed(by))


def correct(db: Database, reference: str, by: Standing, reason: str = "feil dato", **changes: Any) -> CaseView:
    return change_case(db, reference=reference, changes=CaseChanges(**changes), reason=reason, deed=deed(by))


def approve(db: Database, reference: str, by: Standing, **more: Any) -> CaseView:
    return four_eyes.approve_change(db, reference=reference, deed=deed(by), **more)


def refuse(db: Database, reference: str, by: Standing, reason: str | None = "det var et spørsmål") -> CaseView:
    return four_eyes.refuse_change(db, reference=reference, reason=reason, deed=deed(by))


def withdraw(db: Database, reference: str, by: Standing) -> CaseView:
    return four_eyes.withdraw_change(db, reference=reference, deed=deed(by))


def refused(act: Callable[[], object], kind: type[DialogenError], problem: Problem) -> None:
    """Expect a refusal."""
    with pytest.raises(kind) as found:
        act()
    assert (type(found.value), found.value.problem) == (kind, problem)


def outcomes(db: Database) -> list[tuple[Outcome | None, int | None]]:
    """Return what became of every proposal, and who decided."""
    with db.reading() as session:
        return [(each.outcome, each.decided_by) for each in session.scalars(select(PendingChange))]


def figure(db: Database, year: int = 2026) -> tuple[int, int]:
    """Return k and n of MV.1.1."""
    figures = yearly_report(db, year=year, as_of=None, today=TODAY).tally
    return figures.on_time, figures.matured


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


@pytest.mark.parametrize("where", ["-", "other"])
def test_a_statistician_decides_in_units_whose_cases_they_do_not_read(db: Database, desk: Desk, where: str) -> None:
    place: int | str = desk.other_unit if where == "other" else "-"
    counter = standing(make_account(db), (Role.STATISTICIAN, place))
    _, reference = missed(db, desk, subject="Mørkt gatelys")
    exclude(db, reference, desk.handler)
    refused(lambda: show_case(db, reference=reference, by=counter, today=TODAY), NotFound, Problem.NO_SUCH_CASE)
    view = four_eyes.show_waiting(db, reference=reference, by=counter, today=TODAY)
    assert view.pending is not None
    assert (view.pending.may_approve, view.pending.reason, view.personal, view.stream) == (True, None, None, None)
    assert [each.reference for each in to_decide(db, counter)] == [reference]
    assert approve(db, reference, counter).pending is None
    refused(lambda: approve(db, reference, counter), Conflict, Problem.NOTHING_WAITS)


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
    assert texts_of(db, case_id) == [("subject", "Mørkt gatelys"), ("reason", "sa Ola")]


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


def test_while_one_waits_another_is_refused_and_nothing_of_it_is_done(db: Database, desk: Desk) -> None:
    case_id, reference = missed(db, desk, subject="Lys")
    exclude(db, reference, desk.handler)
    before = events_of(db, case_id)
    refused(lambda: exclude(db, reference, desk.manager), Conflict, Problem.CHANGE_WAITS)
    refused(
        lambda: correct(db, reference, desk.manager, stream=Stream.INTERNAL, subject="Mørkt"),
        Conflict,
        Problem.CHANGE_WAITS,
    )
    assert (events_of(db, case_id), case_of(db, case_id).version) == (before, 2)
    assert outcomes(db) == [(None, None)]


def test_a_direct_change_of_what_is_proposed_waits_for_the_decision_and_other_fields_do_not(
    db: Database, desk: Desk
) -> None:
    _, reference = missed(db, desk)
    correct(db, reference, desk.handler, received_on=TODAY - 14 * DAY)
    # It would leave the case a miss, and so need nobody else.
    earlier = LONG_AGO - DAY
    refused(lambda: correct(db, reference, desk.manager, received_on=earlier), Conflict, Problem.CHANGE_WAITS)
    assert correct(db, reference, desk.manager, subject="Lys").pending is not None
    assert cases.note_case(db, reference=reference, note="Ringte.", deed=deed(desk.handler)).pending is not None


def test_a_case_that_is_no_longer_due_is_not_excluded_past_a_proposal(db: Database, desk: Desk) -> None:
    _, reference = missed(db, desk, stream=Stream.INTERNAL)
    exclude(db, reference, desk.handler)
    assert not correct(db, reference, desk.manager, received_on=TODAY).proposed
    refused(lambda: exclude(db, reference, desk.manager), Conflict, Problem.CHANGE_WAITS)
    assert approve(db, reference, desk.manager).exclusion is SPAM


def test_a_case_with_a_proposal_is_answered_as_any_other(db: Database, desk: Desk) -> None:
    _, reference = missed(db, desk)
    exclude(db, reference, desk.handler)
    view = cases.answer_case(db, reference=reference, answered_on=TODAY, deed=deed(desk.handler))
    assert (view.answered_on, view.pending is not None) == (TODAY, True)
    assert approve(db, reference, desk.manager).exclusion is SPAM


def test_a_case_answered_meanwhile_is_judged_anew_when_its_reception_is_approved(db: Database, desk: Desk) -> None:
    case_id, reference = missed(db, desk)
    correct(db, reference, desk.handler, received_on=TODAY - 2 * DAY)
    cases.answer_case(db, reference=reference, answered_on=TODAY - 3 * DAY, deed=deed(desk.handler))
    refused(lambda: approve(db, reference, desk.manager), WrongState, Problem.RECEIVED_AFTER_ANSWERED)
    assert outcomes(db) == [(None, None)]
    assert refuse(db, reference, desk.manager).pending is None
    assert case_of(db, case_id).received_on == LONG_AGO


def test_an_extension_promised_meanwhile_is_kept(db: Database, desk: Desk) -> None:
    _, reference = missed(db, desk)
    correct(db, reference, desk.handler, received_on=TODAY)
    cases.extend_case(db, reference=reference, extended_to=TODAY + DAY, reason="befaring", deed=deed(desk.handler))
    refused(lambda: approve(db, reference, desk.manager), WrongState, Problem.DUE_AFTER_EXTENSION)


def test_a_case_changed_in_the_proposed_fields_by_whatever_way_is_not_changed_by_approval(
    db: Database, desk: Desk
) -> None:
    case_id, reference = missed(db, desk, answered_on=TODAY)
    correct(db, reference, desk.handler, answered_on=LONG_AGO)
    for changes in ({"answered_on": TODAY - DAY}, {"answered_on": TODAY, "exclusion": SPAM}):
        with db.writing() as session:
            session.execute(update(Case).where(Case.id == case_id).values(**changes))
        refused(lambda: approve(db, reference, desk.manager), Conflict, Problem.OVERTAKEN)
    assert refuse(db, reference, desk.manager).pending is None


def test_approval_reckons_the_deadline_by_the_rule_that_holds_for_the_corrected_day_now(
    db: Database, desk: Desk
) -> None:
    case_id, reference = missed(db, desk)
    correct(db, reference, desk.handler, received_on=TODAY - 2 * DAY)
    shown = tell_story(db, reference=reference, by=desk.manager, today=TODAY).case.pending
    assert shown is not None
    assert shown.due_on == TODAY + 12 * DAY
    with db.writing() as session:
        rule = {"version": 2, "valid_from": TODAY - 5 * DAY, "days": 5, "roll": Roll.NONE, "created_at": NOW}
        session.execute(insert(DeadlineRuleRow).values(rule))
    view = approve(db, reference, desk.manager)
    assert (view.due_on, view.deadline, case_of(db, case_id).rule_version) == (TODAY + 3 * DAY, TODAY + 3 * DAY, 2)


def test_only_the_proposal_that_was_seen_is_decided(db: Database, desk: Desk) -> None:
    _, reference = missed(db, desk)
    first = exclude(db, reference, desk.handler).pending
    assert first is not None
    withdraw(db, reference, desk.handler)
    second = correct(db, reference, desk.handler, stream=Stream.INTERNAL).pending
    assert second is not None
    refused(lambda: approve(db, reference, desk.manager, pending_id=first.id), Conflict, Problem.OTHER_CHANGE_WAITS)
    assert approve(db, reference, desk.manager, pending_id=second.id).stream is Stream.INTERNAL


def test_who_is_disabled_meanwhile_leaves_a_proposal_that_others_can_decide(db: Database, desk: Desk) -> None:
    _, reference = missed(db, desk)
    exclude(db, reference, desk.handler)
    with db.writing() as session:
        session.execute(update(Account).where(Account.id == desk.handler.account_id).values(disabled_at=NOW))
    assert approve(db, reference, desk.manager).exclusion is SPAM


def to_decide(db: Database, by: Standing, **more: Any) -> tuple[CaseView, ...]:
    """Return what waits for somebody's decision."""
    return four_eyes.list_waiting(db, by=by, today=TODAY, whose=four_eyes.Whose.TO_DECIDE, **more).cases


def own(db: Database, by: Standing) -> tuple[CaseView, ...]:
    """Return somebody's own proposals that wait."""
    return four_eyes.list_waiting(db, by=by, today=TODAY, whose=four_eyes.Whose.OWN).cases


def test_what_waits_is_listed_for_those_who_can_decide_and_for_who_proposed(db: Database, desk: Desk) -> None:
    proposals = []
    for unit_id, by in ((desk.unit, desk.handler), (desk.unit, desk.manager), (desk.other_unit, desk.chief)):
        _, reference = missed(db, desk, unit_id=unit_id)
        exclude(db, reference, by)
        proposals.append(reference)
    kari, leder, sjef = proposals
    readers = (
        (desk.handler, [], [kari]),
        (desk.manager, [kari], [leder]),
        (desk.chief, [kari, leder], [sjef]),
        (desk.statistician, [kari, leder, sjef], []),
        (desk.admin, [], []),
    )
    for by, waiting, proposed in readers:
        assert [view.reference for view in to_decide(db, by)] == waiting
        assert all(view.pending and view.pending.may_approve for view in to_decide(db, by))
        assert [view.reference for view in own(db, by)] == proposed
        assert four_eyes.count_to_decide(db, by=by) == len(waiting)
    approve(db, kari, desk.manager)
    assert four_eyes.count_to_decide(db, by=desk.manager) == 0


def test_what_waits_is_listed_a_page_at_a_time_oldest_proposal_first(db: Database, desk: Desk) -> None:
    references = [missed(db, desk)[1] for _ in range(5)]
    for reference in reversed(references):
        exclude(db, reference, desk.handler)
    found, cursor = [], None
    while True:
        page = four_eyes.list_waiting(
            db, by=desk.manager, today=TODAY, whose=four_eyes.Whose.TO_DECIDE, limit=2, cursor=cursor
        )
        found.append([view.reference for view in page.cases])
        cursor = page.cursor
        if cursor is None:
            break
    assert found == [references[4:2:-1], references[2:0:-1], references[:1]]


@pytest.mark.parametrize("cursor", ["", "x", "æ", "b3duIDE", "dG9fZGVjaWRlIC0x", "dG9fZGVjaWRlIHg", "W10"])
def test_a_cursor_that_no_list_gave_is_refused(db: Database, desk: Desk, cursor: str) -> None:
    if cursor == "":
        assert to_decide(db, desk.manager, cursor=cursor) == ()
        return
    refused(lambda: to_decide(db, desk.manager, cursor=cursor), InvalidInput, Problem.BAD_CURSOR)
