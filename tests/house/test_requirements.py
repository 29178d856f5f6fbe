"""The pins of requirements.txt: hashed, without a host, and in line with what pyproject.toml asks for."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.house import tree

TEXT = tree.text(Path("requirements.txt"))
PINS = {
    canonicalize_name(name): version for name, version in re.findall(r"(?m)^([\w.-]+)(?:\[.*?\])?==([^\s;\\]+)", TEXT)
}


def _asked_for() -> list[str]:
    project = tomllib.loads(tree.text(Path("pyproject.toml")))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["postgresql"]]


@pytest.mark.parametrize("asked", _asked_for())
def test_what_the_project_asks_for_is_pinned_to_a_version_that_fits(asked: str) -> None:
    requirement = Requirement(asked)
    pinned = PINS.get(canonicalize_name(requirement.name))
    assert pinned, f"{requirement.name} is not in requirements.txt"
    assert requirement.specifier.contains(Version(pinned))


def test_an_extra_is_pinned_with_what_it_brings() -> None:
    assert PINS[canonicalize_name("psycopg-binary")] == PINS[canonicalize_name("psycopg")]


def test_every_pin_carries_hashes_of_what_may_be_installed() -> None:
    entries = re.split(r"(?m)^(?=[\w.-]+(?:\[.*?\])?==)", TEXT)[1:]
    assert len(entries) == len(PINS)
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in entries)


def test_the_pins_name_no_host_no_path_and_no_option() -> None:
    lines = [line for line in TEXT.splitlines() if not line.lstrip().startswith(("#", "--hash=sha256:"))]
    assert all(re.fullmatch(r"[\w.-]+(?:\[.*?\])?==[\w.!+]+(?: ; [^\\/]+)? \\", line) for line in lines)
    assert "://" not in TEXT
