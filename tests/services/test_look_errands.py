"""A long file of the access log: ordered by an administrator, written little by little, told to the log, and stopped."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from dialogen.database import access_entries
from dialogen.database.engine import Database
from dialogen.database.models import MembershipRow
from dialogen.domain.access_log import FILE_AT_ONCE_MOST, Look, LookFilter, Manner, Sight
from dialogen.domain.accounts import Role, Standing
from dialogen.domain.errands import UNFINISHED_MOST, ErrandState
from dialogen.domain.errors import NotAllowed, WrongState
from dialogen.domain.history import Door
from dialogen.domain.languages import Language
from dialogen.services.access_log import is_long, list_looks
from dialogen.services.errands import list_errands, result_of, stop_errand
from dialogen.services.look_errands import TOLD_EVERY, LookOrder, order_looks
from tests.factories import NOW, TODAY, make_account, standing
from tests.passes import Clock, worker
from tests.services.test_list_errands import run


@pytest.fixture
def anne(db: Database) -> Standing:
    """An administrator."""
    return standing(make_account(db, roles=((Role.ADMIN, "*"),)), (Role.ADMIN, "*"))


def look(db: Database, *, many: int = 1, action: Manner = Manner.OPENED) -> None:
    """Let so many looks be in the log, a second apart."""
    looks = (
        Look(NOW - timedelta(seconds=number), action, Sight.CASE, Door.WEB, None, reference="2026-000001")
        for number in range(many)
    )
    with db.writing() as session:
        access_entries.add_looks(session.connection(), looks)


def order(db: Database, by: Standing, **wanted: Manner) -> int:
    """Order a file."""
    return order_looks(db, order=LookOrder(LookFilter(**wanted), Language.ENGLISH), by=by, now=NOW)  # type: ignore[arg-type]


def test_the_log_is_written_as_it_was_filtered_in_its_language_and_told(
    db: Database, anne: Standing, tmp_path: Path
) -> None:
    look(db, many=2)
    look(db, action=Manner.LISTED)
    errand_id = order(db, anne, action=Manner.OPENED)
    run(db, tmp_path)
    path, name = result_of(db, folder=tmp_path, errand_id=errand_id, account_id=anne.account_id, now=NOW)
    assert name == f"tilgangslogg-{TODAY}.csv"
    assert path.read_text(encoding="utf-8-sig").splitlines() == [
        "time;name;email;API token;action;concerns;reference;number;door",
        "11.02.2026 06:30:00;;;;Opened;Inquiry;2026-000001;;in the browser",
        "11.02.2026 06:29:59;;;;Opened;Inquiry;2026-000001;;in the browser",
    ]
    (told,) = list_looks(db, by=anne, wanted=LookFilter(action=Manner.EXPORTED)).looks
    assert (told.subject, told.shown) == (Sight.ACCESS_LOG, 2)


def test_an_administrator_alone_orders_it_and_is_one_still_when_it_is_written(
    db: Database, anne: Standing, tmp_path: Path
) -> None:
    look(db)
    with pytest.raises(NotAllowed):
        order(db, standing(anne.account_id, (Role.MANAGER, "*"), (Role.STATISTICIAN, "*")))
    order(db, anne)
    with db.writing() as session:
        session.execute(delete(MembershipRow).where(MembershipRow.account_id == anne.account_id))
    run(db, tmp_path)
    (errand,) = list_errands(db, account_id=anne.account_id)
    assert (errand.state, errand.told["problem"], errand.file_as) == (ErrandState.FAILED, "NOT_ALLOWED", None)
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_stopped_halfway_leaves_nothing_and_shows_how_far_it_came(
    db: Database, anne: Standing, tmp_path: Path
) -> None:
    look(db, many=3 * TOLD_EVERY)
    errand_id, clock = order(db, anne), Clock()
    seen: list[int] = []

    def watched() -> datetime:
        clock.wait(timedelta(seconds=2))
        errand = list_errands(db, account_id=anne.account_id)[0]
        if errand.done and not seen:
            seen.append(errand.done)
            stop_errand(db, errand_id=errand_id, account_id=anne.account_id, now=NOW)
        return clock()

    run(db, tmp_path, worker(clock=watched))
    (errand,) = list_errands(db, account_id=anne.account_id)
    assert errand.state is ErrandState.STOPPED
    assert seen == [TOLD_EVERY]
    assert not list(tmp_path.iterdir())
    assert not list_looks(db, by=anne, wanted=LookFilter(action=Manner.EXPORTED)).looks


def test_a_long_file_is_told_from_a_short_one_by_its_filter(db: Database, anne: Standing) -> None:
    look(db, many=FILE_AT_ONCE_MOST)
    assert not is_long(db, by=anne, wanted=LookFilter())
    look(db, action=Manner.LISTED)
    assert is_long(db, by=anne, wanted=LookFilter())
    assert not is_long(db, by=anne, wanted=LookFilter(action=Manner.OPENED))
    with pytest.raises(NotAllowed):
        is_long(db, by=standing(2), wanted=LookFilter())


def test_nobody_orders_more_than_can_wait(db: Database, anne: Standing) -> None:
    for _ in range(UNFINISHED_MOST):
        order(db, anne)
    with pytest.raises(WrongState):
        order(db, anne)
