"""Dates, weeks and numbers as each of the three languages writes them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from dialogen import notation
from dialogen.domain.languages import Language
from dialogen.languages import LOCALES, gettext, ngettext, of_locale, present, reading

NB, NN, EN = Language
FRIDAY = date(2026, 2, 6)
SPACE = "\N{NO-BREAK SPACE}"


def test_without_a_reader_it_is_bokmaal() -> None:
    assert present() is NB


def test_a_language_told_holds_until_it_is_told_no_longer() -> None:
    with reading(EN):
        with reading(NN):
            assert present() is NN
        assert present() is EN
    assert present() is NB


@pytest.mark.parametrize("language", Language)
def test_babel_is_asked_by_a_name_that_knows_the_country(language: Language) -> None:
    """With nb and nn alone weeks are counted wrongly, with en alone dates begin with the month."""
    assert LOCALES[language] in ("nb_NO", "nn_NO", "en_GB")
    assert of_locale(LOCALES[language]) is language


@pytest.mark.parametrize(
    ("language", "short", "long", "weekday", "month"),
    [
        (NB, "06.02.2026", "6. februar 2026", "fredag 6. februar 2026", "februar 2026"),
        (NN, "06.02.2026", "6. februar 2026", "fredag 6. februar 2026", "februar 2026"),
        (EN, "06/02/2026", "6 February 2026", "Friday 6 February 2026", "February 2026"),
    ],
)
def test_a_date_is_written_as_the_language_does(
    language: Language, short: str, long: str, weekday: str, month: str
) -> None:
    with reading(language):
        assert notation.short_day(FRIDAY) == short
        assert notation.long_day(FRIDAY) == long
        assert notation.weekday(FRIDAY) == weekday
        assert notation.month(FRIDAY) == month


@pytest.mark.parametrize(
    ("language", "days"),
    [
        (NB, "mandag tirsdag onsdag torsdag fredag lørdag søndag"),
        (NN, "måndag tysdag onsdag torsdag fredag laurdag søndag"),
        (EN, "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    ],
)
def test_the_days_of_the_week_have_the_names_of_the_language(language: Language, days: str) -> None:
    monday = date(2026, 2, 2)
    with reading(language):
        named = [notation.weekday(monday + timedelta(days=ahead)).split()[0] for ahead in range(7)]
        assert [gettext("lørdag"), gettext("søndag")] == named[5:]
    assert named == days.split()


@pytest.mark.parametrize(("language", "word"), [(NB, "uke"), (NN, "veke"), (EN, "week")])
def test_a_week_is_the_one_of_iso_8601_in_every_language(language: Language, word: str) -> None:
    days = [date(2024, 1, 1) + timedelta(days=ahead) for ahead in range(6 * 366)]
    with reading(language):
        assert [notation.week(day) for day in days] == [f"{word} {day.isocalendar().week}" for day in days]


@pytest.mark.parametrize(
    ("language", "moment"),
    [(NB, "06.02.2026 kl. 13.05"), (NN, "06.02.2026 kl. 13.05"), (EN, "06/02/2026 at 13:05")],
)
def test_an_instant_is_written_in_the_office_s_time_zone(language: Language, moment: str) -> None:
    with reading(language):
        assert notation.moment(datetime(2026, 2, 6, 12, 5, tzinfo=UTC), ZoneInfo("Europe/Oslo")) == moment


@pytest.mark.parametrize(
    ("language", "count", "decimals", "percent"),
    [
        (NB, f"1{SPACE}234{SPACE}567", f"1{SPACE}234,50", f"99,34{SPACE}%"),
        (NN, f"1{SPACE}234{SPACE}567", f"1{SPACE}234,50", f"99,34{SPACE}%"),
        (EN, "1,234,567", "1,234.50", "99.34%"),
    ],
)
def test_a_number_is_written_as_the_language_does(language: Language, count: str, decimals: str, percent: str) -> None:
    with reading(language):
        assert notation.count(1234567) == count
        assert notation.decimals(Decimal("1234.5")) == decimals
        assert notation.percent(Decimal("99.34")) == percent


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [(NB, "om 1 dag", f"om 1{SPACE}000 dager"), (NN, "om 1 dag", f"om 1{SPACE}000 dagar"), (EN, "1 day", "1,000 days")],
)
def test_a_number_of_things_has_its_noun(language: Language, one: str, many: str) -> None:
    with reading(language):
        assert one in ngettext("om %(num)s dag", "om %(num)s dager", 1)
        assert many in ngettext("om %(num)s dag", "om %(num)s dager", 1000)
