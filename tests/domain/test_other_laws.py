"""The deadlines of other laws, and the guess at which of them an inquiry falls under."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogen.domain.deadlines import Calendar
from dialogen.domain.other_laws import Law, due_by, guessed

EASTER = {date(2026, 4, 2): "", date(2026, 4, 3): "", date(2026, 4, 6): ""}
CALENDAR = Calendar(1901, 2100, EASTER)


@pytest.mark.parametrize(
    ("law", "received_on", "due"),
    [
        (Law.OFFENTLEGLOVA, date(2026, 2, 11), date(2026, 2, 18)),  # a Wednesday: the next one
        (Law.OFFENTLEGLOVA, date(2026, 2, 14), date(2026, 2, 20)),  # a Saturday: Monday is the first of five
        (Law.OFFENTLEGLOVA, date(2026, 3, 31), date(2026, 4, 10)),  # Easter lies between
        (Law.OFFENTLEGLOVA, date(1900, 6, 1), None),  # before the public holidays that are known
        (Law.GDPR, date(2026, 2, 11), date(2026, 3, 11)),
        (Law.GDPR, date(2026, 1, 31), date(2026, 2, 28)),
        (Law.GDPR, date(2024, 1, 31), date(2024, 2, 29)),
        (Law.GDPR, date(2026, 12, 15), date(2027, 1, 15)),
    ],
)
def test_the_law_s_last_day(law: Law, received_on: date, due: date | None) -> None:
    assert due_by(law, received_on, CALENDAR) == due


@given(st.dates(date(1901, 1, 1), date(2100, 11, 30)))
def test_five_working_days_are_five_days_on_which_the_office_is_open(received_on: date) -> None:
    due = due_by(Law.OFFENTLEGLOVA, received_on, CALENDAR)
    assert due is not None
    days = [received_on + timedelta(days=number) for number in range(1, (due - received_on).days + 1)]
    assert len([day for day in days if CALENDAR.is_working_day(day)]) == 5
    assert CALENDAR.is_working_day(due)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_month_is_never_longer_than_to_the_same_number_of_the_next(received_on: date) -> None:
    due = due_by(Law.GDPR, received_on, CALENDAR)
    assert due is not None
    assert 28 <= (due - received_on).days <= 31
    assert due.day <= received_on.day


@pytest.mark.parametrize(
    ("written", "law"),
    [
        ("Innsynskrav i byggesaken", Law.OFFENTLEGLOVA),
        ("Jeg ber om  innsyn\ni postlisten etter OFFENTLEGLOVA", Law.OFFENTLEGLOVA),
        ("Eg krev innsyn i dokumenta", Law.OFFENTLEGLOVA),
        ("Hvilke personopplysninger om meg har dere?", Law.GDPR),
        ("Innsyn i dokumenter med mine personopplysninger", Law.GDPR),
        ("Please send me my personal data", Law.GDPR),
        ("Gatelyset er ute. Det er ikke innsyn fra veien.", None),
        ("", None),
        (None, None),
    ],
)
def test_words_point_to_a_law(written: str | None, law: Law | None) -> None:
    assert guessed(written) is law
    assert guessed("Hei", written) is law
