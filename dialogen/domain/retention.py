"""How long what is kept (norway.md 3.3): the types of data that have a retention time of their own."""

from enum import StrEnum


class Keepsake(StrEnum):
    """A type of data with a retention time of its own. The case itself, for the statistic, is kept."""

    SENDER = "sender"  # name, e-mail address and phone of who wrote
    CONTENT = "content"  # subject and text
    NOTES = "notes"  # notes, free-text reasons and earlier values of personal fields
    ACCESS_LOG = "access_log"
