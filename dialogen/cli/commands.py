"""The list of the commands, each beside its module."""

from typing import TYPE_CHECKING

import click
from flask import Flask

if TYPE_CHECKING:
    from config import Config


def register(app: Flask) -> None:
    """Add the commands to the application, so that `flask --app wsgi` knows them too."""


def add_run(console: click.Group) -> None:
    """Add `run`, which Flask's own program has a different one of."""


def shows_letters(config: "Config") -> bool:
    """Say whether letters are shown instead of sent: in the demo, when no mail server was named."""
    return False
