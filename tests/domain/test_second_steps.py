"""Codes of the second step: what can be one, how it is shown, and which moments it is good for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogen.domain.second_steps import (
    ALPHABET,
    RECOVERY_SIGNS,
    as_code,
    as_recovery_code,
    in_groups,
    step_at,
    steps_around,
)

CODE = "0123456789abcdefghjkmnpq"


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "123\u00a0456"])
def test_a_code_may_be_typed_with_spaces(typed: str) -> None:
    assert as_code(typed) == "123456"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "１２３４５６", "-12345", "12.456", "\ud800"])
def test_what_is_not_six_digits_is_no_code(typed: str) -> None:
    assert as_code(typed) is None


@pytest.mark.parametrize(
    "typed",
    [CODE, CODE.upper(), in_groups(CODE), in_groups(CODE, between=" "), "O123456789ABCDEFGHJKMNPQ", f" {CODE}\n"],
)
def test_a_recovery_code_may_be_typed_in_several_ways(typed: str) -> None:
    assert as_recovery_code(typed) == CODE


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    assert as_recovery_code("oOiIlL" * 4) == "001111" * 4


@pytest.mark.parametrize(
    "typed", ["", "123456", CODE[:-1], CODE + "r", CODE[:-1] + "u", CODE[:-1] + "æ", "\ud800" * 24]
)
def test_what_cannot_be_a_recovery_code_is_none(typed: str) -> None:
    assert as_recovery_code(typed) is None


@given(st.text(alphabet=ALPHABET, min_size=RECOVERY_SIGNS, max_size=RECOVERY_SIGNS))
def test_a_recovery_code_is_read_back_as_it_was_shown(code: str) -> None:
    assert as_recovery_code(in_groups(code)) == code
    assert as_code(in_groups(code)) is None


@given(st.text())
def test_whatever_is_typed_is_read_as_one_of_the_two_at_most(typed: str) -> None:
    assert as_code(typed) is None or as_recovery_code(typed) is None


def test_a_step_lasts_thirty_seconds() -> None:
    start = datetime(2026, 2, 11, 5, 30, tzinfo=UTC)
    assert {step_at(start + timedelta(seconds=seconds)) for seconds in range(30)} == {step_at(start)}
    assert step_at(start + timedelta(seconds=30)) == step_at(start) + 1
    assert list(steps_around(start)) == [step_at(start) - 1, step_at(start), step_at(start) + 1]
