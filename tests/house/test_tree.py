"""What lies in the tree: the top level as agreed, and nothing that belongs to one machine or is unfinished."""

import re
from pathlib import Path

import pytest

from tests.house import tree

TOP_LEVEL = {
    "dialogen",
    "docs",
    "migrations",
    "templates",
    "tests",
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "config.py",
    "pyproject.toml",
    "requirements.txt",
    "wsgi.py",
}
DOT_FILES = {".ci", ".editorconfig", ".gitattributes", ".gitignore", ".pre-commit-config.yaml"}

# Written in halves, so that this file does not find itself.
FORBIDDEN = {
    "names a package registry": r"(?i)(?:py"
    r"pi|python"
    r"hosted|npm"
    r"js)\.(?:org|com)\b|(?:extra-)?index-"
    r"url\s*=",
    "names a folder of one machine": r"(?<![\w.])/(?:home|Users)/\w|(?<![\w.])/ro" r"ot/\w",
    "is marked as unfinished": r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b|NotImplemented" r"Error",
    "hides a test": r"pytest\.mark\.(?:sk" r"ip|xf" r"ail)\b(?!if)",
    "holds the marks of a merge": r"(?m)^(?:<{7}|>{7}) ",
}
LOCK_FILES = re.compile(r"(?:^|/)(?:uv\.lock|package-lock\.json|pylock.*\.toml)$")


def test_the_top_level_holds_what_was_agreed_and_nothing_else() -> None:
    there = {path.parts[0] for path in tree.files()}
    assert there - TOP_LEVEL - DOT_FILES == set()
    assert TOP_LEVEL - there == set()


def test_no_lock_file_is_kept() -> None:
    assert not [path for path in tree.files() if LOCK_FILES.search(path.as_posix())]


@pytest.mark.parametrize("reason", FORBIDDEN)
def test_no_file_holds_what_must_not_land(reason: str) -> None:
    pattern = re.compile(FORBIDDEN[reason])
    found = [f"{path}: {hit.group()!r}" for path in tree.files() for hit in pattern.finditer(_text_of(path))]
    assert not found, f"{reason}: {found[:20]}"


def test_no_file_names_the_folder_it_was_made_in() -> None:
    here = f"{tree.ROOT}/"
    # a checkout just below the root of the file system has a name too common to look for
    if len(tree.ROOT.parts) > 2:
        assert not [str(path) for path in tree.files() if here in _text_of(path)]


def _text_of(path: Path) -> str:
    # what others wrote is kept as they wrote it, and input files are what they are
    if "vendor" in path.parts or path.parts[:2] == ("tests", "data"):
        return ""
    try:
        return tree.text(path)
    except UnicodeDecodeError:
        return ""
