"""The words of pages and letters in the reader's language: bokmål stands in the code and is the key to the other two.

In a request Flask-Babel says who reads; `reading` says it where somebody else does, as with a letter. Where nobody said,
as on the command line, it is bokmål.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar, cast

from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import g, has_request_context
from flask_babel import get_locale
from jinja2 import Environment, Template

from dialogen.domain.languages import Language

K = TypeVar("K")
V = TypeVar("V", bound=Hashable)
CATALOGS = Path(__file__).parent / "translations"
#: With nb and nn alone Babel counts weeks wrongly; en alone writes the month before the day.
LOCALES = {Language.BOKMAL: "nb_NO", Language.NYNORSK: "nn_NO", Language.ENGLISH: "en_GB"}

_told: ContextVar[Language | None] = ContextVar("language", default=None)


def present() -> Language:
    """Return the language to write in: the one told by `reading`, else that of the request, else bokmål."""
    told = _told.get()
    if told is not None:
        return told
    try:
        return cast(Language, g.read_in)
    except (AttributeError, RuntimeError):  # not asked for yet in this request, or there is none
        return _asked_for()


def _asked_for() -> Language:
    if not has_request_context():
        return Language.BOKMAL
    # Kept, since a page has hundreds of words, and Babel looks its locale up anew for each.
    g.read_in = of_locale(get_locale())
    return cast(Language, g.read_in)


def ask_again() -> None:
    """Let the rest of the request be in the language that is asked for now."""
    g.pop("read_in", None)


def of_locale(locale: object) -> Language:
    """Return the language that Babel knows by a name."""
    return next(language for language, name in LOCALES.items() if name == str(locale))


def locale() -> str:
    """Return the name by which Babel knows the present language."""
    return LOCALES[present()]


@contextmanager
def reading(language: Language) -> Iterator[None]:
    """Write in a language, whoever asked for it."""
    token = _told.set(language)
    try:
        yield
    finally:
        _told.reset(token)


def said_once(write: Callable[[V], str]) -> Callable[[V], str]:
    """Let what a function writes about a value be made once in each language: a list says the same in many rows."""

    @lru_cache(maxsize=4096)
    def kept(_language: Language, value: V) -> str:
        return write(value)

    return wraps(write)(lambda value: kept(present(), value))


def gettext(text: str, /, **values: object) -> str:
    """Return a bokmål text in the present language, with its %(values)s filled in."""
    return _text(present(), text) % values


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """Return a bokmål text about a number of things in the present language; the text knows the number as %(num)s."""
    text = str(_catalog(present()).ngettext(one, many, number))
    return text % {"num": _decimal(number, locale()), **values}


@lru_cache(maxsize=4096)
def _text(language: Language, bokmal: str) -> str:
    return str(_catalog(language).gettext(bokmal))


@lru_cache(maxsize=2048)
def _decimal(number: int, of: str) -> str:
    return format_decimal(number, locale=of)


def N_(text: str) -> str:
    """Mark a bokmål text that is kept for later as one to translate; gettext translates it when it is shown."""
    return text


class Words(Mapping[K, str]):
    """Bokmål words by what they stand for, read in the present language. Its texts are marked by N_."""

    def __init__(self, bokmal: Mapping[K, str]) -> None:
        self._bokmal = dict(bokmal)

    def __getitem__(self, key: K) -> str:
        return gettext(self._bokmal[key])

    def __iter__(self) -> Iterator[K]:
        return iter(self._bokmal)

    def __len__(self) -> int:
        return len(self._bokmal)


class _InOneLanguage(Template):
    """A template that is in one language from its first word to its last, asked for once."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Render it in the present language."""
        with reading(present()):
            return super().render(*args, **kwargs)


def teach(environment: Environment) -> None:
    """Give templates the words: _(), ngettext() and {% trans %}."""
    environment.template_class = _InOneLanguage
    environment.policies["ext.i18n.trimmed"] = True
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _text(present(), text),
        ngettext=lambda one, many, number: _catalog(present()).ngettext(one, many, number),
        newstyle=True,
        pgettext=lambda about, text: _catalog(present()).pgettext(about, text),
    )


@cache
def _catalog(language: Language) -> NullTranslations:
    if language is Language.BOKMAL:
        return NullTranslations()
    return Translations.load(CATALOGS, [language.value])
