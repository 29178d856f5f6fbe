"""Every page in every state: nothing for axe-core to complain of, walked by keyboard, and read at 400 per cent.

A page is fetched once, and all is asked of it there; also how it looks in forced colours, that nothing moves for whom
motion disturbs, and that the browser asks nobody but us and complains of nothing.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import measures
from tests.browser.visits import DESK, PATIENCE, show
from tests.browser.watch import Watch
from tests.every_page import STATES, State
from tests.security.municipality import municipality_in
from tests.security.world import World
from tests.serving import served_at

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

AXE = next((Path(__file__).parent / "vendor").glob("axe-core-*/axe.min.js"))
EVERY_RULE = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
}
#: The only rules of those that ask what colour something has; the others find the same in the dark.
RULES_OF_COLOUR = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
RUN = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
#: 1280 x 1024 at 400 per cent.
ZOOMED: "ViewportSize" = {"width": 320, "height": 256}
ON_PAPER = [
    state for state in STATES if state.name in ("cases.list-manager", "cases.show-manager", "cases.register-wrong")
]


def named(states: list[State]) -> pytest.MarkDecorator:
    """Try each of these states, by its name."""
    return pytest.mark.parametrize("state", states, ids=[state.name for state in states])


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A municipality with a person of every kind."""
    with municipality_in(tmp_path_factory.mktemp("pages"), sqlite_template, tick=True, refusing=True) as world:
        yield world


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    """Its address on loopback."""
    with served_at(world.app) as address:
        yield address


@pytest.fixture(scope="module")
def context(browser: "Browser", address: str) -> Iterator["BrowserContext"]:
    """A window in which every page has axe-core in it."""
    context = browser.new_context(base_url=address, viewport=DESK, locale="nb-NO")
    context.set_default_timeout(PATIENCE)
    context.add_init_script(path=AXE)
    yield context
    context.close()


@pytest.fixture(scope="module")
def watch(context: "BrowserContext", address: str) -> Watch:
    """Who watches that window."""
    return Watch(context, address)


@pytest.fixture(scope="module")
def page(context: "BrowserContext") -> "Page":
    """One tab, to which all pages come in turn."""
    return context.new_page()


@named(STATES)
def test_a_page_can_be_used_by_everybody(world: World, page: "Page", watch: Watch, address: str, state: State) -> None:
    watch.forget()
    show(world, page, address, state)
    found = violations(page, EVERY_RULE)
    page.emulate_media(color_scheme="dark")
    found += [f"in the dark: {line}" for line in violations(page, RULES_OF_COLOUR)]
    assert not found, "\n".join(found)
    walk(page)
    assert not page.evaluate(measures.REORDERED)
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    as_the_device_says(page)
    page.emulate_media(forced_colors="none", reduced_motion="no-preference")
    zoom(page)
    watch.content(status=state.status)


def violations(page: "Page", rules: dict[str, Any]) -> list[str]:
    """Return what axe finds, a line each: the rule, what is wrong, and where."""
    found: list[dict[str, Any]] = page.evaluate(RUN, rules)["violations"]
    return [
        f"{each['id']}: {each['help']}: {node['html'][:300]} ({node['failureSummary']})"
        for each in found
        for node in each["nodes"]
    ]


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
    assert 'href="#content"' in stops[0] or not page.evaluate(measures.BEFORE_CONTENT), "nothing leads past the menu"


def as_the_device_says(page: "Page") -> None:
    """See a page in the few colours of a device, and without motion: states and the focus keep their marks."""
    assert page.evaluate("matchMedia('(forced-colors: active) and (prefers-reduced-motion: reduce)').matches")
    assert not page.evaluate(measures.UNMARKED), "a state is told by a colour that forced colours take away"
    assert not page.evaluate(measures.UNRINGED), "no outline around what has the focus: a shadow is taken away"
    assert not page.evaluate(measures.MOVING)
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def zoom(page: "Page") -> None:
    """Read a page at 400 per cent, and with more space between letters, words and lines."""
    wide = set(page.evaluate(measures.WORDS))
    page.set_viewport_size(ZOOMED)
    assert page.evaluate(measures.TOO_WIDE) <= 0
    lost = wide - set(page.evaluate(measures.WORDS))
    assert not lost, f"not to be read at 400 per cent: {lost}"
    page.evaluate(measures.SPACED)
    assert page.evaluate(measures.TOO_WIDE) <= 0
    assert not page.evaluate(measures.CLIPPED)


def test_no_other_rule_asks_for_colours(world: World, page: "Page", address: str) -> None:
    show(world, page, address, STATES[0])
    rules: list[dict[str, Any]] = page.evaluate("axe.getRules()")
    wanted = set(EVERY_RULE["values"])
    of_colour = {each["ruleId"] for each in rules if "cat.color" in each["tags"] and wanted & set(each["tags"])}
    assert of_colour == set(RULES_OF_COLOUR["values"])


@named(ON_PAPER)
def test_a_page_is_printed_black_on_white_and_without_what_is_pressed(
    world: World, page: "Page", address: str, state: State
) -> None:
    show(world, page, address, state)
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.evaluate(measures.NOT_FOR_PAPER)
    assert not page.evaluate(measures.NOT_BLACK_ON_WHITE)
    for shown in ("h1", "main table"):
        assert all(each.is_visible() for each in page.locator(shown).all()), "what the page is about is printed"


def test_the_skip_link_leads_past_the_menu(world: World, page: "Page", address: str) -> None:
    state = next(each for each in STATES if each.name == "cases.register")
    show(world, page, address, state)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('main') !== null")
