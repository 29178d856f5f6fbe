"""The running counts of a year: what counting its cases gives, whatever was done to them, and in few rows."""

from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from dialogen.database import outcome_counts, reports
from dialogen.database.count_triggers import missing_count_triggers, trigger_names
from dialogen.database.engine import Database
from dialogen.database.models import Case, OutcomeCount
from dialogen.domain.cases import ExclusionReason, Stream
from dialogen.domain.reports import Breakdown, Tally, tally
from dialogen.services import running_counts
from tests.factories import TODAY, make_unit
from tests.many_cases import add_cases
from tests.statements import counted

DAY = timedelta(days=1)
CHANCE = Random(4)


def _tallies(groups: Any) -> dict[str | None, Tally]:
    return {key: tally(group for group in groups if group.key == key) for key in {group.key for group in groups}}


def by_running_counts(session: Session, year: int, today: date, stream: Stream) -> dict[str | None, Tally]:
    """Return what the units' cases of a year come to by the running counts."""
    return _tallies(outcome_counts.year_counts(session, year=year, today=today, stream=stream).groups)


def by_counting(session: Session, year: int, today: date, stream: Stream) -> dict[str | None, Tally]:
    """Return the same by counting the cases."""
    return _tallies(reports.outcome_groups(session, year=year, as_of=today, stream=stream, by=Breakdown.UNIT))


def check(db: Database, *, today: date = TODAY) -> None:
    """Hold both against each other, in one moment of the database."""
    with db.reading() as session:
        for year in (today.year - 1, today.year):
            for stream in Stream:
                assert by_running_counts(session, year, today, stream) == by_counting(session, year, today, stream)


def _some_cases(units: list[int | None], count: int) -> list[dict[str, Any]]:
    cases = []
    for _ in range(count):
        received = TODAY - CHANCE.randint(0, 90) * DAY
        answered = received + CHANCE.randint(0, 30) * DAY
        due = received + 14 * DAY
        cases.append(
            {
                "received_on": received,
                "due_on": due,
                "extended_to": due + 7 * DAY if CHANCE.random() < 0.2 else None,
                "answered_on": answered if answered <= TODAY and CHANCE.random() < 0.8 else None,
                "stream": CHANCE.choice(list(Stream)).value,
                "exclusion": CHANCE.choice(list(ExclusionReason)).value if CHANCE.random() < 0.1 else None,
                "unit_id": CHANCE.choice(units),
            }
        )
    return cases


def _change_some(db: Database, units: list[int | None]) -> None:
    with db.writing() as session:
        for case in session.scalars(select(Case).order_by(Case.id)):
            what = CHANCE.randint(0, 7)
            if what == 0:
                case.answered_on = None if case.answered_on else TODAY
            elif what == 1:
                case.exclusion = None if case.exclusion else ExclusionReason.SPAM
            elif what == 2:
                case.unit_id = CHANCE.choice(units)
            elif what == 3:
                case.stream = CHANCE.choice(list(Stream))
            elif what == 4:
                case.handler_id = None
                case.version += 1


def test_the_counts_are_what_counting_the_cases_gives_whatever_is_done_to_them(db: Database) -> None:
    units: list[int | None] = [make_unit(db), make_unit(db), None]
    add_cases(db, _some_cases(units, 80))
    check(db)
    for later in range(3):
        _change_some(db, units)
        check(db, today=TODAY + later * DAY)
        with db.writing() as session:
            outcome_counts.bring_together(session, until=2**31 - 1, today=TODAY + later * DAY)
        check(db, today=TODAY + later * DAY)
    with db.writing() as session:  # as a statement by hand may
        session.execute(update(Case).where(Case.id % 2 == 0).values(received_on=Case.received_on, answered_on=TODAY))
    check(db, today=TODAY + 40 * DAY)


def test_what_is_undone_is_not_counted(db: Database) -> None:
    add_cases(db, [{"received_on": TODAY}])
    with db.engine.connect() as connection, connection.begin() as transaction, Session(connection) as session:
        session.execute(update(Case).values(stream=Stream.INTERNAL))
        transaction.rollback()
    check(db)


def test_brought_together_a_year_of_many_days_is_a_few_rows(db: Database) -> None:
    unit = make_unit(db)
    days = [{"received_on": TODAY - number * DAY, "unit_id": unit} for number in range(40)]
    add_cases(db, [*days, *(each | {"answered_on": each["received_on"]} for each in days)])
    with db.writing() as session:
        outcome_counts.bring_together(session, until=2**31 - 1, today=TODAY)
    with db.reading() as session:
        # fifteen days of reception have their deadline ahead; of the others there are the open and the answered ones
        rows = session.scalar(select(func.count()).select_from(OutcomeCount).where(OutcomeCount.year == TODAY.year))
        assert rows == 15 * 2 + 2
    check(db)


def test_many_rows_are_brought_together_by_the_scheduler_and_few_left_as_they_are(db: Database) -> None:
    add_cases(db, [{"received_on": TODAY - number * DAY} for number in range(40)])

    def rows(most: int) -> int:
        running_counts.bring_together(db, today=TODAY, most=most)
        with db.reading() as session:
            return outcome_counts.count_rows(session)[0]

    assert rows(most=40) == 40
    assert rows(most=39) == 16
    check(db)


def test_facts_that_no_case_has_any_more_leave_no_row(db: Database) -> None:
    add_cases(db, [{"received_on": TODAY}])
    with db.writing() as session:
        session.execute(
            update(Case).values(received_on=TODAY - 400 * DAY, due_on=TODAY - 386 * DAY, deadline=TODAY - 386 * DAY)
        )
        outcome_counts.bring_together(session, until=2**31 - 1, today=TODAY)
    with db.reading() as session:
        years = session.scalars(select(OutcomeCount.year).order_by(OutcomeCount.id)).all()
        assert years == [TODAY.year - 1]
    check(db)


def test_cases_that_were_registered_after_their_deadline_are_told(db: Database) -> None:
    add_cases(db, [{"received_on": TODAY - 20 * DAY}])
    with db.writing() as session:
        session.execute(update(Case).values(registered_on=TODAY))
    with db.reading() as session:
        assert outcome_counts.year_counts(session, year=TODAY.year, today=TODAY).registered_late == 1


def test_a_year_is_one_query(db: Database) -> None:
    with counted(db) as said, db.reading() as session:
        outcome_counts.year_counts(session, year=TODAY.year, today=TODAY)
    assert len(said) == 1


def test_every_trigger_stands_after_all_migrations_and_one_that_is_gone_is_found(db: Database) -> None:
    with db.reading() as session:
        assert missing_count_triggers(session) == []
    for name in trigger_names():
        with db.engine.connect() as connection, connection.begin() as transaction, Session(connection) as session:
            session.execute(text(f"DROP TRIGGER {name}" + ("" if db.is_sqlite else " ON cases")))
            assert missing_count_triggers(session) == [name]
            transaction.rollback()
