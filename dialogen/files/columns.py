"""The headers and closed-list words of an import file, in English and Norwegian (contract.md, Import file)."""

from enum import StrEnum

from dialogen.domain.cases import Channel, ExclusionReason, Stream
from dialogen.domain.texts import word_key

#: field → its Norwegian header; the English one is the field's own name.
FIELDS = {
    "reference": "referanse",
    "received": "mottatt",
    "answered": "besvart",
    "stream": "type",
    "unit": "virksomhet",
    "handler": "saksbehandler",
    "channel": "kanal",
    "kind": "sakstype",
    "subject": "emne",
    "excluded": "holdt utenfor",
}

_NORWEGIAN_WORDS: dict[type[StrEnum], dict[str, StrEnum]] = {
    Stream: {"ekstern": Stream.EXTERNAL, "intern": Stream.INTERNAL},
    Channel: {
        "nett": Channel.WEB,
        "e-post": Channel.EMAIL,
        "telefon": Channel.PHONE,
        "brev": Channel.LETTER,
        "oppmøte": Channel.IN_PERSON,
        "sosiale medier": Channel.SOCIAL,
    },
    ExclusionReason: {
        "duplikat": ExclusionReason.DUPLICATE,
        "søppelpost": ExclusionReason.SPAM,
        "test": ExclusionReason.TEST,
        "feilregistrert": ExclusionReason.REGISTERED_IN_ERROR,
        "trukket": ExclusionReason.WITHDRAWN,
        "annen myndighet": ExclusionReason.OTHER_AUTHORITY,
    },
}


def header_key(header: str) -> str:
    """Return a header as it is compared: neither case nor space around it matters."""
    return word_key(header.removeprefix("\ufeff"))


HEADERS = {header_key(word): field for field, norwegian in FIELDS.items() for word in (field, norwegian)}


#: Headers that other systems are known to use, for a guess that a person looks over; never read as the contract's own.
_USUAL = {
    "reference": "saksnr saksnummer sak id ref ref.nr referansenr referansenummer henvendelsesnr henvendelsesnummer"
    " case|id case|number",
    "received": "mottatt|dato dato|mottatt mottaksdato motteken inn|dato dato|inn innkommet kom|inn registrert"
    " registrert|dato opprettet opprettet|dato received|on date|received created created|at",
    "answered": "besvart|dato dato|besvart svardato svart svart|dato lukket lukket|dato avsluttet avsluttet|dato"
    " ferdig answered|on date|answered closed closed|at",
    "unit": "enhet avdeling verksemd tjeneste tjenesteområde seksjon ansvarlig|enhet department",
    "handler": "saksbehandlar ansvarlig behandler e-post|saksbehandler saksbehandlers|e-post assignee",
    "stream": "strøm ekstern/intern",
    "channel": "inn|via mottakskanal source",
    "kind": "sakstype kategori henvendelsestype category",
    "subject": "tittel overskrift sakstittel title",
    "excluded": "holdes|utenfor haldast|utanfor",
}
USUAL_HEADERS = {word.replace("|", " "): field for field, words in _USUAL.items() for word in words.split()}


#: Words of other systems that can hardly mean anything else here, for a guess that a person looks over.
_USUAL_WORDS: dict[str, dict[StrEnum, str]] = {
    "stream": {
        Stream.EXTERNAL: "innbygger innbyggar innbyggere publikum borger eksternt næringsliv citizen resident",
        Stream.INTERNAL: "ansatt ansatte tilsett tilsette medarbeider internt employee",
    },
    "channel": {
        Channel.WEB: "nettskjema skjema web|skjema e-skjema eskjema nettside nettsted hjemmeside internett portal min|side"
        " webskjema website form",
        Channel.EMAIL: "epost e|post e-mail mail mejl",
        Channel.PHONE: "tlf tel telefonsamtale oppringning mobil mobiltelefon telephone call",
        Channel.LETTER: "post papir papirpost brevpost vanlig|post",
        Channel.IN_PERSON: "skranke oppmøte|i|skranken personlig personlig|oppmøte frammøte fremmøte servicetorg"
        " servicesenter besøk walk-in",
        Channel.SOCIAL: "facebook messenger instagram some sosiale|media social|media",
    },
    "excluded": {
        ExclusionReason.DUPLICATE: "dublett dobbelt dobbeltregistrert dobbel duplisert",
        ExclusionReason.SPAM: "reklame søppel søppelmelding",
        ExclusionReason.TEST: "testsak prøve",
        ExclusionReason.REGISTERED_IN_ERROR: "feil feilregistrering registrert|ved|feil",
        ExclusionReason.WITHDRAWN: "trukket|tilbake trekt",
        ExclusionReason.OTHER_AUTHORITY: "annen|etat annan|styresmakt",
    },
}
USUAL_WORDS = {
    field: {word.replace("|", " "): member for member, words in usual.items() for word in words.split()}
    for field, usual in _USUAL_WORDS.items()
}


def usual_key(header: str) -> str:
    """Return a header or a word as it is compared for a guess: neither a full stop at its end nor a low line matters."""
    return header_key(header.replace("_", " ")).rstrip(".:")


def words_of(closed_list: type[StrEnum]) -> dict[str, StrEnum]:
    """Return every word that stands for a member of a closed list, as compared, with its member."""
    english: dict[str, StrEnum] = {word_key(member.value): member for member in closed_list}
    return english | {word_key(word): member for word, member in _NORWEGIAN_WORDS[closed_list].items()}
