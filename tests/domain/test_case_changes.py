"""A change mentions the fields it is about; taking something away is not the same as saying nothing of it."""

import pytest

from dialogen.domain.case_changes import PLACEMENT, REASON_DEMANDED, CaseChanges
from dialogen.domain.cases import Stream


@pytest.mark.parametrize(
    ("changes", "mentioned"),
    [
        (CaseChanges(), set()),
        (CaseChanges(handler=None), {"handler"}),
        (CaseChanges(unit="Skole", stream=Stream.INTERNAL), {"unit", "stream"}),
    ],
)
def test_a_field_is_mentioned_when_it_is_to_become_something_or_nothing(
    changes: CaseChanges, mentioned: set[str]
) -> None:
    assert changes.mentioned == mentioned


def test_the_fields_that_the_figure_depends_on_demand_a_reason_and_the_placement_does_not() -> None:
    assert {"stream", "received_on", "answered_on"} == REASON_DEMANDED
    assert not REASON_DEMANDED & PLACEMENT
