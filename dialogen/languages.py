"""The languages people read, and the words in them: bokmål stands in the code and is the key to the other two.

In a request Flask-Babel says who reads; `reading` says it where somebody else does (a letter) or nobody asked (a command).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations
from flask_babel import Babel, get_locale
from jinja2 import Environment

CATALOGS = Path(__file__).parent / "translations"


class Language(StrEnum):
    """A language of pages and letters."""

    BOKMAL = "nb"
    NYNORSK = "nn"
    ENGLISH = "en"


#: With nb and nn alone Babel counts weeks wrongly; en alone writes the month before the day.
LOCALES = {Language.BOKMAL: "nb_NO", Language.NYNORSK: "nn_NO", Language.ENGLISH: "en_GB"}

babel = Babel(configure_jinja=False)
_told: ContextVar[Language | None] = ContextVar("language", default=None)


def present() -> Language:
    """Return the language to write in: the one told by `reading`, else that of the request, else bokmål."""
    told = _told.get()
    if told is not None:
        return told
    locale = get_locale()
    return Language.BOKMAL if locale is None else Language(locale.language)


@contextmanager
def reading(language: Language) -> Iterator[None]:
    """Write in a language, whoever asked for it."""
    token = _told.set(language)
    try:
        yield
    finally:
        _told.reset(token)


def locale() -> str:
    """Return the name by which Babel knows the present language."""
    return LOCALES[present()]


def gettext(text: str, **values: object) -> str:
    """Return a bokmål text in the present language, with its %(values)s filled in."""
    return str(_catalog(present()).gettext(text)) % values


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """Return a bokmål text about a number of things in the present language; the text knows it as %(num)s."""
    return str(_catalog(present()).ngettext(one, many, number)) % {"num": number, **values}


def to_translate(text: str) -> str:
    """Mark a bokmål text that is kept for later as one to translate; gettext translates it when it is shown."""
    return text


def teach(environment: Environment) -> None:
    """Give templates the words: _(), ngettext() and {% trans %}."""
    environment.policies["ext.i18n.trimmed"] = True
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _catalog(present()).gettext(text),
        ngettext=lambda one, many, number: _catalog(present()).ngettext(one, many, number),
        newstyle=True,
        pgettext=lambda about, text: _catalog(present()).pgettext(about, text),
    )


@cache
def _catalog(language: Language) -> NullTranslations:
    if language is Language.BOKMAL:
        return NullTranslations()
    return Translations.load(CATALOGS, [language.value])
