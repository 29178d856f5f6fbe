"""Colours: WCAG's arithmetic, and shades that give the light that was asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogen.colours import contrast, luminance, parse_colour, shade

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [("#000000", "#ffffff", 21), ("#ffffff", "#ffffff", 1), ("#767676", "#ffffff", 4.54), ("#ff0000", "#ffffff", 4.0)],
)
def test_a_contrast_is_what_wcag_says(one: str, other: str, told: float) -> None:
    assert contrast(one, other) == pytest.approx(told, abs=0.01)
    assert contrast(one, other) == contrast(other, one)


@given(COLOURS, st.floats(0, 1), st.floats(0, 1))
def test_a_shade_gives_the_light_that_was_asked_for(colour: str, wanted: float, greyed: float) -> None:
    # one step of one of 256 signals gives so much light at most
    assert luminance(shade(colour, wanted, greyed)) == pytest.approx(wanted, abs=0.01)


@given(COLOURS)
def test_a_colour_is_its_own_shade(colour: str) -> None:
    assert shade(colour, luminance(colour)) == colour


@pytest.mark.parametrize(("written", "meant"), [("#0B5563", "#0b5563"), ("0b5563", "#0b5563"), ("#abc", "#aabbcc")])
def test_a_colour_may_be_written_in_several_ways(written: str, meant: str) -> None:
    assert parse_colour(written) == meant


@pytest.mark.parametrize("written", ["", "red", "#12345", "#gggggg", "#0b5563;}", "rgb(1,2,3)"])
def test_what_is_no_colour_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="#0b5563"):
        parse_colour(written)
