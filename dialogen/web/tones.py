"""In which colour of the design system a word of a closed list is shown: the word says it, the colour repeats it."""

from enum import StrEnum

from dialogen.domain.deadlines import State
from dialogen.domain.disposal_lists import ListState
from dialogen.domain.errands import ErrandState
from dialogen.domain.letters import LetterState
from dialogen.domain.reports import Band

#: What is as it should be stays quiet, so that what is not stands out in a long list.
QUIET = "neutral"
#: The words that are not quiet, by their list.
TONES: dict[type[StrEnum], dict[StrEnum, str]] = {
    State: {
        State.NEARING: "warning",
        State.DUE_TODAY: "warning",
        State.OVERDUE: "danger",
        State.ANSWERED_ON_TIME: "success",
        State.ANSWERED_LATE: "danger",
    },
    Band: {Band.DESIRED: "success", Band.LOWEST_ACCEPTED: "warning", Band.NOT_APPROVED: "danger"},
    ErrandState: {ErrandState.RUNNING: "info", ErrandState.DONE: "success", ErrandState.FAILED: "danger"},
    LetterState: {LetterState.SENT: "success", LetterState.DEAD: "danger"},
    ListState: {
        ListState.WAITING: "warning",
        ListState.APPROVED: "info",
        ListState.REFUSED: "danger",
        ListState.DONE: "success",
    },
}


def tone_of(word: StrEnum) -> str:
    """Return the colour of a word."""
    return TONES[type(word)].get(word, QUIET)
