"""Pages of a list: every case once and in order, forth and back, for every order and cut."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role, Standing
from dialogen.domain.case_changes import CaseFilter
from dialogen.domain.case_lists import Sorting
from dialogen.domain.deadlines import OPEN_STATES
from dialogen.domain.errors import InvalidInput, Problem
from dialogen.domain.texts import norwegian_key
from dialogen.services.case_exports import export_cases
from dialogen.services.case_lists import CasePage, Order, list_cases
from dialogen.services.case_views import CaseView
from tests.factories import TODAY, make_account, make_case, make_unit, standing
from tests.services.desk import Desk, furnish

DAY = timedelta(days=1)


@pytest.fixture
def desk(db: Database) -> Desk:
    """The office."""
    return furnish(db)


def page(
    db: Database, by: Standing, order: Order, cursor: str | None, limit: int = 3, *, down: bool = False, **wanted: Any
) -> CasePage:
    """Return one page."""
    return list_cases(
        db,
        wanted=CaseFilter(**wanted),
        by=by,
        today=TODAY,
        order=order,
        is_descending=down,
        limit=limit,
        cursor=cursor,
        with_total=True,
    )


@pytest.mark.parametrize("wanted", [{}, {"q": "hull"}, {"states": OPEN_STATES}])
@pytest.mark.parametrize("order", Order)
def test_every_order_goes_forth_and_back_over_the_same_pages(
    db: Database, desk: Desk, order: Order, wanted: dict[str, Any]
) -> None:
    handlers = [make_account(db, name=name) for name in ("Åse", "Øyvind", "anne", "Bo")]
    for n in range(11):
        unit = (desk.unit, desk.other_unit, None)[n % 3]
        handler = (*handlers, None)[n % 5]
        day = TODAY - (n % 4) * DAY
        make_case(db, unit_id=unit, handler_id=handler, received_on=day, subject="hull")
    whole = list_cases(db, wanted=CaseFilter(**wanted), by=desk.chief, today=TODAY, order=order, limit=50).cases
    assert [key_of(view, order) for view in whole] == sorted(key_of(view, order) for view in whole)
    for down in (False, True):
        pages = [page(db, desk.chief, order, None, down=down, **wanted)]
        while pages[-1].cursor:
            pages.append(page(db, desk.chief, order, pages[-1].cursor, down=down, **wanted))
        there = [view.id for each in pages for view in each.cases]
        assert sorted(there) == sorted(view.id for view in whole)
        if not down or not order.is_grouped:
            assert there == [view.id for view in (whole[::-1] if down else whole)]
        back = pages[-1]
        for former in reversed(pages[:-1]):
            back = page(db, desk.chief, order, back.previous, down=down, **wanted)
            assert [view.id for view in back.cases] == [view.id for view in former.cases]
        assert back.previous is None


#: Cases of few days, units and handlers: most keys of an order are equal ones.
ALIKE = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=12)


def test_pages_of_any_length_hold_every_case_once_and_in_order_both_ways(db: Database) -> None:
    @settings(
        max_examples=20,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(drawn=ALIKE, limit=st.integers(1, 5), order=st.sampled_from(Order), down=st.booleans())
    def holds(drawn: list[tuple[int, int, int]], limit: int, order: Order, down: bool) -> None:
        units = (make_unit(db), make_unit(db), None)
        handlers = (make_account(db, name="Åse"), make_account(db, name="Åse"), None)
        chief = standing(make_account(db), (Role.HANDLER, units[0] or 0), (Role.HANDLER, units[1] or 0))
        for days, unit, handler in drawn:
            unit_id = units[unit] if handler == 2 or units[unit] else units[0]
            make_case(db, received_on=TODAY - days * DAY, unit_id=unit_id, handler_id=handlers[handler])
        whole = page(db, chief, order, None, down=down, limit=200).cases
        pages = [page(db, chief, order, None, down=down, limit=limit)]
        while pages[-1].cursor:
            pages.append(page(db, chief, order, pages[-1].cursor, down=down, limit=limit))
        assert [view.id for each in pages for view in each.cases] == [view.id for view in whole]
        assert len({view.id for view in whole}) == len(whole) == pages[0].total
        back = pages[-1]
        for former in reversed(pages[:-1]):
            back = page(db, chief, order, back.previous, down=down, limit=limit)
            assert [view.id for view in back.cases] == [view.id for view in former.cases]
        keys = [key_of(view, order) for view in whole]
        if not order.is_grouped:
            assert keys == sorted(keys, reverse=down)

    holds()


def key_of(view: CaseView, order: Order) -> tuple[Any, ...]:
    """Return by what a case stands where it does in an order."""
    name = {Order.BY_UNIT: view.unit, Order.BY_HANDLER: view.handler and view.handler.name}.get(order)
    group = (name is None, norwegian_key(name or "")[0]) if order.is_grouped else ()
    day = () if order is Order.BY_NUMBER else view.received_on if order is Order.BY_RECEIVED else view.deadline
    return (group, day) if order.is_grouped else (day, view.id)


def test_a_page_before_the_first_ones_that_came_since_begins_the_list(db: Database, desk: Desk) -> None:
    for _ in range(4):
        make_case(db, unit_id=desk.unit)
    second = page(db, desk.chief, Order.BY_DEADLINE, page(db, desk.chief, Order.BY_DEADLINE, None).cursor)
    early = make_case(db, unit_id=desk.unit, received_on=TODAY - 9 * DAY)
    back = page(db, desk.chief, Order.BY_DEADLINE, second.previous)
    assert early not in [view.id for view in back.cases]
    first = page(db, desk.chief, Order.BY_DEADLINE, back.previous)
    assert first.cases[0].id == early
    assert (len(first.cases), first.previous) == (3, None)


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("count", [1, 3, 6, 7])
def test_pages_meet_every_case_once_and_in_order(db: Database, order: Order, count: int) -> None:
    unit = make_unit(db)
    chief = standing(make_account(db), (Role.MANAGER, "*"))
    made = [make_case(db, received_on=TODAY - (n % 2) * DAY, unit_id=unit) for n in range(count)]
    seen: list[int] = []
    cursor: str | None = None
    for number in range(count):
        found = page(db, chief, order, cursor)
        seen += [view.id for view in found.cases]
        assert found.total == count
        cursor = found.cursor
        if cursor is None:
            assert number == (count - 1) // 3
            break
    expected = made if order is Order.BY_NUMBER else [*made[1::2], *made[::2]]
    assert seen == expected


def test_a_case_registered_meanwhile_comes_on_a_later_page(db: Database, desk: Desk) -> None:
    made = [make_case(db, unit_id=desk.unit) for _ in range(4)]
    first = page(db, desk.chief, Order.BY_NUMBER, None)
    made.append(make_case(db, unit_id=desk.unit))
    second = page(db, desk.chief, Order.BY_NUMBER, first.cursor)
    assert [view.id for view in (*first.cases, *second.cases)] == made


@pytest.mark.parametrize(
    "cursor", ["x", "\x00zzz", "é", "W10", "eyJhIjogMX0", "WyJudW1iZXIiLCAtMSwgbnVsbF0", "bnVsbA", "=", "W1tbW1t" * 200]
)
def test_a_cursor_that_no_list_gave_is_refused(db: Database, desk: Desk, cursor: str) -> None:
    for order in Order:
        with pytest.raises(InvalidInput) as refused:
            page(db, desk.chief, order, cursor)
        assert refused.value.problem is Problem.BAD_CURSOR


def test_a_cursor_of_another_order_is_refused(db: Database, desk: Desk) -> None:
    for _ in range(4):
        make_case(db, unit_id=desk.unit)
    for order, other in ((Order.BY_NUMBER, Order.BY_DEADLINE), (Order.BY_DEADLINE, Order.BY_NUMBER)):
        cursor = page(db, desk.chief, order, None).cursor
        with pytest.raises(InvalidInput):
            page(db, desk.chief, other, cursor)


def test_an_export_gives_every_case_once_in_order_however_it_is_cut(db: Database, desk: Desk) -> None:
    made = [make_case(db, unit_id=desk.unit, received_on=TODAY - (n % 3) * DAY) for n in range(7)]
    make_case(db, unit_id=desk.other_unit)
    for order, at_once in product(Order, (1, 3, 7, 100)):
        export = export_cases(
            db, wanted=CaseFilter(), by=desk.manager, today=TODAY, sorting=Sorting(order), at_once=at_once
        )
        assert export.total == 7
        assert sorted(view.id for view in export.cases) == made
