"""Dates and numbers as the reader's language writes them. The order of a date is day, month, year in all three."""

from datetime import date, datetime, tzinfo
from decimal import Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from dialogen.domain.languages import Language
from dialogen.languages import gettext, locale, present, said_once

_SHORT_DAYS = {Language.ENGLISH: "dd/MM/y"}
_LONG_DAYS = {Language.ENGLISH: "d MMMM y"}
_WEEKDAYS = {Language.ENGLISH: "EEEE d MMMM y"}
_MOMENTS = {Language.ENGLISH: "dd/MM/y 'at' HH:mm"}
_PERCENT_SIGNS = {Language.ENGLISH: "%"}


@said_once
def short_day(day: date) -> str:
    """Return a date as written in a table: 15.01.2015, 15/01/2015."""
    return format_date(day, _SHORT_DAYS.get(present(), "dd.MM.y"), locale=locale())


@said_once
def long_day(day: date) -> str:
    """Return a date as written in a sentence: 15. januar 2015, 15 January 2015."""
    return format_date(day, _LONG_DAYS.get(present(), "d. MMMM y"), locale=locale())


@said_once
def weekday(day: date) -> str:
    """Return a date with its weekday: fredag 6. februar 2026, Friday 6 February 2026."""
    return format_date(day, _WEEKDAYS.get(present(), "EEEE d. MMMM y"), locale=locale())


def month(day: date) -> str:
    """Return the month of a date: januar 2015, January 2015."""
    return format_date(day, "LLLL y", locale=locale())


def week(day: date) -> str:
    """Return the week of a date, which begins on a Monday (ISO 8601): uke 6, veke 6, week 6."""
    return gettext("uke %(number)s", number=format_date(day, "w", locale=locale()))


def moment(instant: datetime, zone: tzinfo) -> str:
    """Return an instant in a time zone: 06.02.2026 kl. 13.05, 06/02/2026 at 13:05."""
    return format_datetime(instant, _MOMENTS.get(present(), "dd.MM.y 'kl.' HH.mm"), tzinfo=zone, locale=locale())


@said_once
def count(number: int) -> str:
    """Return a whole number with a sign between thousands: 1 234 with a no-break space, 1,234."""
    return format_decimal(number, locale=locale())


@said_once
def decimals(value: Decimal) -> str:
    """Return a figure with two decimals: 99,34, 99.34."""
    return format_decimal(value, format="#,##0.00", locale=locale())


@said_once
def percent(value: Decimal) -> str:
    """Return a percentage: 99,34 % with a no-break space, 99.34%."""
    return decimals(value) + _PERCENT_SIGNS.get(present(), "\N{NO-BREAK SPACE}%")
