"""Guessing passwords from several processes at once, as it looks to an office that serves with several workers."""

from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.domain.throttling import LIMITS, Kind
from dialogen.services import accounts
from dialogen.services.passwords import Hasher
from tests.factories import NOW
from tests.forks import fork

EMAIL = "kari@asker.example"
PASSWORD = "riktig hest batteri stift"
_GUESSES = """
import sys
from datetime import datetime
from dialogen.database.engine import Database
from dialogen.domain.errors import NotSignedIn, TooManyAttempts
from dialogen.services import sessions
from dialogen.services.passwords import Hasher
from dialogen.services.throttling import Caller

class CountingHasher(Hasher):
    checks = 0
    def is_right(self, password, kept):
        self.checks += 1
        return super().is_right(password, kept)

url, email, now, address, right = sys.argv[1:]
db, hasher = Database(url), CountingHasher(memory_kib=8, passes=1)
print("ready", flush=True)
sys.stdin.readline()
for number in range(12):
    try:
        sessions.sign_in(
            db,
            email=email if number % 2 else email.upper(),
            password=right if number == 11 else f"feil passord {number}",
            now=datetime.fromisoformat(now),
            caller=Caller("k" * 32, address),
            hasher=hasher,
        )
    except (NotSignedIn, TooManyAttempts):
        pass
    else:
        print("in")
print(hasher.checks)
"""


def guesses(db: Database, email: str, addresses: list[str]) -> list[list[str]]:
    """Let as many processes as addresses guess twelve times each, all at once; returns what each printed."""
    processes = [fork(_GUESSES, db.url, email, NOW.isoformat(), address, PASSWORD) for address in addresses]
    for each in processes:
        assert each.stdout.readline() == "ready\n"
    for each in processes:
        each.tell("go")
    return [each.ended()[1].split() for each in processes]


def test_four_processes_that_guess_at_once_get_no_more_guesses_than_one(db: Database) -> None:
    accounts.add_account(
        db,
        by=None,
        email=EMAIL,
        name="Kari Nordmann",
        roles=[(Role.HANDLER, "*")],
        password=PASSWORD,
        now=NOW,
        hasher=Hasher(memory_kib=8, passes=1),
    )
    printed = guesses(db, EMAIL, [f"192.0.2.{number}" for number in range(4)])
    assert not any("in" in each for each in printed), "the right password came after the last guess"
    assert sum(int(each[-1]) for each in printed) == LIMITS[Kind.ACCOUNT].attempts


def test_an_address_without_an_account_is_slowed_down_just_the_same(db: Database) -> None:
    printed = guesses(db, "ukjent@asker.example", [f"2001:db8:{number}::1" for number in range(4)])
    assert sum(int(each[-1]) for each in printed) == LIMITS[Kind.ACCOUNT].attempts
