"""Hashing, and which new passwords are too easily guessed."""

import subprocess
import sys
import time

import pytest

from dialogen.domain.errors import InvalidInput, Problem
from dialogen.services import demo
from dialogen.services.passwords import STANDARD, Hasher, check_new_password


def test_the_product_hashes_with_argon2id_at_owasps_cost() -> None:
    kept = STANDARD.hash("riktig hest batteri stift")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert STANDARD.is_right("riktig hest batteri stift", kept)
    assert not STANDARD.is_right("feil hest batteri stift", kept)
    assert not STANDARD.is_outdated(kept)


def test_the_hash_that_stands_in_for_a_missing_one_costs_as_much_and_fits_no_password() -> None:
    hasher = Hasher(memory_kib=8, passes=1)
    assert not hasher.is_outdated(hasher.dummy)
    assert not hasher.is_right("", None)
    assert not hasher.is_right("riktig hest batteri stift", None)


def test_what_is_no_hash_fits_no_password() -> None:
    assert not STANDARD.is_right("riktig hest batteri stift", "ikke en hash")


KARI = ("Kari Nordmann", "kari.nordmann@asker.example", "Asker kommune")


def is_taken(password: str) -> bool:
    """Say whether Kari in Asker may take a password in 2026."""
    try:
        check_new_password(password, about=KARI, year=2026)
    except InvalidInput:
        return False
    return True


@pytest.mark.parametrize(
    "password",
    [
        "riktig hest batteri stift",
        "et annet passord",
        "blåbærsyltetøy",
        "kaffe og kake hver dag",
        "x7!Kq9#2mZ@p",
        "nifi-gydo-betu-rugu-buso",
        "83910472651234",
    ],
)
def test_a_long_password_is_taken_whatever_signs_it_is_made_of(password: str) -> None:
    assert is_taken(password)


@pytest.mark.parametrize(
    "password",
    [
        "123456789012",
        "qwertyuiop123",
        "xxxxxxxxxxxxxxxx",
        "passordpassord",
        "Passord12345678",
        "P@ssw0rd12345",
        "Sommer2026!!!",
        "S0mmer2026!!",
        "vinter2025vinter",
        "Velkommen2026!",
        "JulPåskeSommer",
        "Bytt passordet",
        "Dialogen12345",
        "AskerKommune2026",
        "KariNordmann1",
        "Kari.Nordmann@Asker",
        "NORDMANN-nordmann",
        "norge-norge-norge",
        "jegelskerdeg",
    ],
)
def test_a_password_that_is_easily_guessed_is_refused_however_long(password: str) -> None:
    assert not is_taken(password)


def test_what_is_known_of_one_person_is_not_held_against_another() -> None:
    check_new_password("Bjørnstjerne1832", about=KARI, year=2026)
    with pytest.raises(InvalidInput) as refusal:
        check_new_password("Bjørnstjerne1832", about=("Bjørnstjerne Bjørnson",), year=2026)
    assert [(each.field, each.problem) for each in refusal.value.problems] == [("password", Problem.PASSWORD_TOO_EASY)]
    check_new_password("Bjørnstjerne1832", about=KARI, year=2026)


def test_too_short_and_too_long_ones_are_told_apart_from_easy_ones() -> None:
    for password, problem in (("x7!Kq9#2mZ@", Problem.PASSWORD_TOO_SHORT), ("x" * 1001, Problem.TOO_LONG)):
        with pytest.raises(InvalidInput) as refusal:
            check_new_password(password, about=(), year=2026)
        assert refusal.value.problem is problem


def test_every_password_of_the_demo_is_good_enough() -> None:
    assert all(is_taken(demo._passphrase()) for _ in range(50))


@pytest.mark.parametrize(
    "signs", ["4@8({[<369&#!1|0$5+7%2", "a4@8({[<369&#!1|0$5+7%2", "1234567890", "!@#$%^&*()_+", "x"]
)
def test_no_password_takes_long_to_judge(signs: str) -> None:
    begun = time.process_time()
    is_taken((signs * 1000)[:1000])
    assert time.process_time() - begun < 3


def test_loading_the_product_does_not_load_the_estimate() -> None:
    code = "import sys, dialogen.app; sys.exit('zxcvbn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
