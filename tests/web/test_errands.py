"""The pages of long work: how far it is, how it ended, and what it made, for whoever ordered it alone."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from dialogen.database.engine import Database
from dialogen.database.models import Errand
from dialogen.domain.errands import ErrandKind, ErrandState
from dialogen.extensions import Office
from dialogen.services.errands import new_result
from tests.factories import NOW, make_account
from tests.web.pages import Reader


@pytest.fixture
def kari(db: Database) -> int:
    """Somebody who orders."""
    return make_account(db, "kari@asker.example")


@pytest.fixture
def reader(app: Flask, db: Database, kari: int) -> Reader:
    """Kari at her browser."""
    return Reader(app, db).sign_in(kari)


def add_errand(db: Database, account_id: int, **values: Any) -> str:
    """Add an errand; returns the path of its page."""
    given = {"kind": ErrandKind.CASE_LIST, "ordered_at": NOW, "asked": {}, "state": ErrandState.WAITING, "told": {}}
    with db.writing() as session:
        errand = Errand(account_id=account_id, **(given | values))
        session.add(errand)
        session.flush()
        return f"/errands/{errand.id}"


def test_a_page_follows_an_errand_with_script_and_without(db: Database, reader: Reader, kari: int) -> None:
    path = add_errand(db, kari, state=ErrandState.RUNNING, doing="writing", done=1500, total=3000)
    page = reader.get(path)
    assert "Skriver: 1 500 av 3 000 rader." in page.text
    assert page.title.startswith("Pågår: ")
    assert page.links()["Se hvor langt den er kommet nå"] == path
    assert page.all("div", id="errand")[0].get("hx-get") == path
    assert page.all("progress")[0].get("value") == "1500"


def test_a_page_that_follows_is_loaded_anew_when_the_errand_is_over(db: Database, reader: Reader, kari: int) -> None:
    path = add_errand(db, kari, state=ErrandState.DONE, finished_at=NOW)
    assert "HX-Refresh" not in reader.client.get(path).headers
    assert reader.client.get(path, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_an_errand_that_waits_long_says_why_that_may_be(db: Database, reader: Reader, kari: int) -> None:
    path = add_errand(db, kari, ordered_at=NOW - timedelta(minutes=2))
    assert "planlegger" in reader.get(path).text
    assert "planlegger" not in reader.get(add_errand(db, kari)).text


def test_an_errand_is_stopped(db: Database, reader: Reader, kari: int) -> None:
    page = reader.press(reader.get(add_errand(db, kari)), "Stopp jobben")
    assert "Jobben ble stoppet" in page.text
    page = reader.get(add_errand(db, kari, state=ErrandState.RUNNING))
    assert "Stoppes så snart det går" in reader.press(page, "Stopp jobben").text


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"trouble": "broken_off"}, "brutt av flere ganger"),
        ({"trouble": "fault"}, "Noe gikk galt hos oss"),
        ({"problem": "NOT_ALLOWED", "values": {}}, "Rollen din"),
    ],
)
def test_why_an_errand_could_not_be_done(
    db: Database, reader: Reader, kari: int, told: dict[str, Any], sentence: str
) -> None:
    path = add_errand(db, kari, state=ErrandState.FAILED, told=told, finished_at=NOW)
    assert sentence in reader.get(path).text


def test_a_result_is_fetched_by_whoever_ordered_it_for_a_day(
    app: Flask, db: Database, reader: Reader, kari: int
) -> None:
    here: Office = app.extensions["dialogen"]
    result = new_result(here.config.errands_dir, ".csv")
    result.write_text("referanse")
    made = {"state": ErrandState.DONE, "finished_at": NOW, "file": result.name, "file_as": "henvendelser æ.csv"}
    path = add_errand(db, kari, file_until=NOW + timedelta(hours=1), **made)
    assert reader.get(path).links()["Last ned henvendelser æ.csv"] == f"{path}/file"
    answer = reader.client.get(f"{path}/file")
    assert (answer.status_code, answer.text) == (200, "referanse")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    answer.close()
    somebody = Reader(app, db).sign_in(make_account(db))
    for other in (path, f"{path}/file"):
        somebody.get(other, status=404)
    late = add_errand(db, kari, file_until=NOW, **made)
    reader.get(f"{late}/file", status=404)


def test_the_list_holds_ones_own_errands_and_says_what_they_are_for_without(
    db: Database, reader: Reader, kari: int
) -> None:
    assert "Du har ikke bestilt noe" in reader.get("/errands").text
    add_errand(db, make_account(db), kind=ErrandKind.IMPORT)
    add_errand(db, kari)
    page = reader.get("/errands")
    assert "Eksport av henvendelser" in page.text
    assert "Import av" not in page.text
