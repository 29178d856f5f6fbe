"""The yearly report among a million cases: against an aggregate written by hand, and when the other years grow.

Run with `python -m tests.benchmarks.yearly_report`; it takes some minutes and prints ratios within one run.
"""

from collections.abc import Callable
from datetime import date

from sqlalchemy import text

from dialogen.database.engine import Database
from dialogen.domain.reports import Breakdown
from dialogen.services import reports
from tests.benchmarks.measure import best_of, each_database, end, raw_driver, settle, show_ratio

YEAR = 2020
OTHER_YEARS = (*range(2015, 2020), *range(2021, 2025))
CASES_A_YEAR = 100_000
AS_OF = date(2020, 12, 1)
RUNS = 9

_COLUMNS = (
    "reference, stream, channel, kind_id, unit_id, received_on, rule_version, due_on, deadline, answered_on, exclusion, "
    "registered_on, created_at, version"
)
# Nine of ten external, 5 % never answered, 4 % excluded, answers from the same day to 18 days later.
_FACTS = """'{year}-' || {start} || '-' || n, CASE WHEN n % 10 = 0 THEN 'internal' ELSE 'external' END,
    CASE n % 3 WHEN 0 THEN 'web' WHEN 1 THEN 'email' ELSE 'phone' END, n % 6 + 1, n % 40 + 1,
    {received}, 1, {due}, {due}, CASE WHEN n % 20 <> 0 THEN {answered} END,
    CASE n % 50 WHEN 7 THEN 'spam' WHEN 31 THEN 'duplicate' END, {received}, '2025-01-01 00:00:00', 1"""
_SQLITE = """INSERT INTO cases ({columns}) WITH RECURSIVE numbers(n) AS
    (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count} - 1) SELECT {facts} FROM numbers"""
_POSTGRESQL = "INSERT INTO cases ({columns}) SELECT {facts} FROM generate_series(0, {count} - 1) AS numbers(n)"

_WHERE = "FROM cases WHERE stream = 'external' AND received_on BETWEEN '2020-01-01' AND '2020-12-01'"
# What a statistician would write: every count of the report, by exclusion and rule.
_ALL_COUNTS = f"""SELECT exclusion, rule_version, count(*),
    sum(CASE WHEN due_on < '2020-12-01' THEN 1 ELSE 0 END),
    sum(CASE WHEN due_on < '2020-12-01' AND answered_on <= due_on THEN 1 ELSE 0 END),
    sum(CASE WHEN due_on < '2020-12-01' AND answered_on > due_on AND answered_on <= '2020-12-01' THEN 1 ELSE 0 END),
    sum(CASE WHEN due_on < '2020-12-01' AND answered_on <= deadline AND answered_on <= '2020-12-01' THEN 1 ELSE 0 END),
    sum(CASE WHEN due_on >= '2020-12-01' AND answered_on <= '2020-12-01' THEN 1 ELSE 0 END)
    {_WHERE} GROUP BY exclusion, rule_version"""
# The least there is: k and n alone.
_FIGURE_ALONE = f"""SELECT count(*), sum(CASE WHEN answered_on <= due_on THEN 1 ELSE 0 END)
    {_WHERE} AND exclusion IS NULL AND due_on < '2020-12-01'"""


def main() -> None:
    """Print the ratios on both databases."""
    for name, db in each_database():
        _add_units(db)
        _add_year(db, YEAR, start=0, count=CASES_A_YEAR)
        for year in OTHER_YEARS:
            _add_year(db, year, start=0, count=CASES_A_YEAR // 10)
        settle(db)
        (among_few,) = best_of(RUNS, _report(db))
        for year in OTHER_YEARS:
            _add_year(db, year, start=1, count=CASES_A_YEAR - CASES_A_YEAR // 10)
        settle(db)
        _show(name, db, among_few)


def _show(name: str, db: Database, among_few: float) -> None:
    with raw_driver(db) as by_hand:
        report, by_unit, by_month, all_counts, figure = best_of(
            RUNS,
            _report(db),
            _report(db, Breakdown.UNIT),
            _report(db, Breakdown.MONTH),
            lambda: by_hand.execute(_ALL_COUNTS).fetchall(),
            lambda: by_hand.execute(_FIGURE_ALONE).fetchall(),
        )
    show_ratio(f"{name}, report / all its counts by hand", report, floor=all_counts, most=3)
    show_ratio(f"{name}, report / k and n alone by hand", report, floor=figure, most=3)
    show_ratio(f"{name}, report among 1 000 000 / among 190 000", report, floor=among_few, most=1.2)
    print(f"{name}, by unit {1000 * by_unit:,.1f} ms, by month {1000 * by_month:,.1f} ms")


def _report(db: Database, by: Breakdown | None = None) -> Callable[[], object]:
    return lambda: reports.yearly_report(db, year=YEAR, as_of=AS_OF, today=date(2025, 1, 1), by=by)


def _add_units(db: Database) -> None:
    with db.writing() as session:
        for number in range(1, 41):
            name = {"name": f"Virksomhet {number}", "key": f"virksomhet {number}"}
            session.execute(text("INSERT INTO units (name, name_key) VALUES (:name, :key)"), name)


def _add_year(db: Database, year: int, *, start: int, count: int) -> None:
    first = f"'{year}-01-01'"
    if db.is_sqlite:
        received = f"date({first}, '+' || (n % 365) || ' days')"
        due = f"date({first}, '+' || (n % 365 + 14) || ' days')"
        answered = f"date({first}, '+' || (n % 365 + n % 19) || ' days')"
    else:
        received = f"date {first} + n % 365"
        due, answered = f"{received} + 14", f"{received} + n % 19"
    facts = _FACTS.format(year=year, start=start, received=received, due=due, answered=answered)
    facts = facts if db.is_sqlite else facts.replace("'2025-01-01 00:00:00'", "timestamptz '2025-01-01 00:00:00Z'")
    statement = (_SQLITE if db.is_sqlite else _POSTGRESQL).format(columns=_COLUMNS, facts=facts, count=count)
    with db.writing() as session:
        session.execute(text(statement))


if __name__ == "__main__":
    main()
    end()
