"""What waits for a second person: for whom it is listed and counted, a page at a time."""

from functools import partial
from typing import Any

import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role, Standing
from dialogen.domain.errors import InvalidInput, NotFound, Problem
from dialogen.services import four_eyes
from dialogen.services.case_views import CaseView, show_case
from tests.factories import TODAY, make_account, standing
from tests.services.deciding import (
    approve,
    exclude,
    missed,
    refused,
)
from tests.services.desk import Desk, furnish


@pytest.fixture
def desk(db: Database) -> Desk:
    """The office."""
    return furnish(db)


def to_decide(db: Database, by: Standing, **more: Any) -> tuple[CaseView, ...]:
    """Return what waits for somebody's decision."""
    return four_eyes.list_waiting(db, by=by, today=TODAY, whose=four_eyes.Whose.TO_DECIDE, **more).cases


def own(db: Database, by: Standing) -> tuple[CaseView, ...]:
    """Return somebody's own proposals that wait."""
    return four_eyes.list_waiting(db, by=by, today=TODAY, whose=four_eyes.Whose.OWN).cases


@pytest.mark.parametrize("where", ["-", "other"])
def test_a_statistician_decides_in_units_whose_cases_they_do_not_read(db: Database, desk: Desk, where: str) -> None:
    place: int | str = desk.other_unit if where == "other" else "-"
    counter = standing(make_account(db), (Role.STATISTICIAN, place))
    _, reference = missed(db, desk, subject="Mørkt gatelys")
    exclude(db, reference, desk.handler)
    refused(lambda: show_case(db, reference=reference, by=counter, today=TODAY), NotFound, Problem.NO_SUCH_CASE)
    view = four_eyes.show_waiting(db, reference=reference, by=counter, today=TODAY)
    assert view.pending is not None
    assert (view.pending.may_approve, view.pending.reason, view.personal, view.stream) == (True, None, None, None)
    assert [each.reference for each in to_decide(db, counter)] == [reference]
    assert approve(db, reference, counter).pending is None
    refused(lambda: approve(db, reference, counter), NotFound, Problem.NO_SUCH_CASE)
    again = partial(four_eyes.show_waiting, db, reference=reference, by=counter, today=TODAY)
    refused(again, NotFound, Problem.NO_SUCH_CASE)


def test_what_waits_is_listed_for_those_who_can_decide_and_for_who_proposed(db: Database, desk: Desk) -> None:
    proposals = []
    for unit_id, by in ((desk.unit, desk.handler), (desk.unit, desk.manager), (desk.other_unit, desk.chief)):
        _, reference = missed(db, desk, unit_id=unit_id)
        exclude(db, reference, by)
        proposals.append(reference)
    kari, leder, sjef = proposals
    readers: tuple[tuple[Standing, list[str], list[str]], ...] = (
        (desk.handler, [], [kari]),
        (desk.manager, [kari], [leder]),
        (desk.chief, [kari, leder], [sjef]),
        (desk.statistician, [kari, leder, sjef], []),
        (desk.admin, [], []),
    )
    for by, waiting, proposed in readers:
        assert [view.reference for view in to_decide(db, by)] == waiting
        assert all(view.pending and view.pending.may_approve for view in to_decide(db, by))
        assert [view.reference for view in own(db, by)] == proposed
    approve(db, kari, desk.manager)
    assert not to_decide(db, desk.manager)


def test_what_waits_is_listed_a_page_at_a_time_oldest_proposal_first(db: Database, desk: Desk) -> None:
    references = [missed(db, desk)[1] for _ in range(5)]
    for reference in reversed(references):
        exclude(db, reference, desk.handler)
    found, cursor = [], None
    while True:
        page = four_eyes.list_waiting(
            db, by=desk.manager, today=TODAY, whose=four_eyes.Whose.TO_DECIDE, limit=2, cursor=cursor
        )
        found.append([view.reference for view in page.cases])
        cursor = page.cursor
        if cursor is None:
            break
    assert found == [references[4:2:-1], references[2:0:-1], references[:1]]


@pytest.mark.parametrize("cursor", ["", "x", "æ", "b3duIDE", "dG9fZGVjaWRlIC0x", "dG9fZGVjaWRlIHg", "W10"])
def test_a_cursor_that_no_list_gave_is_refused(db: Database, desk: Desk, cursor: str) -> None:
    if cursor == "":
        assert to_decide(db, desk.manager, cursor=cursor) == ()
        return
    refused(lambda: to_decide(db, desk.manager, cursor=cursor), InvalidInput, Problem.BAD_CURSOR)
