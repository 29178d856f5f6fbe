"""The query behind the yearly figure: which cases it counts, by which flags, and from which index alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from dialogen.database import reports
from dialogen.database.engine import Database
from dialogen.domain.accounts import Act, Reach, Role, reach
from dialogen.domain.cases import ExclusionReason, Stream
from dialogen.domain.reports import Breakdown, OutcomeGroup
from tests.factories import make_case, make_unit, standing
from tests.many_cases import add_cases
from tests.planner import tidy_up

YEAR_END = date(2025, 12, 31)
A_DAY = date(2025, 3, 3)


def _groups(
    db: Database,
    *,
    year: int = 2025,
    as_of: date = date(2026, 2, 1),
    by: Breakdown | None = None,
    within: Reach | None = None,
) -> list[OutcomeGroup]:
    with db.reading() as session:
        return reports.outcome_groups(session, year=year, as_of=as_of, by=by, reach=within)


def _only(groups: list[OutcomeGroup]) -> OutcomeGroup:
    (group,) = groups
    return group


def test_no_cases_make_no_groups(db: Database) -> None:
    assert _groups(db) == []


def test_cases_with_the_same_facts_are_counted_together(db: Database) -> None:
    add_cases(
        db, [{"received_on": A_DAY + timedelta(days=n), "answered_on": A_DAY + timedelta(days=n)} for n in range(9)]
    )
    assert _groups(db) == [
        OutcomeGroup(
            count=9, matured=True, answered=True, by_due=True, by_extension=True, exclusion=None, rule_version=1
        )
    ]


def test_a_case_counts_in_the_year_it_was_received(db: Database) -> None:
    for received_on in (date(2024, 12, 31), date(2025, 1, 1), YEAR_END, date(2026, 1, 1)):
        make_case(db, received_on=received_on)
    assert [sum(group.count for group in _groups(db, year=year)) for year in (2023, 2024, 2025, 2026)] == [0, 1, 2, 1]


def test_a_case_received_after_the_day_is_not_there_yet(db: Database) -> None:
    add_cases(db, [{"received_on": A_DAY}, {"received_on": A_DAY + timedelta(days=1)}])
    assert _only(_groups(db, as_of=A_DAY)).count == 1
    assert _groups(db, as_of=A_DAY - timedelta(days=1)) == []


def test_internal_cases_are_another_stream(db: Database) -> None:
    make_case(db, received_on=A_DAY, stream=Stream.INTERNAL)
    assert _groups(db) == []
    with db.reading() as session:
        internal = reports.outcome_groups(session, year=2025, as_of=YEAR_END, stream=Stream.INTERNAL)
    assert _only(internal).count == 1


@pytest.mark.parametrize(("days_after_due", "matured"), [(0, False), (1, True)])
def test_a_deadline_has_matured_on_the_day_after_it(db: Database, days_after_due: int, matured: bool) -> None:
    make_case(db, received_on=A_DAY)
    assert _only(_groups(db, as_of=A_DAY + timedelta(days=14 + days_after_due))).matured is matured


@pytest.mark.parametrize(("day", "answered"), [(9, False), (10, True)])
def test_an_answer_after_the_day_is_not_known_yet(db: Database, day: int, answered: bool) -> None:
    make_case(db, received_on=A_DAY, answered_on=A_DAY + timedelta(days=10))
    assert _only(_groups(db, as_of=A_DAY + timedelta(days=day))).answered is answered


def test_answers_are_held_against_both_deadlines(db: Database) -> None:
    due, extended = A_DAY + timedelta(days=14), A_DAY + timedelta(days=20)
    for answered_on in (due, due + timedelta(days=1), extended, extended + timedelta(days=1)):
        make_case(db, received_on=A_DAY, extended_to=extended, answered_on=answered_on)
    make_case(db, received_on=A_DAY, answered_on=due + timedelta(days=1))
    flags = {(group.by_due, group.by_extension): group.count for group in _groups(db)}
    assert flags == {(True, True): 1, (False, True): 2, (False, False): 2}


def test_an_open_case_has_met_no_deadline(db: Database) -> None:
    make_case(db, received_on=A_DAY)
    group = _only(_groups(db))
    assert (group.answered, group.by_due, group.by_extension) == (False, False, False)


def test_excluded_cases_are_counted_apart_by_reason(db: Database) -> None:
    make_case(db, received_on=A_DAY)
    for reason in ExclusionReason:
        make_case(db, received_on=A_DAY, exclusion=reason)
    assert {group.exclusion for group in _groups(db)} == {None, *ExclusionReason}


def test_keys_are_months_words_and_numbers(db: Database) -> None:
    unit = make_unit(db)
    add_cases(
        db,
        [
            {"received_on": date(2025, 1, 31), "unit_id": unit, "kind_id": 1, "channel": "letter"},
            {"received_on": date(2025, 10, 1), "channel": "in_person"},
        ],
    )
    keys = {by: {group.key for group in _groups(db, by=by)} for by in Breakdown}
    assert keys == {
        Breakdown.MONTH: {"2025-01", "2025-10"},
        Breakdown.UNIT: {str(unit), None},
        Breakdown.KIND: {"1", None},
        Breakdown.CHANNEL: {"letter", "in_person"},
    }


@pytest.mark.parametrize("by", Breakdown)
def test_only_cases_within_reach_are_in_the_groups(db: Database, by: Breakdown) -> None:
    mine, theirs = make_unit(db), make_unit(db)
    add_cases(db, [{"received_on": A_DAY, "unit_id": unit} for unit in (mine, mine, theirs, None)])
    own = reach(standing(1, (Role.MANAGER, mine)), Act.BREAK_DOWN)
    every = reach(standing(1, (Role.MANAGER, "*")), Act.BREAK_DOWN)
    assert sum(group.count for group in _groups(db, by=by, within=own)) == 2
    assert sum(group.count for group in _groups(db, by=by, within=every)) == 4
    assert _groups(db, by=by, within=Reach(account_id=1)) == []


def test_names_come_by_number(db: Database) -> None:
    unit = make_unit(db, "Skole")
    with db.reading() as session:
        assert reports.unit_names(session) == {str(unit): "Skole"}
        assert ("question", "spørsmål") in reports.kind_names(session).values()


@contextmanager
def _statements(db: Database) -> Iterator[list[tuple[str, Any]]]:
    seen: list[tuple[str, Any]] = []

    def keep(_conn: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", keep)
    yield seen
    event.remove(db.engine, "before_cursor_execute", keep)


def _plan(db: Database, *, by: Breakdown | None, within: Reach | None) -> str:
    with _statements(db) as seen:
        _groups(db, year=2010, by=by, within=within)
    statement, parameters = next(each for each in seen if "FROM cases" in each[0])
    explain = "EXPLAIN QUERY PLAN " if db.is_sqlite else "EXPLAIN "
    with db.engine.connect() as connection:
        return "\n".join(str(tuple(row)) for row in connection.exec_driver_sql(explain + statement, parameters))


@pytest.fixture
def thirty_years(db: Database) -> Database:
    """A database in which one year is a small part, and PostgreSQL knows it."""
    unit = make_unit(db)
    first = date(1990, 1, 1)
    add_cases(db, [{"received_on": first + timedelta(days=n), "unit_id": unit} for n in range(11_000)])
    tidy_up(db, "cases")
    return db


def test_the_query_reads_the_index_of_the_report_alone(thirty_years: Database) -> None:
    within = reach(standing(1, (Role.MANAGER, 1)), Act.BREAK_DOWN)
    plans = [_plan(thirty_years, by=by, within=within if by else None) for by in (None, *Breakdown)]
    for plan in plans:
        if thirty_years.is_sqlite:
            assert "USING COVERING INDEX ix_cases_report (stream=? AND received_on>? AND received_on<?)" in plan
        else:
            assert "Index Only Scan using ix_cases_report on cases" in plan
            assert "(received_on >= '2010-01-01'::date) AND (received_on <= '2010-12-31'::date)" in plan
