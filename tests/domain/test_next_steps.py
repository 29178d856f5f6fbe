"""The one thing to do next with a case."""

from itertools import product

import pytest

from dialogen.domain.cases import Condition
from dialogen.domain.next_steps import NextStep, next_step

ALL = (False, True)


@pytest.mark.parametrize(
    ("has_unit", "has_handler", "may_assign", "step"),
    [
        (True, True, True, NextStep.ANSWER),
        (False, True, True, NextStep.ANSWER),
        (True, False, True, NextStep.ASSIGN),
        (False, False, True, NextStep.PLACE),
        (True, False, False, NextStep.ANSWER),
    ],
)
def test_an_open_case_is_placed_then_given_to_somebody_then_answered(
    has_unit: bool, has_handler: bool, may_assign: bool, step: NextStep
) -> None:
    asked = {"has_unit": has_unit, "has_handler": has_handler, "may_assign": may_assign}
    assert next_step(condition=Condition.OPEN, may_work=True, **asked) is step


@pytest.mark.parametrize("condition", Condition)
def test_what_waits_for_the_reader_s_decision_comes_first(condition: Condition) -> None:
    for unit, handler, work, assign in product(ALL, repeat=4):
        step = next_step(
            condition=condition, has_unit=unit, has_handler=handler, may_work=work, may_assign=assign, may_decide=True
        )
        assert step is NextStep.DECIDE


def test_nothing_is_next_without_the_right_to_it_or_when_nothing_is_awaited() -> None:
    for unit, handler in product(ALL, repeat=2):
        asked = {"has_unit": unit, "has_handler": handler}
        assert next_step(condition=Condition.OPEN, may_work=False, may_assign=False, **asked) is None
        for condition in (Condition.ANSWERED, Condition.EXCLUDED):
            assert next_step(condition=condition, may_work=True, may_assign=True, **asked) is None
    assert (
        next_step(condition=Condition.OPEN, has_unit=True, has_handler=True, may_work=False, may_assign=True) is None
    ), "an administrator assigns, and answers nothing"
