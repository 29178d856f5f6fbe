"""Words of the access log, for its pages and for its file."""

from dialogen.domain.access_log import Manner, Sight
from dialogen.domain.history import Door
from dialogen.languages import N_, Words

HEADER = (
    N_("tidspunkt"),
    N_("navn"),
    N_("e-post"),
    N_("programnøkkel"),
    N_("handling"),
    N_("gjelder"),
    N_("referanse"),
    N_("antall"),
    N_("inngang"),
)
MANNERS = Words(
    {
        Manner.OPENED: N_("Åpnet"),
        Manner.LISTED: N_("Så listen"),
        Manner.SEARCHED: N_("Søkte"),
        Manner.EXPORTED: N_("Hentet ut"),
        Manner.LOST: N_("Ikke skrevet ned"),
    }
)
SIGHTS = Words(
    {
        Sight.CASE: N_("Henvendelse"),
        Sight.CASES: N_("Henvendelser"),
        Sight.PENDING: N_("Endringer som venter"),
        Sight.REPORT: N_("Årsrapport"),
        Sight.LETTERS: N_("Brev"),
        Sight.PEOPLE: N_("Personer"),
        Sight.PERSON: N_("Konto"),
        Sight.TOKENS: N_("Programnøkler"),
        Sight.FEED: N_("Frister til en kalender"),
        Sight.SUBJECT: N_("Alt om én innsender"),
        Sight.OFFICE_LOG: N_("Endringslogg"),
        Sight.ACCESS_LOG: N_("Tilgangslogg"),
        Sight.ERRAND: N_("Fil fra en jobb"),
        Sight.DISPOSAL: N_("Sletteliste"),
    }
)
DOORS = Words(
    {
        Door.WEB: N_("i nettleseren"),
        Door.API: N_("fra et annet system"),
        Door.IMPORT: N_("ved import av en fil"),
        Door.COMMAND_LINE: N_("fra kommandolinjen"),
        Door.DEMO: N_("som demodata"),
        Door.SCHEDULER: N_("av seg selv"),
    }
)
