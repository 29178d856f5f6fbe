"""Queries about alerts on both databases: which index they read, what counts as told, and what two at once may do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dialogen.database import alerts as alert_rows
from dialogen.database import letters as letter_rows
from dialogen.database import owed as owed_rows
from dialogen.database.alerts import OpenCase
from dialogen.database.engine import Database
from dialogen.database.models import Alert, Letter
from dialogen.domain.alerts import NOBODY, AlertState, DropReason, FollowedCase, OwedAlert
from dialogen.domain.deadlines import open_deadlines
from tests.factories import NOW, TODAY, make_account, make_case, make_unit
from tests.many_cases import add_cases
from tests.meanwhile import meanwhile
from tests.passes import change
from tests.planner import plans, tidy_up

DUE_TODAY = TODAY - timedelta(days=14)
FAR = TODAY + timedelta(days=100)


def followed(case_id: int, handler_id: int | None = None) -> OpenCase:
    """Return a case as a pass sees it, due on the tests' day."""
    return OpenCase(case_id, FollowedCase(None, handler_id, TODAY, DUE_TODAY))


def raise_one(db: Database, case_id: int, recipient: str, step: int = 0, passed_over: tuple[int, ...] = ()) -> int:
    """Raise one alert; returns how many were raised."""
    with db.writing() as session:
        return raise_in(session, case_id, recipient, step, passed_over)


def raise_in(session: Session, case_id: int, recipient: str, step: int = 0, passed_over: tuple[int, ...] = ()) -> int:
    """Raise one alert within a transaction; returns how many were raised."""
    owed = OwedAlert(recipient, step, comes_late=False, passed_over=passed_over)
    return alert_rows.add_alerts(session, [(followed(case_id), owed)], raised_on=TODAY, raised_at=NOW)


def told(db: Database, case_id: int) -> dict[str, int]:
    """Return what was told of a case."""
    with db.reading() as session:
        return alert_rows.told(session, [followed(case_id)])[case_id]


def numbers(db: Database) -> list[int]:
    """Return the numbers of all alerts."""
    with db.reading() as session:
        return [each for (each,) in session.execute(text("SELECT id FROM alerts ORDER BY id"))]


def state_of(db: Database, number: int) -> tuple[AlertState, DropReason | None]:
    """Return an alert's state, and why it was dropped."""
    with db.reading() as session:
        alert = session.get_one(Alert, number)
        return alert.state, alert.drop_reason


def set_state(db: Database, number: int, state: AlertState, why: DropReason | None = None) -> None:
    """Put an alert into a state."""
    with db.writing() as session:
        alert = session.get_one(Alert, number)
        alert.state, alert.drop_reason = state, why


@pytest.fixture
def kari(db: Database) -> str:
    """Somebody who can be told."""
    return f"account:{make_account(db)}"


@pytest.fixture
def case(db: Database) -> int:
    """A case due today."""
    return make_case(db, received_on=DUE_TODAY)


def test_open_cases_come_by_deadline_in_batches(db: Database) -> None:
    unit, handler = make_unit(db), make_account(db)
    later = make_case(db, received_on=DUE_TODAY, unit_id=unit)
    first, second = (make_case(db, received_on=DUE_TODAY - timedelta(days=1), handler_id=handler) for _ in range(2))
    make_case(db, received_on=DUE_TODAY + timedelta(days=1))
    make_case(db, received_on=DUE_TODAY, answered_on=TODAY)
    with db.reading() as session:

        def batch(after: tuple[Any, int] | None) -> list[OpenCase]:
            return alert_rows.open_cases_due_until(session, TODAY, received_until=TODAY, after=after, limit=2)

        found = batch(None)
        assert [each.id for each in found] == [first, second]
        assert found[0].followed.handler_id == handler
        (last,) = batch((found[-1].followed.deadline, second))
        assert last == OpenCase(later, FollowedCase(unit, None, TODAY, DUE_TODAY))
        assert batch((TODAY, later)) == []


def test_cases_received_later_are_left_out(db: Database) -> None:
    make_case(db, received_on=DUE_TODAY)
    with db.reading() as session:
        before = DUE_TODAY - timedelta(days=1)
        assert alert_rows.open_cases_due_until(session, FAR, received_until=before, after=None, limit=9) == []
        assert sum(alert_rows.count_open(session, open_deadlines(TODAY), received_until=before).values()) == 0


def test_the_latest_step_alerted_counts_as_told(db: Database, case: int, kari: str) -> None:
    raise_one(db, case, kari, -2, (-5,))
    assert told(db, case) == {kari: -2}
    raise_one(db, case, kari, 0)
    assert told(db, case) == {kari: 0}


@pytest.mark.parametrize("state", [AlertState.SUPERSEDED, AlertState.OWED])
def test_an_alert_counts_as_told_from_the_moment_it_is_raised(
    db: Database, case: int, kari: str, state: AlertState
) -> None:
    raise_one(db, case, kari)
    set_state(db, numbers(db)[0], state)
    assert told(db, case) == {kari: 0}


