"""Sealing: what is encrypted opens with its key, for its purpose, and for no other."""

from datetime import timedelta

import pytest

from dialogen.services.sealing import (
    BrokenSeal,
    SecretKeys,
    is_sealed_with_present_key,
    seal,
    unseal,
    unseal_young,
)
from tests.factories import NOW

OLD, NEW = "g" * 32, "n" * 32
KEYS = SecretKeys(OLD)
AFTER_A_CHANGE = SecretKeys(NEW, (OLD,))


def test_what_is_sealed_can_be_read_again_and_not_be_seen() -> None:
    sealed = seal(KEYS, "hemmelig ord", purpose="prøve", now=NOW)
    assert "hemmelig" not in sealed
    assert unseal(KEYS, sealed, purpose="prøve") == "hemmelig ord"


def test_it_opens_for_no_other_purpose() -> None:
    sealed = seal(KEYS, "hemmelig", purpose="second step 1", now=NOW)
    with pytest.raises(BrokenSeal):
        unseal(KEYS, sealed, purpose="second step 2")


@pytest.mark.parametrize("spoilt", ["", "x", "\ud800", "æ", "gAAAAA" + "A" * 100])
def test_what_was_never_sealed_is_refused(spoilt: str) -> None:
    with pytest.raises(BrokenSeal):
        unseal(KEYS, spoilt, purpose="prøve")


def test_a_changed_sign_breaks_the_seal() -> None:
    sealed = seal(KEYS, "hemmelig", purpose="prøve", now=NOW)
    for place in range(0, len(sealed) - 2, 7):
        spoilt = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        with pytest.raises(BrokenSeal):
            unseal(KEYS, spoilt, purpose="prøve")


def test_after_a_change_of_the_key_the_former_one_opens_and_the_new_one_seals() -> None:
    sealed = seal(KEYS, "hemmelig", purpose="prøve", now=NOW)
    assert unseal(AFTER_A_CHANGE, sealed, purpose="prøve") == "hemmelig"
    assert not is_sealed_with_present_key(AFTER_A_CHANGE, sealed, purpose="prøve")
    with pytest.raises(BrokenSeal):
        unseal(SecretKeys(NEW), sealed, purpose="prøve")
    anew = seal(AFTER_A_CHANGE, "hemmelig", purpose="prøve", now=NOW)
    assert is_sealed_with_present_key(AFTER_A_CHANGE, anew, purpose="prøve")
    with pytest.raises(BrokenSeal):
        unseal(KEYS, anew, purpose="prøve")


def test_what_is_meant_for_a_while_opens_for_a_while() -> None:
    sealed = seal(KEYS, "hemmelig", purpose="prøve", now=NOW)
    hour = timedelta(hours=1)
    assert unseal_young(KEYS, sealed, purpose="prøve", within=hour, now=NOW + hour) == "hemmelig"
    with pytest.raises(BrokenSeal):
        unseal_young(KEYS, sealed, purpose="prøve", within=hour, now=NOW + hour + timedelta(seconds=1))
