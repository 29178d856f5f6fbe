"""Modules and functions stay small enough to read, and every module says what it is about."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house import tree

LINES_IN_A_MODULE = 400
LINES_IN_A_FUNCTION = 40  # of its body, without the docstring
# A migration lists what it makes, table by table: its length is the schema's, not a tangle.
VERSIONS = ("migrations", "versions")
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "core", "misc", "lib", "shared", "base_test"}

MODULES = tree.product_modules() + [path for path in tree.files() if path.match("*.py") and path.parts[0] == "tests"]


def test_no_module_is_too_long() -> None:
    lines = {path: len(tree.text(path).splitlines()) for path in MODULES if path.parts[:2] != VERSIONS}
    assert {path: most for path, most in lines.items() if most > LINES_IN_A_MODULE} == {}, "split them by subject"


def test_every_module_is_named_after_its_subject() -> None:
    assert [path for path in MODULES if NAMES_THAT_SAY_NOTHING & {path.stem, *path.parts}] == []


def test_every_module_says_what_lives_in_it() -> None:
    named = (path for path in tree.product_modules() if path.name != "__init__.py")
    assert [path for path in named if not ast.get_docstring(tree.parsed(path))] == []


def test_no_function_is_too_long() -> None:
    modules = (path for path in tree.product_modules() if path.parts[:2] != VERSIONS)
    functions = ((path, *each) for path in modules for each in _functions(path))
    assert [each for each in functions if each[2] > LINES_IN_A_FUNCTION] == []


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree.parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body:
                yield node.name, (body[-1].end_lineno or body[-1].lineno) - body[0].lineno + 1
