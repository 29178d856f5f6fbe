"""Bokmål words, numbers and dates of the reports. The machine formats keep the contract's English words."""

from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

from dialogen.domain.cases import Channel, ExclusionReason
from dialogen.domain.deadlines import Roll
from dialogen.domain.reports import Band, Breakdown, Status, Tally

LOCALE = "nb_NO"
INDICATOR_NAMES = {"MV.1.1": "Oppfølging av henvendelser i Asker Dialogen Ekstern iht. frist"}
NOTHING = "ingen henvendelser"
NOTHING_MATURED = "ingen henvendelser har hatt fristen sin ennå"

BANDS = {
    Band.DESIRED: "ønsket resultat",
    Band.LOWEST_ACCEPTED: "laveste aksepterte resultat",
    Band.NOT_APPROVED: "ikke godkjent resultat",
}
STATUSES = {Status.PRELIMINARY: "foreløpig", Status.FINAL: "endelig", Status.PUBLISHED: "publisert"}
ROLLS = {
    Roll.NONE: "en frist i en helg eller på en helligdag flyttes ikke",
    Roll.NEXT_WORKING_DAY: "en frist i en helg eller på en helligdag flyttes til neste virkedag",
}
CHANNELS = {
    Channel.WEB: "nett",
    Channel.EMAIL: "e-post",
    Channel.PHONE: "telefon",
    Channel.LETTER: "brev",
    Channel.IN_PERSON: "oppmøte",
    Channel.SOCIAL: "sosiale medier",
    Channel.API: "fra et annet system",
    Channel.IMPORT: "importert",
}
EXCLUSIONS = {
    ExclusionReason.DUPLICATE: "duplikat",
    ExclusionReason.SPAM: "søppelpost",
    ExclusionReason.TEST: "test",
    ExclusionReason.REGISTERED_IN_ERROR: "feilregistrert",
    ExclusionReason.WITHDRAWN: "trukket",
    ExclusionReason.OTHER_AUTHORITY: "annen myndighet",
}
BREAKDOWNS = {
    Breakdown.UNIT: "virksomhet",
    Breakdown.MONTH: "måned",
    Breakdown.CHANNEL: "kanal",
    Breakdown.KIND: "sakstype",
}
WITHOUT = {Breakdown.UNIT: "Ikke plassert", Breakdown.KIND: "Uten sakstype"}


def group_label(by: Breakdown, key: str) -> str:
    """Return what people call a month (`YYYY-MM`) or a channel; a key of another breakdown is its own label."""
    if by is Breakdown.MONTH:
        return format_date(date.fromisoformat(f"{key}-01"), "LLLL y", locale=LOCALE)
    return CHANNELS[Channel(key)] if by is Breakdown.CHANNEL else key


def count(number: int) -> str:
    """Return a whole number with a no-break space between thousands: 1 234."""
    return format_decimal(number, locale=LOCALE)


def cases(number: int) -> str:
    """Return so many inquiries: 1 henvendelse, 2 henvendelser."""
    return f"{count(number)} {'henvendelse' if number == 1 else 'henvendelser'}"


def decimals(value: Decimal) -> str:
    """Return a figure with two decimals and a comma: 99,34."""
    return format_decimal(value, format="#,##0.00", locale=LOCALE)


def percent(value: Decimal) -> str:
    """Return a percentage: 99,34 %, with a no-break space."""
    return f"{decimals(value)}\N{NO-BREAK SPACE}%"


def figure(tally: Tally) -> str:
    """Return the figure as a percentage, or in words when nothing has matured: never 0 % and never 100 %."""
    if tally.percent is None:
        return NOTHING_MATURED if tally.received else NOTHING
    return percent(tally.percent)


def long_day(day: date) -> str:
    """Return a date as written in a sentence: 15. januar 2015."""
    return format_date(day, "d. MMMM y", locale=LOCALE)


def short_day(day: date) -> str:
    """Return a date as written in a table: 15.01.2015."""
    return format_date(day, "dd.MM.y", locale=LOCALE)
