"""The languages that people can read pages and letters in."""

from enum import StrEnum


class Language(StrEnum):
    """A language of pages and letters, by its word in addresses, cookies and rows."""

    BOKMAL = "nb"
    NYNORSK = "nn"
    ENGLISH = "en"
