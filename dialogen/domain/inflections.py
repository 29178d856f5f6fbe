"""The inflections of Norwegian words: the first two steps of the Snowball stemmer for Norwegian (snowballstem.org).

Its third step, which makes one word of *henvendelse* and *henvende*, is left out: a reader means one of them. And an
ending may follow a vowel, which it may not there: *veien* is a form of *vei*.
"""

from functools import lru_cache

_VOWELS = frozenset("aeiouyæøå")
_STEM_LEAST = 3
_ENDINGS = (
    *("hetenes", "hetene", "hetens", "heten", "heter", "het"),
    *("endes", "ende", "enes", "ene", "edes", "ede", "ens", "en", "ers", "er", "ets", "et", "es", "e"),
    *("ande", "ane", "ast", "ar", "as", "a"),
)
#: Endings that a stem is looked for with: those of nouns, adjectives and verbs, not the words made with -het.
_FORMS = ("", *(each for each in _ENDINGS if not each.startswith("het")), "s", "t", "te")
_BEFORE_S = frozenset("bcdfghjlmnoprtvyz")
_LONGEST_FIRST = sorted([*_ENDINGS, "erte", "ert", "s"], key=len, reverse=True)


@lru_cache(maxsize=1024)
def stem(word: str) -> str:
    """Return a folded word without its inflection: gatelys of gatelysene."""
    start = _region(word)
    ending = next((each for each in _LONGEST_FIRST if word.endswith(each) and len(word) - len(each) >= start), None)
    if ending in ("erte", "ert"):
        word = word[: -len(ending) + 2]
    elif ending is not None and (ending != "s" or _may_lose_s(word[:-1])):
        word = word[: -len(ending)]
    return word[:-1] if word.endswith(("dt", "vt")) and len(word) - 2 >= start else word


def inflections(word: str) -> tuple[str, ...]:
    """Return forms of the word of which a folded word is one, and some that nobody writes; itself if it has no ending.

    The stem itself is always among them: the stemmer takes the s of gatelys for an ending, but not that of gatelysene.
    """
    bare = stem(word)
    return (word,) if bare == word else tuple(dict.fromkeys([word, *(bare + each for each in _FORMS)]))


def _region(word: str) -> int:
    """Return where endings may begin: after three letters and a vowel."""
    first = next((place for place, letter in enumerate(word) if letter in _VOWELS), len(word))
    return max(first + 1, _STEM_LEAST)


def _may_lose_s(rest: str) -> bool:
    if rest[-1:] == "k":
        return rest[-2:-1] not in _VOWELS
    return rest[-1:] in _BEFORE_S
