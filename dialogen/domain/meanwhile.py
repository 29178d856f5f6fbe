"""Two people with one case: what each deed is about, and whether what others did meanwhile stands in its way."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from dialogen.domain.cases import Step
from dialogen.domain.history import Action


class Part(StrEnum):
    """What of a case is decided together. Deeds about different parts never write over each other."""

    FIGURE = "figure"  # the dates, the stream and the exclusion are judged as a whole, and so is what waits of them
    PLACEMENT = "placement"  # another unit may cost a case its handler
    KIND = "kind"
    CHANNEL = "channel"
    SUBJECT = "subject"
    TEXT = "text"
    SENDER = "sender"
    REPLIES = "replies"
    NOTES = "notes"
    LINKS = "links"
    FILES = "files"
    LETTERS = "letters"  # to the sender


EVERYTHING = frozenset(Part)
NOTHING: frozenset[Part] = frozenset()

_OF_FIELDS: dict[str, Part] = {
    **dict.fromkeys(("received_on", "due_on", "extended_to", "answered_on"), Part.FIGURE),
    **dict.fromkeys(("stream", "exclusion", "rule_version"), Part.FIGURE),
    **dict.fromkeys(("unit", "handler"), Part.PLACEMENT),
    **dict.fromkeys(("sender", "sender_name", "sender_email", "sender_phone"), Part.SENDER),
    "kind": Part.KIND,
    "channel": Part.CHANNEL,
    "subject": Part.SUBJECT,
    "text": Part.TEXT,
    "replied_on": Part.REPLIES,
    "expected_on": Part.REPLIES,
    "manner": Part.FIGURE,
    "linked_case": Part.LINKS,
    "letter": Part.LETTERS,
}
#: What is touched by lines that do not name it field by field.
_OF_ACTIONS: dict[Action, frozenset[Part]] = {
    Action.NOTED: frozenset({Part.NOTES}),
    Action.INTERIM_REPLY: frozenset({Part.REPLIES}),
    **dict.fromkeys((Action.ATTACHED, Action.DETACHED), frozenset({Part.FILES})),
    **dict.fromkeys(
        (Action.PROPOSED, Action.APPROVED, Action.REFUSED, Action.WITHDRAWN, Action.LAPSED), frozenset({Part.FIGURE})
    ),
    Action.DISPOSED: frozenset({Part.SUBJECT, Part.TEXT, Part.SENDER, Part.NOTES, Part.FILES}),
}
#: What a step is about, besides the fields that it is told to change. Notes, links and files are added, or
#: taken away one by one.
_OF_STEPS: Mapping[Step, frozenset[Part]] = {
    Step.NOTE: NOTHING,
    Step.LINK: NOTHING,
    Step.ATTACH: NOTHING,
    Step.INTERIM_REPLY: frozenset({Part.FIGURE, Part.REPLIES, Part.LETTERS}),
    # Whoever has the case now, or has sent a letter off, may be answering it.
    Step.ANSWER: frozenset({Part.FIGURE, Part.PLACEMENT, Part.LETTERS}),
    Step.EXTEND: frozenset({Part.FIGURE}),
    Step.EXCLUDE: frozenset({Part.FIGURE}),
    Step.INCLUDE: frozenset({Part.FIGURE}),
}


def parts_of(fields: Iterable[str]) -> frozenset[Part]:
    """Return the parts to which fields belong; a field that no part is known for touches everything."""
    parts = {_OF_FIELDS.get(field) for field in fields}
    return EVERYTHING if None in parts else frozenset(part for part in parts if part is not None)


def about(step: Step) -> frozenset[Part]:
    """Return what a step is about; one that is not in the table is about everything."""
    return _OF_STEPS.get(step, EVERYTHING)


def touched(action: Action, fields: Iterable[str]) -> frozenset[Part]:
    """Return what a line of history touched."""
    if action in _OF_ACTIONS:
        return _OF_ACTIONS[action]
    return parts_of(fields) or EVERYTHING  # a deed that names nothing and is not in the table may be anything


def is_in_the_way(about: frozenset[Part], lines: Iterable[tuple[Action, Iterable[str]]]) -> bool:
    """Say whether one of the lines that others wrote meanwhile touched what a deed is about."""
    return any(about & touched(action, fields) for action, fields in lines)
