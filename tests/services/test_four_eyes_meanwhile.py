"""Four eyes when others are at work: second proposals, direct changes, decisions at once, and imports that overtake."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from dialogen.database.engine import Database
from dialogen.database.models import Account, Case, CaseEvent, DeadlineRuleRow, PendingChange
from dialogen.domain.case_changes import CaseChanges
from dialogen.domain.cases import Outcome, Stream
from dialogen.domain.deadlines import Roll
from dialogen.domain.errors import (
    Conflict,
    DialogenError,
    Problem,
    WrongState,
)
from dialogen.domain.history import Action
from dialogen.services import cases, four_eyes
from dialogen.services.case_changes import change_case
from dialogen.services.case_views import tell_story
from tests.factories import NOW, TODAY, make_case
from tests.importing import Importer
from tests.services.deciding import (
    DAY,
    LONG_AGO,
    SPAM,
    approve,
    correct,
    exclude,
    missed,
    outcomes,
    refuse,
    refused,
    withdraw,
)
from tests.services.desk import Desk, case_of, deed, events_of, furnish, reference_of


@pytest.fixture
def desk(db: Database) -> Desk:
    """The office."""
    return furnish(db)


@pytest.fixture
def bring(db: Database, tmp_path: Path) -> Importer:
    """Brings rows in."""
    return Importer(db, tmp_path)


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


def at_once(deeds: list[Callable[[], object]]) -> list[DialogenError | None]:
    """Do deeds at the same moment; returns how each was refused, None for those that were done."""
    start = threading.Barrier(len(deeds))
    refusals: list[DialogenError | None] = []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except DialogenError as refusal:
            refusals.append(refusal)
        else:
            refusals.append(None)

    threads = [threading.Thread(target=run, args=(act,)) for act in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return refusals


def test_of_several_decisions_at_once_exactly_one_is_made(db: Database, desk: Desk) -> None:
    case_id = make_case(db, received_on=LONG_AGO, unit_id=desk.unit)
    reference = reference_of(db, case_id)
    exclude(db, reference, desk.handler)
    approvers = [desk.manager, desk.chief, desk.statistician]
    deeds: list[Callable[[], object]] = [
        lambda by=by: four_eyes.approve_change(db, reference=reference, deed=deed(by))  # type: ignore[misc]
        for by in approvers
    ]
    deeds.append(lambda: four_eyes.refuse_change(db, reference=reference, reason="nei", deed=deed(desk.chief)))
    deeds.append(lambda: four_eyes.withdraw_change(db, reference=reference, deed=deed(desk.handler)))
    refusals = at_once(deeds)
    assert len(refusals) == len(deeds)
    assert refusals.count(None) == 1
    assert {each.problem for each in refusals if each} == {Problem.NOTHING_WAITS}
    history = [action for action, _ in events_of(db, case_id)]
    assert len(history) == 2, history
    assert (case_of(db, case_id).exclusion is SPAM) is (history[-1] == Action.APPROVED)
    assert case_of(db, case_id).version == 3


def test_of_several_proposals_at_once_exactly_one_waits(db: Database, desk: Desk) -> None:
    case_id = make_case(db, received_on=LONG_AGO, unit_id=desk.unit)
    reference = reference_of(db, case_id)
    changes = CaseChanges(stream=Stream.INTERNAL)
    deeds: list[Callable[[], object]] = [lambda: exclude(db, reference, desk.handler)] * 2
    deeds += [lambda: change_case(db, reference=reference, changes=changes, reason="feil", deed=deed(desk.manager))] * 2
    refusals = at_once(deeds)
    assert refusals.count(None) == 1
    assert {(type(each), each.problem) for each in refusals if each} == {(Conflict, Problem.CHANGE_WAITS)}
    assert [action for action, _ in events_of(db, case_id)] == ["proposed"]


HEADER = "referanse;mottatt;besvart;type;virksomhet;emne;holdt utenfor\n"
ROW = "A-1;2026-01-02;;;Vei og park;Hull;\n"


@pytest.mark.parametrize(
    "row",
    [
        "A-1;2026-01-02;;;Vei og park;Hull;duplikat\n",
        "A-1;2026-01-02;;intern;Vei og park;Hull;\n",  # what was proposed, and no longer a change
    ],
)
def test_an_import_that_overtakes_a_proposal_ends_it_and_tells(
    db: Database, desk: Desk, bring: Importer, row: str
) -> None:
    bring(HEADER + ROW)
    reference = bring.case().reference
    changes = CaseChanges(stream=Stream.INTERNAL)
    change_case(db, reference=reference, changes=changes, reason="fra en ansatt", deed=deed(desk.handler))
    assert bring(HEADER + row) == (0, 1, 0, 0)
    assert [action for action, _ in events_of(db, bring.case().id)][-1] == "lapsed"
    with db.reading() as session:
        waiting = session.scalars(select(PendingChange)).one()
        assert (waiting.outcome, waiting.decided_by, waiting.decided_at is None) == (Outcome.LAPSED, None, False)
        line = session.scalars(select(CaseEvent).order_by(CaseEvent.id.desc()).limit(1)).one()
        assert (line.door, line.actor_id) == ("import", None)
    with pytest.raises(Conflict) as refused:
        four_eyes.approve_change(db, reference=reference, deed=deed(desk.manager))
    assert refused.value.problem is Problem.NOTHING_WAITS


def test_an_import_of_other_fields_leaves_a_proposal_waiting(db: Database, desk: Desk, bring: Importer) -> None:
    bring(HEADER + ROW)
    reference = bring.case().reference
    exclude(db, reference, desk.handler)
    assert bring(HEADER + ROW.replace("Hull", "Hull i veien").replace(";;;Vei", ";2026-02-10;;Vei")) == (0, 1, 0, 0)
    view = four_eyes.approve_change(db, reference=reference, deed=deed(desk.manager))
    assert view.exclusion is SPAM


def test_a_trial_import_ends_no_proposal(db: Database, desk: Desk, bring: Importer) -> None:
    bring(HEADER + ROW)
    exclude(db, bring.case().reference, desk.handler)
    assert bring(HEADER + ROW.replace(";\n", ";test\n"), dry_run=True) == (0, 1, 0, 0)
    waiting = four_eyes.list_waiting(db, by=desk.manager, today=TODAY, whose=four_eyes.Whose.TO_DECIDE)
    assert len(waiting.cases) == 1
