"""Seals what must be read again but stands in the database: encrypted with keys that come from the secret key.

Each purpose has a key of its own (HKDF, RFC 5869), so that what was sealed for one account or use opens for no other.
"""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    from config import Config


class BrokenSeal(Exception):
    """What was to be opened was sealed with an unknown key, for another purpose, too long ago, or not at all."""


@dataclass(frozen=True)
class SecretKeys:
    """The installation's secret key, which seals, and former ones, which only open."""

    present: str
    former: tuple[str, ...] = ()

    @classmethod
    def of(cls, config: "Config") -> "SecretKeys":
        """Return the keys that the settings name."""
        return cls(config.secret_key, config.secret_key_fallbacks)


def seal(keys: SecretKeys, text: str, *, purpose: str, now: datetime) -> str:
    """Return a text sealed for a purpose."""
    return _box(keys.present, purpose).encrypt_at_time(text.encode(), int(now.timestamp())).decode("ascii")


def unseal(keys: SecretKeys, sealed: str, *, purpose: str) -> str:
    """Return what was sealed for a purpose with the present key or a former one; raises BrokenSeal."""
    try:
        return _boxes(keys, purpose).decrypt(sealed.encode("utf-8", "replace")).decode()
    except InvalidToken:
        raise BrokenSeal from None


def unseal_young(keys: SecretKeys, sealed: str, *, purpose: str, within: timedelta, now: datetime) -> str:
    """Return as `unseal` what was sealed no longer ago than `within`."""
    seconds, present = int(within.total_seconds()), int(now.timestamp())
    try:
        return _boxes(keys, purpose).decrypt_at_time(sealed.encode("utf-8", "replace"), seconds, present).decode()
    except InvalidToken:
        raise BrokenSeal from None


def is_sealed_with_present_key(keys: SecretKeys, sealed: str, *, purpose: str) -> bool:
    """Say whether the present key alone opens it."""
    try:
        unseal(SecretKeys(keys.present), sealed, purpose=purpose)
    except BrokenSeal:
        return False
    return True


def _boxes(keys: SecretKeys, purpose: str) -> MultiFernet:
    return MultiFernet([_box(key, purpose) for key in (keys.present, *keys.former)])


def _box(key: str, purpose: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"dialogen {purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(key.encode())))
