"""Lists of cases: filters that agree with the domain, reach that no filter widens, and pages that lose nothing."""

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
from dialogen.domain.cases import ExclusionReason, Stream
from dialogen.domain.deadlines import OPEN_STATES, State
from dialogen.domain.errors import InvalidInput, Problem
from dialogen.domain.texts import norwegian_key
from dialogen.services.case_exports import export_cases
from dialogen.services.case_hits import CaseHit, Place
from dialogen.services.case_lists import CasePage, Order, count_open, list_cases
from dialogen.services.case_views import CaseView
from dialogen.services.cases import note_case
from tests.factories import TODAY, make_account, make_case, make_unit, standing
from tests.services.desk import Desk, deed, furnish, reference_of

DAY = timedelta(days=1)


@pytest.fixture
def desk(db: Database) -> Desk:
    """The office."""
    return furnish(db)


def ids(db: Database, by: Standing, **wanted: Any) -> list[int]:
    """Return the numbers of the cases that a filter finds."""
    page = list_cases(db, wanted=CaseFilter(**wanted), by=by, today=TODAY, limit=200)
    assert page.cursor is None
    return [view.id for view in page.cases]


def make_every_sort(db: Database, unit_id: int) -> list[int]:
    """Make a case of every sort around today: deadlines, extensions, answers, exclusions, streams."""
    made = []
    extensions = (None, -1, 0, 1, 5, 6)
    for left, extension, answered, exclusion in product(
        (-20, -1, 0, 1, 5, 6), extensions, (None, -1, 0, 1), (None, ExclusionReason.SPAM)
    ):
        due = TODAY + left * DAY
        extended = None if extension is None else TODAY + extension * DAY
        if extended is not None and extended <= due:
            continue
        answered_on = None if answered is None else min(due + answered * DAY, TODAY)
        made.append(
            make_case(
                db,
                received_on=due - 14 * DAY,
                extended_to=extended,
                answered_on=answered_on,
                exclusion=exclusion,
                unit_id=unit_id,
                stream=Stream.INTERNAL if left == 1 else Stream.EXTERNAL,
            )
        )
    return made


def test_a_filter_by_state_finds_the_cases_that_the_domain_puts_there(db: Database, desk: Desk) -> None:
    made = make_every_sort(db, desk.unit)
    views = list_cases(db, wanted=CaseFilter(), by=desk.chief, today=TODAY, limit=200).cases
    assert [view.id for view in views] == made
    assert {view.state for view in views} == set(State)
    for state in State:
        assert ids(db, desk.chief, states=frozenset({state})) == [view.id for view in views if view.state is state]
    both = frozenset({State.OVERDUE, State.EXCLUDED})
    assert ids(db, desk.chief, states=both) == [view.id for view in views if view.state in both]
    counted = {state: sum(view.state is state for view in views) for state in OPEN_STATES}
    assert count_open(db, by=desk.chief, today=TODAY) == counted


def test_reach_holds_for_every_list_and_count(db: Database, desk: Desk) -> None:
    ours, others, placeless = (
        make_case(db, unit_id=unit, subject="lys") for unit in (desk.unit, desk.other_unit, None)
    )
    own = make_case(db, unit_id=desk.other_unit, handler_id=desk.handler.account_id, subject="lys")
    reached = {
        desk.handler: [ours, own],
        desk.manager: [ours],
        desk.chief: [ours, others, placeless, own],
        desk.statistician: [ours, others, placeless, own],
        desk.admin: [ours, others, placeless, own],
        standing(desk.admin.account_id): [],
    }
    for by, expected in reached.items():
        assert ids(db, by) == expected
        assert sum(count_open(db, by=by, today=TODAY).values()) == len(expected)
        page = list_cases(db, wanted=CaseFilter(), by=by, today=TODAY, with_total=True)
        assert page.total == len(expected)


def test_who_may_not_see_a_text_does_not_find_a_case_by_it(db: Database, desk: Desk) -> None:
    found = make_case(db, unit_id=desk.unit, subject="Ærlig talt: 100 % mørkt_lys", external_reference="AD-7")
    make_case(db, unit_id=desk.unit, subject="Noe annet")
    for q in ("ærlig", "ÆRLIG", "100 %", "mørkt_lys", "ad-7"):
        assert ids(db, desk.manager, q=q) == [found]
    assert ids(db, desk.manager, q="1% mørkt") == []
    for by in (desk.statistician, desk.admin):
        assert ids(db, by, q="ærlig") == []
        assert ids(db, by, q="ad-7") == [found]


def test_notes_and_senders_are_searched_within_the_reach_of_personal_fields(db: Database, desk: Desk) -> None:
    ours, others = (make_case(db, unit_id=unit, subject="Hull i vei") for unit in (desk.unit, desk.other_unit))
    reference = reference_of(db, ours)
    note_case(db, reference=reference, note="Ringte kranføreren", deed=deed(desk.manager))
    assert ids(db, desk.manager, q="kranfører hull") == [ours]
    assert ids(db, desk.chief, q="vei") == [ours, others]
    assert ids(db, desk.chief, q="hemmeligsen") == [ours, others]
    both = standing(desk.manager.account_id, (Role.MANAGER, desk.unit), (Role.STATISTICIAN, "*"))
    assert ids(db, both, q="vei") == [ours]
    for each in (ours, others):
        assert ids(db, both, q=reference_of(db, each)) == [each]
    # A word of each: what may not be seen does not count, wherever the reference leads.
    assert ids(db, both, q=f"vei {reference_of(db, others)}") == []
    assert ids(db, both, q=f"vei {reference}") == [ours]


