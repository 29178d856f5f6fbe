"""Words for what the rules call by English words, in closed lists.

The words that the reports use too lie with them, so that a page and a report never name one thing in two ways.
"""

from dialogen.domain.accounts import Role, Scope
from dialogen.domain.alerts import DropReason
from dialogen.domain.bulk import BulkStep
from dialogen.domain.bulk import Fate as BulkFate
from dialogen.domain.deadlines import State
from dialogen.domain.disposal_lists import Assessment, ListState
from dialogen.domain.fates import Fate
from dialogen.domain.feeds import FeedState
from dialogen.domain.history import Action
from dialogen.domain.languages import Language
from dialogen.domain.letter_texts import Purpose
from dialogen.domain.letters import LetterEnd, LetterState
from dialogen.domain.likeness import Mark
from dialogen.domain.next_steps import NextStep
from dialogen.domain.other_laws import Law
from dialogen.domain.retention import ItemOutcome, Keepsake
from dialogen.domain.tokens import TokenState
from dialogen.files.list_words import ANSWER_MANNERS, COLUMNS, STATES, STREAMS
from dialogen.files.look_words import DOORS, MANNERS, SIGHTS
from dialogen.files.report_words import BANDS, BREAKDOWNS, CHANNELS, EXCLUSIONS, ROLLS, STATUSES
from dialogen.languages import N_, Words
from dialogen.services.case_hits import Place

#: A sign before the word, so that a state is told neither by colour alone nor by colour and word alone.
SIGNS = {
    State.ON_TRACK: "○",
    State.NEARING: "◐",
    State.DUE_TODAY: "●",
    State.OVERDUE: "▲",
    State.ANSWERED_ON_TIME: "✓",
    State.ANSWERED_LATE: "✗",
    State.EXCLUDED: "–",
}
ROLES = Words(
    {
        Role.HANDLER: N_("Saksbehandler"),
        Role.MANAGER: N_("Leder"),
        Role.STATISTICIAN: N_("Statistiker"),
        Role.ADMIN: N_("Administrator"),
    }
)
ACTIONS = Words(
    {
        Action.REGISTERED: N_("Registrert"),
        Action.ASSIGNED: N_("Fordelt"),
        Action.HANDED_OVER: N_("Sendt til en annen virksomhet"),
        Action.NOTED: N_("Notat"),
        Action.INTERIM_REPLY: N_("Foreløpig svar sendt"),
        Action.EXTENDED: N_("Utsatt frist"),
        Action.ANSWERED: N_("Besvart"),
        Action.CORRECTED: N_("Rettet"),
        Action.EXCLUDED: N_("Holdt utenfor statistikken"),
        Action.INCLUDED: N_("Tatt med i statistikken igjen"),
        Action.PROPOSED: N_("Foreslått endring"),
        Action.APPROVED: N_("Godkjent"),
        Action.REFUSED: N_("Avslått"),
        Action.WITHDRAWN: N_("Forslaget er trukket"),
        Action.LAPSED: N_("Forslaget er falt bort"),
        Action.LINKED: N_("Koblet til en annen henvendelse"),
        Action.UNLINKED: N_("Koblet fra en annen henvendelse"),
        Action.UNDONE: N_("Angret"),
        Action.ATTACHED: N_("Fil lagt ved"),
        Action.DETACHED: N_("Fil tatt bort"),
        Action.LETTER_QUEUED: N_("Sendte et brev til innsenderen"),
        Action.LETTER_SENT: N_("Brevet er levert, men endret ikke henvendelsen"),
        Action.LETTER_STOPPED: N_("Brevet ble ikke levert"),
        Action.LETTER_DROPPED: N_("Brevet ble ikke sendt"),
        Action.DISPOSED: N_("Slettet etter lagringstid"),
    }
)
SCOPES = Words(
    {
        Scope.CASES_READ: N_("Lese henvendelser"),
        Scope.CASES_WRITE: N_("Registrere og behandle henvendelser"),
        Scope.STATS_READ: N_("Hente årsrapporten og måltall"),
    }
)
TOKEN_STATES = Words(
    {
        TokenState.WORKING: N_("Virker"),
        TokenState.EXPIRED: N_("Utløpt"),
        TokenState.REVOKED: N_("Trukket tilbake"),
        TokenState.ACCOUNT_DISABLED: N_("Virker ikke, kontoen er stengt"),
    }
)
FEED_STATES = Words(
    {
        FeedState.WORKING: N_("Virker"),
        FeedState.REVOKED: N_("Trukket tilbake"),
        FeedState.ROLE_LOST: N_("Virker ikke, du har ikke rollen"),
    }
)
BULK_STEPS = Words(
    {
        BulkStep.ASSIGN: N_("Fordel"),
        BulkStep.HAND_OVER: N_("Send til annen virksomhet"),
        BulkStep.EXTEND: N_("Utsett fristen"),
        BulkStep.EXCLUDE: N_("Hold utenfor statistikken"),
    }
)
BULK_FATES = Words(
    {
        BulkFate.DONE: N_("Blir gjort"),
        BulkFate.PROPOSED: N_("Må godkjennes av en annen"),
        BulkFate.UNCHANGED: N_("Er slik fra før"),
        BulkFate.REFUSED: N_("Kan ikke gjøres"),
    }
)
BULK_OUTCOMES = Words(
    {
        BulkFate.DONE: N_("Gjort"),
        BulkFate.PROPOSED: N_("Venter på godkjenning"),
        BulkFate.UNCHANGED: N_("Var slik fra før"),
        BulkFate.REFUSED: N_("Kunne ikke gjøres"),
    }
)
#: What undoing came to, of what had been done or proposed.
BULK_UNDONE = Words({BulkFate.DONE: N_("Som før igjen"), BulkFate.REFUSED: N_("Ble stående")})
PURPOSES = Words(
    {
        Purpose.ANSWER: N_("Svar"),
        Purpose.INTERIM_REPLY: N_("Foreløpig svar"),
        Purpose.RECEIPT: N_("Kvittering"),
    }
)
LETTER_ENDS = Words(
    {
        LetterEnd.ANSWERED: N_("Henvendelsen ble besvart på en annen måte først."),
        LetterEnd.EXCLUDED: N_("Henvendelsen ble holdt utenfor statistikken først."),
        LetterEnd.WITHDRAWN: N_("Det ble trukket tilbake før det ble sendt."),
        LetterEnd.NO_ADDRESS: N_("Innsenderens adresse var slettet."),
    }
)
LANGUAGES = Words({Language.BOKMAL: N_("Bokmål"), Language.NYNORSK: N_("Nynorsk"), Language.ENGLISH: N_("Engelsk")})
#: The heads of a list of cases, beside the one of the case itself.
PLACES = Words({Place.TEXT: N_("Tekst"), Place.NOTE: N_("Notat"), Place.SENDER: N_("Innsender")})

