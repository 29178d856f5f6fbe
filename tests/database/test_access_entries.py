"""The access log among many lines: what a filter finds, in which order, by which index, and what is forgotten."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, text

from dialogen.database import access_entries
from dialogen.database.engine import Database
from dialogen.database.models import AccessEntry
from dialogen.domain.access_log import Look, LookFilter, LookPlace, Manner, Sight
from dialogen.domain.history import Door
from tests.factories import NOW, make_account

HOUR = timedelta(hours=1)
LOOK = Look(NOW, Manner.OPENED, Sight.CASE, Door.WEB, None, reference="2026-000001", shown=1)


def add(db: Database, *looks: Look) -> None:
    with db.writing() as session:
        access_entries.add_looks(session.connection(), looks)


def found(db: Database, before: LookPlace | None = None, limit: int = 100, **wanted: object) -> list[int]:
    """Return the numbers of the lines that a filter finds."""
    with db.reading() as session:
        rows = access_entries.looks(session, LookFilter(**wanted), before=before, limit=limit)  # type: ignore[arg-type]
    return [row.id for row in rows]


def test_looks_are_found_newest_first_by_each_thing_they_tell(db: Database) -> None:
    kari, ola = make_account(db), make_account(db)
    add(db)
    add(
        db,
        replace(LOOK, account_id=kari),
        replace(LOOK, account_id=ola, at=NOW + HOUR, action=Manner.EXPORTED, reference=None),
        replace(LOOK, account_id=kari, at=NOW + 2 * HOUR, reference="2026-000002"),
        replace(LOOK, account_id=kari, at=NOW - HOUR),  # written later than it happened
    )
    assert found(db) == [3, 2, 1, 4]
    assert found(db, account_id=kari) == [3, 1, 4]
    assert found(db, reference="2026-000001") == [1, 4]
    assert found(db, action=Manner.EXPORTED) == [2]
    assert found(db, since=NOW, until=NOW + 2 * HOUR) == [2, 1]
    assert found(db, account_id=kari, reference="2026-000001", since=NOW) == [1]
    assert found(db, account_id=99) == []


def test_pages_meet_without_gap_also_among_looks_of_one_instant(db: Database) -> None:
    add(db, *[LOOK] * 5, replace(LOOK, at=NOW + HOUR))
    assert found(db, limit=2) == [6, 5]
    assert found(db, LookPlace(NOW, 5), limit=2) == [4, 3]
    assert found(db, LookPlace(NOW, 3), limit=2) == [2, 1]
    assert found(db, LookPlace(NOW, 1)) == []


def test_a_look_names_who_looked_and_with_what(db: Database) -> None:
    kari = make_account(db, "kari@asker.example", name="Kari Nordmann")
    with db.writing() as session:
        session.execute(
            text(
                "INSERT INTO api_tokens (id, account_id, secret_hash, scopes, created_at, window_count, name) "
                "VALUES (7, :account, 'x', 'cases:read', '2026-02-11 05:30:00', 0, 'Portalen')"
            ),
            {"account": kari},
        )
    add(db, replace(LOOK, account_id=kari, token_id=7, door=Door.API))
    with db.reading() as session:
        (row,) = access_entries.looks(session, LookFilter(), before=None, limit=1)
    assert row[1:] == (
        NOW, "opened", "case", "api", "2026-000001", 1, "Kari Nordmann", "kari@asker.example", 7, "Portalen",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({}, "ix_access_entries_at"),
        ({"account_id": 1}, "ix_access_entries_account"),
        ({"reference": "2026-000001"}, "ix_access_entries_reference"),
        ({"action": Manner.EXPORTED}, "ix_access_entries_action"),
        ({"since": NOW, "until": NOW + HOUR}, "ix_access_entries_at"),
    ],
)
def test_a_page_far_back_is_read_by_an_index_and_sorted_by_nothing(
    db: Database, wanted: dict[str, object], index: str
) -> None:
    kari = make_account(db)
    other = make_account(db)
    looks = [
        replace(
            LOOK,
            at=NOW + number * timedelta(minutes=1),
            account_id=kari if number % 50 == 0 else other,
            reference=f"2026-{number % 50:06d}",
            action=Manner.EXPORTED if number % 50 == 1 else Manner.OPENED,
        )
        for number in range(5000)
    ]
    add(db, *looks)
    asked: list[tuple[str, object]] = []

    def keep(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        asked.append((statement, parameters))

    with db.writing() as session:
        session.execute(text("ANALYZE"))
    event.listen(db.engine, "before_cursor_execute", keep)
    found(db, LookPlace(NOW + 2000 * timedelta(minutes=1), 10**6), limit=51, **wanted)
    event.remove(db.engine, "before_cursor_execute", keep)
    statement, parameters = next(each for each in asked if each[0].startswith("SELECT"))
    explain = "EXPLAIN QUERY PLAN " if db.is_sqlite else "EXPLAIN "
    with db.reading() as session:
        plan = str(session.connection().exec_driver_sql(explain + statement, parameters).fetchall())  # type: ignore[arg-type]
    assert index in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan or "reference" in wanted, "but for the few lines about one case"


def test_old_looks_are_forgotten_some_at_a_time(db: Database) -> None:
    add(db, *[replace(LOOK, at=NOW + number * HOUR) for number in (3, 0, 1, 2, 4)])
    limit = NOW + 3 * HOUR

    def forget(most: int) -> int:
        with db.writing() as session:
            return access_entries.forget_before(session, limit, most=most)

    def count(most: int) -> int:
        with db.reading() as session:
            return access_entries.count_before(session, limit, most=most)

    assert [count(2), count(9)] == [2, 3]
    assert forget(2) == 2
    assert found(db) == [5, 1, 4], "the oldest go first"
    assert [forget(9), forget(9)] == [1, 0]
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(AccessEntry)) == 2
