"""Hashes passwords with argon2id, checks them in a time that does not tell whether the account exists, and refuses
new ones that are easily guessed."""

import importlib
import threading
import unicodedata
from collections.abc import Iterable, Sequence

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dialogen.domain.accounts import check_password
from dialogen.domain.errors import InvalidInput, Problem
from dialogen.domain.passwords import folded, known_words, without_known_words

# OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, two passes, one lane.
MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1

#: Of zxcvbn's scores from 0 to 4: at least 10^8 guesses, and 10^6 for what is not a word that anybody knows.
LEAST_SCORE, LEAST_SCORE_OF_REST = 3, 2
MOST_ESTIMATED = 72  # signs; zxcvbn takes no more
#: Signs that zxcvbn takes for the same letter. It tries all combinations: with all of them for ten seconds.
_ALIKE = str.maketrans("{[<|+", "(((!7")
_one_at_a_time = threading.Lock()  # zxcvbn keeps the words about a person in a place that all threads share


class Hasher:
    """One way of hashing. Tests take a cheap one; the product has `STANDARD`."""

    def __init__(self, *, memory_kib: int = MEMORY_KIB, passes: int = PASSES) -> None:
        self._argon2 = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=LANES)
        # No password has this hash, but checking against it costs as much as against a real one.
        self.dummy = f"$argon2id$v=19$m={memory_kib},t={passes},p={LANES}${'A' * 22}${'A' * 43}"

    def hash(self, password: str) -> str:
        """Return what is stored of a password; raises InvalidInput when it is not text."""
        try:
            return self._argon2.hash(_as_bytes(password))
        except UnicodeEncodeError:
            raise InvalidInput.of("password", Problem.NOT_TEXT) from None

    def is_right(self, password: str, kept: str | None) -> bool:
        """Say whether a password is the one of a hash; takes as long when there is no hash, and then says no."""
        try:
            return self._argon2.verify(kept or self.dummy, _as_bytes(password)) and kept is not None
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False

    def is_outdated(self, kept: str) -> bool:
        """Say whether a hash was made in another way than new ones are."""
        return self._argon2.check_needs_rehash(kept)


STANDARD = Hasher()


def check_new_password(password: str, *, about: Iterable[str], year: int) -> None:
    """Refuse a password that is too short, too long, or easily guessed by somebody who knows what it is `about`.

    `about` is the person's name and address and the place. Length counts, not which signs are mixed (OWASP ASVS 5, 6.2).
    """
    check_password(password)
    words = known_words(about, year=year)
    rest = without_known_words(password, words)
    if _score(password, words) < LEAST_SCORE:
        raise InvalidInput.of("password", Problem.PASSWORD_TOO_EASY)
    if rest != folded(password) and _score(rest, words) < LEAST_SCORE_OF_REST:
        raise InvalidInput.of("password", Problem.PASSWORD_TOO_EASY)


def _score(password: str, words: Sequence[str]) -> int:
    if not password:
        return 0  # zxcvbn stumbles over nothing at all
    # Its lists of words take a tenth of a second to load, for what most processes never do.
    zxcvbn = importlib.import_module("zxcvbn").zxcvbn
    estimated = folded(password).translate(_ALIKE)[:MOST_ESTIMATED]
    with _one_at_a_time:
        return int(zxcvbn(estimated, user_inputs=words)["score"])


def _as_bytes(password: str) -> bytes:
    # Keyboards differ in how they compose å; the same word must open the same door (NIST SP 800-63B).
    return unicodedata.normalize("NFKC", password).encode()
