"""What each deed is about, and what of others' deeds stands in its way."""

import pytest

from dialogen.domain.case_changes import CaseChanges
from dialogen.domain.cases import Step
from dialogen.domain.history import Action
from dialogen.domain.meanwhile import EVERYTHING, NOTHING, Part, about, is_in_the_way, parts_of, touched

CORRECTED, NOTED, ANSWERED = Action.CORRECTED, Action.NOTED, Action.ANSWERED


@pytest.mark.parametrize(
    ("mine", "action", "fields", "stands"),
    [
        ({"subject"}, CORRECTED, ["text"], False),
        ({"subject"}, CORRECTED, ["text", "subject"], True),
        ({"subject"}, NOTED, [], False),
        ({"sender_name"}, CORRECTED, ["sender_phone"], True),
        ({"received_on"}, CORRECTED, ["stream"], True),
        ({"received_on"}, Action.EXTENDED, ["extended_to"], True),
        ({"received_on"}, Action.PROPOSED, ["exclusion"], True),
        ({"handler"}, Action.HANDED_OVER, ["unit", "handler"], True),
        ({"handler"}, ANSWERED, ["answered_on"], False),
        ({"channel"}, CORRECTED, ["kind"], False),
        ({"text"}, Action.DISPOSED, ["keepsake"], True),
        ({"handler"}, Action.DISPOSED, ["keepsake"], False),
        (set(), CORRECTED, ["subject", "received_on"], False),
    ],
)
def test_what_does_not_touch_the_same_part_does_not_stand_in_the_way(
    mine: set[str], action: Action, fields: list[str], stands: bool
) -> None:
    assert is_in_the_way(parts_of(mine), [(NOTED, []), (action, fields)]) is stands


@pytest.mark.parametrize(
    ("step", "action", "fields", "stands"),
    [
        (Step.NOTE, NOTED, [], False),
        (Step.NOTE, ANSWERED, ["answered_on"], False),
        (Step.ANSWER, NOTED, [], False),
        (Step.ANSWER, ANSWERED, ["answered_on"], True),
        (Step.ANSWER, Action.ASSIGNED, ["handler"], True),
        (Step.ANSWER, CORRECTED, ["subject"], False),
        (Step.EXTEND, Action.EXTENDED, ["extended_to"], True),
        (Step.EXCLUDE, Action.EXCLUDED, ["exclusion"], True),
        (Step.INCLUDE, Action.INCLUDED, ["exclusion"], True),
        (Step.INTERIM_REPLY, Action.INTERIM_REPLY, ["replied_on"], True),
        (Step.INTERIM_REPLY, Action.ASSIGNED, ["handler"], False),
    ],
)
def test_a_deed_is_about_what_it_decides(step: Step, action: Action, fields: list[str], stands: bool) -> None:
    assert is_in_the_way(about(step), [(action, fields)]) is stands


def test_what_nobody_has_thought_of_touches_everything() -> None:
    assert parts_of({"subject", "something new"}) == EVERYTHING
    assert touched(CORRECTED, ["something new"]) == EVERYTHING
    assert touched(Action.CORRECTED, []) == EVERYTHING
    assert about(Step.CORRECT) == EVERYTHING
    assert about(Step.NOTE) == parts_of(()) == NOTHING


def test_every_field_that_can_be_changed_belongs_to_one_part() -> None:
    for field in CaseChanges.__dataclass_fields__:
        assert len(parts_of({field})) == 1, f"{field} would stand in everybody's way"
    assert Part.LINKS in EVERYTHING
