"""Words of the reports. The machine formats keep the contract's English words."""

from datetime import date

from dialogen.domain.cases import Channel, ExclusionReason
from dialogen.domain.deadlines import Roll
from dialogen.domain.reports import Band, Breakdown, Status, Tally
from dialogen.languages import N_, Words, gettext
from dialogen.notation import month, percent

INDICATOR_NAMES = Words({"MV.1.1": N_("Oppfølging av henvendelser i Asker Dialogen Ekstern iht. frist")})
NOTHING = N_("ingen henvendelser")
NOTHING_MATURED = N_("ingen henvendelser har hatt fristen sin ennå")

BANDS = Words(
    {
        Band.DESIRED: N_("ønsket resultat"),
        Band.LOWEST_ACCEPTED: N_("laveste aksepterte resultat"),
        Band.NOT_APPROVED: N_("ikke godkjent resultat"),
    }
)
STATUSES = Words({Status.PRELIMINARY: N_("foreløpig"), Status.FINAL: N_("endelig"), Status.PUBLISHED: N_("publisert")})
ROLLS = Words(
    {
        Roll.NONE: N_("en frist i en helg eller på en helligdag flyttes ikke"),
        Roll.NEXT_WORKING_DAY: N_("en frist i en helg eller på en helligdag flyttes til neste virkedag"),
    }
)
CHANNELS = Words(
    {
        Channel.WEB: N_("nett"),
        Channel.EMAIL: N_("e-post"),
        Channel.PHONE: N_("telefon"),
        Channel.LETTER: N_("brev"),
        Channel.IN_PERSON: N_("oppmøte"),
        Channel.SOCIAL: N_("sosiale medier"),
        Channel.API: N_("fra et annet system"),
        Channel.IMPORT: N_("importert"),
    }
)
EXCLUSIONS = Words(
    {
        ExclusionReason.DUPLICATE: N_("duplikat"),
        ExclusionReason.SPAM: N_("søppelpost"),
        ExclusionReason.TEST: N_("test"),
        ExclusionReason.REGISTERED_IN_ERROR: N_("feilregistrert"),
        ExclusionReason.WITHDRAWN: N_("trukket"),
        ExclusionReason.OTHER_AUTHORITY: N_("annen myndighet"),
    }
)
BREAKDOWNS = Words(
    {
        Breakdown.UNIT: N_("virksomhet"),
        Breakdown.MONTH: N_("måned"),
        Breakdown.CHANNEL: N_("kanal"),
        Breakdown.KIND: N_("sakstype"),
    }
)
WITHOUT = Words({Breakdown.UNIT: N_("Ikke plassert"), Breakdown.KIND: N_("Uten sakstype")})


def group_label(by: Breakdown, key: str) -> str:
    """Return what people call a month (`YYYY-MM`) or a channel; a key of another breakdown is its own label."""
    if by is Breakdown.MONTH:
        return month(date.fromisoformat(f"{key}-01"))
    return CHANNELS[Channel(key)] if by is Breakdown.CHANNEL else key


def figure(tally: Tally) -> str:
    """Return the figure as a percentage, or in words when nothing has matured: never 0 % and never 100 %."""
    if tally.percent is None:
        return gettext(NOTHING_MATURED) if tally.received else gettext(NOTHING)
    return percent(tally.percent)
