"""Secrets that open a door: made at random, shown once, and kept as their hash alone."""

import hashlib
import secrets


def new_secret() -> str:
    """Return 43 characters that are safe in addresses and headers: 256 random bits."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """Return what is stored of a secret. It is random and long, so that a plain hash cannot be tried out."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
