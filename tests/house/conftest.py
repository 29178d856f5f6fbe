"""The application as it is built, for the rules that are about all of its templates and commands."""

from pathlib import Path

import pytest
from flask import Flask

from config import Config
from dialogen.app import create_app


@pytest.fixture(scope="session")
def bare_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application with default settings; building it touches neither network nor database."""
    folder: Path = tmp_path_factory.mktemp("house")
    return create_app(Config.from_env({"DIALOGEN_DATA_DIR": str(folder)}))
