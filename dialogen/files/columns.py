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


def words_of(closed_list: type[StrEnum]) -> dict[str, StrEnum]:
    """Return every word that stands for a member of a closed list, as compared, with its member."""
    english: dict[str, StrEnum] = {word_key(member.value): member for member in closed_list}
    return english | {word_key(word): member for word, member in _NORWEGIAN_WORDS[closed_list].items()}
