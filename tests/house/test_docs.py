"""Documentation is true: every setting and every command stands in it, and it names none that are not there."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest
from flask import Flask

from config import Config
from dialogen.cli import commands
from tests.house import tree


class _Asked(Mapping[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@pytest.fixture
def settings(tmp_path: Path) -> set[str]:
    """The settings that the configuration really reads."""
    environ = _Asked({"DIALOGEN_DATA_DIR": str(tmp_path)})
    Config.from_env(environ)
    return environ.names


def test_every_setting_is_documented(settings: set[str]) -> None:
    assert settings <= _settings_in(tree.text(Path("README.md"))), "the README's table lacks a setting"


def test_no_setting_is_documented_that_is_not_read(settings: set[str]) -> None:
    for_tests = {name for name in _settings_in(tree.documents()) if name.startswith("DIALOGEN_TEST_")}
    assert _settings_in(tree.documents()) - for_tests <= settings


def _settings_in(text: str) -> set[str]:
    return set(re.findall(r"\bDIALOGEN_[A-Z_]+\b", text))


def _named(group: click.Group, *above: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _named(command, *above, name)
        else:
            yield " ".join((*above, name)), command


@pytest.fixture
def console(bare_app: Flask) -> dict[str, click.Command]:
    """Every command of the console script, by the words it is called with."""
    outside_of_flask = click.Group()
    commands.add_run(outside_of_flask)
    return {**dict(_named(bare_app.cli)), **dict(_named(outside_of_flask))}


def test_every_command_is_documented(console: dict[str, click.Command]) -> None:
    assert not [name for name in console if f"dialogen {name}" not in tree.documents()]


def test_every_command_explains_itself(console: dict[str, click.Command]) -> None:
    assert not [name for name, command in console.items() if not command.get_short_help_str()]


def test_no_command_is_documented_that_is_not_there(console: dict[str, click.Command]) -> None:
    groups = {name.split()[0] for name in console if " " in name}
    named = re.findall(r"(?:^|[`/ ])dialogen ([a-z][a-z-]+)(?: ([a-z][a-z-]*))?", tree.documents(), re.MULTILINE)
    documented = {f"{first} {second}".strip() if first in groups else first for first, second in named}
    assert documented <= {*console, *groups}


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{path}: {target}"
        for path in tree.files()
        if path.suffix == ".md"
        for target in re.findall(r"\]\((?![a-z]+:|#)([^)#\s]+)", tree.text(path))
        if not (tree.ROOT / path.parent / target).exists()
    ]
    assert not broken
