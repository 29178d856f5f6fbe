"""The access log: what one process writes of it, whatever the database is doing, and who may read it."""

import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from dialogen.database.engine import Database
from dialogen.database.models import AccessEntry
from dialogen.domain.access_log import Look, LookFilter, Manner, Sight
from dialogen.domain.accounts import Role
from dialogen.domain.errors import InvalidInput, NotAllowed, Problem
from dialogen.domain.history import Door
from dialogen.services import access_log
from dialogen.services.access_trail import Trail
from tests.factories import NOW, make_account, standing
from tests.meanwhile import meanwhile

SECOND = timedelta(seconds=1)
LOOK = Look(NOW, Manner.OPENED, Sight.CASE, Door.WEB, None, reference="2026-000001")
ADMIN = standing(1, (Role.ADMIN, "-"))


def later(seconds: float) -> Look:
    """Return a look of some seconds later, told apart by its count."""
    return replace(LOOK, at=NOW + seconds * SECOND, shown=int(seconds))


def shown(db: Database) -> list[int | None]:
    """Return the counts of what is in the log, in the order in which it was written."""
    with db.reading() as session:
        return list(session.scalars(select(AccessEntry.shown).order_by(AccessEntry.id)))


def hold(db: Database) -> str:
    """Return a statement that keeps others from adding to the log."""
    return "UPDATE installation SET is_demo = is_demo" if db.is_sqlite else "LOCK TABLE access_entries"


def test_a_look_is_written_at_once(db: Database) -> None:
    trail = Trail()
    trail.add(db, later(1))
    trail.add(db, later(2))
    assert shown(db) == [1, 2]


def test_what_a_busy_database_does_not_take_is_written_with_what_comes_next(db: Database) -> None:
    trail = Trail()
    with db.writing() as session:
        session.execute(text(hold(db)))
        for seconds in (0, 1):
            trail.add(db, later(seconds))
    trail.add(db, later(1.5))
    assert shown(db) == [], "it is not asked again at once, so that pages do not wait in turn"
    trail.add(db, later(2))
    assert shown(db) == [0, 1, 1, 2]


def test_a_clock_that_is_put_back_does_not_keep_looks_from_being_written(db: Database) -> None:
    trail = Trail()
    with db.writing() as session:
        session.execute(text(hold(db)))
        trail.add(db, later(3600))
    trail.add(db, later(0))
    assert shown(db) == [3600, 0]


def test_no_more_is_kept_than_fits_and_the_log_tells_how_much_it_lacks(db: Database) -> None:
    trail = Trail(most=3)
    with db.writing() as session:
        session.execute(text(hold(db)))
        for _ in range(5):
            trail.add(db, later(0))
    trail.add(db, later(10))
    with db.reading() as session:
        lines = session.execute(select(AccessEntry.action, AccessEntry.subject, AccessEntry.shown)).all()
    assert [tuple(line) for line in lines] == [("opened", "case", 0)] * 3 + [("lost", "access_log", 3)]
    Trail(most=0).add(db, later(11))
    assert len(shown(db)) == 4


def test_what_the_log_refuses_fails_nobody_and_stands_in_nobodys_way(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    trail = Trail()
    trail.add(db, replace(LOOK, account_id=999, reference="hemmelig"))
    assert shown(db) == []
    assert caplog.messages == ["looks could not be written to the access log: IntegrityError"]
    trail.add(db, later(1))
    assert shown(db) == [1, 1], "with a line that tells of the one that is lost"


def test_nothing_is_lost_or_written_twice_when_many_look_at_once(db: Database) -> None:
    trail = Trail()

    def look(number: int) -> None:
        trail.add(db, replace(later(number * 3), shown=number))

    def all_look() -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(look, range(40)))

    meanwhile(db, lambda session: session.execute(text(hold(db))), all_look)
    trail.add(db, replace(later(200), shown=40))
    assert sorted(each for each in shown(db) if each is not None) == list(range(41))


