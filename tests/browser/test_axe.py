"""axe-core finds nothing to complain of: on every page, in every state, light and dark."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.visits import shown
from tests.every_page import STATES, State
from tests.security.municipality import municipality_in
from tests.security.world import World
from tests.serving import served_at

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

AXE = next((Path(__file__).parent / "vendor").glob("axe-core-*/axe.min.js")).read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
RUN = "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})"


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A municipality with a person of every kind."""
    with municipality_in(tmp_path_factory.mktemp("axe"), sqlite_template, tick=True) as world:
        yield world


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    """Its address on loopback."""
    with served_at(world.app) as address:
        yield address


def violations(page: "Page") -> list[str]:
    """Return what axe finds, a line each: the rule, what is wrong, and where."""
    found: list[dict[str, Any]] = page.evaluate(RUN, RULES)["violations"]
    return [
        f"{each['id']}: {each['help']}: {node['html'][:300]} ({node['failureSummary']})"
        for each in found
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("state", STATES, ids=[state.name for state in STATES])
def test_axe_finds_nothing(world: World, browser: "Browser", address: str, state: State) -> None:
    with shown(world, browser, address, state, color_scheme="light") as page:
        page.evaluate(AXE)
        found = {"light": violations(page)}
        page.emulate_media(color_scheme="dark")
        found["dark"] = violations(page)
        lines = [f"{scheme}: {line}" for scheme, each in found.items() for line in each]
        assert not lines, "\n".join(lines)
