"""Colours: how light one is to the eye, how two contrast, and the shades of one, by WCAG's own arithmetic."""

import re
from collections.abc import Callable

Light = tuple[float, float, float]  # red, green and blue as amounts of light, each from 0 to 1

#: What WCAG 2.2 asks between a text and what it stands on (1.4.3).
READABLE = 4.5
_WEIGHTS = (0.2126, 0.7152, 0.0722)


def parse_colour(text: str) -> str:
    """Return a colour as #rrggbb; raises ValueError for what is none."""
    found = re.fullmatch(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})", text)
    if found is None:
        raise ValueError(f"is {text!r}; it must be a colour like #0b5563")
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def luminance(colour: str) -> float:
    """Return how much light a colour gives, from 0 for black to 1 for white (WCAG's relative luminance)."""
    return _luminance(_light_of(colour))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def shade(colour: str, wanted: float, greyed: float = 0) -> str:
    """Return the shade of a colour that gives so much light: darkened towards black or thinned towards white.

    `greyed` takes away a part of its colour and leaves the light as it is.
    """
    light = _light_of(colour)
    has = _luminance(light)
    if wanted <= has:
        light = _each(light, lambda part: part * wanted / has if has else 0)
    else:
        share = (wanted - has) / (1 - has)
        light = _each(light, lambda part: part + share * (1 - part))
    return _written(_each(light, lambda part: part + greyed * (wanted - part)))


def _light_of(colour: str) -> Light:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return _each((red, green, blue), lambda part: part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


def _written(light: Light) -> str:
    signal = _each(light, lambda part: part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(min(max(part, 0), 1) * 255):02x}" for part in signal)


def _luminance(light: Light) -> float:
    return sum(weight * part for weight, part in zip(_WEIGHTS, light, strict=True))


def _each(light: Light, change: Callable[[float], float]) -> Light:
    red, green, blue = light
    return change(red), change(green), change(blue)
