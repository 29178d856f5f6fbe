"""The municipality's own colour in the design system: the shades of its accent, as light and dark as in its own theme.

A contrast depends on how light two colours are and on nothing else. Each shade is as light as the one it stands in for,
so that what Designsystemet has measured of its theme holds of every colour.
"""

import re
from functools import cache
from pathlib import Path

from dialogen.colours import luminance, shade

THEME = Path("vendor", "designsystemet-css-1.22.0", "designsystemet.css")
#: A button and what it becomes below a pointer: the colour itself, and what of its light is left.
_OWN = {"base-default": 1.0, "base-hover": 0.63, "base-active": 0.38}
#: A colour so dark that no pointer could be seen to darken it becomes lighter instead.
_HARDLY_ANY = 0.02
#: Large dark areas in a pure colour would glow: what gives less light than this is part grey in the dark scheme.
_DARK_AREA, _SHARE_OF_GREY = 0.1, 0.4


@cache
def style_sheet(colour: str, static: Path) -> str:
    """Return the style sheet that puts a colour's shades in the place of the design system's accent."""
    light, dark = (_shades(colour, scheme, static) for scheme in ("light", "dark"))
    return (
        f":root,[data-color-scheme=light]{{{light}}}\n"
        f"[data-color-scheme=dark]{{{dark}}}\n"
        f"@media (prefers-color-scheme:dark){{[data-color-scheme=auto]{{{dark}}}}}\n"
    )


def _shades(colour: str, scheme: str, static: Path) -> str:
    wanted = theme_of(static, scheme)
    return "".join(
        f"--ds-color-accent-{name}:{_shade(colour, name, luminance(old), scheme)};" for name, old in wanted.items()
    )


def _shade(colour: str, name: str, wanted: float, scheme: str) -> str:
    if wanted in (0, 1):
        return shade(colour, wanted)
    if scheme == "light" and name in _OWN:
        has = luminance(colour)
        if has < _HARDLY_ANY:
            return shade(colour, has + (1 - _OWN[name]) * 0.08)
        return colour if _OWN[name] == 1 else shade(colour, has * _OWN[name])
    return shade(colour, wanted, greyed=_SHARE_OF_GREY if scheme == "dark" and wanted < _DARK_AREA else 0)


@cache
def theme_of(static: Path, scheme: str) -> dict[str, str]:
    """Return the accent of the design system's own theme: what each shade is for, and its colour."""
    theme = static.joinpath(THEME).read_text(encoding="utf-8")
    block = re.search(rf"\[data-color-scheme={scheme}\]\{{([^}}]*)\}}", theme)
    assert block is not None, "the theme has both schemes"
    return {
        name: colour if len(colour) == 7 else "#" + "".join(digit * 2 for digit in colour[1:])
        for name, colour in re.findall(r"--ds-color-accent-([\w-]+):(#[0-9a-f]{3,6})", block[1])
    }
