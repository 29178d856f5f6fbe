"""How a case was answered, and the code by which an archive writes that down (Noark 5, M619 avskrivningsmåte)."""

from collections.abc import Mapping
from enum import StrEnum

from dialogen.domain.cases import Channel


class AnswerManner(StrEnum):
    """By what the sender got the first substantive answer."""

    EMAIL = "email"
    LETTER = "letter"
    PHONE = "phone"
    MEETING = "meeting"
    OTHER = "other"


#: What is said is written down in a note (BN); what no code names has at least ended the case (SA).
NOARK_CODES: Mapping[AnswerManner, str] = {
    AnswerManner.EMAIL: "BE",
    AnswerManner.LETTER: "BU",
    AnswerManner.PHONE: "TLF",
    AnswerManner.MEETING: "BN",
    AnswerManner.OTHER: "SA",
}
_BACK_BY: Mapping[Channel, AnswerManner] = {
    Channel.PHONE: AnswerManner.PHONE,
    Channel.LETTER: AnswerManner.LETTER,
    Channel.IN_PERSON: AnswerManner.MEETING,
    Channel.SOCIAL: AnswerManner.OTHER,
}


def noark_code(manner: AnswerManner | None) -> str | None:
    """Return the archive's code of how a case was answered; None where that was not told."""
    return None if manner is None else NOARK_CODES[manner]


def likely_manner(channel: Channel | None) -> AnswerManner:
    """Return how a case that came by a channel is mostly answered when it is not from here."""
    return AnswerManner.EMAIL if channel is None else _BACK_BY.get(channel, AnswerManner.EMAIL)
