"""A large file of a list: ordered, written with the rights of that moment, told to the access log, and stopped."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select

from dialogen.database.engine import Database
from dialogen.database.models import AccessEntry, Errand, MembershipRow
from dialogen.domain.accounts import Role, Standing
from dialogen.domain.case_changes import CaseFilter
from dialogen.domain.case_lists import Column, ListFile, Order, Sorting
from dialogen.domain.errands import ErrandState
from dialogen.domain.errors import InvalidInput
from dialogen.domain.languages import Language
from dialogen.services.errand_performers import PERFORMERS
from dialogen.services.errand_runner import run_errands
from dialogen.services.errands import list_errands, result_of, stop_errand
from dialogen.services.list_errands import TOLD_EVERY, ListOrder, order_list
from dialogen.services.private_files import Folders
from dialogen.services.worker import Worker
from tests.factories import NOW, TODAY, make_account, make_case, make_unit, standing
from tests.many_cases import add_cases
from tests.passes import Clock, worker

ORDER = ListOrder(
    ListFile.CSV_EXCEL,
    CaseFilter(q="hull", received_from=TODAY - timedelta(days=365)),
    Sorting(Order.BY_NUMBER, is_descending=True),
    (Column.UNIT,),
    Language.ENGLISH,
)


@pytest.fixture
def vei(db: Database) -> int:
    """A unit with two cases about the same, beside one elsewhere."""
    unit = make_unit(db, "Vei")
    make_case(db, unit_id=unit, subject="Hull nummer én")
    make_case(db, unit_id=unit, subject="Hull nummer to")
    make_case(db, unit_id=unit, subject="Gatelys")
    make_case(db, unit_id=make_unit(db, "Havn"), subject="Hull i brygga")
    return unit


@pytest.fixture
def kari(db: Database, vei: int) -> Standing:
    """Somebody of that unit."""
    return standing(make_account(db, roles=((Role.HANDLER, vei),)), (Role.HANDLER, vei))


def order(db: Database, by: Standing, wish: ListOrder = ORDER) -> int:
    """Order a file."""
    return order_list(db, order=wish, by=by, today=TODAY, now=NOW)


def run(db: Database, folder: Path, by: Worker | None = None) -> None:
    """Let the scheduler's process do what waits."""
    folders = Folders(results=folder, uploads=folder)
    run_errands(db, PERFORMERS, worker=by or worker(), folders=folders, zone=ZoneInfo("Europe/Oslo"))


def test_what_was_ordered_is_written_in_its_order_and_language_and_told(
    db: Database, kari: Standing, tmp_path: Path
) -> None:
    errand_id = order(db, kari)
    run(db, tmp_path)
    path, name = result_of(db, folder=tmp_path, errand_id=errand_id, account_id=kari.account_id, now=NOW)
    assert name == f"henvendelser-{TODAY}-excel.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "Reference;External reference;Subject;Unit"
    assert [line.split(";")[2:] for line in lines[1:]] == [["Hull nummer to", "Vei"], ["Hull nummer én", "Vei"]]
    with db.reading() as session:
        assert session.scalars(select(Errand.asked)).one() == {}
        look = session.scalars(select(AccessEntry)).one()
        assert (look.action, look.subject, look.account_id, look.shown) == ("exported", "cases", kari.account_id, 2)


@pytest.mark.parametrize("kind", ListFile)
def test_each_kind_of_file_is_made(db: Database, kari: Standing, tmp_path: Path, kind: ListFile) -> None:
    errand_id = order(db, kari, replace(ORDER, file=kind))
    run(db, tmp_path)
    path, name = result_of(db, folder=tmp_path, errand_id=errand_id, account_id=kari.account_id, now=NOW)
    assert path.stat().st_size > 0
    assert name.endswith(kind.suffix)


def test_rights_that_were_lost_meanwhile_show_nothing(db: Database, kari: Standing, tmp_path: Path) -> None:
    errand_id = order(db, kari)
    with db.writing() as session:
        session.execute(delete(MembershipRow).where(MembershipRow.account_id == kari.account_id))
    run(db, tmp_path)
    path, _ = result_of(db, folder=tmp_path, errand_id=errand_id, account_id=kari.account_id, now=NOW)
    assert len(path.read_text(encoding="utf-8-sig").splitlines()) == 1


def test_what_cannot_be_searched_for_is_refused_and_kept_nowhere(db: Database, kari: Standing) -> None:
    with pytest.raises(InvalidInput):
        order(db, kari, replace(ORDER, wanted=CaseFilter(q="13097248022")))
    assert not list_errands(db, account_id=kari.account_id)


def test_a_file_that_is_stopped_halfway_leaves_nothing_and_shows_how_far_it_came(
    db: Database, kari: Standing, vei: int, tmp_path: Path
) -> None:
    add_cases(db, ({"received_on": TODAY, "unit_id": vei} for _ in range(3 * TOLD_EVERY)))
    errand_id, clock = order(db, kari, replace(ORDER, wanted=CaseFilter())), Clock()
    seen: list[tuple[int, int | None]] = []

    def watched() -> datetime:
        clock.wait(timedelta(seconds=2))
        errand = list_errands(db, account_id=kari.account_id)[0]
        if errand.done and not seen:
            seen.append((errand.done, errand.total))
            stop_errand(db, errand_id=errand_id, account_id=kari.account_id, now=NOW)
        return clock()

    run(db, tmp_path, worker(clock=watched))
    assert seen == [(TOLD_EVERY, 3 * TOLD_EVERY + 3)]
    errand = list_errands(db, account_id=kari.account_id)[0]
    assert (errand.state, errand.file_as) == (ErrandState.STOPPED, None)
    assert not list(tmp_path.iterdir())
    with db.reading() as session:
        assert not session.scalars(select(AccessEntry)).all()
