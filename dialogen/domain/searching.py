"""What a reader types to search: plain words that must all be there, "phrases", and what in a text they match."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from dialogen.domain.inflections import inflections
from dialogen.domain.persons import phone_key
from dialogen.domain.words import (
    PART_BEGINS,
    PART_LEAST,
    WORD_MOST,
    WRITTEN_WORD,
    fold,
    has_parts,
    reference_forms,
    words_of,
)

TERMS_MOST = 20  # words and phrases that count; the rest of a pasted letter does not
_START_LEAST = 2  # letters of the last word, which may still be being typed
_VARIANTS_MOST = 8
_QUOTED = re.compile(r'"([^"]*)("|$)|([^\s"]+)')
_NUMBER = re.compile(r"\s*\+?[\d\s().\-]{5,}")
_DIGITS_LEAST = 5


@dataclass(frozen=True)
class Token:
    """A token to look for, or, as a start, all that begin with it."""

    text: str
    is_start: bool = False


@dataclass(frozen=True)
class WordPattern:
    """Which folded words are the word that was typed: forms of it, what begins with it, and both as a later part."""

    forms: tuple[str, ...]
    starts: tuple[str, ...] = ()
    in_compounds: bool = False

    def matches(self, word: str) -> bool:
        """Say whether a folded word is meant."""
        if word in self.forms or word.startswith(self.starts):
            return True
        if not self.in_compounds or not has_parts(word):
            return False
        ends = any(len(word) - len(form) >= PART_BEGINS and word.endswith(form) for form in self._long(self.forms))
        return ends or any(word.find(start, PART_BEGINS) >= 0 for start in self._long(self.starts))

    def tokens(self) -> Iterator[Token]:
        """Yield the tokens of which any will do."""
        yield from (Token(form) for form in self.forms)
        yield from (Token(start, is_start=True) for start in self.starts)
        if self.in_compounds:
            yield from (Token(f".{form}") for form in self._long(self.forms))
            yield from (Token(f".{start}", is_start=True) for start in self._long(self.starts))

    @staticmethod
    def _long(words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(word for word in words if len(word) >= PART_LEAST)


@dataclass(frozen=True)
class Term:
    """One word or phrase: the words that must follow each other in a text, or else a reference."""

    words: tuple[WordPattern, ...]
    in_text: tuple["Groups", ...]  # any of these will do
    in_references: tuple[Token, ...]  # or any of these, which are in no text


#: Of each group one token must be there.
Groups = tuple[tuple[Token, ...], ...]


def terms_of(typed: str) -> tuple[Term, ...]:
    """Return what must all be there; nothing when there is no letter and no digit in what was typed."""
    if _NUMBER.fullmatch(typed):
        return tuple(_number_terms(typed))
    found: list[tuple[str, bool, bool]] = []
    for quoted, closing, plain in _QUOTED.findall(typed):
        found.append((plain or quoted, not plain, closing == '"'))
    found = [each for each in found if words_of(each[0])][:TERMS_MOST]
    last = len(found) - 1
    return tuple(
        _term(text, is_quoted=is_quoted, may_go_on=not is_closed and place == last)
        for place, (text, is_quoted, is_closed) in enumerate(found)
    )


def marked(text: str, terms: Sequence[Term]) -> list[tuple[str, bool]]:
    """Return a text in pieces, each with whether it is what was searched for; joined they are the text."""
    spans = sorted(_spans(text, terms))
    pieces, done = [], 0
    for begin, end in spans:
        if end > done:
            pieces += [(text[done:begin], False)] if begin > done else []
            pieces.append((text[max(begin, done) : end], True))
            done = end
    return pieces + ([(text[done:], False)] if done < len(text) else [])


def first_place(text: str, terms: Sequence[Term]) -> int | None:
    """Return where in a text the first of the terms stands, or None."""
    return min((begin for begin, _ in _spans(text, terms)), default=None)


def missing_terms(texts: Sequence[str], terms: Sequence[Term]) -> list[Term]:
    """Return the terms that none of the texts holds."""
    return [term for term in terms if not any(True for text in texts for _ in _spans(text, [term]))]


def _spans(text: str, terms: Sequence[Term]) -> Iterator[tuple[int, int]]:
    written = [(match.span(), fold(match[0])[:WORD_MOST]) for match in WRITTEN_WORD.finditer(text)]
    for term in terms:
        length = len(term.words)
        for place in range(len(written) - length + 1 if length else 0):
            here = written[place : place + length]
            if all(pattern.matches(word) for pattern, (_, word) in zip(term.words, here, strict=True)):
                yield here[0][0][0], here[-1][0][1]


def _term(text: str, *, is_quoted: bool, may_go_on: bool) -> Term:
    words = words_of(text)
    patterns = tuple(
        _pattern(
            word,
            is_plain=len(words) == 1 and not is_quoted,
            may_go_on=may_go_on and place == len(words) - 1,
        )
        for place, word in enumerate(words)
    )
    return Term(patterns, (_groups(patterns),), _references(text))


def _pattern(word: str, *, is_plain: bool, may_go_on: bool) -> WordPattern:
    """Return what a typed word means. A plain word of some length is found inside compounds, too."""
    variants = _variants(word)
    is_long = is_plain and len(word) >= PART_LEAST
    if is_long or (may_go_on and len(word) >= _START_LEAST):
        forms = inflections(word) if is_long else ()
        return WordPattern(tuple(form for form in forms if not form.startswith(word)), variants, is_long)
    return WordPattern(variants)


def _groups(patterns: tuple[WordPattern, ...]) -> Groups:
    if len(patterns) == 1:
        return (tuple(patterns[0].tokens()),)
    return tuple(_pairs(*pair) for pair in pairwise(patterns))


def _pairs(first: WordPattern, second: WordPattern) -> tuple[Token, ...]:
    whole = (Token("_".join(pair)) for pair in product(first.forms, second.forms))
    begun = (Token("_".join(pair), is_start=True) for pair in product(first.forms, second.starts))
    return (*whole, *begun)


def _references(text: str) -> tuple[Token, ...]:
    forms = [form[:WORD_MOST] for form in reference_forms(text)]
    return tuple(Token(f"#{form}", is_start=not place and len(form) >= PART_LEAST) for place, form in enumerate(forms))


def _number_terms(typed: str) -> Iterator[Term]:
    """Yield a number as a whole: a phone number or a reference, however its digits were grouped, or the words of it."""
    digits = phone_key(typed)
    if len(digits) < _DIGITS_LEAST:
        yield from (_term(each, is_quoted=False, may_go_on=False) for each in typed.split() if words_of(each))
        return
    as_words = _term(typed, is_quoted=True, may_go_on=True)
    as_phone: Groups = ((Token(digits[:WORD_MOST], is_start=True),),)
    yield Term(as_words.words, (*as_words.in_text, as_phone), as_words.in_references)


def _variants(word: str) -> tuple[str, ...]:
    """Return a word with å and aa for each other: Håkon and Haakon, and nobody knows which it was."""
    pieces = re.split("(aa|å)", word)
    choices = [("å", "aa") if piece in ("å", "aa") else (piece,) for piece in pieces]
    if len([each for each in choices if len(each) > 1]) > 3:
        return (word,)
    return tuple(dict.fromkeys([word, *("".join(each) for each in product(*choices))]))[:_VARIANTS_MOST]
