"""Hashes passwords with argon2id, and checks them in a time that does not tell whether the account exists."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dialogen.domain.errors import InvalidInput, Problem

# OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, two passes, one lane.
MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1


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


def _as_bytes(password: str) -> bytes:
    # Keyboards differ in how they compose å; the same word must open the same door (NIST SP 800-63B).
    return unicodedata.normalize("NFKC", password).encode()
