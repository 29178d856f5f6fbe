"""Which of the first steps are done, by what an installation holds."""

import pytest

from dialogen.domain.first_steps import FirstStep, steps_done, steps_left

READY = {
    "units": 2,
    "units_lacking_people": 0,
    "people_without_role": 0,
    "mail_works": True,
    "rule_was_looked_at": True,
    "has_cases": True,
}


def test_nothing_is_left_when_all_is_there() -> None:
    assert steps_left(steps_done(**READY)) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lacking", "left"),
    [
        ({"units": 0}, (FirstStep.UNITS, FirstStep.PEOPLE)),
        ({"units_lacking_people": 1}, (FirstStep.PEOPLE,)),
        ({"people_without_role": 1}, (FirstStep.PEOPLE,)),
        ({"mail_works": False}, (FirstStep.MAIL,)),
        ({"rule_was_looked_at": False}, (FirstStep.RULE,)),
        ({"has_cases": False}, (FirstStep.CASES,)),
    ],
)
def test_what_lacks_leaves_its_step(lacking: dict[str, int], left: tuple[FirstStep, ...]) -> None:
    assert steps_left(steps_done(**{**READY, **lacking})) == left  # type: ignore[arg-type]
