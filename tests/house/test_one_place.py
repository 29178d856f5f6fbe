"""Things that happen in one place only: committing, reading the environment, reading the clock."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house import tree

COMMITS = Path("dialogen/database/engine.py")
READS_THE_ENVIRONMENT = Path("config.py")
READS_THE_CLOCK = Path("dialogen/clock.py")

CLOCKS = {
    "datetime": {"now", "today", "utcnow"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "strftime", "ctime"},
    # The database's clock is a clock too: an instant that the office cares for comes down as an argument.
    "func": {"now", "current_date", "current_time", "current_timestamp", "localtimestamp"},
}
MODULES = tree.product_modules()


def _but(*paths: Path) -> list[Path]:
    return [each for each in MODULES if each not in paths]


def test_only_the_engine_commits() -> None:
    """A use case is one `with db.writing()`, which commits."""
    # Alembic's own connection, before there is an engine of ours: it commits the lock that keeps others waiting.
    modules = _but(COMMITS, Path("migrations/env.py"))
    lines = ((path, number, line) for path in modules for number, line in enumerate(tree.text(path).splitlines(), 1))
    assert [each for each in lines if ".commit(" in each[2]] == []


def test_only_the_settings_read_the_environment() -> None:
    """All others take a Config instead."""
    reading = re.compile(r"\bos\.environb?\b|\bgetenvb?\(|from os import .*\benviron\b")
    assert [path for path in _but(READS_THE_ENVIRONMENT) if reading.search(tree.text(path))] == []


def test_only_the_clock_tells_the_time() -> None:
    """All others take today or now as an argument."""
    # A migration runs once, by nobody's door, and stamps the rows it brings with the time it ran.
    modules = (path for path in _but(READS_THE_CLOCK) if path.parts[0] != "migrations")
    assert [(path, *call) for path in modules for call in _clock_calls(tree.parsed(path))] == []


def test_the_clock_reader_is_found_where_it_should_be() -> None:
    """The search that the test above relies on does find a clock being read."""
    assert len(list(_clock_calls(tree.parsed(READS_THE_CLOCK)))) == 2


def _clock_calls(module: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if node.attr in CLOCKS.get(owner, ()):
                yield node.lineno, f"{owner}.{node.attr}"