def test_what_is_kept_is_written_when_the_process_ends(db: Database, tmp_path: Path) -> None:
    program = f"""
import sys
from sqlalchemy import text
from dialogen.database.engine import Database
from dialogen.services.access_trail import Trail
from tests.services.test_access_log import later

db, trail = Database(sys.argv[1]), Trail()
with db.writing() as session:
    session.execute(text({hold(db)!r}))
    trail.add(db, later(7))
"""
    subprocess.run([sys.executable, "-c", program, db.url], check=True, timeout=60)
    assert shown(db) == [7]


def test_a_database_that_stays_busy_is_given_up_at_the_exit(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    trail = Trail()
    with db.writing() as session:
        session.execute(text(hold(db)))
        trail.add(db, later(7))
        trail.close(db)
    assert caplog.record_tuples == [
        ("dialogen.services.access_trail", logging.ERROR, "1 looks could not be written to the access log")
    ]
    trail.close(db)
    trail.close(db)
    assert shown(db) == [7]


def test_a_deed_that_must_not_happen_untold_tells_of_itself_or_fails(db: Database) -> None:
    access_log.record(db, replace(LOOK, subject=Sight.SUBJECT, action=Manner.EXPORTED, door=Door.COMMAND_LINE))
    (view,) = access_log.list_looks(db, by=ADMIN, wanted=LookFilter()).looks
    assert (view.at, view.action, view.subject, view.door) == (
        NOW,
        Manner.EXPORTED,
        Sight.SUBJECT,
        Door.COMMAND_LINE,
    )
    assert (view.name, view.email, view.token_id, view.reference) == (None, None, None, "2026-000001")


def test_administrators_alone_read_the_log(db: Database) -> None:
    for other in (standing(2, (Role.MANAGER, "*"), (Role.STATISTICIAN, "*"), (Role.HANDLER, "*")), standing(3)):
        with pytest.raises(NotAllowed):
            access_log.list_looks(db, by=other, wanted=LookFilter())
        with pytest.raises(NotAllowed):
            access_log.all_looks(db, by=other, wanted=LookFilter())


def test_pages_follow_one_another_to_the_end(db: Database) -> None:
    kari = make_account(db, "kari@asker.example", name="Kari Nordmann")
    trail = Trail()
    for number in range(5):
        trail.add(db, replace(later(number), account_id=kari))
    cursor, seen = None, []
    for _ in range(3):
        page = access_log.list_looks(db, by=ADMIN, wanted=LookFilter(), cursor=cursor, limit=2)
        seen += [look.shown for look in page.looks]
        cursor = page.cursor
    assert seen == [4, 3, 2, 1, 0]
    assert cursor is None
    assert {(look.name, look.email) for look in page.looks} == {("Kari Nordmann", "kari@asker.example")}


@pytest.mark.parametrize("cursor", ["x", "1", "-", "1-", "1-1-1", "9" * 30 + "-1", "١-١", "1-9999999999", " 1-1"])
def test_a_cursor_that_no_page_gave_is_refused(db: Database, cursor: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        access_log.list_looks(db, by=ADMIN, wanted=LookFilter(), cursor=cursor)
    assert refusal.value.problem is Problem.BAD_CURSOR


def test_the_whole_log_is_read_in_pieces(db: Database) -> None:
    with db.writing() as session:
        session.execute(
            AccessEntry.__table__.insert(),  # type: ignore[attr-defined]
            [
                {"at": NOW + n * SECOND, "action": "opened", "subject": "case", "door": "web", "shown": n}
                for n in range(access_log.STREAMED_AT_ONCE * 2 + 3)
            ],
        )
    found = [look.shown for look in access_log.all_looks(db, by=ADMIN, wanted=LookFilter(since=NOW + 2 * SECOND))]
    assert found == list(range(access_log.STREAMED_AT_ONCE * 2 + 2, 1, -1))
