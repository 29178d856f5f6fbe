"""What others wrote lies here byte for byte as they published it, and pages fetch nothing from anybody else."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from tests.house import tree

VENDOR = Path("dialogen", "static", "vendor")
PACKAGES = tomllib.loads(tree.text(VENDOR / "vendored.toml"))["package"]
LICENCES = {"MIT", "0BSD"}
#: What a browser would fetch: an address in a page, in a style sheet, in a script.
FETCHED = {
    ".html": re.compile(r"""(?:src|action|srcset|hx-\w+|<link[^>]*\bhref)\s*=\s*["']?\s*((?:https?:)?//[^"'\s>]+)"""),
    ".css": re.compile(r"""(?:@import\s*(?:url\()?|url\()\s*["']?((?!data:)[a-z]*:?//[^"')]+)"""),
    ".js": re.compile(r"""((?:https?|wss?)://(?!www\.w3\.org/)[^"'`\s]+)"""),
    ".svg": re.compile(r"""(?:href|src|url\()\s*=?\s*["']?((?:https?:)?//[^"')]+)"""),
}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["folder"])
def test_a_vendored_package_is_what_was_written_down(package: dict[str, str | dict[str, list[str]]]) -> None:
    folder = VENDOR / str(package["folder"])
    files = package["files"]
    assert isinstance(files, dict)
    for name, (_, told) in files.items():
        assert hashlib.sha256((tree.ROOT / folder / name).read_bytes()).hexdigest() == told, name
    assert "LICENSE" in files
    assert package["licence"] in LICENCES
    assert str(package["folder"]).endswith(f"-{package['version']}")


def test_nothing_is_vendored_that_was_not_written_down() -> None:
    told = {VENDOR / package["folder"] / name for package in PACKAGES for name in package["files"]}
    there = {path for path in tree.files() if path.is_relative_to(VENDOR)}
    assert there == told | {VENDOR / "vendored.toml"}


def test_nothing_is_fetched_from_another_host() -> None:
    served = [path for path in tree.files() if path.parts[0] == "templates" or path.is_relative_to("dialogen/static")]
    found = [
        f"{path}: {hit}"
        for path in served
        if path.suffix in FETCHED and path.parts[1] != "email"
        for hit in FETCHED[path.suffix].findall(tree.text(path))
    ]
    assert not found
