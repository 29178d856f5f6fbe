"""How the forms read what people write."""

from datetime import date

import pytest
from flask import Flask

from dialogen.domain.errors import InvalidInput, Problem
from dialogen.web.forms import read_day
from dialogen.web.forms_accounts import PasswordForm


@pytest.mark.parametrize(
    "text", ["11.02.2026", "11.2.2026", " 11.02.2026 ", "11/2/2026", "11-02-2026", "2026-02-11", "11022026"]
)
def test_a_date_is_read_in_the_ways_people_write_it(text: str) -> None:
    assert read_day(text) == date(2026, 2, 11)


@pytest.mark.parametrize("text", ["", "30.02.2026", "11.02.26", "2026-2-11", "i går", "١١.٠٢.٢٠٢٦", "11.02.20261", "0"])
def test_what_is_no_date_is_not_guessed_at(text: str) -> None:
    assert read_day(text) is None


def test_a_refusal_of_a_field_that_the_form_does_not_have_is_told_at_the_top(bare: Flask) -> None:
    with bare.test_request_context():
        form = PasswordForm()
        assert form.refuse(InvalidInput.of("received_on", Problem.REQUIRED)) == 422
        assert form.shown_errors == [(None, "Mottatt: Må fylles ut.")]
