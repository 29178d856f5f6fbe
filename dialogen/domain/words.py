"""How texts become the words that a search compares: folded letters, parts of compounds, references. One form for all.

A token is a whole word (`gatelysene`), a later part of one (`.lysene`), two words that follow each other
(`gatelysene_lyser`), or a reference (`#2026000143`). No word holds any of the three signs.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from dialogen.domain.persons import phone_key

WORD_MOST = 60  # letters of a word that count; nobody types more
PART_LEAST = 3  # letters of a part of a compound
PART_BEGINS = 2  # how far into a word the earliest later part begins: øl-tapping
_PARTS_AFTER = PART_BEGINS + PART_LEAST - 1  # letters of a word that has no parts
_PARTS_MOST = 30  # letters of a word of which parts are kept; longer ones are addresses and keys
_LETTERS_MOST = 250_000  # of all tokens of a case: PostgreSQL takes a megabyte at most
_TEXT_MOST = _LETTERS_MOST // 18  # letters of text that can never have more than so many in their tokens

#: A word of a folded text, and one of a text as it was written, which may hold marks that folding takes away.
WORD = re.compile(r"[^\W_]+")
WRITTEN_WORD = re.compile("[^\\W_](?:[^\\W_]|[\u00ad\u0300-\u036f\u200b-\u200d])*")

_LETTERS = {
    **dict(zip("æøåäö", "æøåæø", strict=True)),  # æ, ø and å are letters; the Swedish ones are the same letters
    **dict(zip("đðŋħłŧı", "ddnhlti", strict=True)),
    "ß": "ss",
    "þ": "th",
    "œ": "oe",
}


class _Folded(dict[int, str]):
    """What each letter is compared as, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        folded = _LETTERS.get(letter)
        if folded is None:
            base = unicodedata.normalize("NFD", letter)[0]
            is_mark = unicodedata.combining(base) or unicodedata.category(base) == "Cf"
            folded = "" if is_mark else base
        self[code] = folded
        return folded


_FOLDED = _Folded()


def fold(text: str) -> str:
    """Return a text as it is compared: without capitals, and without accents but those of æ, ø and å."""
    lowered = text.lower()
    return lowered if lowered.isascii() else unicodedata.normalize("NFC", lowered).translate(_FOLDED)


def words_of(text: str) -> list[str]:
    """Return the words of a text in their order, folded. Signs stand between words and are none."""
    return [word[:WORD_MOST] for word in WORD.findall(fold(text))]


def tokens_of_case(
    *, references: Iterable[str | None], texts: Iterable[str | None], phone: str | None = None
) -> list[str]:
    """Return the tokens by which a case is found, each once. Of a case without end the last texts are left out."""
    tokens: dict[str, None] = {}
    for reference in references:
        if reference:
            tokens.update(dict.fromkeys(_reference_tokens(reference)))
    if phone:
        tokens.update(dict.fromkeys([phone_key(phone)[:WORD_MOST], *words_of(phone)]))
        tokens.pop("", None)
    letters = 0
    for text in filter(None, texts):
        letters += len(text)
        if letters > _TEXT_MOST:
            return _within(tokens, text)
        tokens.update(dict.fromkeys(_text_tokens(text)))
    return list(tokens)


def reference_forms(text: str) -> list[str]:
    """Return how a reference may be written, without its signs: with the zeros that fill it up, and without."""
    return list(dict.fromkeys(_squeezed(WORD.findall(fold(text)))))


def _within(tokens: dict[str, None], text: str) -> list[str]:
    """Return tokens with as many of a long text as there is room for."""
    room = _LETTERS_MOST - sum(map(len, tokens))
    for token in dict.fromkeys(_text_tokens(text)):
        room -= 0 if token in tokens else len(token)
        if room < 0:
            break
        tokens[token] = None
    return list(tokens)


def _text_tokens(text: str) -> list[str]:
    words = words_of(text)
    tokens = words + [f"{first}_{second}" for first, second in pairwise(words)]
    for word in words:
        if has_parts(word):
            tokens += _parts(word)
    return tokens


@lru_cache(maxsize=4096)
def _parts(word: str) -> tuple[str, ...]:
    return tuple(f".{word[begin:]}" for begin in range(PART_BEGINS, len(word) - PART_LEAST + 1))


def has_parts(word: str) -> bool:
    """Say whether a word may be a compound, of which later parts are found too."""
    return _PARTS_AFTER < len(word) <= _PARTS_MOST and word.isalpha()


def _reference_tokens(reference: str) -> list[str]:
    parts = WORD.findall(fold(reference))
    tokens = _squeezed(parts)
    for begin in range(1, len(parts)):
        tokens += [form for form in _squeezed(parts[begin:]) if len(form) >= PART_LEAST]
    return [f"#{token[:WORD_MOST]}" for token in tokens]


def _squeezed(parts: list[str]) -> list[str]:
    whole, bare = "".join(parts), "".join([part.lstrip("0") if part[0] == "0" else part for part in parts])
    return [form for form in ((whole,) if whole == bare else (whole, bare)) if form]
