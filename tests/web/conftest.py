"""The web application on a real database, on one made-up morning, and a reader of its pages."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from config import Config
from dialogen.app import create_app
from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.extensions import Office
from tests.factories import NOW, make_account
from tests.web.pages import Reader

SignIn = Callable[..., Reader]


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    """Only doors read the clock, so that it is only stopped at doors."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def app(db: Database, tmp_path: Path) -> Iterator[Flask]:
    """The application on the test's database."""
    app = create_app(
        Config.from_env(
            {
                "DIALOGEN_DATA_DIR": str(tmp_path),
                "DIALOGEN_DATABASE_URL": db.url,
                "DIALOGEN_SECRET_KEY": "a secret that is long enough for a test",
            }
        )
    )
    yield app
    office: Office = app.extensions["dialogen"]
    office.db.dispose()


@pytest.fixture
def nobody(app: Flask, db: Database) -> Reader:
    """A reader who is not signed in."""
    return Reader(app, db)


@pytest.fixture
def signed_in(app: Flask, db: Database) -> SignIn:
    """Give a reader with an account of its own and these roles, as (role, unit number or "*" or "-")."""

    def sign_in(*roles: tuple[Role, int | str], email: str = "", name: str = "Prøve Prøvesen") -> Reader:
        return Reader(app, db).sign_in(make_account(db, email, name=name, roles=roles))

    return sign_in
