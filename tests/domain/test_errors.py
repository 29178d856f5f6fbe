"""Refusals carry a problem and its values; the sentence is made from them."""

import pytest

from dialogen.domain.errors import DialogenError, FieldProblem, InvalidInput, NeedsSecondPerson, NotAllowed, Problem


def test_a_refusal_fills_its_sentence_from_its_values() -> None:
    refusal = DialogenError(Problem.UNKNOWN_UNIT, value="Skole")
    assert str(refusal) == "there is no unit Skole"
    assert (refusal.problem, refusal.values) == (Problem.UNKNOWN_UNIT, {"value": "Skole"})


def test_a_value_with_braces_in_it_is_left_as_it_is() -> None:
    assert str(DialogenError(Problem.UNKNOWN_UNIT, value="{least} {0} {}")) == "there is no unit {least} {0} {}"


def test_bad_input_names_every_field_and_what_is_wrong_with_it() -> None:
    refusal = InvalidInput(
        [FieldProblem("subject", Problem.REQUIRED), FieldProblem("text", Problem.TOO_LONG, {"most": 5})]
    )
    assert str(refusal) == "subject: is required; text: is too long: at most 5 characters"
    assert refusal.problem is Problem.REQUIRED


def test_the_want_of_a_second_person_is_a_want_of_permission() -> None:
    with pytest.raises(NotAllowed):
        raise NeedsSecondPerson(Problem.NEEDS_SECOND_PERSON)


def test_no_two_problems_share_a_sentence() -> None:
    assert len(Problem.__members__) == len(list(Problem))
