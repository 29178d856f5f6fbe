"""Which words tell a guesser nothing new: people's and places' own names, years, and what everybody thinks of first."""

import re
import unicodedata
from collections.abc import Iterable

#: What Norwegians build easy passwords of; a list of English and of leaked ones comes with the estimate itself.
_EVERYDAY = """
jeg deg meg passord passordet hemmelig hemmelighet velkommen heisann hallo hei bytt bytte endre nytt gammelt
bruker brukernavn admin administrator saksbehandler leder statistiker kollega kontor kontoret jobb jobben arbeid møte ferie helg
dialogen dialog kommune kommunen kommunal rådhus rådhuset virksomhet henvendelse innbygger frist
asker bærum oslo bergen trondheim stavanger tromsø drammen kristiansand norge norsk norway viken akershus
januar februar mars april mai juni juli august september oktober november desember
mandag tirsdag onsdag torsdag fredag lørdag søndag
sommer sommeren vinter vinteren vår våren høst høsten jul julen påske påsken sol snø regn
elsker kjærlighet kjæreste familie mamma pappa bestemor barn hund katt hest venn bursdag
fotball håndball ski sykkel hytte hytta båt kaffe sjokolade brunost potet banan
rosenborg vålerenga brann liverpool arsenal qwerty qwertyuiop test tester
en to tre fire fem seks sju åtte ni ti
"""
EVERYDAY_WORDS = tuple(_EVERYDAY.split())
_WORDS = re.compile(r"[^\W\d_]{2,}")
_YEAR = r"(?:19|20)\d\d"
_SHORTEST = 3  # letters; a shorter word stands by chance inside others


def known_words(about: Iterable[str], *, year: int) -> tuple[str, ...]:
    """Return the words a guesser begins with: those about the person and the place, the years around, everyday ones."""
    own = [word for text in about for word in _WORDS.findall(folded(text))]
    years = [str(year + step) for step in (0, -1, 1, -2, -3, -4)]
    return tuple(dict.fromkeys([*own, *years, *EVERYDAY_WORDS]))


def without_known_words(password: str, words: Iterable[str]) -> str:
    """Return what is left of a password, in lower case, when the known words and the years in it tell nothing."""
    longest_first = sorted((word for word in words if len(word) >= _SHORTEST), key=len, reverse=True)
    known = "|".join([_YEAR, *map(re.escape, longest_first)])
    return re.sub(known, " ", folded(password)).strip()


def folded(text: str) -> str:
    """Return a text as passwords are compared with words: composed characters, no capitals."""
    return unicodedata.normalize("NFKC", text).casefold()
