"""The life of a letter: its states, and how long to wait before the next attempt. No text and no SMTP here."""

from datetime import timedelta
from enum import StrEnum


class LetterState(StrEnum):
    """What has become of a letter."""

    DRAFT = "draft"  # a process is gathering what it holds; nothing of it is fixed yet
    WAITING = "waiting"
    CLAIMED = "claimed"  # a process is sending it now
    SENT = "sent"
    SHOWN = "shown"  # the demo without a mail server: shown on a page instead of sent
    DROPPED = "dropped"  # every case in it was gone before it could be sent
    DEAD = "dead"  # given up; a person must look at it


DELIVERED = frozenset({LetterState.SENT, LetterState.SHOWN})


class LetterEnd(StrEnum):
    """Why a letter to a sender was not sent after all."""

    ANSWERED = "answered"  # the case was answered in another way first
    EXCLUDED = "excluded"  # the case was taken out of the statistic first
    WITHDRAWN = "withdrawn"  # by a person
    NO_ADDRESS = "no_address"  # the sender's address was erased first


#: Pauses before the second, third, … attempt: a restart, a lunch, a night, a weekend of the mail server.
PAUSES = (
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    *[timedelta(hours=6)] * 28,  # a week more
)

#: Pauses after a refusal for good: a relay that is set up wrongly refuses so too, and is often mended the same day.
PAUSES_AFTER_REFUSAL = (timedelta(hours=1), timedelta(hours=6))

#: How long a process may keep a letter to itself before another may take it. Longer than any one sending, and
#: shorter than the first pause.
CLAIM_LASTS = timedelta(minutes=4)


def pause_before_retry(attempts: int, *, refused: bool = False) -> timedelta | None:
    """Return how long to wait after so many failed attempts (1 or more), or None when it is time to give up.

    `refused` says that the mail server called the last refusal one for good: that is believed sooner.
    """
    pauses = PAUSES_AFTER_REFUSAL if refused else PAUSES
    return pauses[attempts - 1] if attempts <= len(pauses) else None
