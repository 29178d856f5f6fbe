"""A log line tells where a fault happened and of what kind it was, and not a word of what somebody wrote."""

import io
import logging
import sqlite3
import sys

import pytest

from dialogen import log_lines
from dialogen.domain.national_ids import WITHHELD, without_national_ids
from tests.national_ids import MADE_UP


def fail() -> None:
    """Raise what a driver raises, from what a parser raises."""
    try:
        int("Hemmelig Nordmann")
    except ValueError as error:
        raise sqlite3.IntegrityError("failing row contains (Hemmelig Nordmann)") from error


@pytest.fixture
def heard() -> io.StringIO:
    """What a log with the product's lines has heard."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(log_lines.WithoutWords(without_national_ids))
    logger = logging.getLogger("tests.heard")
    logger.handlers, logger.propagate = [handler], False
    return stream


def test_a_fault_is_told_by_its_kinds_and_places_and_no_word_of_it() -> None:
    with pytest.raises(sqlite3.IntegrityError) as caught:
        fail()
    told = log_lines.fault(caught.value)
    assert told.index("builtins.ValueError") < told.index("sqlite3.IntegrityError")
    assert "in fail" in told
    assert "Nordmann" not in told.replace('int("Hemmelig Nordmann")', "").replace("(Hemmelig Nordmann)", "")


def test_the_code_of_a_database_is_told() -> None:
    with pytest.raises(sqlite3.OperationalError) as caught:
        sqlite3.connect(":memory:").execute("SELECT * FROM nothing")
    assert log_lines.fault(caught.value).endswith("sqlite3.OperationalError sqlite_errorname SQLITE_ERROR")


def test_an_exception_that_others_log_is_told_without_its_words(heard: io.StringIO) -> None:
    said = "Ola " + "Nordmann"
    try:
        raise ValueError(said)
    except ValueError:
        logging.getLogger("tests.heard").exception("a job failed")
    assert "a job failed" in heard.getvalue()
    assert "builtins.ValueError" in heard.getvalue()
    assert said not in heard.getvalue()


def test_what_another_handler_made_of_an_exception_is_not_repeated(heard: io.StringIO) -> None:
    said = "Ola " + "Nordmann"
    record = logging.LogRecord("x", logging.ERROR, "x", 1, "failed", (), None)
    try:
        raise ValueError(said)
    except ValueError:
        record.exc_info = sys.exc_info()
    logging.Formatter().format(record)
    logging.getLogger("tests.heard").handle(record)
    assert said not in heard.getvalue()


def test_no_line_holds_a_national_identity_number(heard: io.StringIO) -> None:
    logging.getLogger("tests.heard").warning("cannot use %s", MADE_UP)
    assert MADE_UP not in heard.getvalue()
    assert WITHHELD in heard.getvalue()


def test_the_server_tells_no_address_that_it_could_not_answer() -> None:
    record = logging.LogRecord("waitress", logging.ERROR, "x", 1, "Exception while serving /sign-in/link/s", (), None)
    assert log_lines.without_address(record)
    assert "/sign-in" not in record.getMessage()


def test_a_fault_that_goes_round_in_circles_is_told_once() -> None:
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert log_lines.fault(first) == "builtins.KeyError\nbuiltins.ValueError"
