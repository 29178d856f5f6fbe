"""Two cases are linked, both tell it, and neither shows the other to whoever does not see it."""

import pytest

from dialogen.database.engine import Database
from dialogen.domain.accounts import Standing
from dialogen.domain.cases import ExclusionReason
from dialogen.domain.errors import InvalidInput, NotAllowed, NotFound, Problem
from dialogen.domain.history import Action
from dialogen.services import case_links, case_views
from tests.factories import TODAY, make_case
from tests.services.desk import Desk, case_of, deed, events_of, furnish, reference_of


@pytest.fixture
def desk(db: Database) -> Desk:
    """An office with its people."""
    return furnish(db)


def links(db: Database, reference: str, by: Standing) -> list[str]:
    """Return what a reader sees a case linked to."""
    return [each.reference for each in story(db, reference, by).links]


def story(db: Database, reference: str, by: Standing) -> case_views.CaseStory:
    """Return a case with its history and its links."""
    return case_views.tell_story(db, reference=reference, by=by, today=TODAY)


def link(db: Database, one: int, other: int, by: Standing) -> None:
    """Link two cases."""
    case_links.link_case(db, reference=reference_of(db, one), other=reference_of(db, other), deed=deed(by))


def test_a_link_stands_for_both_and_is_told_by_both(db: Database, desk: Desk) -> None:
    one, other = make_case(db, unit_id=desk.unit), make_case(db, unit_id=desk.unit, exclusion=ExclusionReason.DUPLICATE)
    noise = make_case(db, unit_id=desk.unit)
    link(db, other, one, desk.handler)
    link(db, one, other, desk.handler)  # once more changes nothing
    first, second = reference_of(db, one), reference_of(db, other)
    assert links(db, first, desk.manager) == [second]
    assert links(db, second, desk.manager) == [first]
    assert links(db, reference_of(db, noise), desk.manager) == []
    assert events_of(db, one) == [("linked", [("linked_case", None, second)])]
    assert events_of(db, other) == [("linked", [("linked_case", None, first)])]
    assert (case_of(db, one).version, case_of(db, other).version) == (2, 2)
    case_links.unlink_case(db, reference=first, other=second, deed=deed(desk.handler))
    assert links(db, second, desk.manager) == []
    assert events_of(db, other)[1:] == [("unlinked", [("linked_case", first, None)])]
    with pytest.raises(InvalidInput) as refusal:
        case_links.unlink_case(db, reference=first, other=second, deed=deed(desk.handler))
    assert refusal.value.problem is Problem.NOT_LINKED


def test_a_case_that_is_not_seen_cannot_be_told_from_none(db: Database, desk: Desk) -> None:
    one, hidden = make_case(db, unit_id=desk.unit), make_case(db, unit_id=desk.other_unit)
    link(db, one, hidden, desk.chief)
    reference = reference_of(db, one)
    for do in (case_links.link_case, case_links.unlink_case):
        for other in (reference_of(db, hidden), "2026-999999", "tull", "\x00"):
            with pytest.raises(InvalidInput) as refusal:
                do(db, reference=reference, other=other, deed=deed(desk.handler))
            assert [(each.field, each.problem) for each in refusal.value.problems] == [("other", Problem.NO_SUCH_CASE)]
            assert refusal.value.values == {"value": other}
        with pytest.raises(NotFound):
            do(db, reference=reference_of(db, hidden), other=reference, deed=deed(desk.handler))


def test_neither_links_nor_histories_name_a_case_to_whoever_does_not_see_it(db: Database, desk: Desk) -> None:
    one, hidden = make_case(db, unit_id=desk.unit), make_case(db, unit_id=desk.other_unit)
    link(db, one, hidden, desk.chief)
    reference = reference_of(db, one)
    case_links.unlink_case(db, reference=reference, other=reference_of(db, hidden), deed=deed(desk.chief))
    link(db, one, hidden, desk.chief)
    assert story(db, reference, desk.handler).history == ()
    assert links(db, reference, desk.handler) == []
    told = story(db, reference, desk.chief)
    assert [entry.action for entry in told.history] == [Action.LINKED, Action.UNLINKED, Action.LINKED]
    assert len(told.links) == 1
    assert links(db, reference, desk.admin) == [], "an administrator sees no details"
    assert links(db, reference, desk.statistician) == [reference_of(db, hidden)]


def test_linking_takes_the_right_to_work_on_the_one_and_the_sight_of_the_other(db: Database, desk: Desk) -> None:
    colleague = desk.manager.account_id
    mine, theirs = make_case(db, unit_id=desk.unit), make_case(db, unit_id=desk.unit, handler_id=colleague)
    with pytest.raises(NotAllowed):
        link(db, theirs, mine, desk.handler)
    with pytest.raises(NotAllowed):
        link(db, mine, theirs, desk.statistician)
    link(db, mine, theirs, desk.handler)
    assert links(db, reference_of(db, theirs), desk.handler) == [reference_of(db, mine)]


def test_a_case_is_not_linked_to_itself(db: Database, desk: Desk) -> None:
    one = make_case(db, unit_id=desk.unit)
    with pytest.raises(InvalidInput) as refusal:
        link(db, one, one, desk.handler)
    assert refusal.value.problem is Problem.LINK_TO_ITSELF
    assert case_of(db, one).version == 1