#: The public holidays as the calendar calls them; two may fall on one day.
_HOLIDAYS = Words(
    {
        name: name
        for name in (
            N_("Første nyttårsdag"),
            N_("Skjærtorsdag"),
            N_("Langfredag"),
            N_("Første påskedag"),
            N_("Andre påskedag"),
            N_("Arbeidernes dag"),
            N_("Grunnlovsdag"),
            N_("Kristi himmelfartsdag"),
            N_("Første pinsedag"),
            N_("Andre pinsedag"),
            N_("Første juledag"),
            N_("Andre juledag"),
        )
    }
)
LETTER_STATES = Words(
    {
        LetterState.DRAFT: N_("Skrives nå"),
        LetterState.WAITING: N_("Venter"),
        LetterState.CLAIMED: N_("Sendes nå"),
        LetterState.SENT: N_("Sendt"),
        LetterState.SHOWN: N_("Vist, ikke sendt"),
        LetterState.DROPPED: N_("Ikke lenger aktuelt"),
        LetterState.DEAD: N_("Gitt opp"),
    }
)
FATES = Words(
    {
        Fate.OWED: N_("brevet er ikke skrevet ennå"),
        Fate.WAITING: N_("venter på å bli sendt"),
        Fate.RETRYING: N_("kunne ikke sendes, prøves igjen"),
        Fate.SENT: N_("sendt"),
        Fate.SHOWN: N_("vist i demoen, ikke sendt"),
        Fate.FAILED: N_("kunne ikke sendes, gitt opp"),
        Fate.SUPERSEDED: N_("erstattet av et senere varsel"),
        Fate.DROPPED: N_("ikke sendt"),
        Fate.NOBODY: N_("ingen å varsle"),
        Fate.FILLED_IN: N_("ingen å varsle da; noen er varslet siden"),
    }
)
#: A sign before what became of an alert, which is told in words too.
FATE_SIGNS = {
    **dict.fromkeys((Fate.OWED, Fate.WAITING), "○"),
    **dict.fromkeys((Fate.RETRYING, Fate.FAILED, Fate.NOBODY), "▲"),
    **dict.fromkeys((Fate.SENT, Fate.SHOWN), "✓"),
    **dict.fromkeys((Fate.SUPERSEDED, Fate.DROPPED, Fate.FILLED_IN), "–"),
}
DROP_REASONS = Words(
    {
        DropReason.ANSWERED: N_("henvendelsen ble besvart"),
        DropReason.EXCLUDED: N_("henvendelsen ble holdt utenfor"),
        DropReason.DEADLINE_MOVED: N_("fristen ble flyttet"),
        DropReason.NOT_THEIRS: N_("en annen skal varsles i stedet"),
    }
)
LAWS = Words(
    {
        Law.OFFENTLEGLOVA: N_("Offentleglova (innsynskrav)"),
        Law.GDPR: N_("Personvernforordningen (innsyn i egne personopplysninger)"),
    }
)
#: As a row of a list says it, beside the office's own deadline.
LAW_MARKS = Words(
    {
        Law.OFFENTLEGLOVA: N_("Innsynskrav: svar innen fem virkedager"),
        Law.GDPR: N_("Egne personopplysninger: svar innen én måned"),
    }
)
NEXT_STEPS = Words(
    {
        NextStep.DECIDE: N_("Avgjør forslaget"),
        NextStep.PLACE: N_("Send til en virksomhet"),
        NextStep.ASSIGN: N_("Fordel"),
        NextStep.ANSWER: N_("Besvar"),
    }
)
FIELDS = Words(
    {
        "reference": N_("Referanse"),
        "external_reference": N_("Ekstern referanse"),
        "source": N_("Kilde"),
        "rule_version": N_("Fristregel nr."),
        "received_on": N_("Mottatt"),
        "due_on": N_("Frist"),
        "extended_to": N_("Utsatt frist"),
        "expected_on": N_("Svar kan ventes"),
        "manner": N_("Besvart ved"),
        "letter": N_("Brev"),
        "answered_on": N_("Besvart"),
        "replied_on": N_("Foreløpig svar"),
        "stream": N_("Type"),
        "channel": N_("Kanal"),
        "kind": N_("Sakstype"),
        "unit": N_("Virksomhet"),
        "handler": N_("Saksbehandler"),
        "exclusion": N_("Holdes utenfor"),
        "subject": N_("Emne"),
        "text": N_("Tekst"),
        "sender_name": N_("Innsenders navn"),
        "sender_email": N_("Innsenders e-post"),
        "sender_phone": N_("Innsenders telefon"),
        "keepsake": N_("Opplysninger"),
        "linked_case": N_("Koblet henvendelse"),
        "attachment": N_("Vedlegg"),
    }
)
MARKS = Words(
    {
        Mark.EMAIL: N_("samme e-postadresse"),
        Mark.PHONE: N_("samme telefonnummer"),
        Mark.SUBJECT: N_("samme emne"),
    }
)
KEEPSAKES = Words(
    {
        Keepsake.SENDER: N_("innsender"),
        Keepsake.CONTENT: N_("emne, tekst og vedlegg"),
        Keepsake.NOTES: N_("notater og begrunnelser"),
        Keepsake.ACCESS_LOG: N_("tilgangslogg"),
    }
)
LIST_STATES = Words(
    {
        ListState.WAITING: N_("Venter på godkjenning"),
        ListState.APPROVED: N_("Godkjent, kan kjøres"),
        ListState.REFUSED: N_("Avvist"),
        ListState.REPLACED: N_("Erstattet av en nyere liste"),
        ListState.DONE: N_("Kjørt"),
    }
)
ASSESSMENTS = Words(
    {
        Assessment.ARCHIVED: N_("Det som skal bevares, er overført til arkivet. Resten er vurdert og kan slettes."),
        Assessment.NOTHING_TO_PRESERVE: N_("Alt på listen er vurdert. Ingenting av det skal bevares."),
    }
)
ITEM_OUTCOMES = Words(
    {
        ItemOutcome.DISPOSED: N_("Slettet"),
        ItemOutcome.GONE: N_("Ingenting igjen å slette"),
        ItemOutcome.NOT_CLOSED: N_("Hoppet over: henvendelsen er åpen igjen"),
        ItemOutcome.PENDING: N_("Hoppet over: en endring venter på godkjenning"),
        ItemOutcome.NOT_DUE: N_("Hoppet over: lagringstiden er ikke ute lenger"),
    }
)


def day_name(name: str) -> str:
    """Return the name of a closed day: a public holiday's in words, that of a local one as it was given."""
    return "; ".join(_HOLIDAYS.get(each, each) for each in name.split("; "))


__all__ = [
    "ACTIONS",
    "ANSWER_MANNERS",
    "ASSESSMENTS",
    "BANDS",
    "BREAKDOWNS",
    "BULK_FATES",
    "BULK_OUTCOMES",
    "BULK_STEPS",
    "BULK_UNDONE",
    "CHANNELS",
    "COLUMNS",
    "DOORS",
    "DROP_REASONS",
    "EXCLUSIONS",
    "FATES",
    "FATE_SIGNS",
    "FIELDS",
    "ITEM_OUTCOMES",
    "KEEPSAKES",
    "LAWS",
    "LAW_MARKS",
    "LETTER_STATES",
    "LIST_STATES",
    "MANNERS",
    "MARKS",
    "NEXT_STEPS",
    "PLACES",
    "ROLES",
    "ROLLS",
    "SCOPES",
    "SIGHTS",
    "SIGNS",
    "STATES",
    "STATUSES",
    "STREAMS",
    "TOKEN_STATES",
    "day_name",
]
