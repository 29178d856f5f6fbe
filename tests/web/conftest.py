"""The web application on a real database, on one made-up morning, and a reader of its pages."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from config import Config
from dialogen.app import create_app
from dialogen.database.engine import Database
from dialogen.database.models import Case
from dialogen.domain.accounts import Role
from dialogen.extensions import Office
from dialogen.mail.post import ShowingPost
from tests.factories import NOW, make_account
from tests.security.municipality import municipality_in
from tests.security.world import World
from tests.web.pages import Reader

SignIn = Callable[..., Reader]


def reference_of(db: Database, case_id: int) -> str:
    """Return the reference of a stored case."""
    with db.reading() as session:
        return session.get_one(Case, case_id).reference


@pytest.fixture(scope="module")
def municipality(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One municipality for a whole module, with a person of every kind in it."""
    with municipality_in(tmp_path_factory.mktemp("municipality"), sqlite_template, refusing=True) as world:
        yield world


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    """Only doors read the clock, so that it is only stopped at doors."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application without a database, for what needs none; built once, since it compiles its templates."""
    return build_app(tmp_path_factory.mktemp("bare"))


def build_app(folder: Path, **settings: str) -> Flask:
    """Build an application of its own, to which routes can still be added; it sends no letter."""
    return create_app(Config.from_env({"DIALOGEN_DATA_DIR": str(folder), **settings}), post=ShowingPost())


@pytest.fixture
def app(bare: Flask, db: Database) -> Iterator[Flask]:
    """The application on the test's database; what a test sets otherwise in its office is gone after it."""
    office: Office = bare.extensions["dialogen"]
    yield on_database(bare, db)
    bare.extensions["dialogen"] = office


@pytest.fixture
def fresh_app(db: Database, tmp_path: Path) -> Flask:
    """An application on the test's database that the test may change."""
    return on_database(build_app(tmp_path), db)


def on_database(app: Flask, db: Database) -> Flask:
    """Let an application work on another database."""
    office: Office = app.extensions["dialogen"]
    app.extensions["dialogen"] = replace(office, db=db)
    return app


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
