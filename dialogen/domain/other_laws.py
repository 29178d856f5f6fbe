"""The laws whose own deadlines run beside the municipality's, for inquiries of some kinds: which, until when, and a guess.

The municipality's promise of some days is its own; where a law gives the sender a date, that date holds too.
"""

from calendar import monthrange
from datetime import date
from enum import StrEnum

from dialogen.domain.deadlines import ONE_DAY, Calendar
from dialogen.domain.errors import InvalidInput


class Law(StrEnum):
    """A law that has a deadline of its own for what an inquiry asks for."""

    OFFENTLEGLOVA = "offentleglova"  # access to documents: § 29 without undue delay, § 32 five working days
    GDPR = "gdpr"  # one's own personal data: article 12(3), one month


WORKING_DAYS_OF_OFFENTLEGLOVA = 5

#: What people write who ask for it, in small letters; of what names both, one's own data come first.
_SIGNS: dict[Law, tuple[str, ...]] = {
    Law.GDPR: (
        "mine personopplysning",
        "personopplysninger om meg",
        "personopplysningar om meg",
        "opplysninger dere har om meg",
        "opplysningar de har om meg",
        "opplysningene dere har om meg",
        "lagret om meg",
        "lagra om meg",
        "innsyn i egne opplysninger",
        "innsyn i eigne opplysningar",
        "personvernforordningen",
        "personvernforordninga",
        "gdpr",
        "my personal data",
    ),
    Law.OFFENTLEGLOVA: (
        "innsynskrav",
        "krav om innsyn",
        "krever innsyn",
        "krev innsyn",
        "be om innsyn",
        "ber om innsyn",
        "begjæring om innsyn",
        "innsyn i dokument",
        "innsyn i sak",
        "offentleglova",
        "offentleglov",
        "offentlighetsloven",
        "offentlegheitslova",
        "access to documents",
    ),
}


def due_by(law: Law, received_on: date, calendar: Calendar) -> date | None:
    """Return the last day on which an answer is within the law's deadline; None outside the calendar's years.

    Five working days are counted from the day after reception. A month ends on the day of the same number, or on the
    month's last; that it may be moved to a working day (regulation 1182/71) is not reckoned with: earlier is safer.
    """
    if law is Law.GDPR:
        return _a_month_after(received_on)
    day = received_on
    try:
        for _ in range(WORKING_DAYS_OF_OFFENTLEGLOVA):
            day = calendar.working_day_from(day + ONE_DAY)
    except InvalidInput:
        return None
    return day


def _a_month_after(day: date) -> date:
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def guessed(*texts: str | None) -> Law | None:
    """Return the law that what somebody wrote may fall under, by its words; None when nothing points to one."""
    written = " ".join(" ".join(filter(None, texts)).casefold().split())
    return next((law for law, signs in _SIGNS.items() if any(sign in written for sign in signs)), None)
