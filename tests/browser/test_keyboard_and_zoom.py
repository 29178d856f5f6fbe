"""Every page by the keyboard alone, at 400 per cent, with more space in its text, in forced colours and without motion."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import measures
from tests.browser.visits import shown
from tests.every_page import STATES, State
from tests.security.municipality import municipality_in
from tests.security.world import World
from tests.serving import served_at

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DESK = {"width": 1280, "height": 1024}
#: 1280 x 1024 at 400 per cent.
ZOOMED = {"width": 320, "height": 256}
#: Pages are tried as they come, and with errors: a message that somebody's deed is done changes neither.
TRIED = [state for state in STATES if not state.name.endswith("-done")]
IN_OTHER_COLOURS = [
    state for state in TRIED if state.name in ("cases.list-manager", "cases.show-manager", "cases.register-wrong")
]


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A municipality with a person of every kind."""
    with municipality_in(tmp_path_factory.mktemp("keyboard"), sqlite_template, tick=True) as world:
        yield world


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    """Its address on loopback."""
    with served_at(world.app) as address:
        yield address


@pytest.mark.parametrize("state", TRIED, ids=[state.name for state in TRIED])
def test_a_page_is_walked_by_keyboard_and_read_at_four_hundred_per_cent(
    world: World, browser: "Browser", address: str, state: State
) -> None:
    with shown(world, browser, address, state, viewport=DESK) as page:
        walk(page)
        assert not page.evaluate(measures.REORDERED)
        zoom(page)


def walk(page: "Page") -> None:
    """Press Tab through a page: every stop once, in order and with a ring, and nothing over it; the first leads to the content."""
    stops: list[str] = page.evaluate(measures.REACHABLE)
    for _ in stops:
        page.keyboard.press("Tab")
    seen = page.evaluate(measures.WALKED)
    walked: list[int] = seen["walked"]
    missed = [stops[number] for number in sorted(set(range(len(stops))) - set(walked))]
    assert not missed, f"Tab does not come to {missed}"
    assert walked == sorted(walked), f"not in order: {walked}"
    assert not seen["ringless"], "no ring around what has the focus"
    assert not page.evaluate(measures.STANDING)
    assert 'href="#content"' in stops[0]


def zoom(page: "Page") -> None:
    """Read a page at 400 per cent, and with more space between letters, words and lines."""
    wide = set(page.evaluate(measures.WORDS))
    page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
    assert page.evaluate(measures.TOO_WIDE) <= 0
    lost = wide - set(page.evaluate(measures.WORDS))
    assert not lost, f"not to be read at 400 per cent: {lost}"
    page.evaluate(measures.SPACED)
    assert page.evaluate(measures.TOO_WIDE) <= 0
    assert not page.evaluate(measures.CLIPPED)


@pytest.mark.parametrize("state", IN_OTHER_COLOURS, ids=[state.name for state in IN_OTHER_COLOURS])
def test_a_page_is_used_in_forced_colours_and_nothing_moves(
    world: World, browser: "Browser", address: str, state: State
) -> None:
    look = {"viewport": DESK, "forced_colors": "active", "reduced_motion": "reduce"}
    with shown(world, browser, address, state, **look) as page:
        walk(page)
        assert not page.evaluate(measures.MOVING)


def test_the_skip_link_leads_past_the_menu(world: World, browser: "Browser", address: str) -> None:
    state = next(each for each in TRIED if each.name == "cases.register")
    with shown(world, browser, address, state, viewport=DESK) as page:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.closest('main') !== null")
