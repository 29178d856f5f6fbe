"""Bokmål for what the rules call by English words: closed lists, and a sentence for every refusal.

The words that the reports use too lie with them, so that a page and a report never name one thing in two ways.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dialogen.domain.access_log import Manner, Sight
from dialogen.domain.accounts import Role, Scope
from dialogen.domain.cases import Condition, Step, Stream
from dialogen.domain.deadlines import State
from dialogen.domain.disposal_lists import Assessment, ListState
from dialogen.domain.errors import Problem
from dialogen.domain.history import Action, Door
from dialogen.domain.letters import LetterState
from dialogen.domain.national_ids import without_national_ids
from dialogen.domain.retention import ItemOutcome, Keepsake
from dialogen.domain.tokens import TokenState
from dialogen.files.report_words import BANDS, BREAKDOWNS, CHANNELS, EXCLUSIONS, ROLLS, STATUSES, short_day

STATES = {
    State.ON_TRACK: "I rute",
    State.NEARING: "Nær frist",
    State.DUE_TODAY: "Frist i dag",
    State.OVERDUE: "Over fristen",
    State.ANSWERED_ON_TIME: "Besvart i tide",
    State.ANSWERED_LATE: "Besvart for sent",
    State.EXCLUDED: "Holdes utenfor",
}
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
STREAMS = {Stream.EXTERNAL: "Ekstern", Stream.INTERNAL: "Intern"}
ROLES = {
    Role.HANDLER: "Saksbehandler",
    Role.MANAGER: "Leder",
    Role.STATISTICIAN: "Statistiker",
    Role.ADMIN: "Administrator",
}
ACTIONS = {
    Action.REGISTERED: "Registrert",
    Action.ASSIGNED: "Fordelt",
    Action.HANDED_OVER: "Sendt til en annen virksomhet",
    Action.NOTED: "Notat",
    Action.INTERIM_REPLY: "Foreløpig svar sendt",
    Action.EXTENDED: "Utsatt frist",
    Action.ANSWERED: "Besvart",
    Action.CORRECTED: "Rettet",
    Action.EXCLUDED: "Holdt utenfor statistikken",
    Action.INCLUDED: "Tatt med i statistikken igjen",
    Action.PROPOSED: "Foreslått endring",
    Action.APPROVED: "Godkjent",
    Action.REFUSED: "Avslått",
    Action.WITHDRAWN: "Forslaget er trukket",
    Action.LAPSED: "Forslaget er falt bort",
    Action.DISPOSED: "Slettet etter lagringstid",
}
DOORS = {
    Door.WEB: "i nettleseren",
    Door.API: "fra et annet system",
    Door.IMPORT: "ved import av en fil",
    Door.COMMAND_LINE: "fra kommandolinjen",
    Door.DEMO: "som demodata",
    Door.SCHEDULER: "av seg selv",
}
SCOPES = {
    Scope.CASES_READ: "Lese henvendelser",
    Scope.CASES_WRITE: "Registrere og behandle henvendelser",
    Scope.STATS_READ: "Hente årsrapporten og måltall",
}
TOKEN_STATES = {
    TokenState.WORKING: "Virker",
    TokenState.EXPIRED: "Utløpt",
    TokenState.REVOKED: "Trukket tilbake",
    TokenState.ACCOUNT_DISABLED: "Virker ikke, kontoen er stengt",
}
MANNERS = {
    Manner.OPENED: "Åpnet",
    Manner.LISTED: "Så listen",
    Manner.SEARCHED: "Søkte",
    Manner.EXPORTED: "Hentet ut",
    Manner.LOST: "Ikke skrevet ned",
}
SIGHTS = {
    Sight.CASE: "Henvendelse",
    Sight.CASES: "Henvendelser",
    Sight.PENDING: "Endringer som venter",
    Sight.REPORT: "Årsrapport",
    Sight.LETTERS: "Brev",
    Sight.PEOPLE: "Personer",
    Sight.PERSON: "Konto",
    Sight.TOKENS: "Programnøkler",
    Sight.SUBJECT: "Alt om én innsender",
    Sight.OFFICE_LOG: "Endringslogg",
    Sight.ACCESS_LOG: "Tilgangslogg",
    Sight.DISPOSAL: "Sletteliste",
}
CONDITIONS = {Condition.OPEN: "åpen", Condition.ANSWERED: "besvart", Condition.EXCLUDED: "utelatt"}
STEPS = {
    Step.ASSIGN: "fordeles",
    Step.HAND_OVER: "sendes til en annen virksomhet",
    Step.NOTE: "få et notat",
    Step.INTERIM_REPLY: "få et foreløpig svar",
    Step.EXTEND: "få utsatt frist",
    Step.ANSWER: "besvares",
    Step.CORRECT: "rettes",
    Step.EXCLUDE: "holdes utenfor",
    Step.INCLUDE: "tas med igjen",
}
LETTER_STATES = {
    LetterState.DRAFT: "Skrives nå",
    LetterState.WAITING: "Venter",
    LetterState.CLAIMED: "Sendes nå",
    LetterState.SENT: "Sendt",
    LetterState.SHOWN: "Vist, ikke sendt",
    LetterState.DROPPED: "Ikke lenger aktuelt",
    LetterState.DEAD: "Gitt opp",
}
FIELDS = {
    "reference": "Referanse",
    "external_reference": "Ekstern referanse",
    "source": "Kilde",
    "rule_version": "Fristregel nr.",
    "received_on": "Mottatt",
    "due_on": "Frist",
    "extended_to": "Utsatt frist",
    "answered_on": "Besvart",
    "replied_on": "Foreløpig svar",
    "stream": "Type",
    "channel": "Kanal",
    "kind": "Sakstype",
    "unit": "Virksomhet",
    "handler": "Saksbehandler",
    "exclusion": "Holdes utenfor",
    "subject": "Emne",
    "text": "Tekst",
    "sender_name": "Innsenders navn",
    "sender_email": "Innsenders e-post",
    "sender_phone": "Innsenders telefon",
    "keepsake": "Opplysninger",
}
KEEPSAKES = {
    Keepsake.SENDER: "innsender",
    Keepsake.CONTENT: "emne og tekst",
    Keepsake.NOTES: "notater og begrunnelser",
    Keepsake.ACCESS_LOG: "tilgangslogg",
}
LIST_STATES = {
    ListState.WAITING: "Venter på godkjenning",
    ListState.APPROVED: "Godkjent, kan kjøres",
    ListState.REFUSED: "Avvist",
    ListState.REPLACED: "Erstattet av en nyere liste",
    ListState.DONE: "Kjørt",
}
ASSESSMENTS = {
    Assessment.ARCHIVED: "Det som skal bevares, er overført til arkivet. Resten er vurdert og kan slettes.",
    Assessment.NOTHING_TO_PRESERVE: "Alt på listen er vurdert. Ingenting av det skal bevares.",
}
ITEM_OUTCOMES = {
    ItemOutcome.DISPOSED: "Slettet",
    ItemOutcome.GONE: "Ingenting igjen å slette",
    ItemOutcome.NOT_CLOSED: "Hoppet over: henvendelsen er åpen igjen",
    ItemOutcome.PENDING: "Hoppet over: en endring venter på godkjenning",
    ItemOutcome.NOT_DUE: "Hoppet over: lagringstiden er ikke ute lenger",
}

_PROBLEMS = {
    Problem.REQUIRED: "Må fylles ut.",
    Problem.TOO_LONG: "Teksten er for lang. Den kan ha høyst {most} tegn.",
    Problem.NOT_TEXT: "Teksten har et tegn som ikke kan lagres. Ta det bort.",
    Problem.NOT_AN_EMAIL: "{value} er ikke en e-postadresse. Skriv den slik: navn@kommune.no.",
    Problem.NOT_A_DATE: "{value} er ikke en dato. Skriv den slik: 11.02.2026.",
    Problem.UNKNOWN_VALUE: "Velg et av alternativene.",
    Problem.NATIONAL_ID: "Det ser ut som teksten inneholder et fødselsnummer. Ta det bort før du lagrer.",
    Problem.RECEIVED_TOO_EARLY: "{value} kan ikke være riktig: datoen er før 1900.",
    Problem.RECEIVED_IN_FUTURE: "{value} har ikke vært ennå. Mottatt må være i dag eller tidligere.",
    Problem.RECEIVED_AFTER_ANSWERED: "{value} er etter at henvendelsen ble besvart ({answered_on}).",
    Problem.ANSWERED_BEFORE_RECEIVED: "{value} er før henvendelsen ble mottatt ({received_on}).",
    Problem.ANSWERED_IN_FUTURE: "{value} har ikke vært ennå. Besvart må være i dag eller tidligere.",
    Problem.REPLIED_IN_FUTURE: "{value} har ikke vært ennå. Datoen må være i dag eller tidligere.",
    Problem.REPLIED_BEFORE_RECEIVED: "{value} er før henvendelsen ble mottatt ({received_on}).",
    Problem.EXTENSION_NOT_LATER: "Ny frist må være etter i dag og etter fristen som gjelder nå ({deadline}).",
    Problem.DUE_AFTER_EXTENSION: "Fristen ville blitt {value}, som ikke er før den utsatte fristen ({extended_to}).",
    Problem.REASON_REQUIRED: "Skriv en begrunnelse for endringen.",
    Problem.UNKNOWN_UNIT: "Det finnes ingen virksomhet som heter {value}.",
    Problem.UNKNOWN_HANDLER: "{value} kan ikke behandle henvendelser.",
    Problem.UNKNOWN_KIND: "Sakstypen {value} er ikke i bruk.",
    Problem.UNIT_NEEDED: "Velg en av dine egne virksomheter.",
    Problem.TAKEN: "{value} er i bruk fra før.",
    Problem.EXTERNAL_REFERENCE_TAKEN: "Henvendelsen {value} er registrert fra før.",
    Problem.BEYOND_CALENDAR: "{value} ligger utenfor årene som kalenderen kjenner: {first}–{last}.",
    Problem.YEAR_OUT_OF_RANGE: "Året må være fra {first} til {last}.",
    Problem.AS_OF_IN_FUTURE: "{value} har ikke vært ennå. Velg i dag eller en tidligere dag.",
    Problem.TODAY_IN_FUTURE: "{value} har ikke vært ennå.",
    Problem.PASSWORD_TOO_SHORT: "Passordet er for kort. Det må ha minst {least} tegn.",
    Problem.PASSWORD_TOO_EASY: "Passordet er for lett å gjette. Bruk flere ord som ikke hører sammen, og ingen navn eller årstall.",
    Problem.PASSWORD_WRONG: "Dette er ikke passordet du har nå.",
    Problem.RULE_NOT_AFTER: "Regelen må gjelde fra en dag etter {newest}, da den nyeste regelen begynte å gjelde.",
    Problem.RULE_DAYS: "Antall dager må være fra 1 til 365.",
    Problem.NO_SUCH: "Det du ser etter, finnes ikke.",
    Problem.NO_SUCH_CASE: "Vi finner ingen henvendelse med referansen {value} blant dem du har tilgang til.",
    Problem.NOT_ALLOWED: "Rollen din gir ikke adgang til dette.",
    Problem.NEEDS_SECOND_PERSON: "Du foreslo denne endringen selv. En annen må godkjenne eller avslå den.",
    Problem.NOT_THE_PROPOSER: "En annen har foreslått denne endringen. Bare den som foreslo den, kan trekke den.",
    Problem.CHANGE_WAITS: (
        "En endring av henvendelsen venter på godkjenning. Den må godkjennes, avslås eller trekkes først."
    ),
    Problem.NOTHING_WAITS: "Ingen endring av henvendelsen venter på godkjenning. Noen kan ha rukket å avgjøre den.",
    Problem.OTHER_CHANGE_WAITS: "Nå venter en annen endring enn den du så. Se på den først. Ingenting er endret.",
    Problem.OVERTAKEN: (
        "Henvendelsen er endret etter at dette ble foreslått, så forslaget passer ikke lenger. "
        "Det må avslås eller trekkes, og eventuelt foreslås på nytt."
    ),
    Problem.ALREADY_ANSWERED: "Henvendelsen ble besvart {answered_on}. Rett datoen i stedet.",
    Problem.NOT_ANSWERED: "Henvendelsen er ikke besvart, så det er ingen svardato å rette.",
    Problem.IS_EXCLUDED: "Henvendelsen holdes utenfor statistikken. Ta den med igjen først.",
    Problem.NOT_EXCLUDED: "Henvendelsen er allerede med i statistikken.",
    Problem.STEP_REFUSED: "En {condition} henvendelse kan ikke {step}.",
    Problem.CHANGED_MEANWHILE: "Noen andre endret henvendelsen mens du hadde siden åpen. Ingenting er lagret ennå.",
    Problem.LAST_ADMINISTRATOR: "Dette er den siste administratoren. Gi rollen til en annen først.",
    Problem.LETTER_NOT_STOPPED: "Brevet er ikke gitt opp, så det kan ikke sendes på nytt herfra.",
    Problem.WRONG_SIGN_IN: "Feil e-postadresse eller passord.",
    Problem.ACCOUNT_DISABLED: "Kontoen {value} er stengt. Åpne den først.",
    Problem.EXPIRED_ALREADY: "{value} har vært.",
    Problem.TOO_MANY_ATTEMPTS: "Du har prøvd for mange ganger. Prøv igjen om {minutes}.",
    Problem.WRONG_CODE: "Koden er feil eller allerede brukt. Vent på neste kode, og prøv igjen.",
    Problem.WRONG_PROOF: "Dette er verken passordet ditt eller en gyldig kode.",
    Problem.SIGN_IN_OVER: "Innloggingen tok for lang tid eller ble avsluttet. Logg inn på nytt.",
    Problem.OFFER_TOO_OLD: "Nøkkelen ble vist for lenge siden. Last siden på nytt, og bruk den nye.",
    Problem.NO_SECOND_STEP: "Kontoen har ikke totrinnsinnlogging.",
    Problem.SECOND_STEP_DEMANDED: "Administratorer må ha totrinnsinnlogging. Du kan bytte app eller telefon i stedet.",
    Problem.OWN_SECOND_STEP: "Din egen totrinnsinnlogging endrer du på siden for kontoen din.",
    Problem.LINK_SPENT: "Lenken er brukt eller for gammel. Be en administrator om en ny.",
    Problem.IDEMPOTENCY_CONFLICT: "Nøkkelen er brukt til en annen forespørsel.",
    Problem.REGISTERED_OUT_OF_REACH: "Henvendelsen ble registrert, men er ikke lenger blant dem du har tilgang til.",
    Problem.BAD_CURSOR: "Lenken til denne siden av listen virker ikke. Begynn på første side.",
    Problem.FILE_REFUSED: "Filen kan ikke leses slik den er.",
    Problem.REGISTERED_MEANWHILE: "En av referansene ble registrert av noen andre imens. Importer filen på nytt.",
    Problem.RETENTION_MONTHS: "Antall måneder må være fra {least} til {most}.",
    Problem.RETENTION_NOT_BY_KIND: "Tilgangsloggen har ingen sakstype. Velg alle sakstyper.",
    Problem.RETENTION_RULE_TAKEN: "Noen andre satte denne lagringstiden samtidig. Se på den og prøv igjen.",
    Problem.DISPOSED_OF: "Opplysningene er slettet etter lagringstid. Nye kan ikke legges inn i henvendelsen.",
    Problem.LIST_NOT_WAITING: "Listen venter ikke på godkjenning lenger.",
    Problem.LIST_NOT_APPROVED: "Listen er ikke godkjent av {needed} administratorer.",
    Problem.LIST_APPROVED_ALREADY: "Du har godkjent listen. En annen administrator må også godkjenne den.",
    Problem.LIST_CHANGED: "Listen er ikke lenger den som ble godkjent. Ingenting er slettet.",
    Problem.NO_LIST_APPROVED: "Ingen liste er godkjent av {needed} administratorer. Ingenting er slettet.",
    Problem.PERSON_UNCLEAR: "Det er for lite til å finne én person.",
    Problem.NOT_EMPTY: "Databasen er ikke tom: den har henvendelser, personer eller virksomheter fra før.",
    Problem.OUTSIDE_NOT_BEGUN: (
        "Innloggingen ble ikke startet her, eller den er brukt. Begynn på nytt, og bruk samme nettleser hele veien."
    ),
    Problem.OUTSIDE_TOO_LATE: "Innloggingen tok for lang tid. Begynn på nytt.",
    Problem.OUTSIDE_CANCELLED: (
        "Du avbrøt innloggingen, eller tjenesten du logger inn med, slipper deg ikke inn i Dialogen."
    ),
    Problem.OUTSIDE_AWAY: (
        "Tjenesten du logger inn med, svarer ikke som den skal. Vent litt og prøv igjen. Varer det, si fra til den som "
        "drifter Dialogen."
    ),
    Problem.OUTSIDE_MISCONFIGURED: (
        "Tjenesten du logger inn med, godtar ikke Dialogen. Du kan ikke rette det selv: si fra til den som drifter "
        "Dialogen."
    ),
    Problem.OUTSIDE_NOT_BELIEVED: (
        "Svaret fra tjenesten du logger inn med, kan ikke godtas. Prøv en gang til. Skjer det igjen, si fra til den "
        "som drifter Dialogen."
    ),
    Problem.OUTSIDE_CLOCKS: (
        "Klokka hos oss og hos tjenesten du logger inn med, går for ulikt. Si fra til den som drifter Dialogen."
    ),
    Problem.OUTSIDE_CODE_SPENT: "Innloggingen er brukt eller for gammel. Begynn på nytt.",
    Problem.OUTSIDE_NO_ROLE: (
        "Du har ikke fått noen rolle i Dialogen. Be lederen din eller IT om tilgang, og logg så inn på nytt."
    ),
    Problem.OUTSIDE_NO_PROFILE: (
        "Tjenesten du logger inn med, oppgir ikke et navn og en e-postadresse som vi kan bruke. Si fra til den som "
        "drifter Dialogen."
    ),
    Problem.OUTSIDE_ADDRESS_TAKEN: (
        "E-postadressen din har en konto her fra før, og den er ikke knyttet til innloggingen du brukte. Be en "
        "administrator om en lenke som knytter dem sammen."
    ),
    Problem.OUTSIDE_DISABLED: "Kontoen din i Dialogen er stengt. Snakk med en administrator.",
    Problem.OUTSIDE_TAKEN: (
        "Innloggingen du brukte, er knyttet til en annen konto i Dialogen. En administrator kan løse den fra den."
    ),
    Problem.OUTSIDE_LINKED: (
        "Kontoen er knyttet til en annen innlogging fra før. En administrator må løse den fra den først."
    ),
}
#: Beside "it is saved": domain.md 7 lets a text pass that only may hold one.
MAY_HOLD_NATIONAL_ID = (
    "Feltet «{field}» kan inneholde et fødselsnummer. Det du skrev, er lagret. Se over det, og ta bort nummeret hvis "
    "det er et fødselsnummer."
)
#: By name, as a refusal is known by its name wherever it is told.
SENTENCES = {problem.name: sentence for problem, sentence in _PROBLEMS.items()}


#: What a refusal carries as an English word of a closed list, by the name of the value.
_WORDS: dict[str, Mapping[Any, str]] = {"condition": CONDITIONS, "step": STEPS}


def sentence(problem: Problem, values: Mapping[str, object]) -> str:
    """Return what a refusal says in bokmål, its values written the Norwegian way."""
    told = SENTENCES[problem.name].format_map({name: _written(name, value) for name, value in values.items()})
    return without_national_ids(told)


def _written(name: str, value: object) -> object:
    if isinstance(value, date):
        return short_day(value)
    if name == "minutes":
        return "1 minutt" if value == 1 else f"{value} minutter"
    return _WORDS[name][str(value)] if name in _WORDS else value


__all__ = [
    "ACTIONS",
    "ASSESSMENTS",
    "BANDS",
    "BREAKDOWNS",
    "CHANNELS",
    "CONDITIONS",
    "DOORS",
    "EXCLUSIONS",
    "FIELDS",
    "ITEM_OUTCOMES",
    "KEEPSAKES",
    "LETTER_STATES",
    "LIST_STATES",
    "MANNERS",
    "MAY_HOLD_NATIONAL_ID",
    "ROLES",
    "ROLLS",
    "SCOPES",
    "SENTENCES",
    "SIGHTS",
    "SIGNS",
    "STATES",
    "STATUSES",
    "STEPS",
    "STREAMS",
    "TOKEN_STATES",
    "sentence",
]
