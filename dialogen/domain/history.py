"""How a change is told: who did what through which door, and which fields changed. Personal values are never told."""

from dataclasses import dataclass
from enum import StrEnum


class Door(StrEnum):
    """The way a change came in."""

    WEB = "web"
    API = "api"
    IMPORT = "import"
    COMMAND_LINE = "command_line"
    DEMO = "demo"
    SCHEDULER = "scheduler"


class Action(StrEnum):
    """What was done with a case."""

    REGISTERED = "registered"
    ASSIGNED = "assigned"
    HANDED_OVER = "handed_over"
    NOTED = "noted"
    INTERIM_REPLY = "interim_reply"
    EXTENDED = "extended"
    ANSWERED = "answered"
    CORRECTED = "corrected"
    EXCLUDED = "excluded"
    INCLUDED = "included"
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    LINKED = "linked"  # to another case, which tells the same
    UNLINKED = "unlinked"
    UNDONE = "undone"  # a step on many cases, by whoever did it and while nobody had changed the case since
    ATTACHED = "attached"  # a file was added; its name lies apart
    DETACHED = "detached"
    LETTER_QUEUED = "letter_queued"  # somebody sent a letter to the sender off; it is not delivered yet
    LETTER_SENT = "letter_sent"  # accepted by the mail server when it could not answer the case any more
    LETTER_STOPPED = "letter_stopped"  # refused, or given up
    LETTER_DROPPED = "letter_dropped"  # not sent: the case was answered or excluded first, or it was withdrawn
    DISPOSED = "disposed"  # what had lain its retention time was erased


#: Fields whose values lie apart, so that they can be erased (domain.md 7).
PERSONAL_FIELDS = frozenset({"subject", "text", "sender_name", "sender_email", "sender_phone", "note", "reason"})

#: What is told of a change to a reader who sees reference, unit, dates and handler of a case alone.
OUTLINE = frozenset({"unit", "handler", "received_on", "due_on", "extended_to", "answered_on"})


@dataclass(frozen=True)
class Author:
    """Who makes a change, and through which door. An import and the command line may have no account."""

    account_id: int | None
    door: Door


@dataclass(frozen=True)
class Change:
    """One field's change. `before` and `after` are dates as YYYY-MM-DD, closed-list words, unit names, e-mail
    addresses of handlers, or None; of a personal field both are None."""

    field: str
    before: str | None
    after: str | None
