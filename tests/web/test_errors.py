"""Refusals and faults as pages: in the product's look, in plain words, without details."""

from io import BytesIO

import pytest
from flask import Flask, abort

from config import Config
from dialogen.app import create_app
from dialogen.database.engine import Database
from dialogen.domain.accounts import Role
from dialogen.guards import public
from dialogen.services import installation
from dialogen.web.errors import PAGES
from tests.factories import NOW, make_account, make_case
from tests.web.conftest import SignIn, reference_of
from tests.web.pages import Reader


def test_an_unknown_address_has_a_page_of_its_own(nobody: Reader, signed_in: SignIn) -> None:
    assert nobody.get("/finnes-ikke", status=404).heading == "Vi finner ikke siden"
    page = signed_in((Role.HANDLER, "*")).get("/finnes-ikke", status=404)
    assert "Henvendelser" in page.links()


def test_an_unknown_case_is_told_by_its_reference(signed_in: SignIn) -> None:
    page = signed_in((Role.HANDLER, "*")).get("/cases/2026-123456", status=404)
    assert "Vi finner ingen henvendelse med referansen 2026-123456" in page.text


def test_what_came_in_the_address_is_shown_as_text(signed_in: SignIn) -> None:
    page = signed_in((Role.HANDLER, "*")).get("/cases/%3Cscript%3Ealert(1)%3C", status=404)
    assert "<script>alert(1)<" in page.text


def test_a_method_that_a_page_does_not_have_is_refused_with_those_it_has(nobody: Reader) -> None:
    answer = nobody.client.get("/sign-out")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "Adressen kan ikke brukes slik" in answer.text


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/cases/new", "/admin/units"])
def test_a_form_without_its_token_changes_nothing(signed_in: SignIn, path: str) -> None:
    reader = signed_in((Role.ADMIN, "*"), (Role.HANDLER, "*"))
    answer = reader.client.post(path, data={"name": "Uten tegn", "received_on": "11.02.2026", "channel": "web"})
    assert answer.status_code == 400
    assert "Siden var åpen for lenge" in answer.text
    assert "Prøve Prøvesen" in reader.get("/account").text
    assert "Uten tegn" not in reader.get("/admin/units").text


def test_a_token_of_another_browser_opens_no_form(db: Database, nobody: Reader, signed_in: SignIn) -> None:
    stolen = nobody.get("/sign-in").value("csrf_token")
    reader = signed_in((Role.ADMIN, "*"))
    assert reader.client.post("/admin/units", data={"name": "Stjålet", "csrf_token": stolen}).status_code == 400


def test_a_fault_tells_nothing_of_its_cause(fresh_app: Flask, db: Database) -> None:
    @public("only here")
    def fail() -> str:
        raise RuntimeError("the password is hunter2")

    fresh_app.add_url_rule("/feil", "feil", fail)
    page = Reader(fresh_app, db).get("/feil", status=500)
    assert page.heading == "Noe gikk galt hos oss"
    assert "hunter2" not in page.text


def test_too_much_at_once_is_refused(fresh_app: Flask, db: Database) -> None:
    fresh_app.config["MAX_CONTENT_LENGTH"] = 1000
    reader = Reader(fresh_app, db)
    page = reader.press(reader.get("/sign-in"), "Logg inn", status=413, email="a" * 2000)
    assert page.heading == "Det du sendte, er for stort"
    assert "kort det ned" in page.text


def test_of_a_file_that_is_too_large_nobody_is_told_to_shorten_the_text(fresh_app: Flask, db: Database) -> None:
    fresh_app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = fresh_app.test_client().post("/sign-in", data={"file": (BytesIO(b"a" * 2000), "stor.pdf")})
    assert answer.status_code == 413
    assert "send én fil om gangen" in answer.text
    assert "kort det ned" not in answer.text


def test_of_an_import_file_that_is_too_large_it_is_said_how_it_comes_in(fresh_app: Flask, db: Database) -> None:
    fresh_app.config["MAX_CONTENT_LENGTH"] = 1000
    reader = Reader(fresh_app, db).sign_in(make_account(db, roles=((Role.ADMIN, "*"),)))
    answer = reader.client.post("/admin/import", data={"file": (BytesIO(b"a" * 2000), "stor.csv")})
    assert answer.status_code == 413
    assert "Del den i flere filer" in answer.text


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 412, 413, 415, 422, 429, 500, 503])
def test_every_refusal_says_what_happened_and_what_to_do_next(fresh_app: Flask, db: Database, status: int) -> None:
    @public("only here")
    def refuse() -> str:
        abort(status)

    fresh_app.add_url_rule("/nei", "nei", refuse)
    page = Reader(fresh_app, db).get("/nei", status=status)
    heading, happened, onward = PAGES[status]
    assert page.heading == heading
    assert f"{happened} {onward}" in page.text


def test_a_database_that_is_not_migrated_or_not_there_is_told_plainly(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("empty")
    settings = {"DIALOGEN_DATA_DIR": str(folder)}
    broken = folder / "broken.sqlite3"
    broken.write_bytes(b"this is not a database, whatever its name says" * 100)
    for url in (f"sqlite:///{folder}/new.sqlite3", f"sqlite:///{broken}"):
        app = create_app(Config.from_env({**settings, "DIALOGEN_DATABASE_URL": url}))
        reader = Reader(app, Database(url))
        with reader.client.session_transaction() as cookie:
            cookie["_user_id"] = "whatever"
        assert reader.get("/cases", status=503).heading == "Dialogen er ikke klar"
        app.extensions["dialogen"].db.dispose()


def test_the_api_keeps_answering_in_its_own_way(nobody: Reader) -> None:
    for path in ("/api/v1/cases", "/api/v1/finnes-ikke"):
        assert nobody.client.get(path).mimetype == "application/problem+json"


def test_managers_are_told_on_every_page_that_the_alerts_have_stopped(db: Database, signed_in: SignIn) -> None:
    told = "Varslene har stanset"
    reference = reference_of(db, make_case(db))
    reader = signed_in((Role.MANAGER, "*"))
    for path in ("/cases", "/reports/mv-1.1/2026", f"/cases/{reference}", "/letters"):
        assert told in reader.get(path).text
    assert told not in signed_in((Role.HANDLER, "*")).get("/cases").text


def test_the_alerts_are_not_said_to_have_stopped_on_a_new_installation(db: Database, signed_in: SignIn) -> None:
    installation.note_start(db, now=NOW)
    assert "Varslene har stanset" not in signed_in((Role.MANAGER, "*")).get("/cases").text
