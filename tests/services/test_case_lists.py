"""Lists of cases: filters that agree with the domain, reach that no filter widens, and pages that lose nothing."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from dialogen.database.cases import SEVERAL_UNITS
from dialogen.database.engine import Database
from dialogen.domain.accounts import Role, Standing
from dialogen.domain.case_changes import CaseFilter
from dialogen.domain.case_lists import Order
from dialogen.domain.cases import ExclusionReason, Stream
from dialogen.domain.deadlines import OPEN_STATES, State
from dialogen.domain.errors import InvalidInput, Problem
from dialogen.services.case_hits import CaseHit, Place
from dialogen.services.case_lists import count_open, list_cases
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


@pytest.mark.parametrize("role", [Role.HANDLER, Role.MANAGER, Role.ADMIN])
def test_reach_over_several_units_finds_their_open_cases_in_every_order(db: Database, desk: Desk, role: Role) -> None:
    units = [make_unit(db, f"Virksomhet {number}") for number in range(SEVERAL_UNITS)]
    ours = [make_case(db, unit_id=unit, received_on=TODAY - day * DAY) for day, unit in enumerate(units)]
    me = make_account(db, roles=tuple((role, unit) for unit in units))
    ours += [make_case(db, unit_id=units[0], handler_id=me)]
    own = make_case(db, unit_id=desk.other_unit, handler_id=me)
    make_case(db, unit_id=desk.other_unit)
    make_case(db, unit_id=units[0], answered_on=TODAY)
    by = standing(me, *((role, unit) for unit in units))
    reached = sorted(ours if role is Role.ADMIN else [*ours, own])
    for order in Order:
        page = list_cases(db, wanted=CaseFilter(states=OPEN_STATES), by=by, today=TODAY, order=order, with_total=True)
        assert (sorted(case.id for case in page.cases), page.total) == (reached, len(reached))
    assert sum(count_open(db, by=by, today=TODAY).values()) == len(reached)


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
    assert found.subject == (("Mørke ", False), ("gatelys", True))
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
