"""The listener that stands behind every test does hear what should not be told."""

import logging

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from dialogen.database.engine import Database
from dialogen.database.models import Case, CasePersonal
from tests.factories import PERSONAL, make_case
from tests.leaks import HEARD

SAID = PERSONAL["sender_name"]


def heard() -> list[str]:
    """Return what was found, and let this test off."""
    found = list(HEARD.found())
    HEARD.forget()
    return found


def test_a_log_line_that_holds_a_personal_value_is_found(db: Database) -> None:
    make_case(db)
    logging.getLogger("dialogen.somewhere").debug("case of %s", SAID)
    assert heard() == [f"{SAID!r} stands in the log: dialogen.somewhere: case of {SAID}"]


def test_an_exception_whose_words_hold_one_is_found(db: Database) -> None:
    make_case(db)
    try:
        raise ValueError(SAID)
    except ValueError:
        logging.getLogger("apscheduler").exception("a job failed")
    assert len(heard()) == 1


def test_a_letter_that_holds_one_is_found(db: Database) -> None:
    make_case(db)
    HEARD.letters.append(f"Henvendelsen fra {SAID} har frist i dag")
    assert len(heard()) == 1


def test_nothing_is_found_where_nothing_was_told(db: Database) -> None:
    case_id = make_case(db, subject="Hull i veien")
    logging.getLogger("dialogen.somewhere").info("case %s", case_id)
    assert {"Hull i veien", SAID} <= HEARD.values
    assert not heard()


def test_neither_statements_nor_rows_are_logged_whatever_is_asked_for(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    case_id = make_case(db)
    anew = create_engine(db.engine.url, hide_parameters=True)
    with caplog.at_level(logging.DEBUG), Session(anew) as session:
        assert session.get_one(Case, case_id).id == case_id
        assert session.get_one(CasePersonal, case_id).sender_name == SAID
    anew.dispose()
    assert SAID not in caplog.text
    assert "SELECT" not in caplog.text
