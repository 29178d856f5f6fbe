"""Changing a registered case: placement, corrections with their reasons, and what falls under four eyes."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from dialogen.database.engine import Database
from dialogen.database.models import DeadlineRuleRow
from dialogen.domain.accounts import Role, Standing
from dialogen.domain.case_changes import CaseChanges, Sender
from dialogen.domain.cases import Channel, ExclusionReason, Stream
from dialogen.domain.deadlines import Roll
from dialogen.domain.errors import DialogenError, InvalidInput, NotAllowed, Problem, WrongState
from dialogen.services.case_changes import change_case
from dialogen.services.case_views import CaseView, tell_story
from tests.factories import NOW, PERSONAL, TODAY, make_account, make_case
from tests.services.desk import Desk, case_of, deed, events_of, furnish, personal_of, reference_of, texts_of

DAY = timedelta(days=1)
RECEIVED = TODAY - 3 * DAY
LONG_AGO = TODAY - 40 * DAY  # due 2026-01-16


@pytest.fixture
def desk(db: Database) -> Desk:
    """The office."""
    return furnish(db)


def change(db: Database, case_id: int, by: Standing, reason: str | None = "feil dato", **changes: Any) -> CaseView:
    """Change fields of a case."""
    return change_case(
        db, reference=reference_of(db, case_id), changes=CaseChanges(**changes), reason=reason, deed=deed(by)
    )


def new_case(db: Database, desk: Desk, **more: Any) -> int:
    """Put a case into the unit."""
    return make_case(db, **{"received_on": RECEIVED, "unit_id": desk.unit, **more})


def test_a_corrected_reception_moves_the_deadline_by_the_rule_of_that_day(db: Database, desk: Desk) -> None:
    with db.writing() as session:
        rule = {"version": 2, "valid_from": RECEIVED, "days": 5, "roll": Roll.NONE, "created_at": NOW}
        session.execute(insert(DeadlineRuleRow).values(rule))
    case_id = new_case(db, desk, received_on=RECEIVED - DAY)
    view = change(db, case_id, desk.handler, received_on=RECEIVED)
    assert (view.due_on, view.deadline, case_of(db, case_id).rule_version) == (RECEIVED + 5 * DAY, view.due_on, 2)
    told = [("received_on", "2026-02-07", "2026-02-08"), ("due_on", "2026-02-21", "2026-02-13")]
    told.append(("rule_version", "1", "2"))
    assert events_of(db, case_id) == [("corrected", told)]
    assert texts_of(db, case_id) == [("reason", "feil dato")]


def test_a_corrected_answer_date_keeps_the_old_one_in_the_history(db: Database, desk: Desk) -> None:
    case_id = new_case(db, desk, answered_on=TODAY)
    view = change(db, case_id, desk.handler, answered_on=TODAY - DAY)
    assert (view.answered_on, view.version) == (TODAY - DAY, 2)
    assert events_of(db, case_id) == [("corrected", [("answered_on", "2026-02-11", "2026-02-10")])]


def test_personal_values_never_stand_in_the_history(db: Database, desk: Desk) -> None:
    case_id = new_case(db, desk, subject="Mørkt gatelys")
    change(db, case_id, desk.handler, None, sender=Sender())
    sender = Sender("Prøve Prøvesen", "prove@asker.example")
    change(db, case_id, desk.handler, None, subject="Gatelys ved skolen", sender=sender)
    change(db, case_id, desk.handler, None, subject=None, sender=Sender())
    told = [(field, None, None) for field in ("sender_email", "sender_name", "sender_phone", "subject")]
    assert events_of(db, case_id) == [
        ("corrected", told[:3]),
        ("corrected", [*told[:2], told[3]]),
        ("corrected", [*told[:2], told[3]]),
    ]
    assert texts_of(db, case_id) == [
        *((field, text) for field, text in sorted(PERSONAL.items()) if field != "text"),
        ("subject", "Mørkt gatelys"),
        ("sender_email", "prove@asker.example"),
        ("sender_name", "Prøve Prøvesen"),
        ("subject", "Gatelys ved skolen"),
    ]
    personal = personal_of(db, case_id)
    assert personal is not None
    assert (personal.subject, personal.sender_name, personal.sender_email) == (None, None, None)


def test_earlier_personal_values_are_shown_by_right(db: Database, desk: Desk) -> None:
    case_id = new_case(db, desk, subject="Mørkt gatelys")
    change(db, case_id, desk.handler, None, subject="Gatelys")
    for by, earlier in ((desk.manager, {"subject": "Mørkt gatelys"}), (desk.statistician, {})):
        (entry,) = tell_story(db, reference=reference_of(db, case_id), by=by, today=TODAY).history
        assert entry.earlier == earlier
    assert tell_story(db, reference=reference_of(db, case_id), by=desk.admin, today=TODAY).history == ()


def test_kind_and_channel_are_corrected_by_word(db: Database, desk: Desk) -> None:
    case_id = new_case(db, desk)
    view = change(db, case_id, desk.handler, None, kind="question", channel=Channel.LETTER)
    assert view.kind is not None
    assert (view.kind.word, view.channel) == ("question", Channel.LETTER)
    assert events_of(db, case_id) == [("corrected", [("kind", None, "question"), ("channel", "web", "letter")])]


def test_what_already_is_so_changes_nothing(db: Database, desk: Desk) -> None:
    case_id = new_case(db, desk, subject="Lys", handler_id=desk.handler.account_id)
    same: dict[str, Any] = {"subject": "Lys", "received_on": RECEIVED, "stream": Stream.EXTERNAL, "unit": "vei og PARK"}
    view = change(db, case_id, desk.handler, **same, handler="kari@asker.example")
    assert (view.version, events_of(db, case_id), texts_of(db, case_id)) == (1, [], [])


def test_a_handler_is_given_and_taken(db: Database, desk: Desk) -> None:
    case_id = new_case(db, desk)
    change(db, case_id, desk.manager, None, handler="KARI@asker.example")
    assert change(db, case_id, desk.manager, None, handler=None).handler is None
    assert events_of(db, case_id) == [
        ("assigned", [("handler", None, "kari@asker.example")]),
        ("assigned", [("handler", "kari@asker.example", None)]),
    ]


def test_a_case_handed_over_leaves_a_handler_who_does_not_work_there(db: Database, desk: Desk) -> None:
    case_id = new_case(db, desk, handler_id=desk.handler.account_id)
    view = change(db, case_id, desk.manager, "hører til der", unit="Skole")
    assert (view.unit, view.handler) == ("Skole", None)
    told = [("unit", "Vei og park", "Skole"), ("handler", "kari@asker.example", None)]
    assert events_of(db, case_id) == [("handed_over", told)]
    assert texts_of(db, case_id) == [("reason", "hører til der")]


def test_a_case_handed_over_keeps_a_handler_who_works_there_too(db: Database, desk: Desk) -> None:
    center = make_account(db, roles=((Role.HANDLER, "*"),))
    case_id = new_case(db, desk, handler_id=center)
    view = change(db, case_id, desk.manager, None, unit="Skole")
    assert view.handler is not None
    assert view.handler.account_id == center
    assert change(db, case_id, desk.chief, None, unit=None).unit is None


def test_an_answered_case_can_be_moved_as_a_correction_and_keeps_who_answered(db: Database, desk: Desk) -> None:
    case_id = new_case(db, desk, answered_on=TODAY, handler_id=desk.handler.account_id)
    view = change(db, case_id, desk.manager, None, unit="Skole")
    assert view.unit == "Skole"
    assert view.handler is not None
    other = new_case(db, desk, answered_on=TODAY)
    nothing_changes(db, other, desk.admin, NotAllowed, Problem.NOT_ALLOWED, unit="Skole")


def nothing_changes(
    db: Database,
    case_id: int,
    by: Standing,
    refusal: type[DialogenError],
    problem: Problem,
    reason: str | None = "feil",
    **changes: Any,
) -> None:
    """Expect a refusal that leaves row, history and texts as they were."""
    before = case_of(db, case_id).__dict__ | {"_sa_instance_state": None}
    with pytest.raises(refusal) as refused:
        change(db, case_id, by, reason, **changes)
    assert type(refused.value) is refusal
    assert refused.value.problem is problem
    assert case_of(db, case_id).__dict__ | {"_sa_instance_state": None} == before
    assert (events_of(db, case_id), texts_of(db, case_id)) == ([], [])


@pytest.mark.parametrize(
    ("case", "changes", "problem"),
    [
        ({}, {"received_on": TODAY + DAY}, Problem.RECEIVED_IN_FUTURE),
        ({}, {"received_on": date(1899, 12, 31)}, Problem.RECEIVED_TOO_EARLY),
        ({"answered_on": TODAY - DAY}, {"received_on": TODAY}, Problem.RECEIVED_AFTER_ANSWERED),
        ({"answered_on": TODAY}, {"answered_on": TODAY + DAY}, Problem.ANSWERED_IN_FUTURE),
        ({"answered_on": TODAY}, {"answered_on": RECEIVED - DAY}, Problem.ANSWERED_BEFORE_RECEIVED),
        ({"received_on": LONG_AGO, "extended_to": TODAY + DAY}, {"received_on": TODAY}, Problem.DUE_AFTER_EXTENSION),
        ({}, {"unit": "Ingensteds"}, Problem.UNKNOWN_UNIT),
        ({}, {"handler": "ingen@asker.example"}, Problem.UNKNOWN_HANDLER),
        ({}, {"handler": "tall@asker.example"}, Problem.UNKNOWN_HANDLER),
        ({}, {"kind": "gåte"}, Problem.UNKNOWN_KIND),
        ({}, {"subject": "x" * 501}, Problem.TOO_LONG),
        ({}, {"text": "\x00"}, Problem.NOT_TEXT),
        ({}, {"sender": Sender(email="ingen adresse")}, Problem.NOT_AN_EMAIL),
    ],
)
def test_a_wrong_value_changes_nothing(
    db: Database, desk: Desk, case: dict[str, Any], changes: dict[str, Any], problem: Problem
) -> None:
    # Something right beside it must not be kept either.
    nothing_changes(
        db, new_case(db, desk, **case), desk.manager, InvalidInput, problem, channel=Channel.SOCIAL, **changes
    )


@pytest.mark.parametrize("field", ["stream", "received_on", "answered_on"])
def test_what_the_figure_stands_on_changes_with_a_reason_only(db: Database, desk: Desk, field: str) -> None:
    values = {"stream": Stream.INTERNAL, "received_on": RECEIVED - DAY, "answered_on": TODAY - DAY}
    case_id = new_case(db, desk, answered_on=TODAY)
    for reason in (None, " "):
        nothing_changes(
            db, case_id, desk.manager, InvalidInput, Problem.REASON_REQUIRED, reason, **{field: values[field]}
        )


@pytest.mark.parametrize(
    ("case", "changes", "problem"),
    [
        ({}, {"answered_on": TODAY}, Problem.NOT_ANSWERED),
        ({"answered_on": TODAY}, {"handler": "kari@asker.example"}, Problem.STEP_REFUSED),
        ({"exclusion": ExclusionReason.SPAM}, {"subject": "Lys"}, Problem.IS_EXCLUDED),
        ({"exclusion": ExclusionReason.SPAM}, {"received_on": TODAY}, Problem.IS_EXCLUDED),
        ({"exclusion": ExclusionReason.SPAM}, {"handler": "kari@asker.example"}, Problem.IS_EXCLUDED),
        ({"exclusion": ExclusionReason.SPAM}, {"unit": "Skole"}, Problem.IS_EXCLUDED),
    ],
)
def test_a_change_that_the_condition_does_not_allow_changes_nothing(
    db: Database, desk: Desk, case: dict[str, Any], changes: dict[str, Any], problem: Problem
) -> None:
    nothing_changes(db, new_case(db, desk, **case), desk.chief, WrongState, problem, **changes)


def test_what_makes_a_miss_or_leaves_one_needs_nobody_else(db: Database, desk: Desk) -> None:
    missed = new_case(db, desk, received_on=LONG_AGO)
    assert change(db, missed, desk.manager, received_on=LONG_AGO - DAY).due_on == LONG_AGO + 13 * DAY
    in_time = new_case(db, desk, received_on=LONG_AGO, answered_on=LONG_AGO + DAY)
    assert change(db, in_time, desk.manager, answered_on=TODAY).answered_on == TODAY
    internal = new_case(db, desk, received_on=LONG_AGO, stream=Stream.INTERNAL)
    assert change(db, internal, desk.manager, stream=Stream.EXTERNAL).stream is Stream.EXTERNAL


def test_rights_are_asked_for_what_is_changed(db: Database, desk: Desk) -> None:
    other = make_account(db, roles=((Role.HANDLER, desk.unit),))
    case_id = new_case(db, desk, handler_id=other)
    nothing_changes(db, case_id, desk.handler, NotAllowed, Problem.NOT_ALLOWED, subject="Lys")
    nothing_changes(db, case_id, desk.handler, NotAllowed, Problem.NOT_ALLOWED, handler="kari@asker.example")
    nothing_changes(db, case_id, desk.admin, NotAllowed, Problem.NOT_ALLOWED, handler=None, subject="Lys")
    nothing_changes(db, case_id, desk.statistician, NotAllowed, Problem.NOT_ALLOWED, handler=None)
    assert change(db, case_id, desk.admin, None, handler="kari@asker.example").version == 2


def test_a_correction_and_a_handing_over_at_once_are_two_lines_of_history(db: Database, desk: Desk) -> None:
    case_id = new_case(db, desk)
    view = change(db, case_id, desk.manager, received_on=RECEIVED - DAY, unit="Skole")
    assert [action for action, _ in events_of(db, case_id)] == ["corrected", "handed_over"]
    assert texts_of(db, case_id) == [("reason", "feil dato")]
    assert view.version == 3
    assert asdict(view)["unit"] == "Skole"
