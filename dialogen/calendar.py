"""Builds the domain's Calendar from the holidays package and the office's own closed days."""

from collections.abc import Iterator, Mapping
from datetime import date

from holidays import country_holidays

from dialogen.domain.deadlines import Calendar

# The package silently knows no holidays outside these years, so the calendar states them and fails loudly beyond.
FIRST_YEAR, LAST_YEAR = 1901, 2100


class _ClosedDays(Mapping[date, str]):
    """Norway's public holidays, worked out year by year as they are asked for, and local closed days."""

    def __init__(self, local: Mapping[date, str]) -> None:
        # With any other language code than "no" the names silently become English.
        self._public = country_holidays("NO", language="no")
        self._local = dict(local)

    def __contains__(self, day: object) -> bool:
        return day in self._local or (isinstance(day, date) and day in self._public)

    def __getitem__(self, day: date) -> str:
        name = self._local.get(day) or self._public.get(day)
        if name is None:
            raise KeyError(day)
        return name

    def __iter__(self) -> Iterator[date]:
        return iter(sorted({*self._local, *self._public}))

    def __len__(self) -> int:
        return len({*self._local, *self._public})


def office_calendar(local_closed_days: Mapping[date, str]) -> Calendar:
    """Return the calendar of public holidays in Norway, 1901 to 2100, and the given local closed days by name.

    24 and 31 December are not public holidays; the Sundays among the holidays are closed days anyway.
    """
    return Calendar(FIRST_YEAR, LAST_YEAR, _ClosedDays(local_closed_days))