#: What a search language would take for more than words, and what is no word at all.
HOSTILE = (
    *(
        '"',
        '""',
        '"hull',
        'hull"lys"',
        '"' * 999,
        "*",
        "hull*",
        ":*",
        "hull:*",
        "-hull",
        "--",
        "^hull",
        "+hull",
        "%",
        "_",
    ),
    *("NEAR", "NEAR(hull lys, 2)", "hull NEAR lys", "OR", "hull OR", "AND NOT hull", "(hull", "))((", "{hull} : lys"),
    *(
        "subject:hull",
        "#1",
        ".hull",
        "hull_lys",
        "!&|<->",
        "' OR 1=1 --",
        "\\",
        "\\'",
        "$$",
        "..,,!?",
        "\u2028",
        "\x00",
    ),
    *(
        "hull\x00lys",
        "😀",
        "hull😀",
        "æ",
        "ÆØÅ",
        "å" * 200,
        "ｈｕｌｌ",
        "i\u0307",
        "a\u030a",
        "x" * 10_000,
        "hull " * 5_000,
    ),
    *("1-2-3", "+47 (900) 12 345", "(((((", "2026-000001' |", "٣٤٥٦٧", "²³"),
)


def test_whatever_is_typed_finds_cases_within_reach_or_none(db: Database, desk: Desk) -> None:
    mine, _ = (
        make_case(db, unit_id=unit, subject="Hull æ ø å: NEAR 😀 OR AND NOT hull_lys 345")
        for unit in (desk.unit, desk.other_unit)
    )
    both = standing(desk.manager.account_id, (Role.MANAGER, desk.unit), (Role.STATISTICIAN, "*"))
    assert ids(db, desk.manager, q="hull") == ids(db, both, q="NEAR") == [mine]
    for typed, by in product(HOSTILE, (desk.manager, both, desk.statistician)):
        page = list_cases(db, wanted=CaseFilter(q=typed), by=by, today=TODAY, with_total=True, with_hits=True)
        assert page.total == len(page.cases)
        assert {view.id for view in page.cases} <= (set() if by is desk.statistician else {mine})


def test_what_was_found_is_marked_in_the_subject_and_shown_from_elsewhere(db: Database, desk: Desk) -> None:
    case_id = make_case(db, unit_id=desk.unit, subject="Mørke gatelys", external_reference="X-1")
    note = "Naboen ringte <b>igjen</b> og sa at det er like mørkt, og at kranføreren ikke kommer før over helgen. " * 3
    reference = reference_of(db, case_id)
    note_case(db, reference=reference, note=note, deed=deed(desk.manager))

    def hit(by: Standing, q: str) -> CaseHit | None:
        page = list_cases(db, wanted=CaseFilter(q=q), by=by, today=TODAY, with_hits=True)
        return page.hits.get(case_id)

    found = hit(desk.manager, "lys kranfører")
    assert found is not None
    assert found.subject == [("Mørke ", False), ("gatelys", True)]
    assert (found.place, ("kranføreren", True) in found.snippet) == (Place.NOTE, True)
    assert len("".join(text for text, _ in found.snippet)) < 160
    by_reference = hit(desk.manager, "x-1")
    assert by_reference is not None
    assert (by_reference.place, by_reference.snippet) == (None, ())
    assert hit(desk.admin, "x-1") is None


def test_filters_narrow_and_combine(db: Database, desk: Desk) -> None:
    early = make_case(db, received_on=TODAY - 20 * DAY, unit_id=desk.unit, handler_id=desk.handler.account_id)
    late = make_case(db, received_on=TODAY, unit_id=desk.other_unit, stream=Stream.INTERNAL)
    bare = make_case(db, received_on=TODAY - 5 * DAY, external_reference="X-1")
    assert ids(db, desk.chief, unit="VEI og park") == [early]
    assert ids(db, desk.chief, handler=" Kari@Asker.example ") == [early]
    assert ids(db, desk.chief, without_unit=True) == [bare]
    assert ids(db, desk.chief, without_handler=True) == [late, bare]
    assert ids(db, desk.chief, stream=Stream.INTERNAL) == [late]
    assert ids(db, desk.chief, external_reference="X-1") == [bare]
    assert ids(db, desk.chief, received_from=TODAY - 5 * DAY, received_to=TODAY - DAY) == [bare]
    assert ids(db, desk.chief, due_from=TODAY + 9 * DAY, due_to=TODAY + 14 * DAY) == [late, bare]
    assert ids(db, desk.chief, unit="Skole", stream=Stream.EXTERNAL) == []


@pytest.mark.parametrize(
    ("wanted", "field", "problem"),
    [
        ({"unit": "Ingensteds"}, "unit", Problem.UNKNOWN_UNIT),
        ({"handler": "ingen@asker.example"}, "handler", Problem.UNKNOWN_HANDLER),
    ],
)
def test_a_name_that_nothing_has_is_refused_to_whoever_sees_all_and_finds_nothing_for_others(
    db: Database, desk: Desk, wanted: dict[str, str], field: str, problem: Problem
) -> None:
    make_case(db, unit_id=desk.unit)
    make_case(db)
    with pytest.raises(InvalidInput) as refused:
        ids(db, desk.chief, **wanted)
    assert [(each.field, each.problem) for each in refused.value.problems] == [(field, problem)]
    assert ids(db, desk.manager, **wanted) == []


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
