"""Builds the domain's Calendar from the holidays package and the office's own closed days."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from holidays import country_holidays

from dialogen.domain.deadlines import Calendar

# The package silently knows no holidays outside these years, so the calendar states them and fails loudly beyond.
FIRST_YEAR, LAST_YEAR = 1901, 2100


@cache
def _public_holidays(year: int) -> dict[date, str]:
    # The package's own object fills itself while it is asked, and marks the year as known before it is: two threads
    # that shared one could take a holiday for a working day. So each year becomes a finished dictionary.
    # With any other language code than "no" the names silently become English.
    return dict(country_holidays("NO", years=year, language="no"))


class _ClosedDays(Mapping[date, str]):
    """Norway's public holidays, worked out year by year as they are asked for, and local closed days."""

    def __init__(self, local: Mapping[date, str]) -> None:
        self._local = dict(local)

    def __getitem__(self, day: date) -> str:
        return self._local[day] if day in self._local else _public_holidays(day.year)[day]

    def __iter__(self) -> Iterator[date]:
        public = (day for year in range(FIRST_YEAR, LAST_YEAR + 1) for day in _public_holidays(year))
        return iter(sorted({*self._local, *public}))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def office_calendar(local_closed_days: Mapping[date, str]) -> Calendar:
    """Return the calendar of public holidays in Norway, 1901 to 2100, and the given local closed days by name.

    24 and 31 December are not public holidays; the Sundays among the holidays are closed days anyway.
    """
    return Calendar(FIRST_YEAR, LAST_YEAR, _ClosedDays(local_closed_days))
