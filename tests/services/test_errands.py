"""Long work: ordered by one, done by exactly one process, stopped, taken up again, and forgotten in time."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from dialogen.database.engine import Database
from dialogen.database.models import Account, Errand, Unit
from dialogen.domain.errands import CLAIM_LASTS, FILE_KEPT, UNFINISHED_MOST, Doing, ErrandKind, ErrandState
from dialogen.domain.errors import Conflict, NotFound, Problem, WrongState
from dialogen.services.errand_runner import run_errands
from dialogen.services.errand_work import Outcome, Performer, Work
from dialogen.services.errands import (
    ErrandView,
    forget_old,
    list_errands,
    order_errand,
    result_of,
    show_errand,
    stop_errand,
)
from dialogen.services.private_files import Folders
from dialogen.services.worker import Worker
from tests.factories import NOW, make_account
from tests.passes import Clock, worker

KIND = ErrandKind.CASE_LIST
OSLO = ZoneInfo("Europe/Oslo")


@pytest.fixture
def kari(db: Database) -> int:
    """Somebody who orders."""
    return make_account(db, "kari@asker.example")


def order(db: Database, account_id: int, asked: Mapping[str, Any] | None = None) -> int:
    """Order long work."""
    return order_errand(db, kind=KIND, account_id=account_id, asked=asked or {"q": "gjerde"}, now=NOW)


def run(db: Database, folder: Path, performer: Performer, by: Worker | None = None) -> int:
    """Let a process do what waits."""
    return run_errands(db, {KIND: performer}, worker=by or worker(), folders=Folders(folder, folder), zone=OSLO)


def shown(db: Database, errand_id: int, account_id: int) -> ErrandView:
    """Return an errand as its owner sees it."""
    return show_errand(db, errand_id=errand_id, account_id=account_id)


def write_file(work: Work) -> Outcome:
    """Perform an errand by writing a file."""
    path = work.result(".csv")
    path.write_text(str(work.asked["q"]), encoding="utf-8")
    return Outcome({"rows": 1}, path, "henvendelser.csv")


def never(work: Work) -> Outcome:
    """Perform nothing: nobody should ask."""
    raise AssertionError("nothing was to be done")


def test_what_was_ordered_is_done_once_and_its_result_is_for_whoever_ordered_it(
    db: Database, kari: int, tmp_path: Path
) -> None:
    errand_id = order(db, kari)
    assert run(db, tmp_path / "errands", write_file) == 1
    assert run(db, tmp_path / "errands", never) == 0
    errand = shown(db, errand_id, kari)
    assert (errand.state, errand.told, errand.finished_at) == (ErrandState.DONE, {"rows": 1}, NOW)
    path, name = result_of(db, folder=tmp_path / "errands", errand_id=errand_id, account_id=kari, now=NOW)
    assert (path.read_text(), name) == ("gjerde", "henvendelser.csv")
    assert path.parent.stat().st_mode & 0o077 == 0
    ola = make_account(db)
    with pytest.raises(NotFound):
        shown(db, errand_id, ola)
    with pytest.raises(NotFound):
        result_of(db, folder=tmp_path / "errands", errand_id=errand_id, account_id=ola, now=NOW)
    with pytest.raises(NotFound):
        stop_errand(db, errand_id=errand_id, account_id=ola, now=NOW)
    assert not list_errands(db, account_id=ola)


def test_what_was_searched_for_is_forgotten_when_it_is_over(db: Database, kari: int, tmp_path: Path) -> None:
    order(db, kari)
    run(db, tmp_path, write_file)
    with db.reading() as session:
        assert session.scalars(select(Errand.asked)).one() == {}


def test_progress_is_seen_while_it_goes_on(db: Database, kari: int, tmp_path: Path) -> None:
    errand_id, seen = order(db, kari), []
    clock = Clock()

    def perform(work: Work) -> Outcome:
        for done in (0, 500):
            work.tell(Doing.READING, done, 1000)
            errand = shown(db, errand_id, kari)
            seen.append((errand.state, errand.doing, errand.done, errand.total))
            clock.wait(timedelta(seconds=2))
        return Outcome()

    run(db, tmp_path, perform, worker(clock=clock))
    assert seen == [(ErrandState.RUNNING, Doing.READING, done, 1000) for done in (0, 500)]


def test_telling_waits_for_nobody_inside_a_transaction_that_writes(db: Database, kari: int, tmp_path: Path) -> None:
    order(db, kari)

    def perform(work: Work) -> Outcome | None:
        with db.writing() as session:
            session.add(Unit(name="Kultur", name_key="kultur"))
            session.flush()
            work.tell(Doing.WRITING, 1)
            work.end_within(session, Outcome({"made": 1}))
        return None

    run(db, tmp_path, perform)
    assert list_errands(db, account_id=kari)[0].told == {"made": 1}


def test_an_errand_that_waits_is_stopped_at_once(db: Database, kari: int, tmp_path: Path) -> None:
    errand_id = order(db, kari)
    stop_errand(db, errand_id=errand_id, account_id=kari, now=NOW)
    assert shown(db, errand_id, kari).state is ErrandState.STOPPED
    assert run(db, tmp_path, never) == 0


def test_an_errand_under_way_is_stopped_and_leaves_nothing(db: Database, kari: int, tmp_path: Path) -> None:
    errand_id = order(db, kari)

    def perform(work: Work) -> Outcome | None:
        with db.writing() as session:
            session.add(Unit(name="Kultur", name_key="kultur"))
            if not db.is_sqlite:  # where one writes at a time, whoever stops it must wait
                stop_errand(db, errand_id=errand_id, account_id=kari, now=NOW)
                work.tell(Doing.WRITING, 1)
        stop_errand(db, errand_id=errand_id, account_id=kari, now=NOW)
        work.tell(Doing.WRITING, 2)
        raise AssertionError("it went on")

    run(db, tmp_path, perform)
    assert shown(db, errand_id, kari).state is ErrandState.STOPPED
    with db.reading() as session:
        assert bool(session.scalars(select(Unit)).all()) is db.is_sqlite


def test_a_process_that_stops_leaves_its_errand_to_another(db: Database, kari: int, tmp_path: Path) -> None:
    errand_id, stopping = order(db, kari), [False]

    def perform(work: Work) -> Outcome:
        stopping[0] = True
        work.tell(Doing.READING, 1)
        raise AssertionError("it went on")

    run(db, tmp_path, perform, worker(is_stopping=lambda: stopping[0]))
    assert shown(db, errand_id, kari).state is ErrandState.WAITING
    assert run(db, tmp_path, write_file, worker("desk/2/2")) == 1
    assert shown(db, errand_id, kari).state is ErrandState.DONE


class _KilledError(BaseException):
    """What no process survives."""


def killed(work: Work) -> Outcome:
    """Die in the middle of an errand."""
    raise _KilledError


def test_an_errand_of_a_killed_process_is_taken_up_again_but_not_for_ever(
    db: Database, kari: int, tmp_path: Path
) -> None:
    errand_id = order(db, kari)
    for number in range(3):
        with pytest.raises(_KilledError):
            run(db, tmp_path, killed, worker(f"desk/{number}/1", gone=[f"desk/{number - 1}/1"]))
    assert run(db, tmp_path, never, worker("desk/9/1")) == 0  # for all this one knows, the other lives
    assert run(db, tmp_path, never, worker("desk/9/1", gone=["desk/2/1"])) == 1
    errand = shown(db, errand_id, kari)
    assert (errand.state, errand.told) == (ErrandState.FAILED, {"trouble": "broken_off"})


def test_a_silent_process_loses_its_errand_and_cannot_end_it_any_more(db: Database, kari: int, tmp_path: Path) -> None:
    errand_id, late = order(db, kari), worker("far/1/1", clock=Clock(NOW + CLAIM_LASTS + timedelta(seconds=1)))

    def perform(work: Work) -> Outcome | None:
        run(db, tmp_path, write_file, late)
        with db.writing() as session:
            session.add(Unit(name="Kultur", name_key="kultur"))
            work.end_within(session, Outcome({"made": 2}))
        return None

    run(db, tmp_path, perform)
    assert shown(db, errand_id, kari).told == {"rows": 1}
    with db.reading() as session:
        assert not session.scalars(select(Unit)).all()


def test_a_refusal_is_told_and_a_fault_of_ours_only_that_there_was_one(
    db: Database, kari: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(work: Work) -> Outcome:
        raise Conflict(Problem.REGISTERED_MEANWHILE)

    name = "Innsender Hemmeligsen"

    def fail(work: Work) -> Outcome:
        raise ValueError(name)

    refused = order(db, kari)
    run(db, tmp_path, refuse)
    faulty = order(db, kari)
    run(db, tmp_path, fail)
    assert shown(db, refused, kari).told == {"problem": "REGISTERED_MEANWHILE", "values": {}}
    assert shown(db, faulty, kari).told == {"trouble": "fault"}
    assert "ValueError" in caplog.text
    assert "Hemmeligsen" not in caplog.text


def test_nothing_is_done_for_an_account_that_was_closed_meanwhile(db: Database, kari: int, tmp_path: Path) -> None:
    errand_id = order(db, kari)
    with db.writing() as session:
        session.get_one(Account, kari).disabled_at = NOW
    run(db, tmp_path, never)
    assert shown(db, errand_id, kari).told["problem"] == Problem.NOT_ALLOWED.name


def test_nobody_fills_the_queue_for_the_others(db: Database, kari: int) -> None:
    for _ in range(UNFINISHED_MOST):
        order(db, kari)
    with pytest.raises(WrongState):
        order(db, kari)
    order(db, make_account(db))


def test_results_go_after_a_day_and_errands_after_a_month(db: Database, kari: int, tmp_path: Path) -> None:
    errand_id = order(db, kari)
    run(db, tmp_path, write_file)
    stray = tmp_path / "stray.csv"
    stray.write_text("x")
    forget_old(db, folder=tmp_path, now=NOW + FILE_KEPT - timedelta(seconds=1))
    assert shown(db, errand_id, kari).file_as
    forget_old(db, folder=tmp_path, now=NOW + FILE_KEPT + timedelta(days=36_000))
    assert not list(tmp_path.iterdir())
    assert not list_errands(db, account_id=kari)
