"""What the access log tells: who looked at what, when and how (domain.md 7). No search word and no personal value."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dialogen.domain.history import Door

FILE_AT_ONCE_MOST = 5_000  # lines; a longer file is ordered


class Manner(StrEnum):
    """How somebody looked."""

    OPENED = "opened"
    LISTED = "listed"
    SEARCHED = "searched"  # that there was a search; its words are kept nowhere
    EXPORTED = "exported"
    LOST = "lost"  # looks that could not be written down; `shown` is how many


class Sight(StrEnum):
    """What was looked at. `reference` is a case's reference, a report's year, or the number of the one opened."""

    CASE = "case"
    CASES = "cases"
    PENDING = "pending"  # changes that wait for a second person
    REPORT = "report"
    LETTERS = "letters"
    PEOPLE = "people"
    PERSON = "person"  # an account, seen by an administrator
    TOKENS = "tokens"
    FEED = "feed"  # deadlines, fetched by a calendar; `reference` is the number of its feed
    SUBJECT = "subject"  # all that is kept about one sender (right of access)
    OFFICE_LOG = "office_log"
    ACCESS_LOG = "access_log"
    ERRAND = "errand"  # what long work made, fetched by whoever ordered it
    DISPOSAL = "disposal"  # lists of what is due to be anonymised, and what was


@dataclass(frozen=True)
class Look:
    """One look. `account_id` is None for the command line; `shown` counts cases, people or letters."""

    at: datetime
    action: Manner
    subject: Sight
    door: Door
    account_id: int | None
    token_id: int | None = None
    reference: str | None = None
    shown: int | None = None


@dataclass(frozen=True)
class LookFilter:
    """Which looks are wanted; None means any. `since` is included, `until` is not."""

    account_id: int | None = None
    reference: str | None = None
    action: Manner | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class LookPlace:
    """Where a page of the log ended: the next one begins with what is older."""

    at: datetime
    id: int
