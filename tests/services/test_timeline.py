"""The whole story of a case: its steps and its alerts in one line, as far as a reader may see it."""

from datetime import date, timedelta

import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Standing
from dialogen.domain.fates import Fate
from dialogen.domain.timeline import Strand, Timeline
from dialogen.services import case_pages, cases
from dialogen.services.timeline import Alerted
from tests.factories import TODAY, make_case
from tests.mailbox import Mailbox
from tests.passes import change, make_pass, raise_on
from tests.services.desk import Desk, deed, furnish, reference_of
from tests.statements import counted

DUE_TODAY = TODAY - timedelta(days=14)


@pytest.fixture
def desk(db: Database) -> Desk:
    """An office with its people."""
    return furnish(db)


def told(db: Database, case_id: int, by: Standing, *, limit: int = 50) -> Timeline:
    """Return a case's story as its page tells it."""
    reference = reference_of(db, case_id)
    return case_pages.open_case(db, reference=reference, by=by, today=TODAY, limit=limit).timeline


def alerted(timeline: Timeline) -> list[Alerted]:
    """Return what a story tells of alerts, the newest first."""
    return [entry.details for entry in timeline.entries if isinstance(entry.details, Alerted)]


def test_who_was_told_of_a_deadline_when_and_what_became_of_the_letter(
    db: Database, desk: Desk, mailbox: Mailbox
) -> None:
    case_id = make_case(db, received_on=DUE_TODAY, unit_id=desk.unit, handler_id=desk.handler.account_id)
    raise_on(db)
    (before,) = alerted(told(db, case_id, desk.handler))
    assert {(one.to, one.fate) for one in before.told if one.fate is not Fate.SUPERSEDED} == {
        ("Kari", Fate.OWED),
        ("Leder", Fate.OWED),
    }
    make_pass(db, mailbox.post())
    (after,) = alerted(told(db, case_id, desk.statistician))
    assert (after.deadline, after.days_left) == (TODAY, 0)
    sent = [one for one in after.told if one.fate is Fate.SENT]
    assert {one.to for one in sent} == {"Kari", "Leder"}
    assert all(one.finished_at is not None for one in sent)
    passed_over = {one.to: one.others for one in after.told if one.fate is Fate.SUPERSEDED}
    assert passed_over == {"Kari": 1, "Leder": 0}, (
        "of the steps passed over the newest is told, with the others' number"
    )


def test_a_dropped_alert_says_why(db: Database, desk: Desk, mailbox: Mailbox) -> None:
    answered = make_case(db, received_on=DUE_TODAY, unit_id=desk.unit, handler_id=desk.handler.account_id)
    raise_on(db)
    change(db, answered, answered_on=TODAY)
    make_pass(db, mailbox.post())
    (dropped,) = alerted(told(db, answered, desk.manager))
    assert {(one.fate, one.drop_reason) for one in dropped.told} >= {(Fate.DROPPED, "answered")}


def test_steps_and_alerts_stand_in_one_line_and_only_for_who_sees_details(db: Database, desk: Desk) -> None:
    case_id = make_case(db, received_on=DUE_TODAY, unit_id=desk.unit)
    cases.note_case(db, reference=reference_of(db, case_id), note="Ringte.", deed=deed(desk.manager))
    raise_on(db)
    assert [entry.strand for entry in told(db, case_id, desk.manager).entries] == [Strand.ALERTS, Strand.HISTORY]
    assert told(db, case_id, desk.admin).entries == ()


def test_however_long_a_story_it_takes_as_many_queries(db: Database, desk: Desk) -> None:
    case_id = make_case(db, received_on=DUE_TODAY, unit_id=desk.unit, handler_id=desk.handler.account_id)

    def queries() -> int:
        with counted(db) as said:
            told(db, case_id, desk.manager, limit=5)
        return len(said)

    raise_on(db)
    cases.note_case(db, reference=reference_of(db, case_id), note="Først.", deed=deed(desk.manager))
    first = queries()
    for number in range(8):
        cases.note_case(db, reference=reference_of(db, case_id), note=f"Notat {number}", deed=deed(desk.manager))
    raise_on(db, date(2026, 2, 12))
    story = told(db, case_id, desk.manager, limit=5)
    assert (len(story.entries), story.has_more) == (5, True)
    assert queries() == first
