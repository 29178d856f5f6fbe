"""The nightly seal: all that is safely told, once, and nothing that may still be on its way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import select

from dialogen.database import history
from dialogen.database.engine import Database
from dialogen.database.models import OfficeEvent
from dialogen.domain.history import Action, Author, Door
from dialogen.domain.seals import Seal, read
from dialogen.services.history_seals import seal_history
from tests.factories import NOW, make_case

HOUR = timedelta(hours=1)
OFFICE = Author(None, Door.WEB)


def tell(db: Database, case_id: int, at: datetime) -> None:
    with db.writing() as session:
        history.add_event(session, case_id, at=at, action=Action.NOTED, author=OFFICE)


def seals(db: Database) -> list[Seal]:
    with db.reading() as session:
        return [read(event.changes) for event in session.scalars(select(OfficeEvent).order_by(OfficeEvent.id))]


def test_what_is_older_than_a_day_is_sealed_once(db: Database) -> None:
    first, second = make_case(db), make_case(db)
    for case_id in (first, second, first):
        tell(db, case_id, NOW - 25 * HOUR)
    sealed = seal_history(db, now=NOW)
    assert sealed is not None
    assert (sealed.first, sealed.last, sealed.lines) == (1, 3, 3)
    assert seal_history(db, now=NOW) is None
    assert seals(db) == [sealed]
    tell(db, second, NOW - 25 * HOUR)
    again = seal_history(db, now=NOW)
    assert again is not None
    assert (again.first, again.last, again.lines) == (4, 4, 1)


def test_the_seal_is_told_as_a_deed_of_the_scheduler(db: Database) -> None:
    tell(db, make_case(db), NOW - 25 * HOUR)
    seal_history(db, now=NOW)
    with db.reading() as session:
        event = session.scalars(select(OfficeEvent)).one()
        assert (event.action, event.door, event.actor_id, event.at) == ("history_sealed", "scheduler", None, NOW)


def test_a_line_that_comes_after_a_young_one_waits_with_it(db: Database) -> None:
    """Numbers are given before lines are there: a smaller one may come in later."""
    case_id = make_case(db)
    for hours in (30, 2, 28):
        tell(db, case_id, NOW - hours * HOUR)
    sealed = seal_history(db, now=NOW)
    assert sealed is not None
    assert (sealed.last, sealed.lines) == (1, 1)
    later = seal_history(db, now=NOW + 24 * HOUR)
    assert later is not None
    assert (later.first, later.last, later.lines) == (2, 3, 2)


def test_without_anything_to_seal_nothing_is_told(db: Database) -> None:
    assert seal_history(db, now=NOW) is None
    tell(db, make_case(db), NOW - HOUR)
    assert seal_history(db, now=NOW) is None
    assert seals(db) == []


def test_two_schedulers_at_once_seal_once(db: Database) -> None:
    tell(db, make_case(db), NOW - 25 * HOUR)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: seal_history(db, now=NOW), range(4)))
    assert len([seal for seal in done if seal is not None]) == 1
    assert len(seals(db)) == 1
