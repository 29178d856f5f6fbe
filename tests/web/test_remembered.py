"""Parts of pages that are made once for what they show."""

import pytest
from flask import Flask
from jinja2.runtime import Macro

from dialogen.database.engine import Database
from dialogen.database.models import Case
from dialogen.domain.accounts import Role
from dialogen.domain.languages import Language
from dialogen.languages import reading
from dialogen.web.remembered import remembered
from tests.factories import make_case, make_unit
from tests.web.conftest import SignIn


@pytest.fixture
def macro(app: Flask) -> Macro:
    """A macro that shows a value, a word and an address."""
    text = "{% macro part(value) %}{{ value }} {{ _('Virksomhet') }} {{ url_for('cases.list') }}{% endmacro %}"
    made: Macro = app.jinja_env.from_string(text).module.part  # type: ignore[attr-defined]
    return made


def test_the_same_values_make_a_part_once_and_other_values_another(app: Flask, macro: Macro) -> None:
    with app.test_request_context():
        first = remembered(macro, "<1>")
        assert first == "&lt;1&gt; Virksomhet /cases"
        assert remembered(macro, "<1>") is first
        assert remembered(macro, "<2>") == "&lt;2&gt; Virksomhet /cases"


def test_each_language_and_each_place_of_the_application_has_its_own(app: Flask, macro: Macro) -> None:
    with app.test_request_context():
        assert remembered(macro, 1) == "1 Virksomhet /cases"
        with reading(Language.ENGLISH):
            assert remembered(macro, 1) == "1 Unit /cases"
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": "/dialogen"}):
        assert remembered(macro, 1) == "1 Virksomhet /dialogen/cases"


def test_a_row_of_the_list_is_new_when_its_case_is(db: Database, signed_in: SignIn) -> None:
    unit = make_unit(db, "Vei")
    case_id = make_case(db, unit_id=unit)
    reader = signed_in((Role.MANAGER, unit))
    assert "Vei" in reader.get("/cases").text
    with db.writing() as session:
        case = session.get_one(Case, case_id)
        case.source, case.external_reference = "portalen", "X-47"
    assert "X-47" in reader.get("/cases").text
    assert "X-47" in reader.get("/").text
