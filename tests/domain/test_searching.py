"""What a reader types, and what it finds: words in any form, inside compounds, phrases, and letters as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogen.domain.inflections import inflections, stem
from dialogen.domain.searching import TERMS_MOST, marked, missing_terms, terms_of
from dialogen.domain.words import fold, tokens_of_case


def hits(q: str, text: str) -> bool:
    """Say whether a search finds a text, by its tokens as the databases compare them."""
    tokens = tokens_of_case(references=[], texts=[text])

    def there(token: str, is_start: bool) -> bool:
        return any(each.startswith(token) if is_start else each == token for each in tokens)

    terms = terms_of(q)
    return bool(terms) and all(
        any(all(any(there(t.text, t.is_start) for t in group) for group in groups) for groups in term.in_text)
        for term in terms
    )


@pytest.mark.parametrize(
    ("q", "text"),
    [
        ("gatelys", "Gatelysene er mørke"),
        ("gatelysene", "Et gatelys er mørkt"),
        ("lys", "Gatelys"),
        ("lys", "Lysmaster"),
        ("lysmast", "Gatelysmastene"),
        ("biler", "En bil og en henger"),
        ("veien", "Vei"),
        ("henvendelsen", "Flere henvendelser"),
        ("ærlig ØKONOMI åpen", "Åpen økonomi, ærlig talt"),
        ("Håkon", "Haakon den syvende"),
        ("haakons", "Håkons gate"),
        ("kafe", "Kafé"),
        ("café", "cafe"),
        ("Björn", "Bjørn"),
        ("e-post", "Send meg e-post"),
        ("kari@asker.no", "Kari <kari@asker.no>"),
        ('"kong haakons gate"', "i Kong Håkons gate 7"),
        ('"kong haakons ga', "i Kong Håkons gate 7"),
        ("by", "En by"),
        ("g", "g"),
        ("go", "godt"),
        ("a\u030aret", "Året"),
    ],
)
def test_a_search_finds(q: str, text: str) -> None:
    assert hits(q, text)
    assert missing_terms([text], terms_of(q)) == []
    assert any(is_found for _, is_found in marked(text, terms_of(q)))


@pytest.mark.parametrize(
    ("q", "text"),
    [
        ("lys hull", "Gatelys"),
        ("ar", "Året"),
        ("a", "å"),
        ("for", "Før"),
        ("bil", "Bøl"),
        ('"lys"', "Gatelys og lyset"),
        ('"gate kong"', "Kong gate"),
        ("by hus", "bygg hus"),
        ("biler", "Bilde"),
        ("%", "100 %"),
        ("*", "alt"),
        ("", "alt"),
    ],
)
def test_a_search_does_not_find(q: str, text: str) -> None:
    assert not hits(q, text)
    assert not (terms_of(q) and not missing_terms([text], terms_of(q)))


@given(st.text(max_size=200), st.text(max_size=200))
def test_anything_typed_is_safe_and_marking_leaves_the_text(q: str, text: str) -> None:
    terms = terms_of(q)
    assert len(terms) <= TERMS_MOST
    for term in terms:
        for token in (*term.in_references, *(t for groups in term.in_text for group in groups for t in group)):
            assert token.text
            assert not set(token.text) & set("\"'\\*:()&|!<> \x00")
    assert "".join(piece for piece, _ in marked(text, terms)) == text


@given(st.text(alphabet="abcæøåé ", max_size=60))
def test_every_word_of_a_text_finds_it(text: str) -> None:
    for word in text.split():
        assert hits(word, text)


@pytest.mark.parametrize(
    ("word", "bare"),
    [("gatelysene", "gatelys"), ("kommunens", "kommun"), ("bussene", "buss"), ("veien", "vei"), ("på", "på")],
)
def test_a_word_loses_its_inflection(word: str, bare: str) -> None:
    assert stem(word) == bare
    assert bare in inflections(word)


def test_a_reference_is_found_with_and_without_its_zeros_and_a_phone_number_however_it_was_grouped() -> None:
    tokens = tokens_of_case(references=["2026-000143", None], texts=[], phone="+47 900 12 345")
    for q in ("2026-000143", "2026-143"):
        assert {each.text for each in terms_of(q)[0].in_references} & set(tokens)
    for q in ("90012345", "900 12 345", "+47 90 01 23 45"):
        assert "90012345" in {t.text for groups in terms_of(q)[0].in_text for group in groups for t in group}
    assert "90012345" in tokens


def test_letters_fold_alike_however_they_are_written() -> None:
    assert fold("ÆØÅ Éé Ää Öö Áá Đđ Üü ß \u00adx") == "æøå ee ææ øø aa dd uu ss x"


def test_a_case_without_end_keeps_its_words_within_bounds() -> None:
    long = " ".join(f"{'ab' * 14}{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}" for n in range(5000))
    assert sum(map(len, tokens_of_case(references=["2026-000001"], texts=["Emnet", long, long]))) < 260_000
