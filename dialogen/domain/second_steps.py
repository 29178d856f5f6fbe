"""The second step of a sign-in: which moments a code is good for, and how codes are written.

Time-based codes are those of RFC 6238 as every authenticator app makes them: six digits, SHA-1, 30 seconds.
"""

from datetime import datetime

DIGITS = 6
PERIOD = 30  # seconds
DRIFT = 1  # steps that a phone's clock may be ahead or behind (RFC 6238, 5.2)
RECOVERY_CODES = 10
#: Enough that a plain hash cannot be tried out: 24 signs of 5 bits (OWASP ASVS 5, 6.5.2, asks for 112 bits).
RECOVERY_SIGNS = 24
#: Crockford's: without the letters that are taken for others when a code is read off a sheet of paper.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

_MISREAD = str.maketrans("oil", "011")
_GROUP = 4


def step_at(now: datetime) -> int:
    """Return the number of the time step that an instant lies in."""
    return int(now.timestamp()) // PERIOD


def steps_around(now: datetime) -> range:
    """Return the time steps whose codes are good at an instant."""
    return range(step_at(now) - DRIFT, step_at(now) + DRIFT + 1)


def as_code(text: str) -> str | None:
    """Return the six digits of what was typed as a time-based code, None when it cannot be one."""
    digits = "".join(text.split())
    return digits if len(digits) == DIGITS and digits.isascii() and digits.isdigit() else None


def as_recovery_code(text: str) -> str | None:
    """Return a recovery code as it is compared, None when what was typed cannot be one.

    Capitals, hyphens and spaces do not matter, and o, i and l are read as the digits they look like.
    """
    signs = "".join(text.split()).replace("-", "").casefold().translate(_MISREAD)
    return signs if len(signs) == RECOVERY_SIGNS and set(signs) <= set(ALPHABET) else None


def in_groups(signs: str, *, between: str = "-") -> str:
    """Return a code or key as it is shown: in groups of four, easy to read off and to type."""
    return between.join(signs[place : place + _GROUP] for place in range(0, len(signs), _GROUP))
