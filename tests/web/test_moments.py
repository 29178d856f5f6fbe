"""What a page shows is of one moment of the database, and a refusal reads its frame anew."""

from contextlib import suppress

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from dialogen.database.engine import Database
from dialogen.domain.access_log import Sight
from dialogen.domain.accounts import Role
from dialogen.domain.errors import NotFound, Problem
from dialogen.extensions import office
from dialogen.looks import looks_at
from dialogen.web.access import signed_in as guard
from tests.factories import make_account, make_case, make_unit
from tests.web.conftest import SignIn
from tests.web.pages import Reader


@pytest.mark.parametrize("path", ["/", "/cases"])
def test_a_page_and_who_asks_for_it_are_read_over_one_connection(db: Database, signed_in: SignIn, path: str) -> None:
    unit = make_unit(db)
    make_case(db, unit_id=unit)
    reader = signed_in((Role.MANAGER, unit))
    reader.get(path)
    taken: list[object] = []
    event.listen(db.engine, "checkout", lambda *about: taken.append(about[0]))
    reader.get(path)
    notes = 1 if db.is_sqlite else 0  # the entry in the access log, which has a door of its own on PostgreSQL
    assert len(taken) == 1 + notes


def test_what_is_written_while_a_page_is_made_is_not_on_it(fresh_app: Flask, db: Database) -> None:
    def units() -> str:
        with office().db.reading() as session:
            return str(session.execute(text("SELECT count(*) FROM units")).scalar_one())

    @guard
    @looks_at(Sight.CASES)
    def show() -> str:
        before = units()
        make_unit(db)
        return f"{before}, {units()}"

    fresh_app.add_url_rule("/halvveis", "halvveis", show)
    client = Reader(fresh_app, db).sign_in(make_account(db, roles=((Role.HANDLER, "*"),))).client
    assert [client.get("/halvveis").text for _ in range(2)] == ["0, 0", "1, 1"]


def test_a_refusal_after_something_failed_in_the_database_has_its_frame(fresh_app: Flask, db: Database) -> None:
    @guard
    @looks_at(Sight.CASES)
    def refuse() -> str:
        with office().db.reading() as session, suppress(DBAPIError):
            session.execute(text("SELECT nothing FROM nowhere"))
        raise NotFound(Problem.NO_SUCH, what="letter", value=1)

    fresh_app.add_url_rule("/nei", "nei", refuse)
    reader = Reader(fresh_app, db).sign_in(make_account(db, roles=((Role.MANAGER, "*"),)))
    assert "Til godkjenning (0)" in reader.get("/nei", status=404).links()
