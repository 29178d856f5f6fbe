"""The office's calendar: Norway's public holidays, local closed days, and the years it knows."""

from datetime import date, timedelta

import pytest

from dialogen.calendar import FIRST_YEAR, LAST_YEAR, office_calendar
from dialogen.domain.errors import InvalidInput, Problem

OFFICE = office_calendar({})

HOLIDAYS_2026 = {
    date(2026, 1, 1): "Første nyttårsdag",
    date(2026, 4, 2): "Skjærtorsdag",
    date(2026, 4, 3): "Langfredag",
    date(2026, 4, 5): "Første påskedag",
    date(2026, 4, 6): "Andre påskedag",
    date(2026, 5, 1): "Arbeidernes dag",
    date(2026, 5, 14): "Kristi himmelfartsdag",
    date(2026, 5, 17): "Grunnlovsdag",
    date(2026, 5, 24): "Første pinsedag",
    date(2026, 5, 25): "Andre pinsedag",
    date(2026, 12, 25): "Første juledag",
    date(2026, 12, 26): "Andre juledag",
}


def test_the_holidays_of_a_year_are_norways_with_norwegian_names() -> None:
    named = {day: OFFICE.closed[day] for day in OFFICE.closed if day.year == 2026}
    assert named == HOLIDAYS_2026


def test_a_working_day_is_neither_a_weekend_nor_a_public_holiday() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    expected = [day for day in days if day.weekday() < 5 and day not in HOLIDAYS_2026]
    assert [day for day in days if OFFICE.is_working_day(day)] == expected


@pytest.mark.parametrize("day", [date(2025, 12, 24), date(2025, 12, 31), date(2026, 12, 24), date(2026, 12, 31)])
def test_christmas_eve_and_new_years_eve_are_working_days(day: date) -> None:
    assert OFFICE.is_working_day(day)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2021, 5, 17), "Grunnlovsdag"),
        (date(2024, 3, 29), "Langfredag"),
        (date(2038, 4, 26), "Andre påskedag"),  # the latest Easter Monday there can be
        (date(2027, 5, 17), "Andre pinsedag; Grunnlovsdag"),  # two holidays on one date
    ],
)
def test_movable_and_coinciding_holidays_are_closed(day: date, name: str) -> None:
    assert not OFFICE.is_working_day(day)
    assert OFFICE.closed[day] == name


def test_a_local_closed_day_is_closed_under_its_own_name_and_only_in_its_own_calendar() -> None:
    local = office_calendar({date(2026, 12, 24): "Julaften (rådhuset stengt)", date(2026, 5, 1): "Flyttedag"})
    assert not local.is_working_day(date(2026, 12, 24))
    assert local.closed[date(2026, 12, 24)] == "Julaften (rådhuset stengt)"
    assert local.closed[date(2026, 5, 1)] == "Flyttedag"
    assert OFFICE.is_working_day(date(2026, 12, 24))


def test_an_ordinary_day_has_no_name() -> None:
    assert OFFICE.closed.get(date(2026, 2, 6)) is None
    assert date(2026, 2, 7) not in OFFICE.closed  # a Saturday is closed, but has no name


def test_the_closed_days_are_all_listed_in_order_whatever_was_asked_before() -> None:
    listed = list(office_calendar({date(2026, 2, 6): "Planleggingsdag"}).closed)
    assert listed == sorted(listed)
    assert listed[0] == date(FIRST_YEAR, 1, 1)
    assert {day.year for day in listed} == set(range(FIRST_YEAR, LAST_YEAR + 1))
    assert len(OFFICE.closed) == len(listed) - 1


@pytest.mark.parametrize("day", [date(1901, 1, 2), date(2100, 12, 31)])
def test_the_first_and_the_last_year_are_known(day: date) -> None:
    assert OFFICE.is_working_day(day)


@pytest.mark.parametrize("day", [date(1900, 12, 31), date(2101, 1, 3), date(1814, 5, 17), date.max])
def test_a_date_outside_the_known_years_fails_loudly(day: date) -> None:
    with pytest.raises(InvalidInput, match="1901 to 2100") as refusal:
        OFFICE.is_working_day(day)
    assert refusal.value.problem is Problem.BEYOND_CALENDAR
