"""A municipality for tests that try every door, on SQLite: what they try is decided before the database is asked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.security.municipality import municipality_in
from tests.security.world import World


@pytest.fixture(scope="module")
def municipality(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One municipality for a whole module, with a person of every kind in it."""
    with municipality_in(tmp_path_factory.mktemp("municipality"), sqlite_template) as world:
        yield world
