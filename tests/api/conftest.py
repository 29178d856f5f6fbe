"""The application on each database, and a program that talks to it with a token."""

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Config
from dialogen.app import create_app
from dialogen.database.engine import Database
from dialogen.database.models import Account
from dialogen.domain.accounts import Role, Scope
from dialogen.extensions import Office
from dialogen.services import tokens
from dialogen.services.access_trail import Trail
from dialogen.services.token_meter import Meter
from tests.factories import NOW, TODAY, make_account, make_unit

LAST_DAY = date(2099, 12, 31)  # these tests live by the real clock
PROBLEM_JSON = "application/problem+json"


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application without a database, in which programs may ask as often as they like; built once."""
    settings = {
        "DIALOGEN_DATA_DIR": str(tmp_path_factory.mktemp("api")),
        "DIALOGEN_API_REQUESTS_A_MINUTE": "0",
    }
    return create_app(Config.from_env(settings))


@pytest.fixture
def app(bare: Flask, db: Database) -> Flask:
    """The application on the test's database."""
    office: Office = bare.extensions["dialogen"]
    bare.extensions["dialogen"] = replace(office, config=replace(office.config, database_url=db.url), db=db)
    bare.extensions["dialogen.trail"], bare.extensions["dialogen.meter"] = Trail(), Meter(0)
    return bare


def limited_app(db: Database, folder: Path, requests_a_minute: int) -> Flask:
    """Build an application in which a token may make so many requests a minute (0: any number)."""
    settings = {
        "DIALOGEN_DATA_DIR": str(folder),
        "DIALOGEN_DATABASE_URL": db.url,
        "DIALOGEN_API_REQUESTS_A_MINUTE": str(requests_a_minute),
    }
    return create_app(Config.from_env(settings), db=db)


@dataclass
class Program:
    """A program with a token, and what it sends along with every request."""

    client: FlaskClient
    secret: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def __call__(self, method: str, path: str, body: object = ..., **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        if body is not ...:
            more["json"] = body
        return self.client.open(path, method=method, headers=headers | self.headers | more.pop("headers", {}), **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self("GET", path, **more)

    def post(self, path: str, body: object = ..., **more: Any) -> TestResponse:
        return self("POST", path, body, **more)

    def patch(self, path: str, body: object = ..., **more: Any) -> TestResponse:
        return self("PATCH", path, body, **more)


def program(
    app: Flask,
    db: Database,
    *roles: tuple[Role, int | str],
    email: str = "",
    name: str = "Prøve Prøvesen",
    scopes: tuple[Scope, ...] = tuple(Scope),
) -> Program:
    """Return a program whose token acts for a new account with these roles."""
    account_id = make_account(db, email, name=name, roles=roles)
    with db.reading() as session:
        address = session.get_one(Account, account_id).email
    _, secret = tokens.issue_token(db, email=address, scopes=scopes, expires_on=LAST_DAY, today=TODAY, now=NOW)
    return Program(app.test_client(), secret)


@pytest.fixture
def unit_id(db: Database) -> int:
    """The unit most tests are about."""
    return make_unit(db, "Vei og park")


@pytest.fixture
def manager(app: Flask, db: Database, unit_id: int) -> Program:
    """A program that acts for a manager of all units."""
    return program(app, db, (Role.MANAGER, "*"), email="leder@asker.example", name="Leder Ledersen")


@pytest.fixture
def nobody(app: Flask) -> Program:
    """A program without a token."""
    return Program(app.test_client())
