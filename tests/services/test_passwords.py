"""Hashing: what the product's own way of it promises."""

from dialogen.services.passwords import STANDARD, Hasher


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
