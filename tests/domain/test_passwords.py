"""What is left of a password when the words that anybody knows are taken out."""

import pytest

from dialogen.domain.passwords import known_words, without_known_words

WORDS = known_words(["Kari Nordmann", "kari.n@asker.example"], year=2026)


@pytest.mark.parametrize(
    ("password", "rest"),
    [
        ("Sommer2026!", "!"),
        ("KARI-nordmann", "-"),
        ("riktig hest batteri", "riktig   batteri"),
        ("1984 og 2084", "og"),
        ("blåbærsyltetøy", "blåbærsyltetøy"),
        ("pa\u030aske", ""),  # å in two signs
        ("", ""),
    ],
)
def test_known_words_and_years_tell_nothing(password: str, rest: str) -> None:
    assert without_known_words(password, WORDS) == rest


def test_what_is_known_of_the_person_comes_first_and_each_word_once() -> None:
    assert WORDS[:5] == ("kari", "nordmann", "asker", "example", "2026")
    assert len(WORDS) == len(set(WORDS))


def test_a_longer_word_is_taken_out_before_one_that_stands_in_it() -> None:
    assert without_known_words("passordet", WORDS) == ""
