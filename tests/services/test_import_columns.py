"""What the words of a file to import probably mean, for a person to look over."""

import pytest

from dialogen.files.case_rows import CLOSED_LISTS
from dialogen.files.columns import USUAL_WORDS, usual_key, words_of
from dialogen.files.profiles import Profile
from dialogen.services.import_columns import Unknown, likely_meanings


def meaning(field: str, word: str, **values: dict[str, str]) -> str | None:
    """Return what one word probably means, with these translations in the profile."""
    unknown = Unknown(field, word)
    return likely_meanings(Profile(values=values), [unknown]).get(unknown)


@pytest.mark.parametrize(
    ("field", "word", "means"),
    [
        ("channel", "Nettskjema", "web"),
        ("channel", "SKJEMA", "web"),
        ("channel", "Epost", "email"),
        ("channel", "Tlf.", "phone"),
        ("channel", "Post", "letter"),
        ("channel", "personlig_oppmøte", "in_person"),
        ("channel", "Facebook", "social"),
        ("stream", "Innbygger", "external"),
        ("stream", "Ansatt", "internal"),
        ("excluded", "Dublett", "duplicate"),
        ("channel", "Fax", None),
        ("unit", "Post", None),
    ],
)
def test_a_usual_word_is_guessed_in_its_own_field_and_no_other_word(field: str, word: str, means: str | None) -> None:
    assert meaning(field, word) == means


def test_what_a_profile_says_goes_before_a_guess() -> None:
    assert meaning("channel", "Post", channel={"post": "email"}) == "email"
    assert meaning("channel", "Post", channel={"post": "e-post"}) == "email", "as the form offers it"
    assert meaning("channel", "Post", channel={"*": "web"}) is None, "the profile has a word for all others"
    assert meaning("unit", "Roads", unit={"roads": "Vei og park"}) == "Vei og park"


@pytest.mark.parametrize("field", CLOSED_LISTS)
def test_each_usual_word_is_compared_as_it_stands_and_is_none_that_needs_no_guess(field: str) -> None:
    usual = USUAL_WORDS[field]
    assert set(usual.values()) <= set(CLOSED_LISTS[field][0])
    assert all(usual_key(word) == word for word in usual)
    assert not set(usual) & set(words_of(CLOSED_LISTS[field][0]))
