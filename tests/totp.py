"""An authenticator app for the tests: knows a key, and shows its code at an instant."""

from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pyotp

from dialogen.database import second_steps
from dialogen.database.engine import Database
from dialogen.services.sealing import SecretKeys, seal
from dialogen.services.second_steps import purpose_of

KEYS = SecretKeys("k" * 32)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(now: datetime, secret: str = SECRET) -> str:
    """Return what the app shows."""
    return pyotp.TOTP(secret.replace(" ", "")).at(now)


def secret_in(address: str) -> str:
    """Return the secret that an app reads out of a QR code's address."""
    return parse_qs(urlsplit(address).query)["secret"][0]


def give_second_step(db: Database, account_id: int, *, now: datetime, keys: SecretKeys = KEYS) -> None:
    """Give an account a second step with the app's key, of which no code was taken yet."""
    with db.writing() as session:
        sealed = seal(keys, SECRET, purpose=purpose_of(account_id), now=now)
        second_steps.put_second_step(session, account_id, sealed_secret=sealed, step=0, now=now)
