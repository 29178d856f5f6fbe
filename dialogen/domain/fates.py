"""What became of an alert, as people ask: was it sent, does it wait, was it dropped, and was anybody there to tell?"""

from enum import StrEnum

from dialogen.domain.alerts import AlertState
from dialogen.domain.letters import LetterState


class Fate(StrEnum):
    """What became of an alert and of the letter that carried it."""

    OWED = "owed"  # no letter holds it yet
    WAITING = "waiting"
    RETRYING = "retrying"  # the letter could not be sent, and is tried again
    SENT = "sent"
    SHOWN = "shown"  # by a demo, which sends nothing
    FAILED = "failed"  # the letter was given up
    SUPERSEDED = "superseded"
    DROPPED = "dropped"
    NOBODY = "nobody"
    FILLED_IN = "filled_in"


_WITHOUT_LETTER: dict[AlertState, Fate] = {
    AlertState.OWED: Fate.OWED,
    AlertState.SUPERSEDED: Fate.SUPERSEDED,
    AlertState.DROPPED: Fate.DROPPED,
    AlertState.UNADDRESSED: Fate.NOBODY,
    AlertState.FILLED_IN: Fate.FILLED_IN,
}
_OF_LETTER: dict[LetterState, Fate] = {
    LetterState.SENT: Fate.SENT,
    LetterState.SHOWN: Fate.SHOWN,
    LetterState.DROPPED: Fate.DROPPED,
    LetterState.DEAD: Fate.FAILED,
}


def fate_of(alert: AlertState, *, letter: LetterState | None, attempts: int) -> Fate:
    """Return what became of an alert; `letter` and `attempts` are those of the letter that holds it."""
    if alert is not AlertState.IN_LETTER or letter is None:
        return _WITHOUT_LETTER.get(alert, Fate.OWED)
    return _OF_LETTER.get(letter) or (Fate.RETRYING if attempts else Fate.WAITING)
