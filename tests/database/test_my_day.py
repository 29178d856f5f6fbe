"""My day costs what the open cases cost: its panels, and the list as it begins, go by the index of those."""

from datetime import timedelta

import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.domain.case_changes import CaseFilter
from dialogen.domain.deadlines import OPEN_STATES
from dialogen.services import case_lists, my_day
from dialogen.services.case_lists import Order
from tests.factories import NOW, TODAY, make_account, make_unit, standing
from tests.many_cases import add_cases
from tests.planner import plans, tidy_up


@pytest.fixture
def account(db: Database) -> int:
    """Somebody who sees many cases, of which few are open."""
    unit, account = make_unit(db), make_account(db)
    received = TODAY - timedelta(days=10)
    add_cases(
        db,
        ({"received_on": received, "answered_on": TODAY if n % 1000 else None, "unit_id": unit} for n in range(6000)),
    )
    tidy_up(db, "cases", "outcome_counts", "pending_changes")
    return account


def test_my_day_and_the_list_of_open_cases_never_go_through_all_cases(db: Database, account: int) -> None:
    by = standing(account, (Role.MANAGER, "*"), (Role.HANDLER, "*"))
    with plans(db) as found:
        my_day.show_day(db, by=by, today=TODAY, now=NOW)
        case_lists.count_open(db, by=by, today=TODAY)
        wanted = CaseFilter(states=OPEN_STATES)
        case_lists.list_cases(db, wanted=wanted, by=by, today=TODAY, order=Order.BY_DEADLINE, with_total=True)
    assert found
    for plan in found:
        through_all = [line for line in plan.splitlines() if "SCAN cases" in line or "Seq Scan on cases" in line]
        assert all("ix_cases_open" in line for line in through_all), plan