def test_a_dropped_alert_does_not_count_as_told_and_can_be_armed_again(db: Database, case: int, kari: str) -> None:
    raise_one(db, case, kari)
    (number,) = numbers(db)
    set_state(db, number, AlertState.DROPPED, DropReason.ANSWERED)
    assert told(db, case) == {}
    assert raise_one(db, case, kari) == 1
    assert numbers(db) == [number]
    assert state_of(db, number) == (AlertState.OWED, None)


def test_an_alert_to_nobody_counts_while_nobody_is_there(db: Database, case: int) -> None:
    raise_one(db, case, NOBODY, 0, (-2,))
    assert told(db, case) == {NOBODY: 0}
    with db.writing() as session:
        alert_rows.fill_in(session, [case])
    assert told(db, case) == {}
    assert raise_one(db, case, NOBODY, 0, (-2,)) == 1
    assert told(db, case) == {NOBODY: 0}


def test_an_alert_for_an_earlier_deadline_does_not_count(db: Database, case: int, kari: str) -> None:
    raise_one(db, case, kari)
    moved = OpenCase(case, FollowedCase(None, None, FAR, DUE_TODAY))
    with db.reading() as session:
        assert alert_rows.told(session, [moved]) == {}


def test_what_is_there_already_is_not_raised_again(db: Database, case: int, kari: str) -> None:
    assert raise_one(db, case, kari, 0, (-2,)) == 1
    for state in (AlertState.OWED, AlertState.SUPERSEDED):
        for number in numbers(db):
            set_state(db, number, state)
        assert raise_one(db, case, kari, 0, (-5, -2)) == 0
        assert {state_of(db, number)[0] for number in numbers(db)} == {state}


def test_nothing_is_raised_from_nothing(db: Database) -> None:
    with db.writing() as session:
        assert alert_rows.add_alerts(session, [], raised_on=TODAY, raised_at=NOW) == 0


def test_the_database_itself_refuses_a_second_alert_for_the_same_step(db: Database, case: int, kari: str) -> None:
    raise_one(db, case, kari)
    with db.reading() as session:
        row = dict(session.execute(text("SELECT * FROM alerts")).mappings().one())
    row.pop("id")
    with pytest.raises(IntegrityError), db.writing() as session:
        session.execute(insert(Alert), [row | {"raised_on": TODAY, "deadline": TODAY, "raised_at": NOW}])


@pytest.mark.parametrize(
    "change_",
    [
        pytest.param("state = 'dropped'", id="dropped without a reason"),
        pytest.param("drop_reason = 'answered'", id="a reason though not dropped"),
        pytest.param("state = 'in_letter'", id="in a letter, and in none"),
        pytest.param("state = 'sent'", id="an unknown state"),
        pytest.param("account_id = NULL", id="to somebody who is nobody"),
    ],
)
def test_the_database_refuses_what_must_never_be(db: Database, case: int, kari: str, change_: str) -> None:
    raise_one(db, case, kari)
    with pytest.raises(IntegrityError), db.writing() as session:
        session.execute(text(f"UPDATE alerts SET {change_}"))


def test_two_that_raise_the_same_alert_at_once_raise_it_once(db: Database, case: int, kari: str) -> None:
    second = meanwhile(db, lambda session: raise_in(session, case, kari), lambda: raise_one(db, case, kari))
    assert second == 0
    assert len(numbers(db)) == 1


def test_an_alert_raised_while_a_letter_is_gathered_waits_for_the_next(db: Database, case: int, kari: str) -> None:
    raise_one(db, case, kari)
    other = make_case(db, received_on=DUE_TODAY)
    letter = begin(db, kari)
    taken = meanwhile(db, lambda session: raise_in(session, other, kari), lambda: gather(db, letter, kari))
    assert taken == (2 if db.is_sqlite else 1)  # SQLite's second writer waits, and sees it
    with db.reading() as session:
        assert owed_rows.recipients_owed(session) == ([] if db.is_sqlite else [kari])


def test_what_was_put_in_a_letter_meanwhile_is_not_dropped(db: Database, case: int, kari: str) -> None:
    raise_one(db, case, kari)
    (number,) = numbers(db)
    letter = begin(db, kari)

    def drop() -> int:
        with db.writing() as session:
            waiting = owed_rows.still_owed(session, [number])
            return owed_rows.drop(session, dict.fromkeys(waiting, DropReason.NOT_THEIRS))

    def put(session: Session) -> int:
        return owed_rows.put_in_letter(session, letter, kari, received_until=TODAY, limit=9)

    assert meanwhile(db, put, drop) == 0
    assert state_of(db, number) == (AlertState.IN_LETTER, None)


