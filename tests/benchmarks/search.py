"""A search for a word among 1 000 000 cases against one among 10 000, for equally many hits.

Run with `python -m tests.benchmarks.search [--few N] [--many N] [--text WORDS]`; prints ratios within one run. Each
word stands in HITS cases, whatever number there is; the others hold the words of an office at large. What is measured
is a page of the list as it is shown: the cases, how many there are in all, and where the words were found.
"""

import argparse
import random
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from sqlalchemy import text

from dialogen.database import case_words
from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.domain.case_changes import CaseFilter
from dialogen.services.case_lists import CasePage, Order, list_cases
from tests.benchmarks.measure import best_of, end, postgresql_database, settle, show_ratio, sqlite_database
from tests.factories import NOW, TODAY, make_account, make_unit, standing

RUNS = 7
MOST = 3
MOST_WITH_COMMON = 100  # the common word of two stands in as many times more cases, and SQLite reads them all
HITS = 100
AT_ONCE = 20_000
COMMON = (
    "hull vei gatelys søppel brøyting skole barnehage måking snø avløp vann kommune fortau sykkel parkering støy tre"
    " gjerde naboen byggesak søknad plass buss lekeplass idrett bibliotek takk når hvorfor mangler ødelagt mørkt ønsker"
)
#: What is searched for, and the text that HITS cases hold.
SEARCHES = {
    "asbest": "Asbest i avløpet",  # a word as it stands
    "termometer": "Kvikksølvtermometeret er knust",  # within a compound
    "badebryggene": "Badebrygge uten trapp",  # in another form
    '"ærlig talt nå"': "Ærlig talt nå må det skje noe",  # a phrase
}
WITH_COMMON = {"snø flaggstang": "Snø og flaggstang"}  # a common word and a rare one


def fill(db: Database, cases: int, words: int) -> None:
    """Add cases of one unit, HITS of each search evenly among them."""
    chance = random.Random(17)
    common = COMMON.split()
    held = [subject for subject in (SEARCHES | WITH_COMMON).values() for _ in range(HITS)]
    every = cases // len(held)
    unit = make_unit(db)

    def rows(numbers: range) -> Iterator[tuple[int, str, str]]:
        for number in numbers:
            here = number % every == 0 and number // every < len(held)
            subject = held[number // every] if here else " ".join([*chance.choices(common, k=4), str(number)])
            yield number + 1, subject, " ".join(chance.choices(common, k=words))

    for begin in range(0, cases, AT_ONCE):
        with db.writing() as session:
            new = list(rows(range(begin, min(begin + AT_ONCE, cases))))
            session.execute(text(CASES), [_case(number, unit) for number, _, _ in new])
            session.execute(text(PERSONAL), [dict(zip(("id", "subject", "text"), row, strict=True)) for row in new])
            case_words.read_new_cases(session, [number for number, _, _ in new])
    settle(db)


CASES = (
    "INSERT INTO cases (id, reference, stream, channel, unit_id, received_on, rule_version, due_on, deadline,"
    " registered_on, created_at, version) VALUES (:id, :reference, 'external', 'web', :unit, :day, 1, :day, :day, :day,"
    " :now, 1)"
)
PERSONAL = "INSERT INTO case_personal (case_id, subject, text) VALUES (:id, :subject, :text)"


def _case(number: int, unit: int) -> dict[str, Any]:
    day = TODAY.isoformat()
    return {"id": number, "reference": f"2026-{number:06d}", "unit": unit, "day": day, "now": NOW.isoformat()}


def search_of(db: Database, account: int, q: str) -> Callable[[], CasePage]:
    """Return how to search as the list does."""
    return partial(
        list_cases,
        db,
        wanted=CaseFilter(q=q),
        by=standing(account, (Role.MANAGER, "*")),
        today=TODAY,
        order=Order.BY_DEADLINE,
        with_total=True,
        with_hits=True,
    )


def measure(name: str, few: Database, many: Database, sizes: tuple[int, int], words: int) -> None:
    """Print how many times as long each search takes among many."""
    dbs = {size: (db, make_account(db)) for size, db in zip(sizes, (few, many), strict=True)}
    for size, (db, _) in dbs.items():
        fill(db, size, words)
    for q in SEARCHES | WITH_COMMON:
        small, large = (search_of(db, account, q) for db, account in dbs.values())
        assert (small().total, large().total) == (HITS, HITS), q
        floor, taken = best_of(RUNS, small, large)
        what = f"{name}, {q}: {HITS} of {sizes[1]:,} / of {sizes[0]:,} cases"
        show_ratio(what, taken, floor=floor, most=MOST_WITH_COMMON if q in WITH_COMMON else MOST)


def main() -> None:
    """Measure on both databases."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--few", type=int, default=10_000)
    reader.add_argument("--many", type=int, default=1_000_000)
    reader.add_argument("--text", type=int, default=12, help="words of each case's text")
    reader.add_argument("--only", choices=("SQLite", "PostgreSQL"))
    asked = reader.parse_args()
    for name, database in (("SQLite", sqlite_database), ("PostgreSQL", postgresql_database)):
        if asked.only in (None, name):
            with database() as few, database() as many:
                measure(name, few, many, (asked.few, asked.many), asked.text)


if __name__ == "__main__":
    main()
    end()
