"""Modules and functions stay small enough to read, and every module says what it is about."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import tree

LINES_IN_A_MODULE = 400
LINES_IN_A_FUNCTION = 40  # of its body, without the docstring
# A migration lists what it makes, table by table: its length is the schema's, not a tangle.
VERSIONS = ("migrations", "versions")
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "core", "misc", "lib", "shared", "base_test"}

MODULES = tree.product_modules() + [path for path in tree.files() if path.match("*.py") and path.parts[0] == "tests"]


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_is_not_too_long(path: Path) -> None:
    if path.parts[:2] == VERSIONS:
        return
    lines = len(tree.text(path).splitlines())
    assert lines <= LINES_IN_A_MODULE, f"{path} has {lines} lines: split it by subject"


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_is_named_after_its_subject(path: Path) -> None:
    assert not NAMES_THAT_SAY_NOTHING & {path.stem, *path.parts}, f"{path} does not say what it is about"


@pytest.mark.parametrize("path", tree.product_modules(), ids=str)
def test_a_module_says_what_lives_in_it(path: Path) -> None:
    assert path.name == "__init__.py" or ast.get_docstring(tree.parsed(path)), f"{path} has no docstring"


@pytest.mark.parametrize("path", tree.product_modules(), ids=str)
def test_a_function_is_not_too_long(path: Path) -> None:
    if path.parts[:2] == VERSIONS:
        return
    long = [f"{name}: {lines} lines" for name, lines in _functions(path) if lines > LINES_IN_A_FUNCTION]
    assert not long, f"{path}: {', '.join(long)}"


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree.parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body:
                yield node.name, (body[-1].end_lineno or body[-1].lineno) - body[0].lineno + 1
