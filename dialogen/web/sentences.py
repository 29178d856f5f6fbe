"""Sentences for what the rules refuse: one for every refusal, its values written as the reader's language writes them."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from dialogen.domain.cases import Condition, Step
from dialogen.domain.errors import Problem
from dialogen.domain.national_ids import without_national_ids
from dialogen.languages import N_, Words, gettext, ngettext
from dialogen.notation import short_day

CONDITIONS = Words({Condition.OPEN: N_("åpen"), Condition.ANSWERED: N_("besvart"), Condition.EXCLUDED: N_("utelatt")})
STEPS = Words(
    {
        Step.ASSIGN: N_("fordeles"),
        Step.HAND_OVER: N_("sendes til en annen virksomhet"),
        Step.NOTE: N_("få et notat"),
        Step.LINK: N_("kobles til en annen"),
        Step.ATTACH: N_("få eller miste filer"),
        Step.INTERIM_REPLY: N_("få et foreløpig svar"),
        Step.EXTEND: N_("få utsatt frist"),
        Step.ANSWER: N_("besvares"),
        Step.CORRECT: N_("rettes"),
        Step.EXCLUDE: N_("holdes utenfor"),
        Step.INCLUDE: N_("tas med igjen"),
    }
)
_PROBLEMS = {
    Problem.ATTACHMENT_TOO_LARGE: N_("%(file)s er for stor. En fil kan være på høyst %(most)s MB."),
    Problem.ATTACHMENTS_TOO_LARGE: N_(
        "Filene er til sammen større enn %(most)s MB. Legg ved én om gangen, eller en mindre utgave, for eksempel en PDF"
        " med lavere oppløsning."
    ),
    Problem.FILE_EMPTY: N_("%(file)s er tom."),
    Problem.FILE_TYPE: N_(
        "%(file)s er av en type som ikke kan legges ved. Du kan legge ved PDF, bilder, dokumenter fra Word, Excel,"
        " PowerPoint og OpenDocument, ren tekst og e-post (.eml)."
    ),
    Problem.FILE_NOT_ITS_NAME: N_(
        "%(file)s er ikke det navnet sier, eller filen er ødelagt. Åpne den ikke, og be innsenderen om en ny."
    ),
    Problem.FILE_TWOFOLD: N_(
        "%(file)s har en fil til gjemt i seg, og kan være laget for å skade. Åpne den ikke, og be innsenderen om en ny."
    ),
    Problem.FILE_DISAGREES: N_(
        "%(file)s er ikke det navnet sier: etter innholdet skulle det ende på %(value)s. Gi filen riktig navn, eller"
        " be om en ny."
    ),
    Problem.FILE_DANGEROUS: N_(
        "%(file)s kan ikke legges ved: %(value)s i navnet er endelsen til filer som kan kjøre et program. Åpne den ikke."
    ),
    Problem.FILE_LOCKED: N_(
        "%(file)s er låst med passord eller har makroer. Lagre den som PDF eller på nytt uten passord og makroer, og prøv"
        " igjen. Kom den fra innsenderen, be om en slik utgave."
    ),
    Problem.FILE_OLD: N_(
        "%(file)s er i et eldre format fra Office eller Outlook (.doc, .xls, .ppt, .msg), og kan skjule makroer. Lagre den"
        " som PDF eller i et nyere format, og prøv igjen. Kom den fra innsenderen, be om en slik utgave."
    ),
    Problem.FILE_BOMB: N_("%(file)s blir altfor stor når den pakkes ut, og kan være laget for å skade. Åpne den ikke."),
    Problem.FILES_TOO_MANY: N_("En henvendelse kan ha høyst %(most)s filer."),
    Problem.REQUIRED: N_("Må fylles ut."),
    Problem.TOO_LONG: N_("Teksten er for lang. Den kan ha høyst %(most)s tegn."),
    Problem.NOT_TEXT: N_("Teksten har et tegn som ikke kan lagres. Ta det bort."),
    Problem.NOT_AN_EMAIL: N_("%(value)s er ikke en e-postadresse. Skriv den slik: navn@kommune.no."),
    Problem.NOT_A_DATE: N_("%(value)s er ikke en dato. Skriv den slik: 11.02.2026."),
    Problem.UNKNOWN_VALUE: N_("Velg et av alternativene."),
    Problem.NATIONAL_ID: N_("Det ser ut som teksten inneholder et fødselsnummer. Ta det bort før du lagrer."),
    Problem.RECEIVED_TOO_EARLY: N_("%(value)s kan ikke være riktig: datoen er før 1900."),
    Problem.RECEIVED_IN_FUTURE: N_("%(value)s har ikke vært ennå. Mottatt må være i dag eller tidligere."),
    Problem.RECEIVED_AFTER_ANSWERED: N_("%(value)s er etter at henvendelsen ble besvart (%(answered_on)s)."),
    Problem.ANSWERED_BEFORE_RECEIVED: N_("%(value)s er før henvendelsen ble mottatt (%(received_on)s)."),
    Problem.ANSWERED_IN_FUTURE: N_("%(value)s har ikke vært ennå. Besvart må være i dag eller tidligere."),
    Problem.REPLIED_IN_FUTURE: N_("%(value)s har ikke vært ennå. Datoen må være i dag eller tidligere."),
    Problem.REPLIED_BEFORE_RECEIVED: N_("%(value)s er før henvendelsen ble mottatt (%(received_on)s)."),
    Problem.EXPECTED_BEFORE_REPLIED: N_("%(value)s er før det foreløpige svaret ble sendt (%(replied_on)s)."),
    Problem.EXTENSION_NOT_LATER: N_("Ny frist må være etter i dag og etter fristen som gjelder nå (%(deadline)s)."),
    Problem.DUE_AFTER_EXTENSION: N_(
        "Fristen ville blitt %(value)s, som ikke er før den utsatte fristen (%(extended_to)s)."
    ),
    Problem.REASON_REQUIRED: N_("Skriv en begrunnelse for endringen."),
    Problem.REASON_WITHOUT_EXTENSION: N_(
        "Begrunnelsen hører til en utsettelse. Kryss av for å utsette fristen, eller ta bort begrunnelsen."
    ),
    Problem.UNKNOWN_UNIT: N_("Det finnes ingen virksomhet som heter %(value)s."),
    Problem.UNKNOWN_HANDLER: N_("%(value)s kan ikke behandle henvendelser."),
    Problem.UNKNOWN_KIND: N_("Sakstypen %(value)s er ikke i bruk."),
    Problem.UNIT_NEEDED: N_("Velg en av dine egne virksomheter."),
    Problem.TAKEN: N_("%(value)s er i bruk fra før."),
    Problem.EXTERNAL_REFERENCE_TAKEN: N_("Henvendelsen %(value)s er registrert fra før."),
    Problem.BEYOND_CALENDAR: N_("%(value)s ligger utenfor årene som kalenderen kjenner: %(first)s–%(last)s."),
    Problem.YEAR_OUT_OF_RANGE: N_("Året må være fra %(first)s til %(last)s."),
    Problem.AS_OF_IN_FUTURE: N_("%(value)s har ikke vært ennå. Velg i dag eller en tidligere dag."),
    Problem.TODAY_IN_FUTURE: N_("%(value)s har ikke vært ennå."),
    Problem.PASSWORD_TOO_SHORT: N_("Passordet er for kort. Det må ha minst %(least)s tegn."),
    Problem.PASSWORD_TOO_EASY: N_(
        "Passordet er for lett å gjette. Bruk flere ord som ikke hører sammen, og ingen navn eller årstall."
    ),
    Problem.PASSWORD_WRONG: N_("Dette er ikke passordet du har nå."),
    Problem.RULE_NOT_AFTER: N_(
        "Regelen må gjelde fra en dag etter %(newest)s, da den nyeste regelen begynte å gjelde."
    ),
    Problem.RULE_DAYS: N_("Antall dager må være fra 1 til 365."),
    Problem.LADDER_EMPTY: N_("Skriv minst én dag, regnet fra fristen."),
    Problem.LADDER_STEP_TWICE: N_("Dagen %(value)s står to ganger."),
    Problem.LADDER_STEP_OUTSIDE: N_(
        "Dagen %(value)s er for langt fra fristen. Den må være fra %(least)s til %(most)s."
    ),
    Problem.LADDER_STEP_MISSING: N_(
        "Dagen %(value)s mangler. Alle må varsles på fristdagen (0) og dagen etter (1), så ingen går glipp av en frist."
    ),
    Problem.LADDER_NUMBER: N_("Skriv et antall dager fra %(least)s til %(most)s."),
    Problem.LADDER_REACHES_NOBODY: N_(
        "Ingen kan varsles: virksomheten har ingen leder og ingen e-postadresse, og det er ingen administrator."
    ),
    Problem.LADDER_CHANGED: N_(
        "Noen andre endret varslingstrinnene mens du hadde siden åpen. Se på dem, og prøv igjen."
    ),
    Problem.NO_SUCH: N_("Det du ser etter, finnes ikke."),
    Problem.NO_SUCH_CASE: N_("Vi finner ingen henvendelse med referansen %(value)s blant dem du har tilgang til."),
    Problem.NOT_ALLOWED: N_("Rollen din gir ikke adgang til dette."),
    Problem.NEEDS_SECOND_PERSON: N_("Du foreslo denne endringen selv. En annen må godkjenne eller avslå den."),
    Problem.NOT_THE_PROPOSER: N_("En annen har foreslått denne endringen. Bare den som foreslo den, kan trekke den."),
    Problem.CHANGE_WAITS: N_(
        "En endring av henvendelsen venter på godkjenning. Den må godkjennes, avslås eller trekkes først."
    ),
    Problem.NOTHING_WAITS: N_("Ingen endring av henvendelsen venter på godkjenning. Noen kan ha rukket å avgjøre den."),
    Problem.OTHER_CHANGE_WAITS: N_("Nå venter en annen endring enn den du så. Se på den først. Ingenting er endret."),
    Problem.OVERTAKEN: N_(
        "Henvendelsen er endret etter at dette ble foreslått, så forslaget passer ikke lenger. "
        "Det må avslås eller trekkes, og eventuelt foreslås på nytt."
    ),
    Problem.ALREADY_ANSWERED: N_("Henvendelsen ble besvart %(answered_on)s. Rett datoen i stedet."),
    Problem.NOT_ANSWERED: N_("Henvendelsen er ikke besvart, så det er ingen svardato å rette."),
    Problem.IS_EXCLUDED: N_("Henvendelsen holdes utenfor statistikken. Ta den med igjen først."),
    Problem.NOT_EXCLUDED: N_("Henvendelsen er allerede med i statistikken."),
    Problem.STEP_REFUSED: N_("En %(condition)s henvendelse kan ikke %(step)s."),
    Problem.LINK_TO_ITSELF: N_("En henvendelse kan ikke kobles til seg selv."),
    Problem.NOT_LINKED: N_("Henvendelsen er ikke koblet til %(value)s."),
    Problem.CHANGED_MEANWHILE: N_("Noen andre endret henvendelsen mens du hadde siden åpen. Ingenting er lagret ennå."),
    Problem.LAST_ADMINISTRATOR: N_("Dette er den siste administratoren. Gi rollen til en annen først."),
    Problem.LETTER_NOT_STOPPED: N_("Brevet er ikke gitt opp, så det kan ikke sendes på nytt herfra."),
    Problem.UNKNOWN_PLACEHOLDER: N_("%(value)s er ikke et felt som kan stå i dette brevet. Disse kan: %(allowed)s."),
    Problem.NO_SENDER_ADDRESS: N_(
        "Henvendelsen har ingen e-postadresse til innsenderen som vi kan sende til. Rett adressen, eller svar på en annen måte."
    ),
    Problem.ANSWER_ON_ITS_WAY: N_("Et svar på denne henvendelsen er allerede på vei til innsenderen."),
    Problem.LETTER_NOT_WAITING: N_("Brevet venter ikke lenger, så det kan ikke trekkes tilbake."),
    Problem.EXPECTED_NOT_LATER: N_("%(value)s er ikke etter i dag. Velg en senere dag."),
    Problem.WRONG_SIGN_IN: N_("Feil e-postadresse eller passord."),
    Problem.ACCOUNT_DISABLED: N_("Kontoen %(value)s er stengt. Åpne den først."),
    Problem.EXPIRED_ALREADY: N_("%(value)s har vært."),
    Problem.TOO_MANY_ATTEMPTS: N_("Du har prøvd for mange ganger. Prøv igjen om %(minutes)s."),
    Problem.WRONG_CODE: N_("Koden er feil eller allerede brukt. Vent på neste kode, og prøv igjen."),
    Problem.WRONG_PROOF: N_("Dette er verken passordet ditt eller en gyldig kode."),
    Problem.SIGN_IN_OVER: N_("Innloggingen tok for lang tid eller ble avsluttet. Logg inn på nytt."),
    Problem.OFFER_TOO_OLD: N_("Nøkkelen ble vist for lenge siden. Last siden på nytt, og bruk den nye."),
    Problem.NO_SECOND_STEP: N_("Kontoen har ikke totrinnsinnlogging."),
    Problem.SECOND_STEP_DEMANDED: N_(
        "Administratorer må ha totrinnsinnlogging. Du kan bytte app eller telefon i stedet."
    ),
    Problem.OWN_SECOND_STEP: N_("Din egen totrinnsinnlogging endrer du på siden for kontoen din."),
    Problem.LINK_SPENT: N_("Lenken er brukt eller for gammel. Be en administrator om en ny."),
    Problem.IDEMPOTENCY_CONFLICT: N_("Nøkkelen er brukt til en annen forespørsel."),
    Problem.REGISTERED_OUT_OF_REACH: N_(
        "Henvendelsen ble registrert, men er ikke lenger blant dem du har tilgang til."
    ),
    Problem.BAD_CURSOR: N_("Lenken til denne siden av listen virker ikke. Begynn på første side."),
    Problem.FILE_REFUSED: N_("Filen kan ikke leses slik den er."),
    Problem.REGISTERED_MEANWHILE: N_("En av referansene ble registrert av noen andre imens. Importer filen på nytt."),
    Problem.RETENTION_MONTHS: N_("Antall måneder må være fra %(least)s til %(most)s."),
    Problem.RETENTION_NOT_BY_KIND: N_("Tilgangsloggen har ingen sakstype. Velg alle sakstyper."),
    Problem.RETENTION_RULE_TAKEN: N_("Noen andre satte denne lagringstiden samtidig. Se på den og prøv igjen."),
    Problem.DISPOSED_OF: N_("Opplysningene er slettet etter lagringstid. Nye kan ikke legges inn i henvendelsen."),
    Problem.LIST_NOT_WAITING: N_("Listen venter ikke på godkjenning lenger."),
    Problem.LIST_NOT_APPROVED: N_("Listen er ikke godkjent av %(needed)s administratorer."),
    Problem.LIST_APPROVED_ALREADY: N_("Du har godkjent listen. En annen administrator må også godkjenne den."),
    Problem.LIST_CHANGED: N_("Listen er ikke lenger den som ble godkjent. Ingenting er slettet."),
    Problem.NO_LIST_APPROVED: N_("Ingen liste er godkjent av %(needed)s administratorer. Ingenting er slettet."),
    Problem.PERSON_UNCLEAR: N_("Det er for lite til å finne én person."),
    Problem.TOO_MANY_CASES: N_("%(count)s henvendelser er for mange på én gang. Velg høyst %(most)s."),
    Problem.NO_CASES_CHOSEN: N_("Ingen henvendelser er valgt."),
    Problem.UNDO_TOO_LATE: N_("Det er for sent å angre dette."),
    Problem.TOO_MANY_VIEWS: N_("Det finnes allerede %(most)s lagrede visninger. Slett en av dem først."),
    Problem.NOT_EMPTY: N_("Databasen er ikke tom: den har henvendelser, personer eller virksomheter fra før."),
    Problem.FILE_TOO_LARGE: N_(
        "Filen er større enn %(most)s MB. Del den opp, eller la den som drifter Dialogen, importere den."
    ),
    Problem.FILE_NEEDED: N_("Velg en fil."),
    Problem.UPLOAD_NOT_CHECKED: N_("Filen må kontrolleres før den importeres."),
    Problem.UPLOAD_DONE: N_(
        "Filen blir importert, eller er det allerede. Last den opp på nytt for å importere den igjen."
    ),
    Problem.ERRANDS_ENOUGH: N_("Du har %(most)s jobber som ikke er ferdige. Vent til én er ferdig, eller stopp én."),
    Problem.OUTSIDE_NOT_BEGUN: N_(
        "Innloggingen ble ikke startet her, eller den er brukt. Begynn på nytt, og bruk samme nettleser hele veien."
    ),
    Problem.OUTSIDE_TOO_LATE: N_("Innloggingen tok for lang tid. Begynn på nytt."),
    Problem.OUTSIDE_CANCELLED: N_(
        "Du avbrøt innloggingen, eller tjenesten du logger inn med, slipper deg ikke inn i Dialogen."
    ),
    Problem.OUTSIDE_AWAY: N_(
        "Tjenesten du logger inn med, svarer ikke som den skal. Vent litt og prøv igjen. Varer det, si fra til den som "
        "drifter Dialogen."
    ),
    Problem.OUTSIDE_MISCONFIGURED: N_(
        "Tjenesten du logger inn med, godtar ikke Dialogen. Du kan ikke rette det selv: si fra til den som drifter "
        "Dialogen."
    ),
    Problem.OUTSIDE_NOT_BELIEVED: N_(
        "Svaret fra tjenesten du logger inn med, kan ikke godtas. Prøv en gang til. Skjer det igjen, si fra til den "
        "som drifter Dialogen."
    ),
    Problem.OUTSIDE_CLOCKS: N_(
        "Klokka hos oss og hos tjenesten du logger inn med, går for ulikt. Si fra til den som drifter Dialogen."
    ),
    Problem.OUTSIDE_CODE_SPENT: N_("Innloggingen er brukt eller for gammel. Begynn på nytt."),
    Problem.OUTSIDE_NO_ROLE: N_(
        "Du har ikke fått noen rolle i Dialogen. Be lederen din eller IT om tilgang, og logg så inn på nytt."
    ),
    Problem.OUTSIDE_NO_PROFILE: N_(
        "Tjenesten du logger inn med, oppgir ikke et navn og en e-postadresse som vi kan bruke. Si fra til den som "
        "drifter Dialogen."
    ),
    Problem.OUTSIDE_ADDRESS_TAKEN: N_(
        "E-postadressen din har en konto her fra før, og den er ikke knyttet til innloggingen du brukte. Be en "
        "administrator om en lenke som knytter dem sammen."
    ),
    Problem.OUTSIDE_DISABLED: N_("Kontoen din i Dialogen er stengt. Snakk med en administrator."),
    Problem.OUTSIDE_TAKEN: N_(
        "Innloggingen du brukte, er knyttet til en annen konto i Dialogen. En administrator kan løse den fra den."
    ),
    Problem.OUTSIDE_LINKED: N_(
        "Kontoen er knyttet til en annen innlogging fra før. En administrator må løse den fra den først."
    ),
}
#: Beside "it is saved": domain.md 7 lets a text pass that only may hold one.
MAY_HOLD_NATIONAL_ID = N_(
    "Feltet «%(field)s» kan inneholde et fødselsnummer. Det du skrev, er lagret. Se over det, og ta bort nummeret hvis "
    "det er et fødselsnummer."
)
#: By name, as a refusal is known by its name wherever it is told.
SENTENCES = {problem.name: sentence for problem, sentence in _PROBLEMS.items()}


#: What a refusal carries as an English word of a closed list, by the name of the value.
_WORDS: dict[str, Mapping[Any, str]] = {"condition": CONDITIONS, "step": STEPS}


def sentence(problem: Problem, values: Mapping[str, object]) -> str:
    """Return what a refusal says, its values written as the reader's language writes them."""
    told = gettext(SENTENCES[problem.name], **{name: _written(name, value) for name, value in values.items()})
    return without_national_ids(told)


def _written(name: str, value: object) -> object:
    if isinstance(value, date):
        return short_day(value)
    if name == "minutes":
        return ngettext("%(num)s minutt", "%(num)s minutter", cast(int, value))
    return _WORDS[name][str(value)] if name in _WORDS else value