def test_what_was_dropped_meanwhile_is_not_put_in_a_letter(db: Database, case: int, kari: str) -> None:
    raise_one(db, case, kari)
    (number,) = numbers(db)
    letter = begin(db, kari)
    drop = {number: DropReason.NOT_THEIRS}
    assert meanwhile(db, lambda session: owed_rows.drop(session, drop), lambda: gather(db, letter, kari)) == 0
    assert state_of(db, number) == (AlertState.DROPPED, DropReason.NOT_THEIRS)


def test_an_alert_dropped_meanwhile_is_armed_again_only_by_one(db: Database, case: int, kari: str) -> None:
    raise_one(db, case, kari)
    set_state(db, numbers(db)[0], AlertState.DROPPED, DropReason.EXCLUDED)
    second = meanwhile(db, lambda session: raise_in(session, case, kari), lambda: raise_one(db, case, kari))
    assert second == 0


def begin(db: Database, recipient: str) -> int:
    """Begin a letter."""
    with db.writing() as session:
        return letter_rows.begin_draft(
            session,
            recipient=recipient,
            address="kari@asker.example",
            domain="asker.example",
            morning=TODAY,
            worker="desk/1/1",
            now=NOW,
            until=NOW,
        )


def gather(db: Database, letter: int, recipient: str) -> int:
    """Put what waits into a letter; returns how many alerts."""
    with db.writing() as session:
        return owed_rows.put_in_letter(session, letter, recipient, received_until=TODAY, limit=9)


@pytest.fixture
def many(db: Database, kari: str) -> list[OpenCase]:
    """Many cases of which few are open, with alerts and letters of which few wait."""
    add_cases(db, ({"received_on": DUE_TODAY, "answered_on": TODAY if n % 50 else None} for n in range(6000)))
    with db.writing() as session:
        opened = alert_rows.open_cases_due_until(session, FAR, received_until=TODAY, after=None, limit=500)
        for step in range(-40, 2):
            owed = [(each, OwedAlert(kari, step, comes_late=False, passed_over=())) for each in opened]
            alert_rows.add_alerts(session, owed, raised_on=TODAY, raised_at=NOW)
        session.execute(text("UPDATE alerts SET state = 'superseded' WHERE step < 1"))
    letter = begin(db, kari)
    with db.writing() as session:
        row = {name: value for name, value in session.get_one(Letter, letter).__dict__.items() if name[0] != "_"}
        row |= {"state": "sent"}
        row.pop("id")
        session.execute(insert(Letter), [row | {"message_id": str(n)} for n in range(1000)])
    tidy_up(db, "cases", "alerts", "letters")
    return opened


Query = Callable[[Session, list[OpenCase], str], object]
#: What the pass asks, and the index that must answer it.
QUERIES: dict[str, tuple[str, Query]] = {
    "the open cases": (
        "ix_cases_open",
        lambda session, many, kari: alert_rows.open_cases_due_until(
            session, FAR, received_until=TODAY, after=(TODAY, many[3].id), limit=500
        ),
    ),
    "their number": (
        "ix_cases_open",
        lambda session, many, kari: alert_rows.count_open(session, open_deadlines(TODAY), received_until=TODAY),
    ),
    "what was told": (
        "uq_alerts_case_id_step_recipient_deadline",
        lambda session, many, kari: alert_rows.told(session, many[:20]),
    ),
    "who is owed something": ("ix_alerts_owed", lambda session, many, kari: owed_rows.recipients_owed(session)),
    "who is at work": (
        "ix_letters_unfinished",
        lambda session, many, kari: letter_rows.others_at_work(session, but="x"),
    ),
    "letters half written": (
        "ix_letters_unfinished",
        lambda session, many, kari: letter_rows.take_abandoned_draft(
            session, now=NOW, until=NOW, worker="desk/1/1", gone=["x"]
        ),
    ),
    "the letters that wait": (
        "ix_letters_unfinished",
        lambda session, many, kari: letter_rows.claim_next(
            session, after=0, now=NOW, until=NOW, worker="desk/1/1", gone=["x"], only_due=True
        ),
    ),
}


def test_the_pass_reads_indexes_of_what_it_needs_and_nothing_else(
    db: Database, many: list[OpenCase], kari: str
) -> None:
    for what, (index, query) in QUERIES.items():
        with db.writing() as session, plans(db) as found:
            query(session, many, kari)
        (plan,) = found
        assert index in plan.replace("sqlite_autoindex_alerts_1", "uq_alerts_case_id_step_recipient_deadline"), what
        assert "Seq Scan" not in plan, what
        if index == "ix_cases_open":
            assert ("COVERING INDEX" if db.is_sqlite else "Index Only Scan") in plan, what
            assert "TEMP B-TREE" not in plan, what
            assert "Sort" not in plan, what


def test_a_case_that_moved_meanwhile_is_not_put_in_a_letter(db: Database, case: int, kari: str) -> None:
    raise_one(db, case, kari)
    change(db, case, extended_to=FAR)
    assert gather(db, begin(db, kari), kari) == 0
