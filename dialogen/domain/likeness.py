"""By what two cases look like one matter: the same sender or the same subject within thirty days.

What is compared is kept as digests beside the case, which are erased with what they were made from.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from dialogen.domain.persons import email_key, phone_key

#: domain.md knows no such rule; the workplace asks for it. Both ways, since a case may be registered late.
WITHIN = timedelta(days=30)
#: Imported cases that were received longer ago leave no marks: nobody registers beside them any more.
MARKED_BACK = 2 * WITHIN
_PHONE_LEAST = 5
_SUBJECT_LEAST = 3
_KEY_LENGTH = 32
#: What mail programs put before the subject of an answer, in Norwegian and in English.
_ANSWERING = re.compile(r"^(?:(?:re|sv|svar|vs|fw|fwd|videresendt)\s*(?:\[\d+\])?\s*:\s*)+")


class Mark(StrEnum):
    """What of a case another one may have too."""

    EMAIL = "email"
    PHONE = "phone"
    SUBJECT = "subject"


#: The fields that the marks are made from, as a body names them.
FIELDS: Mapping[Mark, str] = {Mark.EMAIL: "sender.email", Mark.PHONE: "sender.phone", Mark.SUBJECT: "subject"}


def subject_key(text: str) -> str:
    """Return a subject as it is compared: whatever its capitals, blanks, last signs, and how often it was answered."""
    folded = " ".join(unicodedata.normalize("NFC", text.casefold()).split())
    return _ANSWERING.sub("", folded).strip(" .!?…")


def marks_of(*, email: str | None, phone: str | None, subject: str | None) -> dict[Mark, str]:
    """Return the digest of each mark that a case has. What is too short to say anything leaves none."""
    keys = {
        Mark.EMAIL: email_key(email or ""),
        Mark.PHONE: phone_key(phone or ""),
        Mark.SUBJECT: subject_key(subject or ""),
    }
    least = {Mark.PHONE: _PHONE_LEAST, Mark.SUBJECT: _SUBJECT_LEAST}
    return {mark: _digest(mark, key) for mark, key in keys.items() if len(key) >= least.get(mark, 1)}


def window(received_on: date) -> tuple[date, date]:
    """Return the first and the last day of reception of the cases that one is compared with."""
    # Near the end of the calendar there is no day to compare with any more.
    return received_on - WITHIN, received_on + min(WITHIN, date.max - received_on)


def _digest(mark: Mark, key: str) -> str:
    return hashlib.sha256(f"{mark}\0{key}".encode()).hexdigest()[:_KEY_LENGTH]
